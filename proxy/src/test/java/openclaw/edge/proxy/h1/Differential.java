package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/**
 * Lets the codec and {@link StrictModel} read the same bytes and compares all that a receiver acts upon; then writes every
 * message on as the proxy does and lets the model read that.
 */
final class Differential {
    /** What is found to differ. */
    static final class Difference extends AssertionError {
        private static final long serialVersionUID = 1;

        Difference(final String message) {
            super(message);
        }
    }

    private static final byte[] OWN_AUTHORITY = WireReader.ascii("up.test");

    private final StrictModel.Flaw flaw;
    private final UnaryOperator<byte[]> onTheWire;
    private final HeadWriter writer = new HeadWriter();
    int accepted;
    int refused;

    Differential() {
        this(StrictModel.Flaw.NONE, bytes -> bytes);
    }

    /** @param onTheWire what happens to written messages before they are read again */
    Differential(final StrictModel.Flaw flaw, final UnaryOperator<byte[]> onTheWire) {
        this.flaw = flaw;
        this.onTheWire = onTheWire;
    }

    /**
     * Compares on one stream.
     *
     * @param method null: requests; else what the responses answer
     * @param splits bounds of the pieces that the codec gets
     */
    void compare(final byte[] bytes, final String method, final int[] splits, final SplittableRandom random) {
        final WireReader reader = method == null ? WireReader.requests() : WireReader.responses(method);
        reader.behind = (byte) "\0\r\n :aH\u00ff".charAt(random.nextInt(8));
        for (int i = 1; i < splits.length; i++) {
            reader.feed(bytes, splits[i - 1], splits[i]);
        }
        if (method != null) {
            reader.endOfInput();
        }
        final StrictModel model = new StrictModel(bytes, method, flaw);
        int at = 0;
        int count = 0;
        while (true) {
            final StrictMessage expected = model.judge(at);
            if (!expected.whole) {
                same("number of messages", count, reader.messages.size());
                unfinished(expected, reader);
                break;
            }
            if (count == reader.messages.size()) {
                throw new Difference("the codec does not read message " + count + ": " + expected.words() + "; it says "
                        + reader.headError + " " + reader.bodyError);
            }
            final WireReader.Message found = reader.messages.get(count++);
            whole(expected, found, method);
            rewritten(expected, found, method, random);
            at = expected.end;
            if (method == null ? !expected.keepAlive : expected.status >= 200 || expected.status == 101) {
                same("number of messages", count, reader.messages.size());
                break;
            }
        }
        accepted += count;
    }

    private void whole(final StrictMessage expected, final WireReader.Message found, final String method) {
        same("head", expected.words(), words(found.head, found, method));
        same("body", expected.bodyText(), found.body());
        same("trailers", expected.trailers, found.trailers);
    }

    private void unfinished(final StrictMessage expected, final WireReader reader) {
        final boolean isRefused = reader.isRefused();
        if (expected.refused || isRefused) {
            refused++;
        }
        if (expected.refused != isRefused && !expected.mayRefuse) {
            throw new Difference("model: " + (expected.refused ? "refused " + expected.statuses : "not refused")
                    + ", codec: " + reader.headError + " " + reader.bodyError);
        }
        final boolean request =
                expected.status == 0 && reader.unfinished() != null && reader.headError == HeadError.NONE;
        if (reader.headError != HeadError.NONE
                && !expected.statuses.contains(0)
                && !expected.statuses.contains(reader.headError.status())) {
            throw new Difference("status: model " + expected.statuses + ", codec " + reader.headError);
        }
        same("whether the head is good", expected.headGood, reader.unfinished() != null);
        if (request) {
            same("head", expected.words(), words(reader.unfinished().head, reader.unfinished(), null));
            same(
                    "beginning of the body",
                    expected.bodyText(),
                    reader.unfinished().body());
        }
    }

    private static String words(final Head head, final WireReader.Message m, final String method) {
        final String start = method == null
                ? m.method() + " " + m.path() + " " + m.authority() + " 1." + head.minorVersion() + " expect="
                        + head.isExpectContinue() + " te=" + head.acceptsTrailers()
                : head.status() + " " + m.reason();
        final long length = head.framing() == Head.Framing.NONE
                ? 0
                : head.framing() == Head.Framing.LENGTH ? head.bodyLengthBytes() : -1;
        return start + " " + m.fields() + " " + head.framing() + " " + length + " keep=" + head.isKeepAlive();
    }

    // ---- what is written on ----

    private void rewritten(
            final StrictMessage expected,
            final WireReader.Message found,
            final String method,
            final SplittableRandom random) {
        final Head head = found.head;
        if (head.nominations() > 0) {
            ConnectionOptions.dropNominated(head);
        }
        final boolean old = method != null && random.nextInt(4) == 0;
        final boolean trailersPass = method == null && head.acceptsTrailers();
        final ByteBuf out = Unpooled.buffer();
        if (method == null) {
            head.dropAll(FieldNames.TE);
            writer.writeRequest(
                    head,
                    head.authorityLength() == 0 ? OWN_AUTHORITY : null,
                    trailersPass ? HeadWriter.TE_TRAILERS : 0,
                    out);
        } else {
            writer.writeResponse(head, old ? HeadWriter.TO_HTTP_1_0 | HeadWriter.CLOSE : 0, out);
        }
        writeBody(expected, found, old, random, out);
        final byte[] written = onTheWire.apply(bytes(out));
        final StrictMessage again = new StrictModel(written, method, StrictModel.Flaw.NONE).judge(0);
        if (!again.whole || again.end != written.length) {
            throw new Difference("what is written on is not one strict message: " + text(written));
        }
        final String text = text(written);
        strictForm(text);
        same("method on the wire", expected.method, again.method);
        same("path on the wire", expected.path, again.path);
        same(
                "authority on the wire",
                method == null && expected.authority.isEmpty() ? "up.test" : expected.authority,
                again.authority);
        same("status on the wire", expected.status, again.status);
        if (!expected.reason.isEmpty()) {
            same("reason on the wire", expected.reason, again.reason);
        }
        same("fields on the wire", passing(expected.unnominated, method), passing(again.fields, method));
        same("body on the wire", expected.bodyText(), again.bodyText());
        same(
                "trailers on the wire",
                again.framing == StrictMessage.Framing.CHUNKED ? expected.trailers : List.of(),
                again.trailers);
        final StrictMessage.Framing framing =
                expected.framing == StrictMessage.Framing.CLOSE ? StrictMessage.Framing.CHUNKED : expected.framing;
        same(
                "framing on the wire",
                framing == StrictMessage.Framing.CHUNKED && old ? StrictMessage.Framing.CLOSE : framing,
                again.framing);
    }

    /** The body in random pieces, as connections write it. */
    private void writeBody(
            final StrictMessage expected,
            final WireReader.Message found,
            final boolean old,
            final SplittableRandom random,
            final ByteBuf out) {
        final Head.Framing framing = found.head.framing();
        final boolean chunked = (framing == Head.Framing.CHUNKED || framing == Head.Framing.CLOSE) && !old;
        final byte[] body = found.body.toByteArray();
        for (int from = 0; from < body.length; ) {
            final int length = Math.min(body.length - from, 1 + random.nextInt(64));
            if (chunked) {
                HeadWriter.writeChunkHead(out, length);
            }
            out.writeBytes(body, from, length);
            if (chunked) {
                HeadWriter.writeChunkEnd(out);
            }
            from += length;
        }
        if (chunked && !expected.trailers.isEmpty()) {
            final Head trailers = new Head();
            for (final String trailer : found.trailers) {
                final int colon = trailer.indexOf(": ");
                final byte[] value = WireReader.ascii(trailer.substring(colon + 2));
                trailers.add(FieldNames.UNKNOWN, WireReader.ascii(trailer.substring(0, colon)), value, 0, value.length);
            }
            writer.writeLastChunk(trailers, out);
        } else if (chunked) {
            HeadWriter.writeLastChunk(out);
        }
    }

    /** Exactly one space after each colon of the head, and no spaces at line ends. */
    private static void strictForm(final String written) {
        final String[] lines = written.substring(0, written.indexOf("\r\n\r\n")).split("\r\n", -1);
        for (int i = 1; i < lines.length; i++) {
            if (!lines[i].matches("(?s)[^ \t:]+: (?:[^ \t](?:.*[^ \t])?)?")) {
                throw new Difference("a line on the wire is not in the strict form: " + lines[i]);
            }
        }
    }

    /** Without what is written anew for each hop, and in a request without the order of Host and framing. */
    private static List<String> passing(final List<String> fields, final String method) {
        final List<String> passing = new ArrayList<>();
        for (final String field : fields) {
            final String name = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
            final boolean own = name.equals("connection")
                    || name.equals("transfer-encoding")
                    || name.equals("content-length")
                    || (method == null && (name.equals("host") || name.equals("te")));
            if (!own) {
                passing.add(field);
            }
        }
        return passing;
    }

    private static byte[] bytes(final ByteBuf out) {
        final byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void same(final String what, final Object expected, final Object found) {
        if (!expected.equals(found)) {
            throw new Difference(what + ":\n  model: " + expected + "\n  codec: " + found);
        }
    }
}
