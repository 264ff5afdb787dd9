package openclaw.edge.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The right to write a data directory: a lock of the kernel on {@code ledger.lock}, which ends with the process however
 * that ends, in containers too. The file names the holder for whoever is refused; what it says decides nothing.
 */
final class DirectoryLock implements AutoCloseable {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int MAX_HOLDER_LENGTH = 256;

    private final FileChannel channel;

    private DirectoryLock(final FileChannel channel) {
        this.channel = channel;
    }

    static DirectoryLock take(final Path directory) throws IOException {
        final Path path = directory.resolve("ledger.lock");
        final FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!tryLock(channel)) {
                throw new IOException(directory + " is in use by process " + holder(channel)
                        + "; one process writes a data directory. Stop it, or configure another 'data'");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(self().getBytes(StandardCharsets.UTF_8)), 0);
            return new DirectoryLock(channel);
        } catch (final IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean tryLock(final FileChannel channel) throws IOException {
        try {
            final FileLock lock = channel.tryLock();
            return lock != null;
        } catch (final OverlappingFileLockException e) {
            // Held by this very process.
            return false;
        }
    }

    /** In containers every process is number 1: the machine's name and the time tell which one it is. */
    private static String self() throws IOException {
        final long pid = ProcessHandle.current().pid();
        final String host =
                Files.isReadable(HOST_NAME) ? Files.readString(HOST_NAME).strip() : "this machine";
        return pid + " on " + host + " since " + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String holder(final FileChannel channel) throws IOException {
        final ByteBuffer text = ByteBuffer.allocate(MAX_HOLDER_LENGTH);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
