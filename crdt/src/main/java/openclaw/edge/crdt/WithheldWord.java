package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.WITHHELD_OFFSET;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * The word of a slot that says what of the refill withheld, and of the level given up, is still to pay for the growth of
 * silent members; see {@link Forgiveness} and {@link Aside}.
 *
 * <pre>
 *  63                                          16   15   14             0
 *  +---------------------------------------------+------+---------------+
 *  | w: W up to which withheld refill has paid,   | hole | aside, 32768th |
 *  |    in 2^14 units (1.024 us), rounded up      |      | of capacity    |
 *  +---------------------------------------------+------+---------------+
 * </pre>
 *
 * <p><em>Hole</em>: above w another stretch has paid; the gossip agent's thread knows which. Event loops add to aside,
 * that thread does the rest: every change is one CAS.
 */
final class WithheldWord {

    /** The whole capacity, in parts of it. */
    static final int PARTS = 1 << 15;

    private static final long PART_MASK = PARTS - 1;
    private static final long HOLE = 1L << 15;
    private static final long LOW_MASK = HOLE | PART_MASK;
    private static final int WITHHELD_SHIFT = 16;
    private static final int GRAIN_SHIFT = 14;

    private WithheldWord() {}

    static long read(final UnsafeBuffer slots, final int slot) {
        return slots.getLongVolatile(slot + WITHHELD_OFFSET);
    }

    static boolean swap(final UnsafeBuffer slots, final int slot, final long word, final long next) {
        return slots.compareAndSetLong(slot + WITHHELD_OFFSET, word, next);
    }

    /** w in units. */
    static long withheldUnits(final long word) {
        return (word >>> WITHHELD_SHIFT) << GRAIN_SHIFT;
    }

    static long withWithheld(final long word, final long units) {
        return (((units + (1L << GRAIN_SHIFT) - 1) >>> GRAIN_SHIFT) << WITHHELD_SHIFT) | (word & LOW_MASK);
    }

    static boolean isHoled(final long word) {
        return (word & HOLE) != 0;
    }

    static long withHole(final long word, final boolean holed) {
        return holed ? word | HOLE : word & ~HOLE;
    }

    /** Parts of the capacity that are aside. */
    static long parts(final long word) {
        return word & PART_MASK;
    }

    static long withParts(final long word, final long parts) {
        return (word & ~PART_MASK) | parts;
    }

    /** What so many parts of a capacity are, rounded down. */
    static long partsToUnits(final long parts, final long capacityUnits) {
        return VirtualTime.scale(capacityUnits, (int) parts, PARTS);
    }

    /** Whole parts of a capacity in so many units, less than all. */
    static long unitsToParts(final long units, final long capacityUnits) {
        return units <= 0 ? 0 : Math.min(PART_MASK, VirtualTime.mulDivFloor(units, PARTS, capacityUnits));
    }

    /** Takes w up to at least {@code units}, without a hole: nothing withheld before that pays any more. */
    static void raise(final UnsafeBuffer slots, final int slot, final long units) {
        long word = read(slots, slot);
        while ((withheldUnits(word) < units || isHoled(word)) && !swap(slots, slot, word, raised(word, units))) {
            word = read(slots, slot);
        }
    }

    static long raised(final long word, final long units) {
        return withHole(withWithheld(word, Math.max(withheldUnits(word), units)), false);
    }
}
