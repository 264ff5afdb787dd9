package openclaw.edge.ledger.record;

import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a DELETED_FILE record: a file of the queue was deleted after every registered reader had committed all usage
 * in it. Belongs to no life. Layout: {@link ControlRecordDescriptor}. Not thread-safe.
 */
public final class DeletedFileRecord extends RecordFlyweight {
    private static final int MAX_TEXT_LENGTH = 0xFFFF;

    /** A flyweight over nothing yet. */
    public DeletedFileRecord() {
        super(RecordType.DELETED_FILE);
    }

    /**
     * Length of a DELETED_FILE record.
     *
     * @param textLength bytes of both texts
     * @return bytes
     */
    public static int lengthOf(final int textLength) {
        return RecordDescriptor.aligned(FILE_TEXT_OFFSET + textLength);
    }

    /**
     * Writes a record but its contents and CRC.
     *
     * @param to memory to hold it
     * @param at offset of its header
     * @param timeNs cycle time of the deletion
     * @param name of the file, at most 65,535 bytes
     * @param readers names of those that had committed it, with commas, at most 65,535 bytes
     * @return this, for {@link #contents}
     */
    public DeletedFileRecord begin(
            final UnsafeBuffer to, final int at, final long timeNs, final String name, final String readers) {
        final byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        final byte[] readersBytes = readers.getBytes(StandardCharsets.UTF_8);
        if (nameBytes.length > MAX_TEXT_LENGTH || readersBytes.length > MAX_TEXT_LENGTH) {
            throw new IllegalArgumentException("names of " + nameBytes.length + " and " + readersBytes.length
                    + " bytes, expected at most " + MAX_TEXT_LENGTH + " each");
        }
        begin(to, at, lengthOf(nameBytes.length + readersBytes.length));
        identity(Life.NONE.high(), Life.NONE.low(), RecordDescriptor.NO_LANE);
        longAt(TIME_NS_OFFSET, timeNs);
        shortAt(FILE_NAME_LENGTH_OFFSET, nameBytes.length);
        shortAt(FILE_READERS_LENGTH_OFFSET, readersBytes.length);
        to.putBytes(at + FILE_TEXT_OFFSET, nameBytes);
        to.putBytes(at + FILE_TEXT_OFFSET + nameBytes.length, readersBytes);
        return this;
    }

    /**
     * Sets what the file held.
     *
     * @param lengthBytes up to behind its last document
     * @param usageRecords distinct ones
     * @param sha256 of those bytes, 32 bytes
     * @return this
     */
    public DeletedFileRecord contents(final long lengthBytes, final long usageRecords, final byte[] sha256) {
        if (sha256.length != SHA256_LENGTH) {
            throw new IllegalArgumentException("SHA-256 of " + sha256.length + " bytes, expected " + SHA256_LENGTH);
        }
        longAt(FILE_BYTES_OFFSET, lengthBytes);
        longAt(FILE_RECORDS_OFFSET, usageRecords);
        buffer.putBytes(offset + FILE_SHA256_OFFSET, sha256);
        return this;
    }

    /**
     * When it was deleted.
     *
     * @return cycle time, nanoseconds since the Unix epoch
     */
    public long timeNs() {
        return longAt(TIME_NS_OFFSET);
    }

    /**
     * Bytes of the file up to behind its last document.
     *
     * @return 0 or more
     */
    public long fileBytes() {
        return longAt(FILE_BYTES_OFFSET);
    }

    /**
     * Distinct usage records that stood in it.
     *
     * @return 0 or more
     */
    public long usageRecords() {
        return longAt(FILE_RECORDS_OFFSET);
    }

    /**
     * SHA-256 of those bytes; allocates.
     *
     * @return 32 bytes
     */
    public byte[] sha256() {
        final byte[] sha256 = new byte[SHA256_LENGTH];
        buffer.getBytes(offset + FILE_SHA256_OFFSET, sha256);
        return sha256;
    }

    /**
     * Bytes of both texts.
     *
     * @return 0 to 131,070
     */
    public int textLength() {
        return shortAt(FILE_NAME_LENGTH_OFFSET) + shortAt(FILE_READERS_LENGTH_OFFSET);
    }

    /**
     * The file's name; allocates.
     *
     * @return without its directory
     */
    public String name() {
        return text(FILE_TEXT_OFFSET, shortAt(FILE_NAME_LENGTH_OFFSET));
    }

    /**
     * Readers that had committed it; allocates.
     *
     * @return names with commas
     */
    public String readers() {
        return text(FILE_TEXT_OFFSET + shortAt(FILE_NAME_LENGTH_OFFSET), shortAt(FILE_READERS_LENGTH_OFFSET));
    }

    private String text(final int at, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset + at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
