package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.UnsafeApi;

/**
 * Finds agents' buckets by name, for one thread, and remembers where those lie that it found lately: one that is there is
 * found without the keyed hash of its name and without the table's index. Allocates once,
 * with the first that is remembered.
 *
 * <p>Direct-mapped: a name has one place, and any other that falls on it may push it out; so whoever chooses names can at
 * most bring about what would be without this. What is remembered is the slot with its life, which does not recur; so an
 * entry of a slot that was reclaimed says so by itself.
 *
 * <pre>
 *   +----------------------------------------------------------------+
 *   | life of the limit's overflow slot: tenant and limit            |  0
 *   +-------------------------------+--------------------------------+
 *   | length of the name, plus one  | offset of the slot             |  1
 *   +-------------------------------+--------------------------------+
 *   | life of the slot                                               |  2
 *   +----------------------------------------------------------------+
 *   | name, at most 40 bytes, the last eight of it in the last word  |  3 to 7
 *   +----------------------------------------------------------------+
 * </pre>
 */
public final class AgentFinder {

    private static final int ENTRIES_SHIFT = 12;
    private static final int ENTRY_SHIFT = 3;
    private static final int LENGTH = 1 << (ENTRIES_SHIFT + ENTRY_SHIFT);
    private static final int OWNER = 0;
    private static final int PLACE = 1;
    private static final int LIFE = 2;
    private static final int NAME = 3;
    private static final int MAX_NAME_BYTES = ((1 << ENTRY_SHIFT) - NAME) * Long.BYTES;

    /** One in so many names that are not remembered takes its place: those that are asked for once do not push out others. */
    private static final int ONE_IN = 8;

    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final BucketTable table;
    private final SlotMemory slots;
    private final KeyHash key = new KeyHash();

    /** One entry until there is something to remember: those who have no limits of agents never have. */
    private long[] entries = new long[1 << ENTRY_SHIFT];

    private int misses;

    /** Finds agents' buckets in a table. */
    public AgentFinder(final BucketTable table) {
        this.table = table;
        this.slots = table.store().memory();
    }

    /**
     * As {@link BucketTable#findOrCreateAgent}, from the agent's name.
     *
     * @param set to which the bucket is added.
     * @param agents the agents' limit, as reserved with the catalog.
     * @param name holds the agent's name.
     * @param offset of its first byte.
     * @param lengthBytes of the name; 0 is a name like any other.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return true if the agent has a bucket of its own, false if it shares the overflow bucket.
     */
    public boolean findOrCreate(
            final LimitSet set,
            final AgentBuckets agents,
            final byte[] name,
            final int offset,
            final int lengthBytes,
            final long nowNs) {
        Objects.checkFromIndexSize(offset, lengthBytes, name.length);
        if (lengthBytes > MAX_NAME_BYTES) {
            return table.findOrCreateAgent(set, agents, key.agent(agents, name, offset, lengthBytes), nowNs);
        }
        final long last = lastWord(name, offset, lengthBytes);
        final int entry = entryOf(agents, name, offset, lengthBytes, last);
        final int at = entry & (entries.length - 1);
        if (isOf(at, agents, name, offset, lengthBytes, last) && addRemembered(set, at, agents)) {
            return true;
        }
        final boolean isOwn = table.findOrCreateAgent(set, agents, key.agent(agents, name, offset, lengthBytes), nowNs);
        if (isOwn && ++misses % ONE_IN == 0) {
            remember(entry, agents, name, offset, lengthBytes, last);
        }
        return isOwn;
    }

    /** The last eight bytes of a name, or all of one that has less. */
    private static long lastWord(final byte[] name, final int offset, final int lengthBytes) {
        if (lengthBytes >= Long.BYTES) {
            return (long) WORDS.get(name, offset + lengthBytes - Long.BYTES);
        }
        long word = 0;
        for (int i = 0; i < lengthBytes; i++) {
            word = (word << Byte.SIZE) | (name[offset + i] & 0xFF);
        }
        return word;
    }

    /** Bytes of a name that come in whole words before the last one. */
    private static int bytesBeforeLast(final int lengthBytes) {
        return Math.max(0, lengthBytes - 1) & -Long.BYTES;
    }

    private static int entryOf(
            final AgentBuckets agents, final byte[] name, final int offset, final int lengthBytes, final long last) {
        long hash = (agents.overflow().life() ^ last) * SPREAD;
        for (int i = 0; i < bytesBeforeLast(lengthBytes); i += Long.BYTES) {
            hash = (hash ^ (hash >>> 32) ^ (long) WORDS.get(name, offset + i)) * SPREAD;
        }
        return (int) (hash >>> (Long.SIZE - ENTRIES_SHIFT)) << ENTRY_SHIFT;
    }

    private boolean isOf(
            final int at,
            final AgentBuckets agents,
            final byte[] name,
            final int offset,
            final int lengthBytes,
            final long last) {
        final long[] words = entries;
        final int before = bytesBeforeLast(lengthBytes);
        long difference = (words[at + OWNER] ^ agents.overflow().life())
                | ((words[at + PLACE] >>> Integer.SIZE) ^ (lengthBytes + 1L))
                | (words[at + NAME + (before >> 3)] ^ last);
        for (int i = 0; i < before; i += Long.BYTES) {
            difference |= words[at + NAME + (i >> 3)] ^ (long) WORDS.get(name, offset + i);
        }
        return difference == 0;
    }

    private void remember(
            final int at,
            final AgentBuckets agents,
            final byte[] name,
            final int offset,
            final int lengthBytes,
            final long last) {
        if (entries.length < LENGTH) {
            entries = new long[LENGTH];
        }
        final FoundSlot found = key.found();
        final int before = bytesBeforeLast(lengthBytes);
        entries[at + OWNER] = agents.overflow().life();
        entries[at + PLACE] = ((lengthBytes + 1L) << Integer.SIZE) | found.offset();
        entries[at + LIFE] = found.life();
        for (int i = 0; i < before; i += Long.BYTES) {
            entries[at + NAME + (i >> 3)] = (long) WORDS.get(name, offset + i);
        }
        entries[at + NAME + (before >> 3)] = last;
    }

    /** Adds the bucket of an entry; false if it was reclaimed, or waits for that. */
    private boolean addRemembered(final LimitSet set, final int at, final AgentBuckets agents) {
        final int slot = (int) entries[at + PLACE];
        final long life = entries[at + LIFE];
        final byte[] array = slots.array();
        final long address = slots.address(slot);
        final long keyHigh = UnsafeApi.getLong(array, address + KEY_HIGH_OFFSET);
        final long keyLow = UnsafeApi.getLong(array, address + KEY_LOW_OFFSET);
        final long word = UnsafeApi.getLong(array, address + WORD_OFFSET);
        VarHandle.loadLoadFence();
        // Of this life is all that was read before.
        if (UnsafeApi.getLong(array, address + LIFE_OFFSET) != life || (word & RECLAIMED) != 0) {
            return false;
        }
        set.addAgent(slot, life, agents, keyHigh, keyLow);
        return true;
    }
}
