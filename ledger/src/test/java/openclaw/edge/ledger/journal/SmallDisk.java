package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system of its own, small, in memory. Needs the right to mount; where there is none the test is skipped and says so. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final Path directory;
    private final Path filler;

    private SmallDisk(final Path directory) {
        this.directory = directory;
        this.filler = directory.resolve("filler");
    }

    static SmallDisk mount(final Path directory, final int mebibytes) throws IOException {
        Files.createDirectories(directory);
        final String problem =
                run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "none", directory.toString());
        if (problem != null) {
            System.out.println("SKIPPED: no small disk can be mounted at " + directory + ": " + problem
                    + "; run as root on Linux to test a disk that is really full");
        }
        Assumptions.assumeTrue(problem == null, () -> "a tmpfs can be mounted, which needs root: " + problem);
        return new SmallDisk(directory);
    }

    private static String run(final String... command) {
        try {
            final Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                return command[0] + " did not end";
            }
            return process.exitValue() == 0 ? null : said;
        } catch (final IOException e) {
            return e.getMessage();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.getMessage();
        }
    }

    /** Fills it up but for so many bytes. */
    void fill(final long leftBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            final ByteBuffer block = ByteBuffer.allocate(BLOCK);
            while (usableBytes() >= leftBytes + BLOCK) {
                channel.write(block.clear());
            }
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(filler);
    }

    long usableBytes() {
        return directory.toFile().getUsableSpace();
    }

    @Override
    public void close() {
        // Lazily: mappings end with the garbage collector.
        run("umount", "-l", directory.toString());
    }
}
