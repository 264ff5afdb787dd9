package openclaw.edge.ledger.read;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordType;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/** Whole records next to each other in a file: their CRCs agree. Valid until the walk goes on. */
final class RecordBlock {
    /** From the start of a document to the record in it. */
    static final int DOCUMENT_HEADER_LENGTH = Integer.BYTES;

    /** Version and type of the records that come by the million, as one number. */
    private static final int USAGE_CODE = RecordDescriptor.VERSION | RecordType.USAGE.code() << 8;

    private UnsafeBuffer buffer;
    private long start;
    private int[] at = new int[2048];
    private int count;

    void clear() {
        count = 0;
    }

    void window(final FileWindow window) {
        buffer = window.buffer();
        start = window.start();
    }

    /** Holds one record from elsewhere. */
    void only(final UnsafeBuffer record, final long positionBytes) {
        buffer = record;
        start = positionBytes + DOCUMENT_HEADER_LENGTH;
        at[0] = 0;
        count = 1;
    }

    void add(final int recordAt) {
        if (count == at.length) {
            at = Arrays.copyOf(at, count * 2);
        }
        at[count++] = recordAt;
    }

    int count() {
        return count;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /** Offset of a record's header in the buffer. */
    int at(final int index) {
        return at[index];
    }

    int length(final int index) {
        return buffer.getInt(at[index] + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    int crc(final int index) {
        return buffer.getInt(at[index] + RecordDescriptor.CRC_OFFSET, LITTLE_ENDIAN);
    }

    /** Whether it is a usage record of this release. */
    boolean isUsage(final int index) {
        return (buffer.getShort(at[index] + RecordDescriptor.VERSION_OFFSET, LITTLE_ENDIAN) & 0xFFFF) == USAGE_CODE;
    }

    int lane(final int index) {
        return buffer.getShort(at[index] + RecordDescriptor.LANE_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    long lifeHigh(final int index) {
        return buffer.getLong(at[index] + RecordDescriptor.LIFE_HIGH_OFFSET, LITTLE_ENDIAN);
    }

    long lifeLow(final int index) {
        return buffer.getLong(at[index] + RecordDescriptor.LIFE_LOW_OFFSET, LITTLE_ENDIAN);
    }

    /** Of a usage record only. */
    long sequence(final int index) {
        return buffer.getLong(at[index] + UsageRecordDescriptor.SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Where the usage records end that follow one in its lane, each with the next sequence. Length, version, type and lane of a
     * record stand next to each other and are compared as one number.
     *
     * @param first a usage record
     * @param maxSequence that a record may have
     * @return index behind the last of them, above {@code first}
     */
    int runEnd(final int first, final long maxSequence) {
        final int begin = at[first];
        final long kind = buffer.getLong(begin + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
        final long high = lifeHigh(first);
        final long low = lifeLow(first);
        final long last = maxSequence - sequence(first);
        final int limit = (int) Math.min(count, first + 1 + last);
        long next = sequence(first) + 1;
        int end = first + 1;
        while (end < limit && isNext(at[end], kind, high, low, next)) {
            next++;
            end++;
        }
        return end;
    }

    private boolean isNext(final int record, final long kind, final long high, final long low, final long sequence) {
        return buffer.getLong(record + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN) == kind
                && buffer.getLong(record + UsageRecordDescriptor.SEQUENCE_OFFSET, LITTLE_ENDIAN) == sequence
                && buffer.getLong(record + RecordDescriptor.LIFE_LOW_OFFSET, LITTLE_ENDIAN) == low
                && buffer.getLong(record + RecordDescriptor.LIFE_HIGH_OFFSET, LITTLE_ENDIAN) == high;
    }

    /** Offset of its document in the file. */
    long positionBytes(final int index) {
        return start + at[index] - DOCUMENT_HEADER_LENGTH;
    }
}
