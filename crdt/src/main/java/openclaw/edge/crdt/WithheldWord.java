package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.WITHHELD_OFFSET;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * The word of a slot that says what of the refill withheld, and of the level given up, is still to pay for the growth of
 * silent members; see {@link Forgiveness} and {@link Aside}.
 *
 * <pre>
 *  63                                24 23         16   15   14             0
 *  +-----------------------------------+-------------+------+---------------+
 *  | w: W up to which withheld refill   | floor taken,| hole | aside, 32768th |
 *  |    has paid, in 2^22 units         | 240th of    |      | of capacity   |
 *  |    (262 us), rounded up            | capacity    |      |               |
 *  +-----------------------------------+-------------+------+---------------+
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
    private static final int FLOOR_SHIFT = 16;
    private static final long FLOOR_MASK = 0xFFL << FLOOR_SHIFT;
    private static final int WITHHELD_SHIFT = 24;
    private static final long LOW_MASK = (1L << WITHHELD_SHIFT) - 1;
    private static final int GRAIN_SHIFT = 22;

    /** The whole capacity, in parts of which floors are kept: k/N is exact for N up to 6, and for 8, 10, 12, 15, 16. */
    private static final int FLOOR_PARTS = 240;

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

    /** The floor to which the level was taken when something was put aside, in units, rounded down; 0 if not known. */
    static long floorUnits(final long word, final long capacityUnits) {
        return VirtualTime.scale(capacityUnits, (int) ((word & FLOOR_MASK) >>> FLOOR_SHIFT), FLOOR_PARTS);
    }

    /** With so much aside, taken by a floor; with nothing aside there is none. */
    static long withAside(final long word, final long parts, final long floorUnits, final long capacityUnits) {
        // A floor is rounded down by less than a unit before it comes here.
        final long floor = parts == 0
                ? 0
                : Math.min(FLOOR_PARTS, VirtualTime.mulDivFloor(floorUnits + 1, FLOOR_PARTS, capacityUnits));
        return withParts(word & ~FLOOR_MASK, parts) | (floor << FLOOR_SHIFT);
    }

    /** The word of a file of layout version 2, in which w had these bits too; done twice it changes nothing. */
    static long ofVersion2(final long word) {
        final long without = word & ~FLOOR_MASK;
        return without == word ? word : without + (1L << WITHHELD_SHIFT);
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
