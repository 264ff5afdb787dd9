package openclaw.edge.ledger.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stretch of memory that holds records, as one thread sees it: a buffer to read and write, and the CRC32C over it.
 *
 * <p>Not thread-safe: the CRC needs a position of its own. Each thread makes its own region over shared memory.
 */
public final class RecordRegion {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer view;
    private final UnsafeBuffer buffer;

    /**
     * A region over all of the bytes from 0 to their capacity.
     *
     * @param bytes direct or backed by an array from its index 0; their position and limit are left alone
     */
    public RecordRegion(final ByteBuffer bytes) {
        this(bytes, new UnsafeBuffer(bytes, 0, bytes.capacity()));
    }

    /**
     * A region whose stores go through a given buffer.
     *
     * @param bytes as above
     * @param buffer over the same bytes from 0 on
     */
    public RecordRegion(final ByteBuffer bytes, final UnsafeBuffer buffer) {
        this.view = bytes.duplicate().clear();
        this.buffer = buffer;
    }

    /**
     * The memory itself.
     *
     * @return the same buffer always
     */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * How much there is.
     *
     * @return bytes
     */
    public int capacity() {
        return buffer.capacity();
    }

    /**
     * CRC32C of a stretch.
     *
     * @param offset of the first byte
     * @param lengthBytes to cover
     * @return the CRC
     */
    public int crc(final int offset, final int lengthBytes) {
        view.limit(offset + lengthBytes).position(offset);
        crc.reset();
        crc.update(view);
        return (int) crc.getValue();
    }

    /**
     * Computes and stores the CRC of a record whose length field is already set.
     *
     * @param offset of the record's header
     * @return the CRC stored
     */
    public int seal(final int offset) {
        final int length = buffer.getInt(offset + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
        final int sealed = crc(offset + RecordDescriptor.CRC_START, length - RecordDescriptor.CRC_START);
        buffer.putInt(offset + RecordDescriptor.CRC_OFFSET, sealed, LITTLE_ENDIAN);
        return sealed;
    }

    /**
     * CRC32C that a record says of itself.
     *
     * @param offset of the record's header
     * @return the CRC as stored
     */
    public int storedCrc(final int offset) {
        return buffer.getInt(offset + RecordDescriptor.CRC_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Whether a whole record stands at an offset: a possible length, and a CRC that agrees. Says nothing of version and
     * type.
     *
     * @param offset of the supposed header
     * @param limitBytes what is readable from the offset on
     * @return true if its fields may be believed
     */
    public boolean isValid(final int offset, final int limitBytes) {
        if (limitBytes < RecordDescriptor.HEADER_LENGTH) {
            return false;
        }
        final int length = buffer.getInt(offset + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
        if (length < RecordDescriptor.HEADER_LENGTH || length > limitBytes) {
            return false;
        }
        return storedCrc(offset) == crc(offset + RecordDescriptor.CRC_START, length - RecordDescriptor.CRC_START);
    }
}
