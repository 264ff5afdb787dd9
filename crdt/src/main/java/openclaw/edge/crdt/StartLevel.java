package openclaw.edge.crdt;

import static openclaw.edge.crdt.TableHeaderDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * How full the buckets of a table without a past were when it began: a fraction of the capacity at an instant, kept in
 * the table's header. A bucket born later begins as full as the others have become by then, had nobody used them.
 *
 * <pre>
 *  63          34 33     32 31                  16 15                   0
 *  +-------------+---------+----------------------+----------------------+
 *  | 0           | state   | numerator            | denominator          |
 *  +-------------+---------+----------------------+----------------------+
 * </pre>
 */
final class StartLevel {

    private static final int UNDECIDED = 0;
    private static final int BEGUN = 1;
    private static final int DECIDED = 2;
    private static final int STATE_SHIFT = 32;
    private static final int NUMERATOR_SHIFT = 16;
    private static final int MASK = 0xFFFF;

    private final UnsafeBuffer header;

    /** The one in force; replaced as a whole, so that three words of the header are never seen in parts. */
    private volatile Level level;

    /** Immutable. */
    private static final class Level {
        final long virtualUnits;
        final long withheldUnits;
        final int numerator;
        final int denominator;

        Level(final long virtualUnits, final long withheldUnits, final int numerator, final int denominator) {
            this.virtualUnits = virtualUnits;
            this.withheldUnits = withheldUnits;
            this.numerator = numerator;
            this.denominator = denominator;
        }
    }

    StartLevel(final UnsafeBuffer header) {
        this.header = header;
        final long word = header.getLong(START_OFFSET);
        this.level = new Level(
                header.getLong(START_VIRTUAL_OFFSET),
                header.getLong(START_WITHHELD_OFFSET),
                state(word) == UNDECIDED ? 1 : (int) (word >>> NUMERATOR_SHIFT) & MASK,
                state(word) == UNDECIDED ? 1 : Math.max(1, (int) word & MASK));
    }

    private static int state(final long word) {
        return (int) (word >>> STATE_SHIFT) & 3;
    }

    /** True if it was decided, and all buckets of then were taken to it. */
    boolean isDecided() {
        return state(header.getLongVolatile(START_OFFSET)) == DECIDED;
    }

    /**
     * How full a bucket is that nobody has used since.
     *
     * @param capacityUnits of the bucket.
     * @param nowVirtualUnits now.
     * @param parts of a full one.
     * @return so many of these, rounded down; less than all only while it refills.
     */
    int fill(final long capacityUnits, final long nowVirtualUnits, final int parts) {
        final Level from = level;
        final long missing = from.numerator == from.denominator
                ? 0
                : missingUnits(capacityUnits, from.numerator, from.denominator)
                        - Math.max(0, nowVirtualUnits - from.virtualUnits);
        return missing <= 0 || capacityUnits < parts
                ? parts
                : (int) Math.min(parts - 1, (capacityUnits - missing) / (capacityUnits / parts));
    }

    /** Notes the fraction, and that buckets are about to be taken to it: a kill from here on leaves it undecided. */
    void begin(final int numerator, final int denominator, final long virtualUnits, final long withheldUnits) {
        header.putLongVolatile(START_OFFSET, (long) UNDECIDED << STATE_SHIFT);
        header.putLong(START_VIRTUAL_OFFSET, virtualUnits);
        header.putLong(START_WITHHELD_OFFSET, withheldUnits);
        write(BEGUN, numerator, denominator);
        level = new Level(virtualUnits, withheldUnits, numerator, denominator);
    }

    /** Takes all live buckets of the table to the fraction, and lets those born later begin as low as these become. */
    void apply(
            final BucketTable table,
            final int numerator,
            final int denominator,
            final VirtualClock.Pace pace,
            final long nowNs) {
        begin(numerator, denominator, pace.virtualUnits(nowNs), pace.withheldUnits(nowNs));
        if (numerator < denominator) {
            for (int slotNumber = 0; slotNumber < table.slots(); slotNumber++) {
                lower(table, table.store().slotOffset(slotNumber), pace, nowNs);
            }
        }
        conclude();
    }

    private void lower(final BucketTable table, final int slot, final VirtualClock.Pace pace, final long nowNs) {
        final long life = header.getLongVolatile(slot + BucketSlotDescriptor.LIFE_OFFSET);
        final LimitSpec spec = BucketSlotDescriptor.isLive(life) ? table.specOf(slot, life) : null;
        if (spec != null) {
            final long unitsPerToken =
                    LimitWord.unitsPerToken(header.getLong(slot + BucketSlotDescriptor.LIMIT_OFFSET));
            final long missing = missingUnits(
                    VirtualTime.multiply(spec.capacityTokens(), unitsPerToken), level.numerator, level.denominator);
            BucketWords.raise(header, slot, life, pace.virtualUnits(nowNs), pace.withheldUnits(nowNs), missing);
        }
    }

    /** Notes that all buckets were taken to it. */
    void conclude() {
        write(DECIDED, level.numerator, level.denominator);
    }

    /** Writes to the header of a file without slots that buckets born from then on begin empty. */
    static void writeEmpty(final UnsafeBuffer header, final long virtualUnits, final long withheldUnits) {
        header.putLong(START_VIRTUAL_OFFSET, virtualUnits);
        header.putLong(START_WITHHELD_OFFSET, withheldUnits);
        header.putLong(START_OFFSET, ((long) DECIDED << STATE_SHIFT) | 1);
    }

    /** The epoch has moved: buckets that were full once since are as full as they can be. */
    void forget() {
        final int state = state(header.getLong(START_OFFSET));
        write(state, 1, 1);
        level = new Level(0, 0, 1, 1);
    }

    private void write(final int state, final int numerator, final int denominator) {
        header.putLongVolatile(
                START_OFFSET, ((long) state << STATE_SHIFT) | ((long) numerator << NUMERATOR_SHIFT) | denominator);
    }

    /** The word of a bucket born at {@code nowUnits} in the clock of its limit. */
    long birthUnits(final long limit, final long capacityUnits, final long nowUnits) {
        final Level from = level;
        if (from.numerator == from.denominator) {
            return nowUnits;
        }
        return Math.max(
                nowUnits,
                LimitWord.now(limit, from.virtualUnits, from.withheldUnits)
                        + missingUnits(capacityUnits, from.numerator, from.denominator));
    }

    /** Of a capacity, what is missing at the start; rounded against the tenant. */
    static long missingUnits(final long capacityUnits, final int numerator, final int denominator) {
        return capacityUnits - VirtualTime.scale(capacityUnits, numerator, denominator);
    }
}
