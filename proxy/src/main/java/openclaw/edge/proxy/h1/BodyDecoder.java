package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.Head;

/**
 * Follows a message body through the bytes of its connection: by length, by chunks (RFC 9112 section 7.1), or until the
 * connection ends. One per connection and direction, reused. Never consumes a byte beyond the message's end.
 *
 * <pre>
 *   decoder.reset(head.framing(), head.bodyLengthBytes());
 *   while ((n = decoder.next(in)) &gt; 0) { pass n bytes on from in.readerIndex(), which moves; if (decoder.isLast()) ... }
 *   n == NEED_MORE: wait for input;  n == END: complete, see trailers();  n == BAD: abort both sides
 * </pre>
 *
 * Chunk extensions are checked and left out. Trailer fields are collected apart; framing, routing, authentication and identity
 * fields among them, and look-alikes of known names, are dropped.
 */
public final class BodyDecoder {
    /** Result of {@link #next}: all input is used, the message goes on. */
    public static final int NEED_MORE = 0;

    /** Result of {@link #next}: the message is complete. Stays so until {@link #reset}. */
    public static final int END = -1;

    /** Result of {@link #next}: the framing is broken; see {@link #error()}. Stays so until {@link #reset}. */
    public static final int BAD = -2;

    /** Without limits of its own, a decoder allows trailers as much as {@link HeadLimits#REQUEST}. */
    public BodyDecoder() {}

    /** Begins a body. {@code lengthBytes} is read for {@link Head.Framing#LENGTH} only, 0 or more. */
    public void reset(final Head.Framing framing, final long lengthBytes) {}

    /** Begins a body whose trailer section has these limits. */
    public void reset(final Head.Framing framing, final long lengthBytes, final HeadLimits trailerLimits) {}

    /**
     * The next step through the input. Framing bytes are consumed by advancing the reader index.
     *
     * @return n &gt; 0: the n bytes at the reader index are body data, and count as taken: before the next call the caller
     *     advances the reader index by n, or goes on with another buffer. Else {@link #NEED_MORE}, {@link #END}, {@link #BAD}
     */
    public int next(final ByteBuf in) {
        if (!isEnd()) {
            throw new UnsupportedOperationException();
        }
        return END;
    }

    /** Whether nothing of the message follows what {@link #next} returned last: with a length known before {@link #END}. */
    public boolean isLast() {
        return false;
    }

    /** Whether {@link #next} would return {@link #END} without further input: no body, or all of it taken. */
    public boolean isEnd() {
        return false;
    }

    /** Body bytes still to come by {@link Head.Framing#LENGTH}; {@link Head#LENGTH_UNKNOWN} otherwise, 0 at the end. */
    public long remainingBytes() {
        return 0;
    }

    /**
     * The connection ended: no further input.
     *
     * @return whether the message is complete; false: it was truncated and must never look complete to its receiver
     */
    public boolean endOfInput() {
        return false;
    }

    /** Whether the message ended with trailer fields, dropped ones included. */
    public boolean hasTrailers() {
        return false;
    }

    /** The trailer fields, after {@link #END} and only when {@link #hasTrailers()}; valid until {@link #reset}. */
    public Head trailers() {
        if (hasTrailers()) {
            return new Head();
        }
        throw new IllegalStateException("no trailers: ask hasTrailers() first");
    }

    /** What broke the framing, for a counter. */
    public BodyError error() {
        return BodyError.NONE;
    }
}
