package openclaw.edge.proxy.h1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The bodies of {@link StrictModel}: by length, by chunks (RFC 9112 section 7.1) or to the end. */
final class StrictBody {
    private static final int TRAILER_LIMIT = 16 * 1024;
    private static final int TRAILER_FIELDS = 100;

    private final byte[] bytes;
    private final StrictModel.Flaw flaw;
    private StrictMessage m;

    StrictBody(final byte[] bytes, final StrictModel.Flaw flaw) {
        this.bytes = bytes;
        this.flaw = flaw;
    }

    /** Reads the body of a message whose head was good; sets body, trailers, end, whole and refused. */
    void read(final StrictMessage message, final int from, final boolean inputEnds) {
        m = message;
        switch (m.framing) {
            case NONE -> end(from);
            case LENGTH -> {
                final int here = (int) Math.min(bytes.length - from, m.lengthBytes);
                m.body.write(bytes, from, here);
                if (here == m.lengthBytes) {
                    end(from + here);
                }
            }
            case CLOSE -> {
                m.body.write(bytes, from, bytes.length - from);
                end(bytes.length);
            }
            case CHUNKED -> chunks(from);
        }
        // A message that the end of input cuts off is refused, not waited for.
        m.refused |= inputEnds && !m.whole;
    }

    private void end(final int at) {
        m.whole = true;
        m.end = at;
    }

    private void chunks(final int from) {
        int at = from;
        while (true) {
            final int lineEnd = chunkLineEnd(at);
            if (lineEnd < 0) {
                return;
            }
            final long size = size(at);
            at = lineEnd;
            if (size == 0) {
                trailers(at);
                return;
            }
            final int here = (int) Math.min(bytes.length - at, size);
            m.body.write(bytes, at, here);
            at += here;
            if (here < size || at == bytes.length) {
                return;
            }
            if (flaw == StrictModel.Flaw.CHUNK_DATA_END_UNCHECKED && at + 2 <= bytes.length) {
                at += 2;
                continue;
            }
            if (bytes[at] != '\r' || (at + 1 < bytes.length && bytes[at + 1] != '\n')) {
                m.refused = true;
                return;
            }
            at += 2;
            if (at > bytes.length) {
                return;
            }
        }
    }

    /** What comes after the chunk line; -1 when it is incomplete or, then refused is set, wrong. */
    private int chunkLineEnd(final int from) {
        int at = from;
        while (at < bytes.length && StrictGrammar.isHex(chr(at))) {
            at++;
        }
        final boolean sign =
                at == from && flaw == StrictModel.Flaw.CHUNK_SIZE_SIGN && at + 1 < bytes.length && bytes[at] == '+';
        if (sign) {
            at++;
            while (at < bytes.length && StrictGrammar.isHex(chr(at))) {
                at++;
            }
        }
        final boolean tooLarge = at - from > 16 || (at - from == 16 && Character.digit(chr(from), 16) > 7);
        if (tooLarge && flaw != StrictModel.Flaw.CHUNK_SIZE_WRAPS) {
            return refuse();
        }
        if (at == bytes.length) {
            return -1;
        }
        if (at == from) {
            return refuse();
        }
        final int end = extensions(at);
        if (end >= 0 && end - from > StrictModel.mostChunkLine(flaw)) {
            return refuse();
        }
        if (end < 0) {
            if (!m.refused && bytes.length - from > StrictModel.mostChunkLine(flaw)) {
                return bytes.length - from == StrictModel.mostChunkLine(flaw) + 1 && bytes[bytes.length - 1] == '\r'
                        ? -1
                        : refuse();
            }
            return -1;
        }
        return bytes[end] == '\n' ? end + 1 : end + 2;
    }

    private long size(final int from) {
        long size = 0;
        int at = bytes[from] == '+' ? from + 1 : from;
        for (; StrictGrammar.isHex(chr(at)); at++) {
            size = size * 16 + Character.digit(chr(at), 16);
        }
        return size & Long.MAX_VALUE;
    }

    /** Reads extensions. Returns where the line's CRLF begins; -1 as above. */
    private int extensions(final int from) {
        int at = from;
        if (flaw == StrictModel.Flaw.EXTENSION_QUOTES_IGNORED) {
            while (at + 1 < bytes.length && (bytes[at] != '\r' || bytes[at + 1] != '\n')) {
                at++;
            }
            return at + 1 < bytes.length ? at : -1;
        }
        boolean spaceOk = false;
        while (true) {
            final int spaces = skipSpaces(at);
            if (spaces == bytes.length) {
                return -1;
            }
            if (bytes[spaces] != ';') {
                return spaces == at || spaceOk || flaw == StrictModel.Flaw.CHUNK_SIZE_SPACE
                        ? lineEnd(spaces)
                        : refuse();
            }
            at = skipToken(skipSpaces(spaces + 1));
            if (at < 0) {
                return -1;
            }
            final int equals = skipSpaces(at);
            if (equals < bytes.length && bytes[equals] == '=') {
                at = value(skipSpaces(equals + 1));
                if (at < 0) {
                    return -1;
                }
            }
        }
    }

    private int lineEnd(final int at) {
        if (bytes[at] == '\n' && flaw == StrictModel.Flaw.BARE_LF_IN_CHUNK_LINE) {
            return at;
        }
        if (bytes[at] != '\r') {
            return refuse();
        }
        return at + 1 == bytes.length ? -1 : bytes[at + 1] == '\n' ? at : refuse();
    }

    private int value(final int from) {
        if (from == bytes.length || bytes[from] != '"') {
            return skipToken(from);
        }
        for (int at = from + 1; at < bytes.length; at++) {
            if (bytes[at] == '"') {
                return at + 1 == bytes.length ? -1 : at + 1;
            }
            if (bytes[at] == '\\' && ++at == bytes.length) {
                return -1;
            }
            if (!StrictGrammar.isValueChar(chr(at))) {
                return refuse();
            }
        }
        return -1;
    }

    /** The end of a token that is not empty; -1 when it may go on beyond the input, or is none. */
    private int skipToken(final int from) {
        int at = from;
        while (at < bytes.length && StrictGrammar.isTchar(chr(at))) {
            at++;
        }
        return at == bytes.length ? -1 : at == from ? refuse() : at;
    }

    private int skipSpaces(final int from) {
        int at = from;
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    private void trailers(final int from) {
        final List<String> lines = new ArrayList<>();
        int lineStart = from;
        for (int at = from; at < bytes.length; at++) {
            if (at - from >= TRAILER_LIMIT) {
                refuse();
                return;
            }
            if (bytes[at] != '\n') {
                continue;
            }
            if (at == lineStart || bytes[at - 1] != '\r') {
                refuse();
                return;
            }
            if (at - 1 == lineStart) {
                keep(lines, at + 1);
                return;
            }
            lines.add(new String(bytes, lineStart, at - 1 - lineStart, StandardCharsets.ISO_8859_1));
            lineStart = at + 1;
        }
        if (from + 1 < bytes.length && bytes[from] == '\r') {
            refuse();
        }
        m.mayRefuse = true;
    }

    private void keep(final List<String> lines, final int end) {
        if (lines.size() > TRAILER_FIELDS) {
            refuse();
            return;
        }
        for (final String line : lines) {
            final int colon = line.indexOf(':');
            if (colon < 0
                    || !StrictGrammar.isToken(line.substring(0, colon))
                    || !StrictGrammar.isValue(line.substring(colon + 1))) {
                refuse();
                return;
            }
            final String name = line.substring(0, colon);
            if (flaw == StrictModel.Flaw.TRAILERS_KEPT
                    || (!StrictGrammar.isKnown(name) && !StrictGrammar.isLookalike(name))) {
                m.trailers.add(name + ": " + StrictGrammar.trim(line.substring(colon + 1)));
            }
        }
        end(end);
    }

    private int refuse() {
        m.refused = true;
        return -1;
    }

    private char chr(final int at) {
        return at < bytes.length ? (char) (bytes[at] & 0xff) : 0;
    }
}
