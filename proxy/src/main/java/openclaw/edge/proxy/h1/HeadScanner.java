package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * Finds the end of a message head as its bytes arrive; every byte is looked at once. One per connection.
 *
 * <p>What can already be told to be wrong is told at once, so that it is answered now and not when the head times out: a first
 * byte that begins no message, control bytes, wrong line ends, limits passed. A head that was found is still to be parsed.
 */
public final class HeadScanner {
    /** Result of {@link #scan}: no end yet. */
    public static final int NEED_MORE = 0;

    /** Result of {@link #scan}: see {@link #error()}. */
    public static final int BAD = -1;

    /** Empty lines that are skipped before a request: clients that end a body with one too many exist, floods too. */
    private static final int MOST_EMPTY_LINES = 4;

    private static final long SPACES = 0x2020_2020_2020_2020L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private final boolean request;
    private HeadError error = HeadError.NONE;
    private boolean started;
    private int emptyLines;
    private int fieldLines;

    /** Both relative to the head's first byte. */
    private int scanned;

    private int lineStart;

    private HeadScanner(final boolean request) {
        this.request = request;
    }

    /** A scanner for requests: empty lines before the request line are skipped (RFC 9112 section 2.2). */
    public static HeadScanner forRequests() {
        return new HeadScanner(true);
    }

    /** A scanner for responses: nothing may stand before the status line. */
    public static HeadScanner forResponses() {
        return new HeadScanner(false);
    }

    /** Makes ready for the next message's head. */
    public void reset() {
        error = HeadError.NONE;
        started = false;
        emptyLines = 0;
        fieldLines = 0;
        scanned = 0;
        lineStart = 0;
    }

    /**
     * Looks at what has come since the last call.
     *
     * @param in the head's bytes begin at the reader index. Every call for one head needs all of its bytes again, in this or
     *     another buffer. Empty lines before a request are consumed (the reader index is advanced past them), nothing else is
     * @param limits that hold for this head
     * @return the head's length in bytes from the reader index, its empty line included; {@link #NEED_MORE}; or {@link #BAD}
     */
    public int scan(final ByteBuf in, final HeadLimits limits) {
        if (error != HeadError.NONE) {
            return BAD;
        }
        if (!started) {
            final int result = start(in);
            if (!started) {
                return result;
            }
        }
        final int start = in.readerIndex();
        final int end = in.writerIndex();
        int at = start + scanned;
        while ((at = nextControl(in, at, end)) < end) {
            final byte b = in.getByte(at);
            if (b == '\t') {
                at++;
                continue;
            }
            if (b != '\r') {
                return bad(b == '\n' ? HeadError.LINE_END : HeadError.CONTROL_BYTE);
            }
            if (at + 1 == end) {
                break;
            }
            if (in.getByte(at + 1) != '\n') {
                return bad(HeadError.LINE_END);
            }
            at += 2;
            if (endLine(at - start, limits)) {
                return error == HeadError.NONE ? at - start : BAD;
            }
        }
        scanned = at - start;
        if (lineStart == 0 && request && scanned > limits.lineBytes()) {
            return bad(HeadError.TARGET_TOO_LONG);
        }
        return end - start >= limits.headBytes() ? bad(HeadError.HEAD_TOO_LARGE) : NEED_MORE;
    }

    /** Whether any byte of a head was seen since {@link #reset}: empty lines do not count. */
    public boolean isStarted() {
        return started;
    }

    /** Why {@link #scan} returned {@link #BAD}. */
    public HeadError error() {
        return error;
    }

    /** Skips empty lines and looks at the first byte. */
    private int start(final ByteBuf in) {
        while (in.isReadable()) {
            final int at = in.readerIndex();
            final byte b = in.getByte(at);
            if (b != '\r' || !request) {
                if (request ? !Tokens.is(Tokens.TOKEN, b) : b != 'H') {
                    return bad(HeadError.PREFACE);
                }
                started = true;
                return NEED_MORE;
            }
            if (in.readableBytes() == 1) {
                return NEED_MORE;
            }
            if (in.getByte(at + 1) != '\n' || ++emptyLines > MOST_EMPTY_LINES) {
                return bad(HeadError.PREFACE);
            }
            in.skipBytes(2);
        }
        return NEED_MORE;
    }

    /** Takes note of a line that ends before {@code next}, its CRLF included. Returns whether scanning is over. */
    private boolean endLine(final int next, final HeadLimits limits) {
        final int lineBytes = next - 2 - lineStart;
        if (lineStart == 0) {
            if (request && lineBytes > limits.lineBytes()) {
                error = HeadError.TARGET_TOO_LONG;
            }
        } else if (lineBytes == 0) {
            if (next > limits.headBytes()) {
                error = HeadError.HEAD_TOO_LARGE;
            }
            return true;
        } else if (++fieldLines > limits.fields()) {
            error = HeadError.TOO_MANY_FIELDS;
        }
        lineStart = next;
        return error != HeadError.NONE;
    }

    /** The first index in {@code [from, end)} whose byte is below 0x20, or {@code end}; eight bytes at a time. */
    private static int nextControl(final ByteBuf in, final int from, final int end) {
        int at = from;
        while (end - at >= Long.BYTES) {
            final long word = in.getLongLE(at);
            // A borrow can only set bits above a true one, so the lowest is exact.
            final long below = (word - SPACES) & ~word & HIGH_BITS;
            if (below != 0) {
                return at + (Long.numberOfTrailingZeros(below) >>> 3);
            }
            at += Long.BYTES;
        }
        while (at < end && (in.getByte(at) & 0xE0) != 0) {
            at++;
        }
        return at;
    }

    private int bad(final HeadError reason) {
        error = reason;
        return BAD;
    }
}
