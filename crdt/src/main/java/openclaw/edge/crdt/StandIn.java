package openclaw.edge.crdt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * What stands under a table's name: the mapped file, or when that was removed, replaced or lost, another one of which the
 * next process begins. For one thread at a time.
 */
final class StandIn implements AutoCloseable {

    /** What it holds. */
    enum Content {
        /** What the memory holds now. */
        MEMORY,
        /** What {@link SlotFile#keepCopy} kept last. */
        COPY,
        /** Nothing, as a new file. */
        NEW,
        /** Nothing, and its buckets begin empty, since there is nobody to ask. */
        EMPTY
    }

    /** Makes a file under a name where there is none. */
    interface Maker {
        /** Makes it whole or not at all. */
        void make() throws IOException;
    }

    private static final int WRITE_LENGTH_BYTES = 1 << 20;

    private final Path file;

    /** Of the file that is to stand under the table's name: the mapped one, then the one that stands in for it. */
    private Object key;

    /** Holds the one that stands in, so that no second process takes it up; null while there is none. */
    private FileChannel channel;

    /**
     * Takes note of the file that is there now.
     *
     * @param file the table's name.
     */
    StandIn(final Path file) throws IOException {
        this.file = file;
        this.key = key(file);
    }

    private static Object key(final Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** True if what stands under the table's name is neither the mapped file nor what stands in for it. */
    boolean isMisplaced() {
        try {
            return !Objects.equals(key, key(file));
        } catch (final IOException e) {
            return true;
        }
    }

    /**
     * Puts a file under the table's name.
     *
     * @param maker makes it.
     * @return false if another process holds the file that stands there, be it the one that was just put there.
     */
    boolean put(final Maker maker) throws IOException {
        close();
        if (!moveAside()) {
            return false;
        }
        maker.make();
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            close();
            return false;
        }
        key = key(file);
        return true;
    }

    /** Writes what the memory holds under the table's name, unless another process holds what stands there. */
    void end(final ByteBuffer memory) throws IOException {
        close();
        if (!moveAside()) {
            throw new IOException("another process has the file that is there now");
        }
        write(memory);
    }

    /** Writes what the memory holds to a file under the table's name. */
    void write(final ByteBuffer memory) throws IOException {
        final Path making = making(file);
        try (FileChannel out = FileChannel.open(
                making, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            final ByteBuffer whole = memory.duplicate().clear();
            while (whole.position() < whole.capacity()) {
                whole.limit(Math.min(whole.capacity(), whole.position() + WRITE_LENGTH_BYTES));
                out.write(whole);
            }
            out.force(true);
        }
        Files.move(making, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Where a file is written before it is moved to its place. */
    static Path making(final Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /** Null if another process, or another table of this one, has the file. */
    private static FileLock tryLock(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (final OverlappingFileLockException e) {
            return null;
        }
    }

    /** Whatever stands under the table's name, and is not the mapped file, is kept under another one. */
    private boolean moveAside() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !isMisplaced()) {
            return true;
        }
        try (FileChannel found = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock foundLock = tryLock(found)) {
            if (foundLock == null) {
                return false;
            }
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + ".replaced"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return true;
        }
    }

    /** Lets go of the file that stands in. */
    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
