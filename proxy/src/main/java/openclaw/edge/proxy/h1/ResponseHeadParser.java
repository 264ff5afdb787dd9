package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;
import openclaw.edge.proxy.exchange.grammar.ContentLength;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * Reads a whole response head and decides the message's framing (RFC 9112 sections 4 to 6). One per event loop; no state but
 * the results of the last call.
 *
 * <p>What the head holds afterwards: status, reason, version, every field line in order, framing, keep-alive (never with
 * {@link Head.Framing#CLOSE}), the number of nominations. Content-Length is dropped from 1xx and 204, repeated equal ones but
 * for the first, and stays in answers to HEAD and in 304, where the framing is {@link Head.Framing#NONE} and the field only
 * informs.
 */
public final class ResponseHeadParser {
    private final FieldLines fieldLines = new FieldLines(true);
    private int lookalikes;

    /** Makes a parser. */
    public ResponseHeadParser() {}

    /**
     * Parses one head.
     *
     * @param head was reset; {@code head.bytes()[offset, offset + length)} holds the head, from the first byte of the status
     *     line to the end of the empty line, as {@link HeadScanner} found it
     * @param requestMethodId what was asked: a {@link openclaw.edge.proxy.exchange.Methods} id
     * @return {@link HeadError#NONE}, or why the response is refused (the status in it is not meant for it: 502)
     */
    public HeadError parse(
            final Head head, final int offset, final int length, final int requestMethodId, final HeadLimits limits) {
        lookalikes = 0;
        if (length > limits.headBytes()) {
            return HeadError.HEAD_TOO_LARGE;
        }
        final int end = offset + length;
        final HeadError badVersion = HttpVersion.read(head, offset, end);
        if (badVersion != HeadError.NONE) {
            return badVersion;
        }
        final byte[] bytes = head.bytes();
        final int status = status(bytes, offset + HttpVersion.LENGTH, end);
        if (status < 0) {
            return HeadError.STATUS_LINE;
        }
        head.status(status);
        final int reason = offset + StatusLines.REASON_OFFSET;
        int lineEnd = FieldLines.nextSpecial(bytes, reason, end);
        while (lineEnd < end && bytes[lineEnd] == '\t') {
            lineEnd = FieldLines.nextSpecial(bytes, lineEnd + 1, end);
        }
        if (!FieldLines.isCrlf(bytes, lineEnd, end)) {
            return FieldLines.badEnd(bytes, lineEnd, end);
        }
        head.reason(reason, lineEnd - reason);
        final HeadError badField = fieldLines.parse(head, lineEnd + 2, end, limits.fields());
        lookalikes = fieldLines.lookalikes();
        return badField != HeadError.NONE ? badField : decide(head, requestMethodId);
    }

    /** How many fields of the last head were dropped because they look like a known name and are not it. */
    public int lookalikes() {
        return lookalikes;
    }

    /** The code in {@code SP 3DIGIT SP}, 100 or more, or -1. */
    private static int status(final byte[] bytes, final int at, final int end) {
        if (end - at < 5
                || bytes[at] != ' '
                || bytes[at + 1] == '0'
                || !Tokens.is(Tokens.DIGIT, bytes[at + 1])
                || !Tokens.is(Tokens.DIGIT, bytes[at + 2])
                || !Tokens.is(Tokens.DIGIT, bytes[at + 3])
                || bytes[at + 4] != ' ') {
            return -1;
        }
        return (bytes[at + 1] - '0') * 100 + (bytes[at + 2] - '0') * 10 + bytes[at + 3] - '0';
    }

    private static HeadError decide(final Head head, final int requestMethodId) {
        final boolean encoded = head.has(FieldNames.TRANSFER_ENCODING);
        final boolean sized = head.has(FieldNames.CONTENT_LENGTH);
        if (encoded && sized) {
            return HeadError.FRAMING_CONFLICT;
        }
        final long length = sized ? ContentLength.collapse(head) : 0;
        if (length < 0) {
            return length == ContentLength.DIFFERENT ? HeadError.CONTENT_LENGTH_REPEATED : HeadError.CONTENT_LENGTH;
        }
        head.keepAlive(ConnectionOptions.readAll(head));
        final int status = head.status();
        if (status < 200 || status == 204) {
            head.dropAll(FieldNames.CONTENT_LENGTH);
            head.framing(Head.Framing.NONE, 0);
        } else if (status == 304 || requestMethodId == Methods.HEAD) {
            head.framing(Head.Framing.NONE, 0);
        } else if (encoded) {
            if (head.minorVersion() == 0 || !RequestHeadParser.isChunked(head)) {
                return HeadError.TRANSFER_ENCODING;
            }
            head.framing(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
        } else if (sized) {
            head.framing(Head.Framing.LENGTH, length);
        } else {
            head.framing(Head.Framing.CLOSE, Head.LENGTH_UNKNOWN);
            head.keepAlive(false);
        }
        return HeadError.NONE;
    }
}
