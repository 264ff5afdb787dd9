package openclaw.edge.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import openclaw.edge.ledger.lane.FileHold;

/**
 * The right to write a data directory: a lock on {@code ledger.lock}. The file names the holder for whoever is refused; what it
 * says decides nothing. Where somebody removes it under a process that runs, the lanes, which are locked too, still keep others
 * out, and {@link #putBack} takes it again.
 */
final class DirectoryLock implements AutoCloseable {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int MAX_HOLDER_LENGTH = 256;

    private final Path directory;
    private FileHold hold;

    private DirectoryLock(final Path directory, final FileHold hold) {
        this.directory = directory;
        this.hold = hold;
    }

    static DirectoryLock take(final Path directory) throws IOException {
        return new DirectoryLock(directory, hold(directory));
    }

    private static FileHold hold(final Path directory) throws IOException {
        final Path path = directory.resolve("ledger.lock");
        try {
            Files.createFile(path);
        } catch (final FileAlreadyExistsException e) {
            // As after every first start.
        }
        final FileHold hold = FileHold.take(path);
        if (hold == null) {
            throw new IOException(directory + " is in use by process " + holder(path)
                    + "; one process writes a data directory. Stop it, or configure another 'data'");
        }
        try {
            hold.channel().truncate(0);
            hold.channel().write(ByteBuffer.wrap(self().getBytes(StandardCharsets.UTF_8)), 0);
            return hold;
        } catch (final IOException | RuntimeException e) {
            hold.close();
            throw e;
        }
    }

    Path file() {
        return directory.resolve("ledger.lock");
    }

    /** Whether the file is there that was locked. */
    synchronized boolean isInPlace() throws IOException {
        return hold.isInPlace();
    }

    /**
     * Takes the lock again if its file was removed or replaced.
     *
     * @throws IOException when another process has it, or the disk refuses it
     */
    synchronized void putBack() throws IOException {
        if (hold.isInPlace()) {
            return;
        }
        Files.createDirectories(directory);
        final FileHold former = hold;
        hold = hold(directory);
        former.close();
    }

    /** In containers every process is number 1: the machine's name and the time tell which one it is. */
    private static String self() throws IOException {
        final long pid = ProcessHandle.current().pid();
        final String host =
                Files.isReadable(HOST_NAME) ? Files.readString(HOST_NAME).strip() : "this machine";
        return pid + " on " + host + " since " + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String holder(final Path path) throws IOException {
        final String text = Files.readString(path, StandardCharsets.ISO_8859_1);
        return text.substring(0, Math.min(text.length(), MAX_HOLDER_LENGTH)).strip();
    }

    @Override
    public synchronized void close() throws IOException {
        hold.close();
    }
}
