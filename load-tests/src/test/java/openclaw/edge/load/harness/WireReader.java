package openclaw.edge.load.harness;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads messages off a socket: just enough HTTP to know where one ends. */
final class WireReader {
    private static final int KEEP_BYTES = 1 << 20;

    private final InputStream in;

    /** Reads through a buffered stream. */
    WireReader(final InputStream in) {
        this.in = in;
    }

    /** Lines of a head, or null when the stream ends before its first byte. */
    List<String> head() throws IOException {
        final List<String> lines = new ArrayList<>();
        String line = line();
        if (line == null) {
            return null;
        }
        while (line != null && !line.isEmpty()) {
            lines.add(line);
            line = line();
        }
        if (line == null) {
            throw new EOFException("the stream ended within a head: " + lines);
        }
        return lines;
    }

    static String field(final List<String> head, final String name) {
        final String prefix = name.toLowerCase(Locale.ROOT) + ":";
        for (final String line : head) {
            if (line.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                return line.substring(prefix.length()).trim();
            }
        }
        return null;
    }

    static boolean isChunked(final List<String> head) {
        return "chunked".equalsIgnoreCase(field(head, "Transfer-Encoding"));
    }

    /** Reads {@code length} bytes into {@code body}; how many came before the end of the stream. */
    long bytes(final long length, final ByteArrayOutputStream body) throws IOException {
        return bytes(length, keeping(body));
    }

    /** Reads {@code length} bytes, given on as they come; how many came before the end of the stream. */
    long bytes(final long length, final BodySink body) throws IOException {
        final byte[] piece = new byte[16 * 1024];
        long read = 0;
        while (read < length) {
            final int count = in.read(piece, 0, (int) Math.min(piece.length, length - read));
            if (count < 0) {
                return read;
            }
            body.accept(piece, count);
            read += count;
        }
        return read;
    }

    /** Reads chunks; the body's length, or -1 - length when the stream ended before the last chunk. */
    long chunks(final ByteArrayOutputStream body) throws IOException {
        return chunks(keeping(body));
    }

    /** Reads chunks, given on as they come; the body's length, or -1 - length when the stream ended before the last chunk. */
    long chunks(final BodySink body) throws IOException {
        long total = 0;
        while (true) {
            final String size = line();
            if (size == null) {
                return -1 - total;
            }
            final long length = Long.parseLong(size.split(";", 2)[0].trim(), 16);
            if (length == 0) {
                String trailer = line();
                while (trailer != null && !trailer.isEmpty()) {
                    trailer = line();
                }
                return trailer == null ? -1 - total : total;
            }
            final long read = bytes(length, body);
            total += read;
            if (read < length || line() == null) {
                return -1 - total;
            }
        }
    }

    /** Reads a body by the framing of its head; its length, or -1 - what came when the stream ended before its end. */
    long body(final List<String> head, final boolean untilClose, final BodySink body) throws IOException {
        if (isChunked(head)) {
            return chunks(body);
        }
        final String length = field(head, "Content-Length");
        if (length == null) {
            return bytes(untilClose ? Long.MAX_VALUE : 0, body);
        }
        final long expected = Long.parseLong(length);
        final long read = bytes(expected, body);
        return read == expected ? read : -1 - read;
    }

    private static BodySink keeping(final ByteArrayOutputStream body) {
        return (piece, count) -> {
            final int room = KEEP_BYTES - body.size();
            body.write(piece, 0, Math.max(0, Math.min(room, count)));
        };
    }

    /** A line without its end, or null when the stream ended within it. */
    private String line() throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        while (true) {
            final int b = in.read();
            if (b < 0) {
                return null;
            }
            if (b == '\n') {
                final String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
    }
}
