package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import openclaw.edge.ledger.lane.DurableDisk;

/**
 * Small text files that are whole or not there: a first line that says kind and version, lines, and a last one with the CRC32C
 * of all before it. Written aside, forced, and moved into place.
 */
final class CheckedText {
    private static final String CRC = "crc32c ";
    private static final int CRC_DIGITS = 8;
    private static final AtomicLong NEXT = new AtomicLong();

    private CheckedText() {}

    static void write(final Path file, final String kind, final Collection<String> lines) throws IOException {
        final StringBuilder text = new StringBuilder(kind).append('\n');
        for (final String line : lines) {
            text.append(line).append('\n');
        }
        final String body = text.toString();
        write(file, (body + CRC + crc(body) + '\n').getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a file as one, so that it survives whatever happens next. */
    static void write(final Path file, final byte[] content) throws IOException {
        // The leading dot and the ending keep it clear of what is listed.
        final Path aside = file.resolveSibling("." + file.getFileName() + "-" + NEXT.incrementAndGet() + "."
                + ProcessHandle.current().pid() + ".writing");
        try {
            Files.write(aside, content);
            DurableDisk.REAL.force(aside);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            DurableDisk.REAL.forceDirectory(file.toAbsolutePath().getParent());
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    private static String crc(final String text) {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        final String digits = Long.toHexString(crc.getValue());
        return "0".repeat(CRC_DIGITS - digits.length()) + digits;
    }

    /**
     * Reads a file.
     *
     * @param file to read
     * @param kind first line that it must have
     * @param lines takes the others in order; refuses one by an IllegalArgumentException
     */
    static void read(final Path file, final String kind, final Consumer<String> lines) throws IOException {
        final String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        if (!text.startsWith(kind + '\n')) {
            throw new IOException(file + ": expected a file that begins with '" + kind + "'");
        }
        final int crcAt = text.lastIndexOf('\n', text.length() - 2) + 1;
        final String body = text.substring(0, crcAt);
        if (!text.substring(crcAt).equals(CRC + crc(body) + '\n')) {
            throw new IOException(file + ": is not as it was written, its last line should say '" + CRC + crc(body)
                    + "'; take it from a copy, or remove it and begin anew");
        }
        for (final String line : body.substring(kind.length() + 1).lines().toList()) {
            take(file, line, lines);
        }
    }

    private static void take(final Path file, final String line, final Consumer<String> lines) throws IOException {
        try {
            lines.accept(line);
        } catch (final IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
