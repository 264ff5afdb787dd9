package openclaw.edge.sync.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Header of a datagram, which starts at index 0 of its buffer. {@link #check(int)} comes before any getter. Not
 * thread-safe.
 */
public final class FrameHeaderFlyweight {

    private UnsafeBuffer buffer;

    /** A flyweight, to be wrapped around a datagram. */
    public FrameHeaderFlyweight() {}

    /**
     * Points it at a datagram.
     *
     * @param datagram of {@link WireDescriptor#MAX_DATAGRAM_BYTES}.
     * @return this.
     */
    public FrameHeaderFlyweight wrap(final UnsafeBuffer datagram) {
        buffer = datagram;
        return this;
    }

    /**
     * Writes all of it.
     *
     * @param type of the datagram.
     * @param session the receiver's id.
     * @param sequence as in {@link WireDescriptor}.
     */
    public void set(final int type, final long session, final long sequence) {
        buffer.putShort(WireDescriptor.MAGIC_OFFSET, (short) WireDescriptor.MAGIC, LITTLE_ENDIAN);
        buffer.putByte(WireDescriptor.VERSION_OFFSET, (byte) WireDescriptor.VERSION);
        buffer.putByte(WireDescriptor.TYPE_OFFSET, (byte) type);
        buffer.putShort(WireDescriptor.FLAGS_OFFSET, (short) 0, LITTLE_ENDIAN);
        buffer.putShort(WireDescriptor.RESERVED_OFFSET, (short) 0, LITTLE_ENDIAN);
        buffer.putLong(WireDescriptor.SESSION_OFFSET, session, LITTLE_ENDIAN);
        buffer.putLong(WireDescriptor.SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
    }

    /**
     * Whether this version can read a datagram, before its tag is looked at.
     *
     * @param lengthBytes as received, at least 0.
     * @return {@link DropReason#NONE}, or why not.
     */
    public DropReason check(final int lengthBytes) {
        if (lengthBytes < WireDescriptor.MIN_DATAGRAM_BYTES) {
            return DropReason.TOO_SHORT;
        }
        if (lengthBytes > WireDescriptor.MAX_DATAGRAM_BYTES) {
            return DropReason.TOO_LONG;
        }
        if ((buffer.getShort(WireDescriptor.MAGIC_OFFSET, LITTLE_ENDIAN) & 0xFFFF) != WireDescriptor.MAGIC) {
            return DropReason.NOT_OURS;
        }
        if (buffer.getByte(WireDescriptor.VERSION_OFFSET) != WireDescriptor.VERSION) {
            return DropReason.WRONG_VERSION;
        }
        if (type() < WireDescriptor.TYPE_HELLO || type() > WireDescriptor.TYPE_DATA) {
            return DropReason.UNKNOWN_TYPE;
        }
        if ((buffer.getShort(WireDescriptor.FLAGS_OFFSET, LITTLE_ENDIAN) & WireDescriptor.MUST_KNOW_FLAGS) != 0) {
            return DropReason.UNKNOWN_FLAG;
        }
        return DropReason.NONE;
    }

    /** {@link WireDescriptor#TYPE_HELLO}, TYPE_WELCOME or TYPE_DATA. */
    public int type() {
        return buffer.getByte(WireDescriptor.TYPE_OFFSET);
    }

    /** The receiver's id of the session; any value. */
    public long session() {
        return buffer.getLong(WireDescriptor.SESSION_OFFSET, LITTLE_ENDIAN);
    }

    /** As in {@link WireDescriptor}; any value. */
    public long sequence() {
        return buffer.getLong(WireDescriptor.SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }
}
