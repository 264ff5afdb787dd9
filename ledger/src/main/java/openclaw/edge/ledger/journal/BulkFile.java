package openclaw.edge.ledger.journal;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import openclaw.edge.ledger.record.RecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Goes on with a queue's file where Chronicle has begun it, by write calls of many documents each: what Chronicle would write,
 * byte for byte, for a quarter of the time. Chronicle writes the first document of a file and of each page of its index, with
 * all that describes the file, and goes on behind this when it is closed.
 *
 * <pre>
 *   header:  'writePosition' .. 8D | capacity 8 | used 8 | position of the last document 8 | its position, low 4: sequence, 8
 *            'index2Index' .. A7 | position 8          'lastIndex' .. A7 | the next sequence with an index entry 8
 *   index2Index and each page of the index:  .. 8D | capacity 8 | used 8 | positions, 8 each
 *   document:  length 4 | content, padded to 4
 * </pre>
 *
 * One thread. The directory has no other writer, and nobody waits for what is written: readers see it when it is closed.
 */
final class BulkFile implements Closeable {
    private static final byte ARRAY = (byte) 0x8D;
    private static final byte INT64 = (byte) 0xA7;
    private static final int HEAD_LENGTH = 256;
    private static final int PADDING = 16;
    private static final int ARRAY_VALUES = 2 * Long.BYTES;
    private static final int LENGTH_MASK = 0x3FFF_FFFF;
    private static final int METADATA = 1 << 30;
    private static final long SEQUENCE_MASK = 0xFFFF_FFFFL;

    /** Written at once: fits into a core's own cache. */
    private static final int WRITE_LENGTH = 256 << 10;

    private static final int BUFFER_LENGTH = WRITE_LENGTH + 2 * Integer.BYTES + RecordDescriptor.MAX_LENGTH;

    private final File file;
    private final FileChannel channel;
    private final int spacing;
    private final int pageEntries;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer documents = new UnsafeBuffer(buffer);
    private final ByteBuffer index;
    private int buffered;
    private long writtenAt;
    private long nextIndexedAt;
    private long pageAt;
    private int firstEntry;
    private long position;
    private long sequence;
    private long end;

    /**
     * Goes on behind the last document.
     *
     * @param file of the queue, in which Chronicle has written
     * @param spacing documents from one index entry to the next
     * @param pageEntries entries of a page of the index
     * @throws IOException when it cannot be read, or is not laid out as above
     */
    BulkFile(final File file, final int spacing, final int pageEntries) throws IOException {
        this.file = file;
        this.spacing = spacing;
        this.pageEntries = pageEntries;
        index = ByteBuffer.allocate(pageEntries * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        channel = FileChannel.open(file.toPath(), StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            find();
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }

    private void find() throws IOException {
        final ByteBuffer head = read(0, HEAD_LENGTH);
        writtenAt = after(head, "writePosition", ARRAY) + ARRAY_VALUES;
        nextIndexedAt = after(head, "lastIndex", INT64);
        position = head.getLong((int) writtenAt);
        final long both = head.getLong((int) writtenAt + Long.BYTES);
        sequence = both & SEQUENCE_MASK;
        if (both - sequence != position << Integer.SIZE) {
            throw unknown("position " + position + " beside " + Long.toHexString(both));
        }
        end = next(position, header(position));
        // A new page of the index stands behind the document that it was made for.
        for (int header = header(end); header != 0; header = header(end)) {
            if ((header & ~LENGTH_MASK) != METADATA) {
                throw unknown(
                        "header " + Integer.toHexString(header) + " at " + end + ", where the last document ends");
            }
            end = next(end, header);
        }
        final long pages = values(head.getLong((int) after(head, "index2Index", INT64)));
        final long page = sequence / spacing / pageEntries;
        pageAt = values(read(pages + page * Long.BYTES, Long.BYTES).getLong(0));
        firstEntry = entry() + 1;
    }

    /** 0 where nothing has been written. */
    private int header(final long at) throws IOException {
        return at + Integer.BYTES > channel.size() ? 0 : read(at, Integer.BYTES).getInt(0);
    }

    private static long next(final long at, final int header) {
        return aligned(at + Integer.BYTES + (header & LENGTH_MASK));
    }

    /** Where the value behind a name is. */
    private long after(final ByteBuffer head, final String name, final byte marker) throws IOException {
        final byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at + wanted.length + PADDING + 4 * Long.BYTES < HEAD_LENGTH; at++) {
            if (head.slice(at, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                for (int i = at + wanted.length; i < at + wanted.length + PADDING; i++) {
                    if (head.get(i) == marker) {
                        return i + 1L;
                    }
                }
            }
        }
        throw unknown("no " + name);
    }

    /** Where the values of an array are that is a document of its own. */
    private long values(final long documentAt) throws IOException {
        final ByteBuffer head = read(documentAt, 2 * PADDING + Long.BYTES);
        for (int i = Integer.BYTES; i < 2 * PADDING; i++) {
            if (head.get(i) == ARRAY && head.getLong(i + 1) == pageEntries) {
                return documentAt + i + 1 + ARRAY_VALUES;
            }
        }
        throw unknown("no index at " + documentAt);
    }

    private IOException unknown(final String what) {
        return new IOException(file + " is not laid out as this release of Chronicle Queue does: " + what);
    }

    private ByteBuffer read(final long from, final int length) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IOException(file + " ends at " + (from + bytes.position()) + ", expected " + (from + length));
            }
        }
        return bytes.flip();
    }

    /** Index entry of the last document that has one, in its page. */
    private int entry() {
        return (int) (sequence / spacing % pageEntries);
    }

    /** Whether the next document begins a page of the index, which is Chronicle's to make. */
    boolean isPageFull() {
        return (sequence + 1) % ((long) spacing * pageEntries) == 0;
    }

    /**
     * Appends a document.
     *
     * @param record that holds its content from 0 on
     * @param length of the content, at most that of a record
     * @throws IOException when the disk does not take what was appended before
     */
    void append(final UnsafeBuffer record, final int length) throws IOException {
        final int taken = Integer.BYTES + (int) aligned(length);
        if (buffered >= WRITE_LENGTH) {
            flush();
        }
        documents.putInt(buffered, length, ByteOrder.LITTLE_ENDIAN);
        documents.putInt(buffered + taken - Integer.BYTES, 0);
        documents.putBytes(buffered + Integer.BYTES, record, 0, length);
        buffered += taken;
        position = end;
        end += taken;
        sequence++;
        if (sequence % spacing == 0) {
            index.putLong(entry() * Long.BYTES, position);
        }
    }

    private void flush() throws IOException {
        write(buffer.limit(buffered).position(0), end - buffered);
        buffer.clear();
        buffered = 0;
    }

    private void write(final ByteBuffer bytes, final long at) throws IOException {
        long next = at;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
    }

    private void write(final long at, final long... values) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (final long value : values) {
            bytes.putLong(value);
        }
        write(bytes.flip(), at);
    }

    private static long aligned(final long at) {
        return at + 3 & ~3L;
    }

    /**
     * Writes what is left, and where the file ends.
     *
     * @throws IOException when the disk does not take it; what the header does not tell of is not to be relied on
     */
    @Override
    public void close() throws IOException {
        try (channel) {
            flush();
            final int entries = entry() + 1;
            if (entries > firstEntry) {
                write(
                        index.limit(entries * Long.BYTES).position(firstEntry * Long.BYTES),
                        pageAt + (long) firstEntry * Long.BYTES);
                write(pageAt - Long.BYTES, entries);
                write(nextIndexedAt, (sequence / spacing + 1) * spacing);
            }
            write(writtenAt, position, (position << Integer.SIZE) + sequence);
        }
    }
}
