package openclaw.edge.ledger.record;

import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a CLOSE record: a life has ended, and every record that it will ever have stands before. Layout:
 * {@link ControlRecordDescriptor}. Not thread-safe.
 */
public final class CloseRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public CloseRecord() {
        super(RecordType.CLOSE);
    }

    /**
     * Length of a CLOSE record.
     *
     * @param lanes of the life
     * @return bytes
     */
    public static int lengthOf(final int lanes) {
        return CLOSE_SEQUENCES_OFFSET + lanes * Long.BYTES;
    }

    /**
     * Writes a whole record but its CRC.
     *
     * @param to memory to hold it, at least {@link #lengthOf(int)} bytes from the offset
     * @param at offset of its header
     * @param life that has ended
     * @param timeNs cycle time
     * @param sequences last sequence of each lane, 0 for none
     * @return this
     */
    public CloseRecord begin(
            final UnsafeBuffer to, final int at, final Life life, final long timeNs, final long[] sequences) {
        begin(to, at, lengthOf(sequences.length));
        identity(life.high(), life.low(), RecordDescriptor.NO_LANE);
        longAt(TIME_NS_OFFSET, timeNs);
        shortAt(CLOSE_LANES_OFFSET, sequences.length);
        for (int i = 0; i < sequences.length; i++) {
            longAt(CLOSE_SEQUENCES_OFFSET + i * Long.BYTES, sequences[i]);
        }
        return this;
    }

    /**
     * Sets whether a later life closed this one after it was killed.
     *
     * @param recovered true if so
     * @return this
     */
    public CloseRecord recovered(final boolean recovered) {
        byteAt(CLOSE_RECOVERED_OFFSET, recovered ? 1 : 0);
        return this;
    }

    /**
     * When it was written.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long timeNs() {
        return longAt(TIME_NS_OFFSET);
    }

    /**
     * Lanes of the life.
     *
     * @return 1 to 1024
     */
    public int lanes() {
        return shortAt(CLOSE_LANES_OFFSET);
    }

    /**
     * Last sequence of a lane.
     *
     * @param ofLane 0 to {@link #lanes()} - 1
     * @return 0 when it wrote nothing
     */
    public long sequence(final int ofLane) {
        return longAt(CLOSE_SEQUENCES_OFFSET + ofLane * Long.BYTES);
    }

    /**
     * Whether a later life closed this one after it was killed.
     *
     * @return false after an orderly end
     */
    public boolean isRecovered() {
        return byteAt(CLOSE_RECOVERED_OFFSET) != 0;
    }
}
