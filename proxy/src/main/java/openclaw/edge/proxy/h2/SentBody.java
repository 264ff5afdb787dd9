package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;

/**
 * The request half of a stream to an upstream: head, body as far as the windows allow, trailers. Until the response begins a copy
 * of a short body is kept, so that the request can be repeated where the upstream has not looked at it. Owned by its stream.
 */
final class SentBody {
    /** Of a longer body no copy is kept. */
    static final int REPEATABLE_BYTES = 16 * 1024;

    private final UpstreamStream stream;
    private final H2Upstream connection;
    private final H2Loop h2;
    private final LoopContext loop;
    private final ResponseData waiting;

    private int windowBytes;
    private boolean ending;
    private boolean ended;
    private byte[] trailerBlock;
    private boolean queued;
    private boolean owing;
    private int owedBytes;
    private int creditedBytes;
    private ByteBuf copy;
    private boolean copies;

    SentBody(final UpstreamStream stream, final H2Upstream connection, final H2Loop h2) {
        this.stream = stream;
        this.connection = connection;
        this.h2 = h2;
        this.loop = h2.loop;
        this.waiting = new ResponseData(loop);
    }

    /** Whether END_STREAM is written. */
    boolean isEnded() {
        return ended;
    }

    /** Whether something of the body waits for the upstream. */
    boolean isBlocked() {
        return waiting.bytes() > 0;
    }

    // ---- sending ----

    void begin(final Head head) {
        windowBytes = connection.settings().windowBytes();
        ended = head.framing() == Head.Framing.NONE;
        copies = !ended;
        h2.encoder.request(head, connection.isSecure());
        connection.writer().headers(stream.id(), h2.encoder.bytes(), h2.encoder.length(), ended);
    }

    void body(final ByteBuf data, final int length, final boolean last) {
        ending |= last;
        if (length > 0) {
            keepCopy(data, length);
            waiting.add(data, length);
        }
        send();
        waiting.holdRest();
        stream.setHeadDeadline();
    }

    void trailers(final Head trailers) {
        ending = true;
        if (h2.encoder.trailers(trailers)) {
            trailerBlock = Arrays.copyOf(h2.encoder.bytes(), h2.encoder.length());
        }
        send();
        stream.setHeadDeadline();
    }

    /** The upstream takes so many more bytes. False: more than there can be. */
    boolean grow(final int bytes) {
        if (windowBytes > 0 && Integer.MAX_VALUE - windowBytes < bytes) {
            return false;
        }
        windowBytes += bytes;
        return true;
    }

    /** Sends what waited, after something has changed. */
    void sendMore() {
        if (waiting.bytes() > 0) {
            send();
            stream.setHeadDeadline();
        }
    }

    /** Its place among those that wait for the connection has come. */
    void dequeued() {
        queued = false;
        if (stream.exchange() != null) {
            sendMore();
        }
    }

    private void send() {
        while (waiting.bytes() > 0) {
            final int most = Math.min(windowBytes, FrameWriter.MAX_FRAME_BYTES);
            final int count = Math.min(waiting.bytes(), Math.min(most, connection.sendableBytes()));
            if (count <= 0) {
                if (most > 0 && !queued) {
                    queued = true;
                    connection.await(this);
                }
                return;
            }
            ended = ending && trailerBlock == null && count == waiting.bytes();
            waiting.write(connection.writer(), stream.id(), count, ended);
            windowBytes -= count;
            connection.sent(count);
            owe(count);
        }
        if (ending && !ended) {
            ended = true;
            if (trailerBlock == null) {
                connection.writer().data(stream.id(), 0, true);
            } else {
                connection.writer().headers(stream.id(), trailerBlock, trailerBlock.length, true);
            }
        }
    }

    // ---- credit ----

    private void owe(final int bytes) {
        owedBytes += bytes;
        if (!owing) {
            owing = true;
            connection.owe(this);
        }
    }

    /** The kernel has taken what was written: as much may come again. */
    void giveCredit() {
        owing = false;
        final int bytes = owedBytes;
        owedBytes = 0;
        final Exchange exchange = stream.exchange();
        if (bytes > 0 && exchange != null) {
            creditedBytes += bytes;
            exchange.requestCredit(bytes);
        }
    }

    // ---- repetition ----

    private void keepCopy(final ByteBuf data, final int length) {
        if (!copies) {
            return;
        }
        final int kept = copy == null ? 0 : copy.readableBytes();
        if (kept + length > REPEATABLE_BYTES || loop.budget().isTight()) {
            dropCopy();
            return;
        }
        if (copy == null) {
            copy = loop.writeBuffers().take();
        }
        copy.writeBytes(data, data.readerIndex(), length);
        loop.budget().add(length);
    }

    /** The request is not to be repeated from now on. */
    void dropCopy() {
        copies = false;
        if (copy != null) {
            loop.budget().add(-copy.readableBytes());
            loop.writeBuffers().give(copy);
            copy = null;
        }
    }

    /** Gives the body back to its exchange, if it is whole here. */
    void giveBack(final Exchange exchange) {
        if (copy != null) {
            exchange.bodyRepeatable(copy, copy.readerIndex(), ending, creditedBytes);
        }
    }

    // ---- ends ----

    /** The exchange is over. What waits in the connection's queues stays there, and means nothing when its turn comes. */
    void reset() {
        dropCopy();
        waiting.release();
        ending = false;
        ended = false;
        trailerBlock = null;
        owedBytes = 0;
        creditedBytes = 0;
    }
}
