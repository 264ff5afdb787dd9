package openclaw.edge.ledger.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What all record flyweights share: the header. Wraps memory without copying; valid until that memory is written or
 * unmapped. Not thread-safe.
 */
public abstract class RecordFlyweight {
    /** Where the record stands. */
    protected UnsafeBuffer buffer;

    /** Offset of its header. */
    protected int offset;

    private final RecordType ownType;

    /**
     * For one type of record.
     *
     * @param ownType the type that the flyweight writes
     */
    protected RecordFlyweight(final RecordType ownType) {
        this.ownType = ownType;
    }

    /**
     * Points the flyweight at a record.
     *
     * @param buffer memory that holds it
     * @param offset of its header
     */
    public final void wrap(final UnsafeBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
    }

    /**
     * Points the flyweight at memory to be written, zeroes the record and fills its header. The CRC is set afterwards by
     * {@link RecordRegion#seal(int)}.
     *
     * @param buffer memory to hold it
     * @param offset of its header
     * @param lengthBytes of the whole record, a multiple of 8
     */
    protected final void begin(final UnsafeBuffer buffer, final int offset, final int lengthBytes) {
        wrap(buffer, offset);
        for (int at = offset; at < offset + lengthBytes; at += Long.BYTES) {
            buffer.putLong(at, 0);
        }
        buffer.putInt(offset + RecordDescriptor.LENGTH_OFFSET, lengthBytes, LITTLE_ENDIAN);
        buffer.putByte(offset + RecordDescriptor.VERSION_OFFSET, (byte) RecordDescriptor.VERSION);
        buffer.putByte(offset + RecordDescriptor.TYPE_OFFSET, (byte) ownType.code());
        buffer.putShort(offset + RecordDescriptor.LANE_OFFSET, (short) RecordDescriptor.NO_LANE, LITTLE_ENDIAN);
    }

    /**
     * CRC32C as stored.
     *
     * @return the CRC over everything after it
     */
    public final int crc() {
        return buffer.getInt(offset + RecordDescriptor.CRC_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Length of the whole record.
     *
     * @return bytes
     */
    public final int length() {
        return buffer.getInt(offset + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Layout version.
     *
     * @return 1
     */
    public final int version() {
        return buffer.getByte(offset + RecordDescriptor.VERSION_OFFSET) & 0xFF;
    }

    /**
     * Type as stored.
     *
     * @return the type, or null when this version knows none
     */
    public final RecordType type() {
        return RecordType.ofCode(buffer.getByte(offset + RecordDescriptor.TYPE_OFFSET) & 0xFF);
    }

    /**
     * Lane of the life.
     *
     * @return 0 to 65534, or {@link RecordDescriptor#NO_LANE}
     */
    public final int lane() {
        return buffer.getShort(offset + RecordDescriptor.LANE_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * Upper half of the life.
     *
     * @return 64 bits
     */
    public final long lifeHigh() {
        return buffer.getLong(offset + RecordDescriptor.LIFE_HIGH_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Lower half of the life.
     *
     * @return 64 bits
     */
    public final long lifeLow() {
        return buffer.getLong(offset + RecordDescriptor.LIFE_LOW_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The life as a value; allocates.
     *
     * @return the life that the record speaks of
     */
    public final Life life() {
        return new Life(lifeHigh(), lifeLow());
    }

    /**
     * Copies the whole record.
     *
     * @param to memory to hold it, {@link #length()} bytes from the offset
     * @param at offset of its header there
     */
    public final void copyTo(final UnsafeBuffer to, final int at) {
        to.putBytes(at, buffer, offset, length());
    }

    /**
     * Sets life and lane.
     *
     * @param high upper half of the life
     * @param low lower half
     * @param lane 0 to 65534, or {@link RecordDescriptor#NO_LANE}
     */
    protected final void identity(final long high, final long low, final int lane) {
        buffer.putLong(offset + RecordDescriptor.LIFE_HIGH_OFFSET, high, LITTLE_ENDIAN);
        buffer.putLong(offset + RecordDescriptor.LIFE_LOW_OFFSET, low, LITTLE_ENDIAN);
        buffer.putShort(offset + RecordDescriptor.LANE_OFFSET, (short) lane, LITTLE_ENDIAN);
    }

    /**
     * A long of the body.
     *
     * @param at offset within the record
     * @return the value
     */
    protected final long longAt(final int at) {
        return buffer.getLong(offset + at, LITTLE_ENDIAN);
    }

    /**
     * Sets a long of the body.
     *
     * @param at offset within the record
     * @param value to store
     */
    protected final void longAt(final int at, final long value) {
        buffer.putLong(offset + at, value, LITTLE_ENDIAN);
    }

    /**
     * An unsigned 16-bit number of the body.
     *
     * @param at offset within the record
     * @return 0 to 65535
     */
    protected final int shortAt(final int at) {
        return buffer.getShort(offset + at, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * Sets an unsigned 16-bit number of the body.
     *
     * @param at offset within the record
     * @param value 0 to 65535
     */
    protected final void shortAt(final int at, final int value) {
        buffer.putShort(offset + at, (short) value, LITTLE_ENDIAN);
    }

    /**
     * An unsigned byte of the body.
     *
     * @param at offset within the record
     * @return 0 to 255
     */
    protected final int byteAt(final int at) {
        return buffer.getByte(offset + at) & 0xFF;
    }

    /**
     * Sets an unsigned byte of the body.
     *
     * @param at offset within the record
     * @param value 0 to 255
     */
    protected final void byteAt(final int at, final int value) {
        buffer.putByte(offset + at, (byte) value);
    }
}
