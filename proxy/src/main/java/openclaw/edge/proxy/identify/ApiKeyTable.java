package openclaw.edge.proxy.identify;

import java.nio.ByteBuffer;

/**
 * Which tenant a key belongs to, by the key's SHA-256; the keys themselves are nowhere. Immutable, shared by all loops.
 *
 * <pre>
 *  slots:   | digest words 0 to 3 | x capacity, open addressing on word 0, at most half full
 *  tenants: | number + 1, 0: free | x capacity
 * </pre>
 *
 * Every slot of a probe is compared whole, without an early end, so that the time taken says nothing about how much of a
 * digest was right.
 */
public final class ApiKeyTable {
    /** {@link #find} of a key that belongs to nobody. */
    public static final int UNKNOWN = -1;

    /** Bytes of a SHA-256. */
    public static final int DIGEST_BYTES = 32;

    private static final int WORDS = 4;

    private final long[] slots;
    private final int[] tenants;
    private final int mask;
    private int size;

    /**
     * An empty table with room.
     *
     * @param keys that will be {@linkplain #put put} at most, 0 or more
     */
    public ApiKeyTable(final int keys) {
        final int capacity = Integer.highestOneBit(Math.max(4, keys) * 4 - 1);
        this.mask = capacity - 1;
        this.slots = new long[capacity * WORDS];
        this.tenants = new int[capacity];
    }

    /**
     * Adds a key; before the table is shared.
     *
     * @param digest SHA-256 of the key, 32 bytes
     * @param tenant its number, 0 or more
     * @throws IllegalArgumentException if the key belongs to another tenant already
     */
    public void put(final byte[] digest, final int tenant) {
        if (digest.length != DIGEST_BYTES) {
            throw new IllegalArgumentException("a digest of " + digest.length + " bytes, expected " + DIGEST_BYTES);
        }
        final long[] words = new long[WORDS];
        ByteBuffer.wrap(digest).asLongBuffer().get(words);
        final int known = find(words);
        if (known == tenant) {
            return;
        }
        if (known != UNKNOWN) {
            throw new IllegalArgumentException(
                    "one API key belongs to two tenants (numbers " + known + " and " + tenant + "); give each its own");
        }
        if (++size > tenants.length / 2) {
            throw new IllegalStateException("more keys than the table was made for: " + size);
        }
        int slot = (int) words[0] & mask;
        while (tenants[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        System.arraycopy(words, 0, slots, slot * WORDS, WORDS);
        tenants[slot] = tenant + 1;
    }

    /**
     * Looks a key up.
     *
     * @param digest SHA-256 of the key as four big-endian words
     * @return the tenant's number, or {@link #UNKNOWN}
     */
    public int find(final long[] digest) {
        int found = UNKNOWN;
        int slot = (int) digest[0] & mask;
        while (tenants[slot] != 0) {
            final int at = slot * WORDS;
            final long difference = (slots[at] ^ digest[0])
                    | (slots[at + 1] ^ digest[1])
                    | (slots[at + 2] ^ digest[2])
                    | (slots[at + 3] ^ digest[3]);
            // All ones where equal, else zero: no branch on secret bits.
            final int equal = (int) (((difference | -difference) >>> 63) - 1);
            found = (equal & (tenants[slot] - 1)) | (~equal & found);
            slot = (slot + 1) & mask;
        }
        return found;
    }

    /** Keys in the table. */
    public int size() {
        return size;
    }
}
