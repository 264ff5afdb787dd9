package openclaw.edge.ledger.read;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.RecordType;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One file of the journal's queue, walked document by document, read-only and without the queue's own library: so a file
 * can be read alone, while it is written, without its directory's metadata, and past a break.
 *
 * <pre>
 *   document   0: header, 4 bytes: length (30 bits) | bit 30: metadata | bit 31: being written
 *              4: content, then zeros up to a multiple of 4
 *   header 0: nothing yet;    header 0xC0000000: end of the file, the writer has gone on to another one
 * </pre>
 *
 * Documents of metadata (the file's own header, indexes) are passed over; the content of all others is one record.
 */
final class QueueFile {
    private static final int LENGTH_MASK = 0x3FFF_FFFF;
    private static final int METADATA = 1 << 30;
    private static final int NOT_COMPLETE = 1 << 31;
    private static final int END_OF_DATA = NOT_COMPLETE | METADATA;
    private static final int HEADER_LENGTH = Integer.BYTES;
    private static final int WINDOW_LENGTH = 128 << 20;
    private static final int PAGE_MASK = 4095;

    /** How far behind a break another record is looked for. */
    private static final int RESYNC_LENGTH = 1 << 20;

    private static final int RESYNC_ZEROS_LENGTH = 64 << 10;

    private final Path path;
    private final int index;
    private long position;
    private boolean ended;

    private long size;
    private long windowStart;
    private MappedByteBuffer window;
    private RecordRegion region;

    QueueFile(final Path path, final int index) {
        this.path = path;
        this.index = index;
    }

    /** Takes records and breaks. */
    interface Handler {
        void onRecord(UnsafeBuffer buffer, int recordAt, int lengthBytes, QueueFile file, long positionBytes);

        void onDamage(QueueFile file, long positionBytes, String what);
    }

    Path path() {
        return path;
    }

    int index() {
        return index;
    }

    long position() {
        return position;
    }

    boolean isEnded() {
        return ended;
    }

    /** Reads on from where the last call stopped, up to what is complete now. */
    void read(final Handler handler) throws IOException {
        if (ended) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            size = channel.size();
            while (step(channel, handler)) {
                // Each step passes one document, or ends the reading.
            }
        } finally {
            unmap();
        }
    }

    private boolean step(final FileChannel channel, final Handler handler) throws IOException {
        if (position + HEADER_LENGTH > size) {
            return false;
        }
        ensureMapped(channel, HEADER_LENGTH);
        final int at = (int) (position - windowStart);
        final int header = region.buffer().getIntVolatile(at);
        if (header == END_OF_DATA) {
            ended = true;
            return false;
        }
        final int length = header & LENGTH_MASK;
        if (header == 0 || (header & NOT_COMPLETE) != 0) {
            return resync(channel, handler, header, header == 0 ? RESYNC_ZEROS_LENGTH : RESYNC_LENGTH);
        }
        if (position + HEADER_LENGTH + length > size || length > WINDOW_LENGTH / 2) {
            return resync(channel, handler, header, RESYNC_LENGTH);
        }
        if ((header & METADATA) == 0) {
            ensureMapped(channel, HEADER_LENGTH + length);
            onDocument((int) (position - windowStart) + HEADER_LENGTH, length, handler);
        }
        position += HEADER_LENGTH + ((length + 3) & ~3);
        return true;
    }

    private void onDocument(final int recordAt, final int length, final Handler handler) {
        if (region.isValid(recordAt, length)) {
            handler.onRecord(region.buffer(), recordAt, length, this, position);
        } else {
            handler.onDamage(this, position, "record of " + length + " bytes whose CRC does not agree");
        }
    }

    /**
     * At a place where no complete document stands: the end of what is written, or a break. Looks for the next record
     * behind it; finding none, it is the end so far.
     */
    private boolean resync(final FileChannel channel, final Handler handler, final int header, final int distance)
            throws IOException {
        final long reach = Math.min(size, position + distance);
        ensureMapped(channel, (int) (reach - position));
        final int at = (int) (position - windowStart);
        final int end = (int) (reach - windowStart);
        for (int candidate = at + HEADER_LENGTH; candidate <= end - minimumDocument(); candidate += 4) {
            if (isDocument(candidate, end)) {
                if (region.buffer().getIntVolatile(at) != header) {
                    // Written while we looked: no break, but the writer going on.
                    return true;
                }
                final long found = windowStart + candidate;
                handler.onDamage(
                        this,
                        position,
                        "no document, header " + Integer.toHexString(header) + "; went on " + (found - position)
                                + " bytes behind");
                position = found;
                return true;
            }
        }
        if (header != 0 && (header & NOT_COMPLETE) == 0) {
            handler.onDamage(
                    this,
                    position,
                    "document of " + (header & LENGTH_MASK) + " bytes, beyond the file's end at " + size);
            ended = true;
        }
        return false;
    }

    private static int minimumDocument() {
        return HEADER_LENGTH + RecordDescriptor.HEADER_LENGTH;
    }

    private boolean isDocument(final int at, final int end) {
        final UnsafeBuffer buffer = region.buffer();
        final int header = buffer.getIntVolatile(at);
        if (header < RecordDescriptor.HEADER_LENGTH || header > RecordDescriptor.MAX_LENGTH) {
            return false;
        }
        final int recordAt = at + HEADER_LENGTH;
        return header <= end - recordAt
                && buffer.getInt(recordAt + RecordDescriptor.LENGTH_OFFSET) == header
                && buffer.getByte(recordAt + RecordDescriptor.VERSION_OFFSET) == RecordDescriptor.VERSION
                && RecordType.ofCode(buffer.getByte(recordAt + RecordDescriptor.TYPE_OFFSET)) != null
                && region.isValid(recordAt, header);
    }

    private void ensureMapped(final FileChannel channel, final int lengthBytes) throws IOException {
        if (window != null && position + lengthBytes <= windowStart + region.capacity()) {
            return;
        }
        unmap();
        windowStart = position & ~PAGE_MASK;
        final long length = Math.min(size - windowStart, WINDOW_LENGTH);
        window = channel.map(FileChannel.MapMode.READ_ONLY, windowStart, length);
        region = new RecordRegion(window);
    }

    private void unmap() {
        if (window != null) {
            BufferUtil.free(window);
            window = null;
            region = null;
        }
    }
}
