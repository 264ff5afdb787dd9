package openclaw.edge.bench.load;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import openclaw.edge.yaml.FailureWords;
import org.HdrHistogram.Histogram;

/** The file of {@code --hdr}. */
final class LoadFiles {
    private static final double US = 1_000.0;

    private LoadFiles() {}

    /**
     * Finds out before a run whether its file can be written. What is in it stays until then.
     *
     * @param file null for none
     * @throws IOException when it cannot, with a message for people
     */
    static void checkWritable(final Path file) throws IOException {
        if (file == null) {
            return;
        }
        final Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new IOException("cannot write --hdr=" + file + ": there is no directory " + directory);
        }
        final boolean isNew = Files.notExists(file);
        try (OutputStream opened = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            opened.flush();
        } catch (final IOException e) {
            throw cannotWrite(file, e);
        }
        if (isNew) {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Writes the whole distribution, in us.
     *
     * @throws IOException when it cannot be written, with a message for people
     */
    static void write(final Path file, final Histogram latency) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            latency.outputPercentileDistribution(out, US);
            if (out.checkError()) {
                throw new IOException("not all of it was written");
            }
        } catch (final IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private static IOException cannotWrite(final Path file, final IOException cause) {
        return new IOException("cannot write --hdr=" + file + ": " + FailureWords.of(cause), cause);
    }
}
