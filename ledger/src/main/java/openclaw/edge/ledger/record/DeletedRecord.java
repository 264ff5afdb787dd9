package openclaw.edge.ledger.record;

import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a DELETED record: usage records of a lane that stood in a file which was deleted after every registered
 * reader had committed them. Layout: {@link ControlRecordDescriptor}. Not thread-safe.
 */
public final class DeletedRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public DeletedRecord() {
        super(RecordType.DELETED);
    }

    /**
     * Length of every DELETED record.
     *
     * @return bytes
     */
    public static int lengthOf() {
        return DELETED_LENGTH;
    }

    /**
     * Begins a record but its range and CRC.
     *
     * @param to memory to hold it
     * @param at offset of its header
     * @param life whose records they were
     * @param lane of the life
     * @param timeNs cycle time of the deletion
     * @return this, for the other setters
     */
    public DeletedRecord begin(
            final UnsafeBuffer to, final int at, final Life life, final int lane, final long timeNs) {
        begin(to, at, DELETED_LENGTH);
        identity(life.high(), life.low(), lane);
        longAt(DELETED_TIME_NS_OFFSET, timeNs);
        return this;
    }

    /**
     * Sets which sequences were deleted.
     *
     * @param from first, 1 or more
     * @param to last, not below from
     * @return this
     */
    public DeletedRecord range(final long from, final long to) {
        if (from < 1 || to < from) {
            throw new IllegalArgumentException("deleted range " + from + "-" + to + ", expected 1 <= from <= to");
        }
        longAt(DELETED_FROM_OFFSET, from);
        longAt(DELETED_TO_OFFSET, to);
        return this;
    }

    /**
     * Sets when the exchanges of these records were admitted.
     *
     * @param firstNs first of them, cycle time
     * @param lastNs last of them
     * @return this
     */
    public DeletedRecord admitted(final long firstNs, final long lastNs) {
        longAt(DELETED_FIRST_NS_OFFSET, firstNs);
        longAt(DELETED_LAST_NS_OFFSET, lastNs);
        return this;
    }

    /**
     * First sequence.
     *
     * @return 1 or more
     */
    public long from() {
        return longAt(DELETED_FROM_OFFSET);
    }

    /**
     * Last sequence.
     *
     * @return not below {@link #from()}
     */
    public long to() {
        return longAt(DELETED_TO_OFFSET);
    }

    /**
     * When the file was deleted.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long timeNs() {
        return longAt(DELETED_TIME_NS_OFFSET);
    }

    /**
     * First admission among the records.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long firstAdmittedNs() {
        return longAt(DELETED_FIRST_NS_OFFSET);
    }

    /**
     * Last admission among the records.
     *
     * @return not before {@link #firstAdmittedNs()}
     */
    public long lastAdmittedNs() {
        return longAt(DELETED_LAST_NS_OFFSET);
    }
}
