package openclaw.edge.ledger.read;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static openclaw.edge.ledger.read.RecordBlock.DOCUMENT_HEADER_LENGTH;

import java.io.IOException;
import java.nio.file.Path;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks one file of the journal's queue from whole record to whole record, without the queue's own library: so a file can be
 * read alone, while it is written, without its directory's metadata, and past any break.
 *
 * <pre>
 *   document   0: header, 4 bytes: length (30 bits) | bit 30: metadata | bit 31: being written
 *              4: content, then zeros up to a multiple of 4
 *   header 0: nothing yet, or a document whose writer has not come to its end, or was killed before it did
 *   header 0xC0000000, content C3 'EOF': the writer has gone on to another file
 * </pre>
 *
 * The content of a document is one record, or metadata (the file's own header, indexes). What decides is the record's CRC,
 * never the header around it: metadata is passed over only after no record was found in it, and where a header does not
 * agree with the record behind it, the next record is looked for byte by byte, and the stretch between is a break. Not
 * thread-safe.
 */
final class RecordWalk implements AutoCloseable {
    private static final int LENGTH_MASK = 0x3FFF_FFFF;
    private static final int METADATA = 1 << 30;
    private static final int NOT_COMPLETE = 1 << 31;

    /** How far behind unwritten space a follower looks: further than a writer ever leaves a document open. */
    private static final int FOLLOWED_LENGTH = 64 << 10;

    /** How far behind unwritten space one looks at least, whatever the file's header says. */
    private static final int UNWRITTEN_LENGTH = 4 << 20;

    private final FileWindow window;
    private RecordFinder finder;
    private Breaks breaks;
    private boolean followed;
    private long position;
    private long size;
    private boolean atEnd;
    private boolean ended;
    private long unfinishedAt = -1;
    private int unfinishedCrc;

    RecordWalk(final int windowBytes) {
        window = new FileWindow(windowBytes);
    }

    /** Takes what is broken. */
    interface Breaks {
        /**
         * A stretch that holds no whole record and should, or whose header is not that of the record in it.
         *
         * @param positionBytes where it begins
         * @param lengthBytes up to the next whole document, or to the file's end
         * @param what is wrong there
         */
        void onBreak(long positionBytes, long lengthBytes, String what);
    }

    /**
     * Begins with a file.
     *
     * @param path of it
     * @param from position of a document
     * @param newBreaks told what is broken
     * @param isFollowed whether the file is being written, so that its unwritten end is not looked behind
     */
    void open(final Path path, final long from, final Breaks newBreaks, final boolean isFollowed) throws IOException {
        window.open(path);
        size = window.size();
        position = from;
        breaks = newBreaks;
        followed = isFollowed;
        atEnd = false;
        ended = false;
        unfinishedAt = -1;
    }

    /** Says that the record of an unfinished document was passed on before. */
    void passedUnfinished(final long positionBytes, final int crc) {
        unfinishedAt = positionBytes;
        unfinishedCrc = crc;
    }

    /** Position of the last unfinished document whose record was passed on, or -1. */
    long unfinishedAt() {
        return unfinishedAt;
    }

    int unfinishedCrc() {
        return unfinishedCrc;
    }

    /** Position of the next document. */
    long position() {
        return position;
    }

    /** Size of the file when it was opened, or later. */
    long size() {
        return size;
    }

    /** Whether the writer has gone on to another file. */
    boolean isEnded() {
        return ended;
    }

    /**
     * Reads the next whole records.
     *
     * @param block filled with one or more records
     * @return false when there is none up to the end so far
     */
    boolean next(final RecordBlock block) throws IOException {
        block.clear();
        while (block.count() == 0 && !atEnd) {
            window.load(position, DOCUMENT_HEADER_LENGTH);
            if (window.start() + window.length() > size) {
                size = window.start() + window.length();
            }
            block.window(window);
            if (!passDocuments(block) && !growToDocument()) {
                special(block);
            }
        }
        return block.count() > 0;
    }

    /** Passes the documents that are as they should be; answers whether there was one. */
    private boolean passDocuments(final RecordBlock block) {
        final RecordRegion region = window.region();
        final UnsafeBuffer buffer = region.buffer();
        final int end = window.length();
        int at = 0;
        while (at <= end - DOCUMENT_HEADER_LENGTH - RecordDescriptor.HEADER_LENGTH) {
            final int header = buffer.getInt(at, LITTLE_ENDIAN);
            final int recordAt = at + DOCUMENT_HEADER_LENGTH;
            if (header < RecordDescriptor.HEADER_LENGTH
                    || header > end - recordAt
                    || buffer.getInt(recordAt + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN) != header
                    || !region.isValid(recordAt, header)) {
                break;
            }
            if (position + at != unfinishedAt || region.storedCrc(recordAt) != unfinishedCrc) {
                block.add(recordAt);
            }
            at = recordAt + aligned(header);
        }
        position += at;
        return at > 0;
    }

    private static int aligned(final int lengthBytes) {
        return (lengthBytes + 3) & ~3;
    }

    /** Makes the window large enough for a document that did not fit; answers whether it is whole now. */
    private boolean growToDocument() throws IOException {
        if (window.length() < DOCUMENT_HEADER_LENGTH) {
            return false;
        }
        final int header = window.buffer().getInt(0, LITTLE_ENDIAN);
        final boolean larger = header > window.length() - DOCUMENT_HEADER_LENGTH
                && header <= RecordDescriptor.MAX_LENGTH
                && position + DOCUMENT_HEADER_LENGTH + header <= size;
        if (larger) {
            window.load(position, DOCUMENT_HEADER_LENGTH + header);
        }
        return larger && window.length() >= DOCUMENT_HEADER_LENGTH + header && isWhole();
    }

    /** Whether a whole record in a proper document stands at the window's beginning. */
    private boolean isWhole() {
        final int length = window.buffer().getInt(0, LITTLE_ENDIAN);
        return window.length() >= DOCUMENT_HEADER_LENGTH + RecordDescriptor.HEADER_LENGTH
                && window.buffer().getInt(DOCUMENT_HEADER_LENGTH + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN)
                        == length
                && window.region().isValid(DOCUMENT_HEADER_LENGTH, window.length() - DOCUMENT_HEADER_LENGTH);
    }

    /** At a place where no whole record stands in a proper document. */
    private void special(final RecordBlock block) throws IOException {
        if (window.length() < DOCUMENT_HEADER_LENGTH) {
            atEnd = true;
            if (window.length() > 0) {
                breaks.onBreak(position, window.length(), "document header cut off at the file's end at " + size);
            }
            return;
        }
        final int header = window.buffer().getInt(0, LITTLE_ENDIAN);
        if (window.length() >= Long.BYTES && window.buffer().getLong(0, LITTLE_ENDIAN) == RecordFinder.END_MARK) {
            atEnd = true;
            ended = true;
            return;
        }
        final long next = position + DOCUMENT_HEADER_LENGTH + aligned(header & LENGTH_MASK);
        if ((header & ~LENGTH_MASK) == METADATA && next <= size) {
            final long found = find(next);
            if (found == RecordFinder.NOTHING) {
                position = next;
            } else {
                onFound(block, header, found, size);
            }
            return;
        }
        // A writer makes room before it writes: what claims more than the file has was not begun by one.
        final boolean unwritten = header == 0 || ((header & NOT_COMPLETE) != 0 && next <= size);
        final long to = unwritten ? Math.min(size, position + unwrittenLength()) : size;
        final long found = find(to);
        if (found != RecordFinder.NOTHING) {
            onFound(block, header, found, to);
        } else {
            onNothing(header, unwritten, next);
        }
    }

    /**
     * How far to look behind what seems to be the end. Files are made 80 MiB long and empty, so that looking through all of
     * one takes 30 ms; where the writer says that it wrote further, one looks there too.
     */
    private long unwrittenLength() throws IOException {
        if (followed) {
            return FOLLOWED_LENGTH;
        }
        final long written = WrittenMark.read(window);
        window.load(position, DOCUMENT_HEADER_LENGTH);
        return written == WrittenMark.UNKNOWN || written >= position ? size : UNWRITTEN_LENGTH;
    }

    private long find(final long to) throws IOException {
        if (finder == null) {
            finder = new RecordFinder();
        }
        finder.open(window);
        return finder.find(position + DOCUMENT_HEADER_LENGTH, to);
    }

    /** A record was found behind what is no proper document; or in it, and only its header is wrong. */
    private void onFound(final RecordBlock block, final int header, final long found, final long to)
            throws IOException {
        if (isOtherwiseNow(header)) {
            return;
        }
        final boolean own = found == position + DOCUMENT_HEADER_LENGTH;
        final int length = loadRecord(found);
        block.window(window);
        if (length == 0) {
            return;
        }
        final int crc = window.region().storedCrc(DOCUMENT_HEADER_LENGTH);
        final int next = DOCUMENT_HEADER_LENGTH + aligned(length);
        if (own && (header == 0 || (header & NOT_COMPLETE) != 0) && isUnwritten(next)) {
            if (isNothingFrom(position + next, to)) {
                // The last document of a living file, or of one whose writer was killed: whole, but not yet said to be.
                if (!followed && (position != unfinishedAt || crc != unfinishedCrc)) {
                    block.add(DOCUMENT_HEADER_LENGTH);
                    passedUnfinished(position, crc);
                }
                atEnd = true;
                return;
            }
            if (isOtherwiseNow(header)) {
                return;
            }
        }
        breaks.onBreak(position, own ? next : found - DOCUMENT_HEADER_LENGTH - position, what(header, own));
        if (!own || position != unfinishedAt || crc != unfinishedCrc) {
            block.add(DOCUMENT_HEADER_LENGTH);
        }
        position = found + aligned(length);
    }

    /** Loads a record, the document header before it first; its length, or 0 when it is whole no more. */
    private int loadRecord(final long recordAt) throws IOException {
        final long from = recordAt - DOCUMENT_HEADER_LENGTH;
        window.load(from, DOCUMENT_HEADER_LENGTH + RecordDescriptor.HEADER_LENGTH);
        if (window.length() < DOCUMENT_HEADER_LENGTH + RecordDescriptor.HEADER_LENGTH) {
            return 0;
        }
        final int length =
                window.buffer().getInt(DOCUMENT_HEADER_LENGTH + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
        if (length > window.length() - DOCUMENT_HEADER_LENGTH && length <= RecordDescriptor.MAX_LENGTH) {
            window.load(from, DOCUMENT_HEADER_LENGTH + length);
        }
        final boolean whole = window.region().isValid(DOCUMENT_HEADER_LENGTH, window.length() - DOCUMENT_HEADER_LENGTH);
        return whole ? length : 0;
    }

    private boolean isNothingFrom(final long from, final long to) throws IOException {
        return finder.find(from, to) == RecordFinder.NOTHING && finder.endMark() == RecordFinder.NOTHING;
    }

    private boolean isUnwritten(final int at) {
        return at + DOCUMENT_HEADER_LENGTH > window.length() || window.buffer().getInt(at, LITTLE_ENDIAN) == 0;
    }

    /** Whether the place was written while one looked behind it: then there is no break, but a writer going on. */
    private boolean isOtherwiseNow(final int header) throws IOException {
        window.load(position, DOCUMENT_HEADER_LENGTH);
        return window.length() < DOCUMENT_HEADER_LENGTH
                || window.buffer().getInt(0, LITTLE_ENDIAN) != header
                || isWhole();
    }

    /** There is no whole record behind: the end so far, or a break that reaches to the end. */
    private void onNothing(final int header, final boolean unwritten, final long next) throws IOException {
        if (isOtherwiseNow(header)) {
            return;
        }
        atEnd = true;
        if (finder.endMark() != RecordFinder.NOTHING) {
            breaks.onBreak(position, finder.endMark() - position, what(header, false));
            ended = true;
        } else if (!unwritten) {
            final String what = next > size
                    ? "document of " + (header & LENGTH_MASK) + " bytes, beyond the file's end at " + size
                    : what(header, false);
            breaks.onBreak(position, size - position, what);
        }
    }

    private String what(final int header, final boolean own) {
        if (own) {
            return "document header " + Integer.toHexString(header) + " around a whole record";
        }
        if (header >= RecordDescriptor.HEADER_LENGTH && header <= RecordDescriptor.MAX_LENGTH) {
            return "record of " + header + " bytes whose CRC does not agree";
        }
        return "no document, header " + Integer.toHexString(header);
    }

    @Override
    public void close() throws IOException {
        if (finder != null) {
            finder.close();
        }
        window.close();
    }
}
