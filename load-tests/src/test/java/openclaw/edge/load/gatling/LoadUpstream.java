package openclaw.edge.load.gatling;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.ScriptedUpstream.Turn;

/**
 * The upstream of nodes that a run starts; the path says what it does: {@code /bulk?bytes=N} answers so many bytes and tells the
 * checksum of what came in, {@code /events?n=N&ms=M} sends an event each M ms and goes on with comments until the client has left,
 * {@code /fail} is 503, everything else {@link #BODY}.
 */
final class LoadUpstream {
    /** What it says of everything. */
    static final String BODY = "{\"subject\":\"example.com\",\"score\":0.87}";

    /** How long a stream without further events is held open, at most. */
    private static final int HELD_MS = 30_000;

    private static final int COMMENT_EVERY_MS = 100;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int PATTERN_BYTES = 251;

    private LoadUpstream() {}

    /** The script. */
    static boolean answer(final Turn turn) throws IOException {
        final String path = turn.path();
        if (path.startsWith("/bulk")) {
            return bulk(turn);
        }
        turn.readBody();
        if (path.startsWith("/events")) {
            return events(turn);
        }
        return turn.respond(path.startsWith("/fail") ? 503 : 200, BODY);
    }

    private static boolean bulk(final Turn turn) throws IOException {
        final CRC32C sum = new CRC32C();
        turn.readBody((bytes, length) -> sum.update(bytes, 0, length));
        final int bytes = parameter(turn.path(), "bytes");
        turn.send("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nX-Received-CRC: " + sum.getValue()
                + "\r\nContent-Length: " + bytes + "\r\n\r\n");
        for (int sent = 0; sent < bytes; sent += PIECE_BYTES) {
            turn.send(bytes(sent, Math.min(PIECE_BYTES, bytes - sent)));
        }
        return true;
    }

    /** Bytes of the one endless body, from an offset. */
    static byte[] bytes(final int from, final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((from + i) % PATTERN_BYTES);
        }
        return bytes;
    }

    private static boolean events(final Turn turn) throws IOException {
        final int events = parameter(turn.path(), "n");
        final int everyMs = parameter(turn.path(), "ms");
        turn.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < events; i++) {
            Pause.ms(everyMs);
            chunk(turn, "id: " + i + "\ndata: " + System.nanoTime() + "\n\n");
        }
        // A client that sees the end of its stream asks again: it is the one to end it.
        for (int heldMs = 0; heldMs < HELD_MS; heldMs += COMMENT_EVERY_MS) {
            Pause.ms(COMMENT_EVERY_MS);
            chunk(turn, ": held\n\n");
        }
        chunk(turn, "");
        return true;
    }

    private static void chunk(final Turn turn, final String text) throws IOException {
        turn.send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    private static int parameter(final String path, final String name) throws IOException {
        final Matcher found = Pattern.compile("[?&]" + name + "=(\\d+)").matcher(path);
        if (!found.find()) {
            throw new IOException("no " + name + "= in " + path);
        }
        return Integer.parseInt(found.group(1));
    }
}
