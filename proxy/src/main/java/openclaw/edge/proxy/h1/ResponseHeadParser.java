package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.Head;

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
    private int lookalikes;

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
        return length > limits.headBytes() ? HeadError.HEAD_TOO_LARGE : HeadError.NONE;
    }

    /** How many fields of the last head were dropped because they look like a known name and are not it. */
    public int lookalikes() {
        return lookalikes;
    }
}
