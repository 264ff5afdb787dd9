package openclaw.edge.ledger.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import openclaw.edge.ledger.archive.ArchiveSource;
import openclaw.edge.ledger.archive.RecordSource;
import openclaw.edge.ledger.record.RecordRegion;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stretch of a file, of an archive unpacked, read into memory of one's own: what was checked there cannot change afterwards, and a file that
 * shrinks meanwhile is a short read, not an error in some other place. As fast as mapping it, and the next step finds it in
 * the processor's cache. Not thread-safe.
 */
final class FileWindow implements AutoCloseable {
    private RecordSource source;
    private boolean shared;
    private ByteBuffer bytes;
    private RecordRegion region;
    private long start;
    private int length;

    FileWindow(final int capacityBytes) {
        allocate(capacityBytes);
    }

    private void allocate(final int capacityBytes) {
        if (bytes != null) {
            BufferUtil.free(bytes);
        }
        bytes = ByteBuffer.allocateDirect(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
        region = new RecordRegion(bytes);
        length = 0;
    }

    /** Begins with a file; the window is empty. */
    void open(final Path path) throws IOException {
        closeFile();
        source = JournalFiles.is(path, JournalFiles.ARCHIVE) ? ArchiveSource.open(path) : RecordSource.of(path);
        length = 0;
    }

    /** Reads from the file of another window, which stays the one to close it. */
    void shareFile(final FileWindow of) {
        source = of.source;
        shared = true;
        length = 0;
    }

    /** Reads anew at the next use. */
    void forget() {
        length = 0;
    }

    /** The file's size now, in bytes. */
    long size() throws IOException {
        return source.size();
    }

    /**
     * Reads anew from a position, as much as there is room for or the file has.
     *
     * @param position of the window's first byte
     * @param needBytes room that is needed at least
     */
    void load(final long position, final int needBytes) throws IOException {
        if (needBytes > bytes.capacity()) {
            allocate(Math.max(needBytes, bytes.capacity() * 2));
        }
        start = position;
        bytes.clear();
        int read = 0;
        while (read >= 0 && bytes.hasRemaining()) {
            read = source.read(bytes, position + bytes.position());
        }
        length = bytes.position();
    }

    /** Makes at least some bytes from a position readable, reading anew only when they are not; answers whether the file has them. */
    boolean ensure(final long position, final int lengthBytes) throws IOException {
        if (position < start || position + lengthBytes > start + length) {
            load(position, lengthBytes);
        }
        return position + lengthBytes <= start + length;
    }

    /** Whether the first bytes are those of another window. */
    boolean beginsLike(final FileWindow other, final int lengthBytes) {
        return bytes.slice(0, lengthBytes).equals(other.bytes.slice(0, lengthBytes));
    }

    /** Position of the first byte. */
    long start() {
        return start;
    }

    /** Bytes read. */
    int length() {
        return length;
    }

    /** The memory; its offset 0 is {@link #start()}. */
    UnsafeBuffer buffer() {
        return region.buffer();
    }

    RecordRegion region() {
        return region;
    }

    private void closeFile() throws IOException {
        if (source != null && !shared) {
            source.close();
        }
        source = null;
        shared = false;
    }

    @Override
    public void close() throws IOException {
        closeFile();
        if (bytes != null) {
            BufferUtil.free(bytes);
            bytes = null;
        }
    }
}
