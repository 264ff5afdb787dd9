package openclaw.edge.ledger.record;

import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a VOID record: sequences of a lane that were destroyed and will never be found. They count as filled, not
 * as usage. Layout: {@link ControlRecordDescriptor}. Not thread-safe.
 */
public final class VoidRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public VoidRecord() {
        super(RecordType.VOID);
    }

    /**
     * Length of every VOID record.
     *
     * @return bytes
     */
    public static int lengthOf() {
        return VOID_LENGTH;
    }

    /**
     * Begins a record but its range and CRC.
     *
     * @param to memory to hold it
     * @param at offset of its header
     * @param life whose records are gone
     * @param lane of the life
     * @param timeNs cycle time at which that was found
     * @return this, for {@link #range(long, long)}
     */
    public VoidRecord begin(final UnsafeBuffer to, final int at, final Life life, final int lane, final long timeNs) {
        begin(to, at, VOID_LENGTH);
        identity(life.high(), life.low(), lane);
        longAt(VOID_TIME_NS_OFFSET, timeNs);
        return this;
    }

    /**
     * Sets which sequences are gone.
     *
     * @param from first, 1 or more
     * @param to last, not below from
     * @return this
     */
    public VoidRecord range(final long from, final long to) {
        if (from < 1 || to < from) {
            throw new IllegalArgumentException("void range " + from + "-" + to + ", expected 1 <= from <= to");
        }
        longAt(VOID_FROM_OFFSET, from);
        longAt(VOID_TO_OFFSET, to);
        return this;
    }

    /**
     * First sequence that is gone.
     *
     * @return 1 or more
     */
    public long from() {
        return longAt(VOID_FROM_OFFSET);
    }

    /**
     * Last sequence that is gone.
     *
     * @return not below {@link #from()}
     */
    public long to() {
        return longAt(VOID_TO_OFFSET);
    }

    /**
     * When that was found.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long timeNs() {
        return longAt(VOID_TIME_NS_OFFSET);
    }
}
