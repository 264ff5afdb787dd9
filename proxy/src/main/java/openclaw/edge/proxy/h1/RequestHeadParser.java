package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;
import openclaw.edge.proxy.exchange.grammar.Authority;
import openclaw.edge.proxy.exchange.grammar.ContentLength;
import openclaw.edge.proxy.exchange.grammar.Expectation;
import openclaw.edge.proxy.exchange.grammar.RequestTarget;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * Reads a whole request head and decides the message's framing (RFC 9112 sections 2 to 6). Strict: what two servers could read
 * in two ways is refused. One per event loop; no state but the results of the last call.
 *
 * <p>What the head holds afterwards: method; path in origin form or {@code *}, also when the target was in absolute form;
 * authority (the target's, else Host's, else of length 0), which is also what a Host field then says; version; every field line
 * in order; framing; keep-alive; expect-continue; accepts-trailers; whether it asks for a WebSocket; the number of nominations by Connection (see
 * {@link ConnectionOptions}). Fields that look like a known name but are not it are indexed as {@link Head#DROPPED}; so is
 * Expect, which is said by {@link Head#isExpectContinue()} alone.
 */
public final class RequestHeadParser {
    private static final byte[] CHUNKED = Tokens.ascii("chunked");
    private static final byte[] TRAILERS = Tokens.ascii("trailers");

    private final FieldLines fieldLines = new FieldLines(false);
    private final RequestTarget target = new RequestTarget();
    private int lookalikes;

    /** Makes a parser. */
    public RequestHeadParser() {}

    /**
     * Parses one head.
     *
     * @param head was reset; {@code head.bytes()[offset, offset + length)} holds the head, from the first byte of the request
     *     line to the end of the empty line, as {@link HeadScanner} found it. A few bytes may be appended
     * @return {@link HeadError#NONE}, or why the request is refused: answer {@link HeadError#status()} and close. The head is
     *     then filled as far as it was read, method and version first
     */
    public HeadError parse(final Head head, final int offset, final int length, final HeadLimits limits) {
        lookalikes = 0;
        if (length > limits.headBytes()) {
            return HeadError.HEAD_TOO_LARGE;
        }
        final int end = offset + length;
        final byte[] bytes = head.bytes();
        final int methodEnd = Tokens.skip(Tokens.TOKEN, bytes, offset, end);
        if (methodEnd == offset || methodEnd == end || bytes[methodEnd] != ' ') {
            return HeadError.METHOD;
        }
        final int methodId = Methods.lookup(bytes, offset, methodEnd - offset);
        head.method(methodId, offset, methodEnd - offset);

        final int targetOffset = methodEnd + 1;
        final int targetEnd = Tokens.skip(Tokens.TARGET, bytes, targetOffset, end);
        if (targetEnd == targetOffset || targetEnd == end || bytes[targetEnd] != ' ') {
            return badTarget(bytes, targetOffset, targetEnd, end);
        }
        final HeadError badVersion = HttpVersion.read(head, targetEnd + 1, end);
        final int lineEnd = targetEnd + 1 + HttpVersion.LENGTH;
        if (badVersion != HeadError.NONE || !FieldLines.isCrlf(bytes, lineEnd, end)) {
            return badVersion != HeadError.NONE ? badVersion : HeadError.VERSION;
        }
        if (targetEnd - targetOffset > limits.targetBytes()) {
            return HeadError.TARGET_TOO_LONG;
        }
        if (methodId == Methods.CONNECT || methodId == Methods.TRACE) {
            return HeadError.METHOD_NOT_ALLOWED;
        }
        if (!target.read(head, targetOffset, targetEnd)) {
            return HeadError.TARGET;
        }
        final HeadError badField = fieldLines.parse(head, lineEnd + 2, end, limits.fields());
        lookalikes = fieldLines.lookalikes();
        return badField != HeadError.NONE ? badField : decide(head);
    }

    /** How many fields of the last head were dropped because they look like a known name and are not it. */
    public int lookalikes() {
        return lookalikes;
    }

    private static HeadError badTarget(final byte[] bytes, final int from, final int at, final int end) {
        if (at == end || bytes[at] == '\r' || bytes[at] == ' ') {
            return HeadError.REQUEST_LINE;
        }
        if (at == from && bytes[at] == '\t') {
            return HeadError.REQUEST_LINE;
        }
        return bytes[at] == '\n' ? HeadError.LINE_END : HeadError.TARGET;
    }

    private HeadError decide(final Head head) {
        HeadError error = host(head);
        if (error == HeadError.NONE) {
            error = framing(head);
        }
        if (error != HeadError.NONE) {
            return error;
        }
        head.keepAlive(ConnectionOptions.readAll(head));
        if (head.has(FieldNames.TE)) {
            acceptsTrailers(head);
        }
        if (head.has(FieldNames.UPGRADE)) {
            head.webSocket(WebSocketUpgrade.isAskedFor(head));
        }
        return head.has(FieldNames.EXPECT) && !Expectation.read(head) ? HeadError.EXPECTATION : HeadError.NONE;
    }

    private HeadError host(final Head head) {
        final int host = head.find(FieldNames.HOST);
        if (host < 0) {
            if (head.minorVersion() != 0) {
                return HeadError.HOST_COUNT;
            }
        } else if (head.isRepeated(FieldNames.HOST)) {
            return HeadError.HOST_COUNT;
        } else if (!Authority.isValid(head.bytes(), head.valueOffset(host), head.valueLength(host))) {
            return HeadError.HOST;
        }
        if (target.hasAuthority()) {
            if (host >= 0) {
                head.value(host, head.authorityOffset(), head.authorityLength());
            }
        } else if (host >= 0) {
            head.authority(head.valueOffset(host), head.valueLength(host));
        }
        return HeadError.NONE;
    }

    private static HeadError framing(final Head head) {
        final boolean chunked = head.has(FieldNames.TRANSFER_ENCODING);
        if (head.has(FieldNames.CONTENT_LENGTH)) {
            if (chunked) {
                return HeadError.FRAMING_CONFLICT;
            }
            if (head.isRepeated(FieldNames.CONTENT_LENGTH)) {
                return HeadError.CONTENT_LENGTH_REPEATED;
            }
            final int i = head.find(FieldNames.CONTENT_LENGTH);
            final long length = ContentLength.parse(head.bytes(), head.valueOffset(i), head.valueLength(i));
            if (length < 0) {
                return HeadError.CONTENT_LENGTH;
            }
            head.framing(Head.Framing.LENGTH, length);
        } else if (chunked) {
            if (head.minorVersion() == 0 || !isChunked(head)) {
                return HeadError.TRANSFER_ENCODING;
            }
            head.framing(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
        } else {
            head.framing(Head.Framing.NONE, 0);
        }
        return HeadError.NONE;
    }

    /** Whether Transfer-Encoding stands once and says {@code chunked}, nothing else. */
    static boolean isChunked(final Head head) {
        final int i = head.find(FieldNames.TRANSFER_ENCODING);
        return !head.isRepeated(FieldNames.TRANSFER_ENCODING)
                && Head.equalIgnoreCase(CHUNKED, head.bytes(), head.valueOffset(i), head.valueLength(i));
    }

    private static void acceptsTrailers(final Head head) {
        if (head.minorVersion() == 0) {
            return;
        }
        for (int i = head.find(FieldNames.TE); i >= 0; i = head.findFrom(FieldNames.TE, i + 1)) {
            if (ConnectionOptions.listHas(TRAILERS, head.bytes(), head.valueOffset(i), head.valueLength(i))) {
                head.acceptsTrailers(true);
            }
        }
    }
}
