package openclaw.edge.crdt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Open addressing from keys to slots, lock-free, in memory; rebuilt when a file is opened. Lines of eight entries, one
 * cache line each; a key lies in its home line or one of the lines after it, as far as the home line's <em>reach</em>.
 *
 * <pre>
 *  63            40 39                                           2 1   0
 *  +---------------+----------------------------------------------+-----+
 *  | slot number   | tag: 38 bits of the key                      |state|
 *  +---------------+----------------------------------------------+-----+
 * </pre>
 *
 * <p>The home line follows from the key's first half by multiply-shift with the table's secret (Dietzfelbinger et al.
 * 1997): two keys share it with a probability of at most two in the number of lines, whoever chose them without knowing
 * the secret.
 *
 * <p>Deleting makes an entry empty at once: reach, which never shrinks, takes the place of tombstones. Insertion (after
 * Purcell and Harris): claim an empty entry as INSERTING, then look through the whole reach for the same key.
 *
 * <ol>
 *   <li>Reach is raised before the claim, and claims and looks are sequentially consistent. So of two inserters of one
 *       key at least one sees the other's claim.
 *   <li>Who sees a MEMBER withdraws. Who sees an INSERTING aborts it if its own slot number is the lower one, and else
 *       withdraws and begins again: of two that run, one always gets through. Who has withdrawn often, because the other
 *       stands still, aborts it anyhow. An aborted one cannot become MEMBER, and its owner begins again.
 *   <li>Therefore at most one entry of a key is MEMBER at any time, and only a MEMBER is ever found.
 * </ol>
 */
final class SlotIndex {

    static final int LINE_ENTRIES = 8;

    /** A claim of no place. */
    static final int NONE = -1;

    private static final int MAX_REACH = 255;
    private static final int LINE_LENGTH_BYTES = LINE_ENTRIES * Long.BYTES;
    private static final long STATE_MASK = 3;
    private static final long INSERTING = 1;
    private static final long MEMBER = 2;
    private static final long ABORTED = 3;
    private static final int TAG_SHIFT = 2;
    private static final int SLOT_SHIFT = 40;
    private static final long TAG_AND_STATE_MASK = (1L << SLOT_SHIFT) - 1;
    private static final VarHandle REACH = MethodHandles.arrayElementVarHandle(byte[].class);

    private final int lines;
    private final long secret;
    private final long multiplier;
    private final UnsafeBuffer entries;
    private final byte[] reach;

    /** What an index asks of the slots: whose key is the key. */
    interface Keys {
        /** True if the slot is live and holds the key. */
        boolean holds(int slotNumber, long keyHigh, long keyLow);
    }

    /** An index for so many slots; {@code onHeap} spares small, short-lived ones the cost of memory off the heap. */
    SlotIndex(final int slots, final long secretHigh, final long secretLow, final boolean onHeap) {
        secret = secretHigh;
        multiplier = secretLow | 1;
        lines = lines(slots);
        final int lengthBytes = lines * LINE_LENGTH_BYTES;
        entries = onHeap
                ? new UnsafeBuffer(new byte[lengthBytes])
                : new UnsafeBuffer(
                        BufferUtil.allocateDirectAligned(lengthBytes, BucketSlotDescriptor.CACHE_LINE_BYTES));
        reach = new byte[lines];
    }

    private static int lines(final int slots) {
        final long entries =
                (long) slots * BucketSlotDescriptor.INDEX_NUMERATOR / BucketSlotDescriptor.INDEX_DENOMINATOR;
        return (int) (BitUtil.align(entries, LINE_ENTRIES) / LINE_ENTRIES) + 1;
    }

    /** Memory of an index. */
    static long footprintBytes(final int slots) {
        return (long) lines(slots) * (LINE_LENGTH_BYTES + 1);
    }

    int lines() {
        return lines;
    }

    int homeLine(final long keyHigh) {
        final long spread = (keyHigh ^ secret) * multiplier;
        return (int) (((spread >>> 32) * lines) >>> 32);
    }

    /** Lines after the home line in which its keys may lie. */
    int reach(final int homeLine) {
        return (byte) REACH.getVolatile(reach, homeLine) & 0xFF;
    }

    private int position(final int homeLine, final int distance) {
        final int line = homeLine + distance;
        return (line < lines ? line : line - lines) * LINE_LENGTH_BYTES;
    }

    /** The first entry of the line so far from home, to be passed to the methods below. */
    int linePosition(final int homeLine, final int distance) {
        return position(homeLine, distance);
    }

    long entry(final int position) {
        return entries.getLongAcquire(position);
    }

    /** What a member's entry of this key looks like without its slot. */
    static long memberTag(final long keyLow) {
        return ((keyLow << TAG_SHIFT) & TAG_AND_STATE_MASK) | MEMBER;
    }

    static boolean isMember(final long entry, final long memberTag) {
        return ((entry ^ memberTag) & TAG_AND_STATE_MASK) == 0;
    }

    static boolean isMember(final long entry) {
        return (entry & STATE_MASK) == MEMBER;
    }

    static int slotNumber(final long entry) {
        return (int) (entry >>> SLOT_SHIFT);
    }

    /**
     * Claims an empty entry for a key that is not yet visible to others.
     *
     * @return its position, or {@link #NONE} if there is none within the farthest reach.
     */
    int claim(final int slotNumber, final long keyHigh, final long keyLow) {
        final long claim = ((long) slotNumber << SLOT_SHIFT) | (memberTag(keyLow) & ~STATE_MASK) | INSERTING;
        final int home = homeLine(keyHigh);
        final int farthest = Math.min(MAX_REACH, lines - 1);
        for (int distance = 0; distance <= farthest; distance++) {
            final int first = position(home, distance);
            for (int position = first; position < first + LINE_LENGTH_BYTES; position += Long.BYTES) {
                if (entries.getLongVolatile(position) == 0) {
                    raiseReach(home, distance);
                    if (entries.compareAndSetLong(position, 0, claim)) {
                        return position;
                    }
                }
            }
        }
        return NONE;
    }

    private void raiseReach(final int homeLine, final int distance) {
        int current = reach(homeLine);
        while (current < distance && !REACH.compareAndSet(reach, homeLine, (byte) current, (byte) distance)) {
            current = reach(homeLine);
        }
    }

    /**
     * Makes a claim visible, unless another entry of its key is a member, comes first, or has aborted it. If not, the
     * claim is withdrawn.
     *
     * @param insist true to come first in any case.
     * @return true if the key is a member now, by this claim.
     */
    boolean publish(final int claimed, final long keyHigh, final long keyLow, final Keys keys, final boolean insist) {
        final long claim = entries.getLongVolatile(claimed);
        if ((claim & STATE_MASK) == INSERTING
                && isAlone(claimed, insist ? Integer.MIN_VALUE : slotNumber(claim), keyHigh, keyLow, keys)
                && entries.compareAndSetLong(claimed, claim, (claim & ~STATE_MASK) | MEMBER)) {
            return true;
        }
        entries.putLongVolatile(claimed, 0);
        return false;
    }

    private boolean isAlone(final int claimed, final int rank, final long keyHigh, final long keyLow, final Keys keys) {
        final int home = homeLine(keyHigh);
        final long tag = memberTag(keyLow) & ~STATE_MASK;
        final int farthest = reach(home);
        for (int distance = 0; distance <= farthest; distance++) {
            final int first = position(home, distance);
            for (int position = first; position < first + LINE_LENGTH_BYTES; position += Long.BYTES) {
                long entry = entries.getLongVolatile(position);
                while (position != claimed && isOf(entry, tag, keyHigh, keyLow, keys)) {
                    final boolean inserting = (entry & STATE_MASK) == INSERTING;
                    if (inserting
                            && rank < slotNumber(entry)
                            && entries.compareAndSetLong(position, entry, entry | ABORTED)) {
                        break;
                    }
                    final long again = entries.getLongVolatile(position);
                    if (again == entry) {
                        return false;
                    }
                    entry = again;
                }
            }
        }
        return true;
    }

    /** True if the entry is a member or an insertion of this key. */
    private static boolean isOf(
            final long entry, final long tag, final long keyHigh, final long keyLow, final Keys keys) {
        final long state = entry & STATE_MASK;
        return (state == MEMBER || state == INSERTING)
                && (entry & TAG_AND_STATE_MASK & ~STATE_MASK) == tag
                && keys.holds(slotNumber(entry), keyHigh, keyLow);
    }

    /** Empties the place of a member. Only one thread may remove. */
    void remove(final int position) {
        entries.putLongVolatile(position, 0);
    }
}
