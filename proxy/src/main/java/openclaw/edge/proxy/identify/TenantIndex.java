package openclaw.edge.proxy.identify;

import java.util.Arrays;
import java.util.List;

/** Tenant ids to their numbers, looked up by bytes without allocation. Immutable after construction. */
public final class TenantIndex {
    /** {@link #find} of an id that is no tenant's. */
    public static final int UNKNOWN = -1;

    private final byte[][] ids;
    private final int[] slots;
    private final int mask;

    /**
     * @param ids of the tenants; the position is the number
     * @throws IllegalArgumentException if an id stands twice
     */
    public TenantIndex(final List<byte[]> ids) {
        this.ids = ids.toArray(new byte[0][]);
        final int capacity = Integer.highestOneBit(Math.max(4, ids.size()) * 4 - 1);
        this.mask = capacity - 1;
        this.slots = new int[capacity];
        for (int number = 0; number < this.ids.length; number++) {
            final byte[] id = this.ids[number];
            if (find(id, 0, id.length) != UNKNOWN) {
                throw new IllegalArgumentException(
                        "tenant number " + number + " has the id of another; ids are unique");
            }
            int slot = hash(id, 0, id.length) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = number + 1;
        }
    }

    /** Number of the tenant whose id is {@code bytes[offset, offset + length)}, or {@link #UNKNOWN}. */
    public int find(final byte[] bytes, final int offset, final int length) {
        int slot = hash(bytes, offset, length) & mask;
        while (slots[slot] != 0) {
            final int number = slots[slot] - 1;
            if (is(number, bytes, offset, length)) {
                return number;
            }
            slot = (slot + 1) & mask;
        }
        return UNKNOWN;
    }

    /** Whether {@code bytes[offset, offset + length)} is the id of this tenant. */
    public boolean is(final int number, final byte[] bytes, final int offset, final int length) {
        final byte[] id = ids[number];
        return Arrays.equals(id, 0, id.length, bytes, offset, offset + length);
    }

    /** The id of a tenant; not to be written to. */
    public byte[] id(final int number) {
        return ids[number];
    }

    /** Number of tenants. */
    public int size() {
        return ids.length;
    }

    private static int hash(final byte[] bytes, final int offset, final int length) {
        int hash = length;
        for (int i = offset; i < offset + length; i++) {
            hash = hash * 31 + bytes[i];
        }
        hash *= 0x9E3779B9;
        return hash ^ (hash >>> 15);
    }
}
