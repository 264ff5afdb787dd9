package openclaw.edge.ledger.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over an OPEN record: a life begins in a directory, and which life was there before. Layout:
 * {@link ControlRecordDescriptor}. Not thread-safe.
 */
public final class OpenRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public OpenRecord() {
        super(RecordType.OPEN);
    }

    /**
     * Length of an OPEN record.
     *
     * @param previousLanes of the life before
     * @param nodeLength bytes of the node's name
     * @return bytes
     */
    public static int lengthOf(final int previousLanes, final int nodeLength) {
        return RecordDescriptor.aligned(OPEN_SEQUENCES_OFFSET + previousLanes * Long.BYTES + nodeLength);
    }

    /**
     * Writes a record but its CRC.
     *
     * @param to memory to hold it
     * @param at offset of its header
     * @param life that begins
     * @param timeNs its start in cycle time
     * @return this, for the other setters, {@link #end(String)} last
     */
    public OpenRecord begin(final UnsafeBuffer to, final int at, final Life life, final long timeNs) {
        begin(to, at, OPEN_SEQUENCES_OFFSET);
        identity(life.high(), life.low(), RecordDescriptor.NO_LANE);
        longAt(TIME_NS_OFFSET, timeNs);
        return this;
    }

    /**
     * Sets how many lanes the life has.
     *
     * @param lanes 1 to 1024
     * @return this
     */
    public OpenRecord lanes(final int lanes) {
        shortAt(OPEN_LANES_OFFSET, lanes);
        return this;
    }

    /**
     * Sets the life before.
     *
     * @param previous life of the same directory, or {@link Life#NONE}
     * @param sequences last sequence of each of its lanes; empty when there is none
     * @return this
     */
    public OpenRecord previous(final Life previous, final long[] sequences) {
        longAt(OPEN_PREVIOUS_HIGH_OFFSET, previous.high());
        longAt(OPEN_PREVIOUS_LOW_OFFSET, previous.low());
        shortAt(OPEN_PREVIOUS_LANES_OFFSET, sequences.length);
        for (int i = 0; i < sequences.length; i++) {
            longAt(OPEN_SEQUENCES_OFFSET + i * Long.BYTES, sequences[i]);
        }
        return this;
    }

    /**
     * Sets the node's name and the record's length; after {@link #previous(Life, long[])}.
     *
     * @param node at most 255 bytes of UTF-8
     * @return this
     */
    public OpenRecord end(final String node) {
        final byte[] bytes = node.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "node '" + node + "' has " + bytes.length + " bytes, expected at most " + MAX_NAME_LENGTH);
        }
        final int nodeAt = OPEN_SEQUENCES_OFFSET + previousLanes() * Long.BYTES;
        final int length = lengthOf(previousLanes(), bytes.length);
        buffer.setMemory(offset + nodeAt, length - nodeAt, (byte) 0);
        buffer.putBytes(offset + nodeAt, bytes);
        byteAt(OPEN_NODE_LENGTH_OFFSET, bytes.length);
        buffer.putInt(offset + RecordDescriptor.LENGTH_OFFSET, length, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Start of the life in cycle time.
     *
     * @return nanoseconds since the Unix epoch
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
        return shortAt(OPEN_LANES_OFFSET);
    }

    /**
     * The life before; allocates.
     *
     * @return {@link Life#NONE} for a directory's first
     */
    public Life previous() {
        return new Life(longAt(OPEN_PREVIOUS_HIGH_OFFSET), longAt(OPEN_PREVIOUS_LOW_OFFSET));
    }

    /**
     * Lanes of the life before.
     *
     * @return 0 to 1024
     */
    public int previousLanes() {
        return shortAt(OPEN_PREVIOUS_LANES_OFFSET);
    }

    /**
     * Last sequence of a lane of the life before.
     *
     * @param previousLane 0 to {@link #previousLanes()} - 1
     * @return 0 when it wrote nothing
     */
    public long previousSequence(final int previousLane) {
        return longAt(OPEN_SEQUENCES_OFFSET + previousLane * Long.BYTES);
    }

    /**
     * Bytes of the node's name.
     *
     * @return 0 to 255
     */
    public int nodeLength() {
        return byteAt(OPEN_NODE_LENGTH_OFFSET);
    }

    /**
     * The node's name; allocates.
     *
     * @return as configured
     */
    public String node() {
        final byte[] bytes = new byte[nodeLength()];
        buffer.getBytes(offset + OPEN_SEQUENCES_OFFSET + previousLanes() * Long.BYTES, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
