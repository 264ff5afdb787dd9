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
 * Chunk extensions are checked and left out. Trailer fields are collected apart; those of a
 * {@linkplain openclaw.edge.proxy.exchange.FieldNames known name} (framing, routing, authentication, identity, content) and
 * look-alikes of such names are dropped.
 */
public final class BodyDecoder {
    /** Result of {@link #next}: all input is used, the message goes on. */
    public static final int NEED_MORE = 0;

    /** Result of {@link #next}: the message is complete. Stays so until {@link #reset}. */
    public static final int END = -1;

    /** Result of {@link #next}: the framing is broken; see {@link #error()}. Stays so until {@link #reset}. */
    public static final int BAD = -2;

    private enum State {
        COUNTED,
        UNTIL_CLOSE,
        CHUNK_LINE,
        CHUNK_DATA,
        CHUNK_DATA_CR,
        CHUNK_DATA_LF,
        /** After the last chunk's line. */
        TRAILERS,
        /** After the CR of an empty trailer section. */
        NO_TRAILERS_LF,
        COMPLETE,
        BROKEN
    }

    private final ChunkLine chunkLine = new ChunkLine();
    private TrailerSection trailers;
    private boolean trailersBegun;
    private HeadLimits trailerLimits = HeadLimits.REQUEST;
    private State state = State.COMPLETE;
    private long remainingBytes;
    private BodyError error = BodyError.NONE;

    /** Makes a decoder that is at the end of an empty body. */
    public BodyDecoder() {}

    /** Begins a body. {@code lengthBytes} is read for {@link Head.Framing#LENGTH} only, 0 or more. */
    public void reset(final Head.Framing framing, final long lengthBytes) {
        reset(framing, lengthBytes, HeadLimits.REQUEST);
    }

    /** Begins a body whose trailer section has these limits. */
    public void reset(final Head.Framing framing, final long lengthBytes, final HeadLimits limits) {
        error = BodyError.NONE;
        trailerLimits = limits;
        remainingBytes = 0;
        if (trailersBegun) {
            trailersBegun = false;
            trailers.reset();
        }
        switch (framing) {
            case NONE -> state = State.COMPLETE;
            case LENGTH -> {
                if (lengthBytes < 0) {
                    throw new IllegalArgumentException(
                            "lengthBytes=" + lengthBytes + ", expected 0 or more with LENGTH");
                }
                remainingBytes = lengthBytes;
                state = lengthBytes == 0 ? State.COMPLETE : State.COUNTED;
            }
            case CHUNKED -> {
                chunkLine.reset();
                state = State.CHUNK_LINE;
            }
            case CLOSE -> state = State.UNTIL_CLOSE;
        }
    }

    /**
     * The next step through the input. Framing bytes are consumed by advancing the reader index.
     *
     * @return n &gt; 0: the n bytes at the reader index are body data, and count as taken: before the next call the caller
     *     advances the reader index by n, or goes on with another buffer. Else {@link #NEED_MORE}, {@link #END}, {@link #BAD}
     */
    public int next(final ByteBuf in) {
        while (true) {
            switch (state) {
                case COUNTED, CHUNK_DATA -> {
                    return data(in.readableBytes());
                }
                case UNTIL_CLOSE -> {
                    return in.readableBytes();
                }
                case COMPLETE -> {
                    return END;
                }
                case BROKEN -> {
                    return BAD;
                }
                default -> {
                    if (!in.isReadable()) {
                        return NEED_MORE;
                    }
                    between(in);
                }
            }
        }
    }

    /**
     * Whether the message is complete with what {@link #next} returned last: with a length this is known before
     * {@link #END} is asked for.
     */
    public boolean isLast() {
        return state == State.COMPLETE;
    }

    /** Body bytes still to come by {@link Head.Framing#LENGTH}; {@link Head#LENGTH_UNKNOWN} otherwise, 0 at the end. */
    public long remainingBytes() {
        return switch (state) {
            case COUNTED -> remainingBytes;
            case COMPLETE -> 0;
            default -> Head.LENGTH_UNKNOWN;
        };
    }

    /**
     * The connection ended: no further input.
     *
     * @return whether the message is complete; false: it was truncated and must never look complete to its receiver
     */
    public boolean endOfInput() {
        if (state == State.UNTIL_CLOSE) {
            state = State.COMPLETE;
        } else if (state != State.COMPLETE && state != State.BROKEN) {
            broken(BodyError.TRUNCATED);
        }
        return state == State.COMPLETE;
    }

    /** Whether the message ended with trailer fields, dropped ones included. */
    public boolean hasTrailers() {
        return trailersBegun && state == State.COMPLETE;
    }

    /** The trailer fields, after {@link #END} and only when {@link #hasTrailers()}; valid until {@link #reset}. */
    public Head trailers() {
        if (!hasTrailers()) {
            throw new IllegalStateException("no trailers: ask hasTrailers() first");
        }
        return trailers.head();
    }

    /** What broke the framing, for a counter. */
    public BodyError error() {
        return error;
    }

    private int data(final int readableBytes) {
        final int count = (int) Math.min(readableBytes, remainingBytes);
        remainingBytes -= count;
        if (remainingBytes == 0) {
            state = state == State.COUNTED ? State.COMPLETE : State.CHUNK_DATA_CR;
        }
        return count;
    }

    /** One step through what stands between the data of chunks; there is input. */
    private void between(final ByteBuf in) {
        switch (state) {
            case CHUNK_LINE -> {
                final int result = chunkLine.read(in);
                if (result == ChunkLine.COMPLETE) {
                    remainingBytes = chunkLine.size();
                    state = remainingBytes == 0 ? State.TRAILERS : State.CHUNK_DATA;
                } else if (result == ChunkLine.BAD) {
                    broken(chunkLine.error());
                }
            }
            case CHUNK_DATA_CR -> {
                if (in.readByte() == '\r') {
                    state = State.CHUNK_DATA_LF;
                } else {
                    broken(BodyError.LINE_END);
                }
            }
            case CHUNK_DATA_LF -> {
                if (in.readByte() == '\n') {
                    chunkLine.reset();
                    state = State.CHUNK_LINE;
                } else {
                    broken(BodyError.LINE_END);
                }
            }
            case TRAILERS -> trailers(in);
            case NO_TRAILERS_LF -> {
                if (in.readByte() == '\n') {
                    state = State.COMPLETE;
                } else {
                    broken(BodyError.LINE_END);
                }
            }
            default -> throw new IllegalStateException("state=" + state + " is not between chunks");
        }
    }

    /** Most messages have no trailers: these get by without a section to keep them in. */
    private void trailers(final ByteBuf in) {
        if (!trailersBegun) {
            if (in.getByte(in.readerIndex()) == '\r') {
                in.skipBytes(1);
                state = State.NO_TRAILERS_LF;
                return;
            }
            trailersBegun = true;
            if (trailers == null) {
                trailers = new TrailerSection();
            }
        }
        final BodyError result = trailers.read(in, trailerLimits);
        if (result != BodyError.NONE) {
            broken(result);
        } else if (trailers.isComplete()) {
            state = State.COMPLETE;
        }
    }

    private void broken(final BodyError reason) {
        error = reason;
        state = State.BROKEN;
    }
}
