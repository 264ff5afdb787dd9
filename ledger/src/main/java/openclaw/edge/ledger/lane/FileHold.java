package openclaw.edge.ledger.lane;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A lock of the kernel on a file that is there, which ends with the process however that ends, in containers too.
 *
 * <p>The kernel gives such locks up as soon as the process closes <em>any</em> channel of the same file: a file that is held
 * is opened by nobody else in this process.
 */
public final class FileHold implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    private final Path path;
    private final FileChannel channel;
    private final Object key;

    private FileHold(final Path path, final FileChannel channel, final Object key) {
        this.path = path;
        this.channel = channel;
        this.key = key;
    }

    /**
     * Locks the file that a path names, not one that was removed or replaced meanwhile.
     *
     * @param path of the file
     * @return the lock, or null when another process, or this one, has it
     * @throws IOException when the file is not there or cannot be locked
     */
    public static FileHold take(final Path path) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final Object before = key(path);
            final FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean taken = false;
            try {
                if (!tryLock(channel)) {
                    return null;
                }
                taken = Objects.equals(before, key(path));
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
            if (taken) {
                return new FileHold(path, channel, before);
            }
        }
        throw new IOException(
                path + ": is replaced by another file again and again, expected it to stay; find out by whom");
    }

    private static boolean tryLock(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (final OverlappingFileLockException e) {
            // Held by this very process.
            return false;
        }
    }

    private static Object key(final Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /**
     * Whether the path still names the file that was locked.
     *
     * @return false when it was removed or replaced
     * @throws IOException when nobody can tell
     */
    public boolean isInPlace() throws IOException {
        try {
            return Objects.equals(key, key(path));
        } catch (final NoSuchFileException e) {
            return false;
        }
    }

    /**
     * What the file is read, written and forced through.
     *
     * @return the channel that has the lock
     */
    public FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
