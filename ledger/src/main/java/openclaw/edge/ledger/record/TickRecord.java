package openclaw.edge.ledger.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a TICK record: what a life says of itself every minute and in each new file. Layout:
 * {@link ControlRecordDescriptor}. Not thread-safe.
 *
 * <p>Written as {@code begin}, {@code sequence} for each lane, then {@code heard} for each life, then {@code metric} for
 * each total; the length grows as it goes.
 */
public final class TickRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public TickRecord() {
        super(RecordType.TICK);
    }

    /**
     * Length of a TICK record with no life heard and no metric.
     *
     * @param lanes of the life
     * @return bytes
     */
    public static int lengthOf(final int lanes) {
        return TICK_SEQUENCES_OFFSET + lanes * Long.BYTES;
    }

    /**
     * Begins a record with no life heard and no metric.
     *
     * @param to memory to hold it
     * @param at offset of its header
     * @param life that speaks
     * @param timeNs cycle time
     * @param lanes of the life
     * @return this
     */
    public TickRecord begin(final UnsafeBuffer to, final int at, final Life life, final long timeNs, final int lanes) {
        begin(to, at, lengthOf(lanes));
        identity(life.high(), life.low(), RecordDescriptor.NO_LANE);
        longAt(TIME_NS_OFFSET, timeNs);
        shortAt(TICK_LANES_OFFSET, lanes);
        return this;
    }

    /**
     * Sets the exchanges in flight.
     *
     * @param openExchanges 0 or more
     * @return this
     */
    public TickRecord openExchanges(final long openExchanges) {
        longAt(TICK_OPEN_EXCHANGES_OFFSET, openExchanges);
        return this;
    }

    /**
     * Sets the instant before which no exchange of the life was admitted that has no final record yet.
     *
     * @param instantNs cycle time, nanoseconds since the Unix epoch
     * @return this
     */
    public TickRecord completeBeforeNs(final long instantNs) {
        longAt(TICK_COMPLETE_BEFORE_NS_OFFSET, instantNs);
        return this;
    }

    /**
     * Sets whether the record opens a new file.
     *
     * @param rolled true at a roll
     * @return this
     */
    public TickRecord rolled(final boolean rolled) {
        byteAt(TICK_ROLLED_OFFSET, rolled ? 1 : 0);
        return this;
    }

    /**
     * Sets the last appended sequence of a lane.
     *
     * @param ofLane 0 to lanes - 1
     * @param sequence 0 for none
     * @return this
     */
    public TickRecord sequence(final int ofLane, final long sequence) {
        longAt(TICK_SEQUENCES_OFFSET + ofLane * Long.BYTES, sequence);
        return this;
    }

    /**
     * Adds a life heard by gossip; before the first metric.
     *
     * @param high upper half of the life
     * @param low lower half
     * @param sequences the highest sequence heard of each of its lanes
     * @return this
     */
    public TickRecord heard(final long high, final long low, final long[] sequences) {
        final int at = length();
        final int grown = HEARD_SEQUENCES_OFFSET + sequences.length * Long.BYTES;
        grow(at + grown);
        longAt(at, high);
        longAt(at + Long.BYTES, low);
        longAt(at + HEARD_LANES_OFFSET, sequences.length);
        for (int i = 0; i < sequences.length; i++) {
            longAt(at + HEARD_SEQUENCES_OFFSET + i * Long.BYTES, sequences[i]);
        }
        shortAt(TICK_HEARD_OFFSET, heardLives() + 1);
        return this;
    }

    /**
     * Adds the total of a metric; after the last life heard.
     *
     * @param nameId id of the metric's name
     * @param total its value
     * @return this
     */
    public TickRecord metric(final long nameId, final long total) {
        final int at = length();
        grow(at + METRIC_LENGTH);
        longAt(at, nameId);
        longAt(at + Long.BYTES, total);
        shortAt(TICK_METRICS_OFFSET, metrics() + 1);
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
     * Exchanges in flight.
     *
     * @return 0 or more
     */
    public long openExchanges() {
        return longAt(TICK_OPEN_EXCHANGES_OFFSET);
    }

    /**
     * Every exchange of the life admitted before this instant has its final record before this TICK.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long completeBeforeNs() {
        return longAt(TICK_COMPLETE_BEFORE_NS_OFFSET);
    }

    /**
     * Whether the record opens a new file.
     *
     * @return true at a roll
     */
    public boolean isRolled() {
        return byteAt(TICK_ROLLED_OFFSET) != 0;
    }

    /**
     * Lanes of the life.
     *
     * @return 1 to 1024
     */
    public int lanes() {
        return shortAt(TICK_LANES_OFFSET);
    }

    /**
     * Last appended sequence of a lane.
     *
     * @param ofLane 0 to {@link #lanes()} - 1
     * @return 0 for none
     */
    public long sequence(final int ofLane) {
        return longAt(TICK_SEQUENCES_OFFSET + ofLane * Long.BYTES);
    }

    /**
     * Lives heard by gossip.
     *
     * @return 0 or more
     */
    public int heardLives() {
        return shortAt(TICK_HEARD_OFFSET);
    }

    /**
     * Totals of metrics.
     *
     * @return 0 or more
     */
    public int metrics() {
        return shortAt(TICK_METRICS_OFFSET);
    }

    /**
     * Where a heard life stands in the record.
     *
     * @param index 0 to {@link #heardLives()} - 1
     * @return position for {@link #heardLife(int)} and {@link #heardSequence(int, int)}
     */
    public int heardPosition(final int index) {
        int at = lengthOf(lanes());
        for (int i = 0; i < index; i++) {
            at += HEARD_SEQUENCES_OFFSET + heardLanes(at) * Long.BYTES;
        }
        return at;
    }

    /**
     * A life heard by gossip; allocates.
     *
     * @param position of {@link #heardPosition(int)}
     * @return the life
     */
    public Life heardLife(final int position) {
        return new Life(longAt(position), longAt(position + Long.BYTES));
    }

    /**
     * Lanes of a life heard.
     *
     * @param position of {@link #heardPosition(int)}
     * @return 0 or more
     */
    public int heardLanes(final int position) {
        return (int) longAt(position + HEARD_LANES_OFFSET);
    }

    /**
     * Highest sequence heard of a lane of a life.
     *
     * @param position of {@link #heardPosition(int)}
     * @param ofLane 0 to {@link #heardLanes(int)} - 1
     * @return 0 for none
     */
    public long heardSequence(final int position, final int ofLane) {
        return longAt(position + HEARD_SEQUENCES_OFFSET + ofLane * Long.BYTES);
    }

    /**
     * Whether the lives heard and the metrics lie within the record's length.
     *
     * @return false when their numbers cannot be right, and must not be used
     */
    public boolean isWithinLength() {
        final long end = length();
        long at = lengthOf(lanes());
        for (int i = 0; i < heardLives(); i++) {
            if (at + HEARD_SEQUENCES_OFFSET > end) {
                return false;
            }
            final long lanesHeard = longAt((int) at + HEARD_LANES_OFFSET);
            if (lanesHeard < 0 || lanesHeard > RecordDescriptor.MAX_LENGTH / Long.BYTES) {
                return false;
            }
            at += HEARD_SEQUENCES_OFFSET + lanesHeard * Long.BYTES;
        }
        return at + (long) metrics() * METRIC_LENGTH <= end;
    }

    /**
     * Name of a metric.
     *
     * @param index 0 to {@link #metrics()} - 1
     * @return name id
     */
    public long metricId(final int index) {
        return longAt(heardPosition(heardLives()) + index * METRIC_LENGTH);
    }

    /**
     * Total of a metric.
     *
     * @param index 0 to {@link #metrics()} - 1
     * @return its value
     */
    public long metricTotal(final int index) {
        return longAt(heardPosition(heardLives()) + index * METRIC_LENGTH + Long.BYTES);
    }

    private void grow(final int lengthBytes) {
        buffer.putInt(offset + RecordDescriptor.LENGTH_OFFSET, lengthBytes, LITTLE_ENDIAN);
    }
}
