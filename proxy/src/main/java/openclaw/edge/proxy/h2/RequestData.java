package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;

/**
 * The body of one request: its DATA frames must come to what Content-Length says (RFC 9113 section 8.1.1), and the request
 * upstream does not end before that is known. So the byte that would complete it is held back until END_STREAM has come, and a
 * request without any byte to hold back is not begun before.
 */
final class RequestData {
    /** What a client may send of a body before the upstream takes it: the window that every stream begins with. */
    static final int WINDOW_BYTES = 65_535;

    private final LoopContext loop;
    private long declaredBytes;
    private long receivedBytes;
    private int uncreditedBytes;
    private boolean ended;
    private boolean headReady;
    private boolean holdsLast;
    private byte last;

    RequestData(final LoopContext loop) {
        this.loop = loop;
    }

    void begin(final Head head, final boolean end) {
        declaredBytes = head.framing() == Head.Framing.LENGTH ? head.bodyLengthBytes() : Head.LENGTH_UNKNOWN;
        ended = end;
        headReady = end || declaredBytes != 0;
    }

    /** Whether the request may be begun. */
    boolean isHeadReady() {
        return headReady;
    }

    /** Whether the request has come wholly. */
    boolean isEnded() {
        return ended;
    }

    long receivedBytes() {
        return receivedBytes;
    }

    /** Whether the client may send nothing more before the upstream takes something. */
    boolean isWindowUsed() {
        return uncreditedBytes >= WINDOW_BYTES;
    }

    /** Counts a frame; false if it breaks the declared length. */
    boolean receive(final int length, final boolean end) {
        receivedBytes += length;
        ended |= end;
        uncreditedBytes += length;
        return declaredBytes == Head.LENGTH_UNKNOWN
                || (end ? receivedBytes == declaredBytes : receivedBytes <= declaredBytes);
    }

    /** Takes note of a frame that nobody wants any more. */
    void discard(final boolean end) {
        ended |= end;
    }

    /** Passes a frame on, all but the byte that would complete the request before its end has come. */
    void pass(final Exchange to, final ByteBuf data, final boolean end) {
        final int length = data.readableBytes();
        if (!end && length > 0 && receivedBytes == declaredBytes) {
            holdsLast = true;
            last = data.getByte(data.writerIndex() - 1);
            if (length > 1) {
                to.requestBody(data, length - 1, false);
            }
        } else if (length > 0) {
            to.requestBody(data, length, end);
        } else if (holdsLast) {
            passHeldBack(to, end);
        } else if (end) {
            to.requestBody(data, 0, true);
        }
    }

    /** Passes the byte that was held back, if one was. */
    void passHeldBack(final Exchange to, final boolean end) {
        if (holdsLast) {
            holdsLast = false;
            final ByteBuf data = loop.allocator().directBuffer(1, 1).writeByte(last);
            to.requestBody(data, 1, end);
            data.release();
        }
    }

    /** The upstream has taken so many bytes. */
    void credited(final int bytes) {
        uncreditedBytes -= bytes;
    }

    void reset() {
        declaredBytes = 0;
        receivedBytes = 0;
        uncreditedBytes = 0;
        ended = false;
        headReady = false;
        holdsLast = false;
    }
}
