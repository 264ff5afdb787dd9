package openclaw.edge.ledger.read;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordType;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Looks behind a break for the next whole record, at any byte and with no regard to what surrounds it. A record is what has
 * a possible length for its type, and a CRC32C over identity and body that agrees. Of random bytes less than one place in
 * 2^16 has the first, and one in 2^32 of those has the second.
 */
final class RecordFinder implements AutoCloseable {
    /** Where nothing was found. */
    static final long NOTHING = -1;

    /** Header of the document that ends a file, and the text in it. */
    static final long END_MARK = 0x464F_45C3_C000_0000L;

    /** Longest record of a type or version that this release does not know and that is still looked for. */
    private static final int MAX_UNKNOWN_LENGTH = 1024;

    /** More than OPEN and CLOSE of 1,024 lanes take. */
    private static final int MAX_CONTROL_LENGTH = 16 << 10;

    private static final int CAPACITY = 1 << 20;
    private static final int NO_CANDIDATE = 0;
    private static final int IS_END_MARK = -1;

    private final FileWindow window = new FileWindow(CAPACITY);
    private long endMark;

    /** Begins with a file. */
    void open(final FileWindow of) {
        window.shareFile(of);
    }

    /** Position of the mark that ends the file, when the last search met it before any record; else {@link #NOTHING}. */
    long endMark() {
        return endMark;
    }

    /**
     * Finds the first whole record that begins in a stretch.
     *
     * @param from first position
     * @param to position behind the last; the record may reach beyond it
     * @return position of the record's header, or {@link #NOTHING}
     * @throws IOException when the file cannot be read
     */
    long find(final long from, final long to) throws IOException {
        endMark = NOTHING;
        window.forget();
        long position = from;
        while (position < to) {
            window.ensure(position, RecordDescriptor.HEADER_LENGTH);
            final long start = window.start();
            final int readable = window.length() - Long.BYTES + 1;
            final int limit = (int) Math.min(readable, to - start);
            int at = (int) (position - start);
            if (limit <= at) {
                return NOTHING;
            }
            int candidate = NO_CANDIDATE;
            while (at < limit) {
                at = skipZeros(at, limit);
                candidate = candidate(at);
                if (candidate != NO_CANDIDATE) {
                    break;
                }
                at++;
            }
            position = start + at;
            if (candidate == IS_END_MARK) {
                endMark = position;
                return NOTHING;
            }
            if (candidate != NO_CANDIDATE) {
                if (window.ensure(position, candidate)
                        && window.region().isValid((int) (position - window.start()), candidate)) {
                    return position;
                }
                position++;
            }
        }
        return NOTHING;
    }

    /** Passes zeros: no record has a length of 0. Stops where one could begin whose CRC ends with them. */
    private int skipZeros(final int from, final int limit) {
        final UnsafeBuffer buffer = window.buffer();
        int at = from;
        while (at <= limit - Long.BYTES && buffer.getLong(at) == 0) {
            at += Long.BYTES;
        }
        return Math.max(from, at == from ? at : at - Long.BYTES + 1);
    }

    /** Length of what could be a record at an offset, or one of the other answers. */
    private int candidate(final int at) {
        final UnsafeBuffer buffer = window.buffer();
        final int length = buffer.getInt(at + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
        if (length < RecordDescriptor.HEADER_LENGTH || length > RecordDescriptor.MAX_LENGTH || (length & 7) != 0) {
            return buffer.getLong(at, LITTLE_ENDIAN) == END_MARK ? IS_END_MARK : NO_CANDIDATE;
        }
        if (at + RecordDescriptor.HEADER_LENGTH > window.length()) {
            return NO_CANDIDATE;
        }
        final int version = buffer.getByte(at + RecordDescriptor.VERSION_OFFSET) & 0xFF;
        final RecordType type = RecordType.ofCode(buffer.getByte(at + RecordDescriptor.TYPE_OFFSET) & 0xFF);
        return length <= longest(version, type) ? length : NO_CANDIDATE;
    }

    private static int longest(final int version, final RecordType type) {
        if (version != RecordDescriptor.VERSION || type == null) {
            return MAX_UNKNOWN_LENGTH;
        }
        return switch (type) {
            case USAGE -> UsageRecordDescriptor.LENGTH;
            case TICK -> RecordDescriptor.MAX_LENGTH;
            default -> MAX_CONTROL_LENGTH;
        };
    }

    @Override
    public void close() throws IOException {
        window.close();
    }
}
