package openclaw.edge.sync.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * One member in a MEMBERS frame: reusable. What a {@link FrameHandler} receives is valid during the call. Not thread-safe.
 */
public final class MemberFlyweight {

    /** Status, flags, weight, life, incarnation, lengths of name and address, port. */
    static final int FIXED_BYTES = 3 * Byte.BYTES + 2 * Long.BYTES + 2 * Byte.BYTES + Short.BYTES;

    private final byte[] name = new byte[WireDescriptor.MAX_NAME_BYTES];
    private final byte[] address = new byte[WireDescriptor.MAX_ADDRESS_BYTES];
    private int nameLength;
    private int addressLength;
    private int port;
    private int status;
    private int flags;
    private int weight;
    private long life;
    private long incarnation;

    /** A member to be filled. */
    public MemberFlyweight() {}

    /**
     * Sets what the view says.
     *
     * @param newStatus 0 to 255, meaning given by membership.
     * @param newFlags 0 to 255, meaning given by membership.
     * @param newWeight 0 to 255; 0 is never counted.
     * @return this.
     */
    public MemberFlyweight view(final int newStatus, final int newFlags, final int newWeight) {
        status = newStatus;
        flags = newFlags;
        weight = newWeight;
        return this;
    }

    /**
     * Sets who it is.
     *
     * @param newLife of its process, 0 if not known.
     * @param newIncarnation of its counters, 0 if not known.
     * @return this.
     */
    public MemberFlyweight identity(final long newLife, final long newIncarnation) {
        life = newLife;
        incarnation = newIncarnation;
        return this;
    }

    /**
     * Sets the name.
     *
     * @param utf8 bytes of the name, 0 to {@link WireDescriptor#MAX_NAME_BYTES} (0: a configured address whose name is
     *     not known).
     * @return this.
     */
    public MemberFlyweight name(final byte[] utf8) {
        System.arraycopy(utf8, 0, name, 0, utf8.length);
        nameLength = utf8.length;
        return this;
    }

    /**
     * Sets where it is.
     *
     * @param network bytes of the address: none, 4 or 16.
     * @param newPort 0 to 65,535.
     * @return this.
     */
    public MemberFlyweight address(final byte[] network, final int newPort) {
        System.arraycopy(network, 0, address, 0, network.length);
        addressLength = network.length;
        port = newPort;
        return this;
    }

    /** As given by membership, 0 to 255; another version may send values unknown here. */
    public int status() {
        return status;
    }

    /** As given by membership, 0 to 255; bits unknown here are to be ignored. */
    public int flags() {
        return flags;
    }

    /** 0 to 255. */
    public int weight() {
        return weight;
    }

    /** Life of the process, 0 if not known. */
    public long life() {
        return life;
    }

    /** Incarnation of the counters, 0 if not known. */
    public long incarnation() {
        return incarnation;
    }

    /** Length of the name, bytes, 0 to {@link WireDescriptor#MAX_NAME_BYTES}. */
    public int nameLength() {
        return nameLength;
    }

    /** The bytes of the name, the first {@link #nameLength()} of which count; not to be kept or changed. */
    public byte[] nameBytes() {
        return name;
    }

    /** Length of the address: 0 (not known), 4 or 16. */
    public int addressLength() {
        return addressLength;
    }

    /** The bytes of the address, the first {@link #addressLength()} of which count; not to be kept or changed. */
    public byte[] addressBytes() {
        return address;
    }

    /** 0 to 65,535. */
    public int port() {
        return port;
    }

    int encodedLength() {
        return FIXED_BYTES + nameLength + addressLength;
    }

    int encode(final UnsafeBuffer buffer, final int start) {
        int at = start;
        buffer.putByte(at++, (byte) status);
        buffer.putByte(at++, (byte) flags);
        buffer.putByte(at++, (byte) weight);
        buffer.putLong(at, life, LITTLE_ENDIAN);
        at += Long.BYTES;
        buffer.putLong(at, incarnation, LITTLE_ENDIAN);
        at += Long.BYTES;
        buffer.putByte(at++, (byte) nameLength);
        buffer.putBytes(at, name, 0, nameLength);
        at += nameLength;
        buffer.putByte(at++, (byte) addressLength);
        buffer.putBytes(at, address, 0, addressLength);
        at += addressLength;
        buffer.putShort(at, (short) port, LITTLE_ENDIAN);
        return at + Short.BYTES;
    }

    void decode(final ReadCursor cursor) {
        status = cursor.unsignedByte();
        flags = cursor.unsignedByte();
        weight = cursor.unsignedByte();
        life = cursor.longValue();
        incarnation = cursor.longValue();
        nameLength = cursor.unsignedByte();
        if (nameLength > WireDescriptor.MAX_NAME_BYTES) {
            cursor.fail(DropReason.VALUE_RANGE);
            return;
        }
        cursor.bytes(name, nameLength);
        if (!Names.isPrintable(name, cursor.hasFailed() ? 0 : nameLength)) {
            cursor.fail(DropReason.VALUE_RANGE);
        }
        addressLength = cursor.unsignedByte();
        if (addressLength != 0
                && addressLength != WireDescriptor.IPV4_BYTES
                && addressLength != WireDescriptor.MAX_ADDRESS_BYTES) {
            cursor.fail(DropReason.VALUE_RANGE);
            return;
        }
        cursor.bytes(address, addressLength);
        port = cursor.unsignedShort();
    }
}
