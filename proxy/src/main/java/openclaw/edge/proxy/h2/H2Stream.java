package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Arrays;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.Downstream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.Reason;

/**
 * One stream of a client's connection: its request, its exchange, its response. Pooled per event loop; in use until both the
 * stream is closed and the exchange is over.
 *
 * <p>END_STREAM is written in the calls that end the response, which come after the exchange's end; when the client's window
 * has no room for the rest, later still.
 */
final class H2Stream implements Downstream, Http2RemoteFlowController.FlowControlled {
    /** A client that takes less than this (or all that waits) in the time that it has, stands still. */
    private static final int PROGRESS_BYTES = 1024;

    private final H2Loop h2;
    private final LoopContext loop;
    private final RequestData requestData;
    private final ResponseData responseData;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            timedOut();
        }
    };

    private H2Connection connection;
    private Http2Stream stream;
    private Exchange exchange;
    private boolean closed;
    private boolean queued;
    private boolean responseEnded;
    private boolean endWritten;
    private byte[] trailerBlock;
    private int progressBytes;
    private ByteBuf staged;
    private int stagedBytes;

    H2Stream(final H2Loop h2) {
        this.h2 = h2;
        this.loop = h2.loop;
        this.requestData = new RequestData(loop);
        this.responseData = new ResponseData(loop);
    }

    // ---- the request ----

    /** Begins with the block that was just decoded. */
    void open(final H2Connection on, final Http2Stream netty, final boolean end) {
        connection = on;
        stream = netty;
        final Exchange next = loop.exchanges().acquire(this);
        final Head head = next.request();
        final RequestReader.Verdict verdict = h2.reader.read(h2.block, end, head, h2.settings());
        countLookalikes();
        if (verdict == RequestReader.Verdict.MALFORMED) {
            loop.counters().increment(EdgeCounter.REQUESTS_MALFORMED);
            next.abandon();
            reset(Http2Error.PROTOCOL_ERROR);
            return;
        }
        exchange = next;
        head.secure(connection.peer().isSecure());
        requestData.begin(head, end);
        if (!end) {
            setDeadline();
        }
        if (verdict == RequestReader.Verdict.REFUSED) {
            next.malformed(h2.reader.defect());
        } else if (head.bodyLengthBytes() > h2.settings().bodyLimitBytes()) {
            refuseLargeBody();
        } else if (requestData.isHeadReady()) {
            requestHead();
        }
    }

    private void countLookalikes() {
        if (h2.reader.lookalikes() > 0) {
            loop.counters().add(EdgeCounter.FIELDS_LOOKALIKE, h2.reader.lookalikes());
        }
    }

    private void requestHead() {
        if (exchange.request().framing() == Head.Framing.LENGTH
                && exchange.request().bodyLengthBytes() == 0) {
            exchange.requestBody(null, 0, true);
        }
        exchange.requestHead();
        flushRequest();
    }

    private void flushRequest() {
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    /**
     * A DATA frame.
     *
     * @return how many of its bytes need no credit any more
     */
    int data(final ByteBuf data, final boolean end) {
        final int length = data.readableBytes();
        if (exchange == null) {
            requestData.discard(end);
            return length;
        }
        if (!requestData.receive(length, end)) {
            malformed();
            return length;
        }
        if (requestData.receivedBytes() > h2.settings().bodyLimitBytes()) {
            refuseLargeBody();
            return length;
        }
        if (end) {
            loop.timers().clear(deadline);
        } else {
            setDeadline();
        }
        if (requestData.isHeadReady()) {
            requestData.pass(exchange, data, end);
            flushRequest();
        } else if (end) {
            requestHead();
        }
        return 0;
    }

    /** The block that was just decoded ends the request. */
    void trailers() {
        if (exchange == null) {
            requestData.discard(true);
            return;
        }
        h2.trailers.reset();
        final boolean legal = h2.reader.readTrailers(h2.block, h2.trailers, h2.settings());
        countLookalikes();
        if (!legal || !requestData.receive(0, true)) {
            malformed();
            return;
        }
        loop.timers().clear(deadline);
        if (requestData.isHeadReady()) {
            requestData.passHeldBack(exchange, false);
            exchange.requestTrailers(h2.trailers);
            flushRequest();
        } else {
            requestHead();
        }
    }

    private void malformed() {
        loop.counters().increment(EdgeCounter.BODY_MALFORMED);
        giveUp(Reason.CLIENT_BODY_MALFORMED);
        reset(Http2Error.PROTOCOL_ERROR);
    }

    private void refuseLargeBody() {
        loop.counters().increment(EdgeCounter.BODY_TOO_LARGE);
        exchange.requestFailed(Reason.CLIENT_BODY_TOO_LARGE);
    }

    @Override
    public void requestCredit(final int bytes) {
        requestData.credited(bytes);
        if (!closed) {
            connection.consumed(stream, bytes);
            if (!requestData.isEnded()) {
                setDeadline();
            }
        }
    }

    // ---- the response ----

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    public void informational(final Exchange from) {
        h2.encoder.response(from.response());
        connection.writer().headers(stream.id(), h2.encoder.bytes(), h2.encoder.length(), false);
        connection.flushSoon();
    }

    @Override
    public void head(final Exchange from, final boolean last) {
        h2.encoder.response(from.response());
        connection.writer().headers(stream.id(), h2.encoder.bytes(), h2.encoder.length(), last);
        if (last) {
            responseEnded = true;
            endWritten = true;
            ended();
        }
    }

    @Override
    public void body(final Exchange from, final ByteBuf data, final int length, final boolean last) {
        responseEnded |= last;
        if (length == 0 && !last) {
            return;
        }
        send(data, length);
        responseData.holdRest();
        if (responseData.bytes() > 0 && progressBytes == 0) {
            progressed();
        }
    }

    @Override
    public void trailers(final Exchange from, final Head trailers) {
        responseEnded = true;
        if (h2.encoder.trailers(trailers)) {
            trailerBlock = Arrays.copyOf(h2.encoder.bytes(), h2.encoder.length());
        }
        send(null, 0);
    }

    /** Writes as much as the flow control allows now; the rest goes with later flushes. */
    private void send(final ByteBuf data, final int length) {
        if (!queued) {
            queued = true;
            responseData.add(data, length);
            connection.enqueue(stream, this);
        } else if (length > 0) {
            staged = data;
            stagedBytes = length;
            connection.enqueue(stream, this);
            staged = null;
        }
        connection.writePending();
    }

    @Override
    public void abort(final Reason reason) {
        exchange = null;
        loop.counters().increment(EdgeCounter.RESPONSES_ABORTED);
        reset(reason == Reason.CLIENT_TIMEOUT ? Http2Error.CANCEL : Http2Error.INTERNAL_ERROR);
    }

    @Override
    public void recorded() {
        connection.recorded();
    }

    @Override
    public void finished() {
        final H2Connection on = connection;
        exchange = null;
        if (closed) {
            recycle();
        } else if (!endWritten) {
            responseData.count();
            progressed();
        } else if (!requestData.isEnded()) {
            on.resets().cancelRequest(stream);
        }
        on.flushSoon();
    }

    @Override
    public void flush() {
        connection.flushSoon();
    }

    // ---- flow control ----

    @Override
    public int size() {
        return responseData.bytes();
    }

    /** The frame that is queued already, which is this, has grown. */
    @Override
    public boolean merge(final ChannelHandlerContext ctx, final Http2RemoteFlowController.FlowControlled next) {
        responseData.add(staged, stagedBytes);
        return true;
    }

    @Override
    public void write(final ChannelHandlerContext ctx, final int allowedBytes) {
        int left = Math.min(allowedBytes, responseData.bytes());
        final int total = left;
        while (left > 0) {
            final int count = Math.min(left, FrameWriter.MAX_FRAME_BYTES);
            endWritten = responseEnded && trailerBlock == null && count == responseData.bytes();
            responseData.write(connection.writer(), stream.id(), count, endWritten);
            left -= count;
        }
        if (responseEnded && !endWritten && responseData.bytes() == 0) {
            endWritten = true;
            if (trailerBlock != null) {
                connection.writer().headers(stream.id(), trailerBlock, trailerBlock.length, true);
            } else {
                connection.writer().data(stream.id(), 0, true);
            }
        }
        if (total > 0) {
            written(total);
        }
    }

    private void written(final int bytes) {
        progressBytes -= bytes;
        if (progressBytes <= 0 && responseData.bytes() > 0) {
            progressed();
        } else if (responseData.bytes() == 0) {
            progressBytes = 0;
            if (requestData.isEnded()) {
                loop.timers().clear(deadline);
            } else {
                setDeadline();
            }
        }
        if (exchange != null && !responseEnded) {
            exchange.responseCredit(bytes);
        }
    }

    /** The client has anew the whole time to take some of what waits. */
    private void progressed() {
        progressBytes = Math.min(PROGRESS_BYTES, responseData.bytes());
        setDeadline();
    }

    @Override
    public void writeComplete() {
        queued = false;
        if (endWritten) {
            ended();
        }
    }

    @Override
    public void error(final ChannelHandlerContext ctx, final Throwable cause) {
        queued = false;
        if (!closed && stream.state() != Http2Stream.State.CLOSED) {
            connection.failed(cause);
        }
    }

    /** END_STREAM is written. */
    private void ended() {
        final H2Connection on = connection;
        final Http2Stream over = stream;
        final boolean cancels = exchange == null && !requestData.isEnded();
        // This object may be in the pool again when this returns.
        on.closeLocal(over);
        if (cancels) {
            on.resets().cancelRequest(over);
        }
    }

    // ---- ends ----

    private void setDeadline() {
        if (closed) {
            return;
        }
        if (responseData.bytes() > 0 || !requestData.isWindowUsed()) {
            loop.timers().set(deadline, loop.clock().nowNs() + h2.settings().bodyIdleNs());
        } else {
            // While the upstream does not take what is there, the client is not to blame for the silence.
            loop.timers().clear(deadline);
        }
    }

    private void timedOut() {
        loop.counters().increment(EdgeCounter.BODY_TIMEOUTS);
        if (responseData.bytes() == 0 && exchange != null && !exchange.isResponding()) {
            exchange.requestFailed(Reason.CLIENT_TIMEOUT);
            return;
        }
        giveUp(Reason.CLIENT_TIMEOUT);
        reset(Http2Error.CANCEL);
    }

    /** Tells the client that the stream is over; this object may be in the pool again when this returns. */
    private void reset(final Http2Error error) {
        final H2Connection on = connection;
        on.resets().reset(stream, error);
        on.flushSoon();
    }

    private void giveUp(final Reason reason) {
        final Exchange lost = exchange;
        exchange = null;
        if (lost != null) {
            lost.clientGone(reason);
        }
    }

    /** What is missing from the client will never come. */
    void lost() {
        if (exchange != null) {
            loop.counters().increment(EdgeCounter.CLIENT_ABORTS);
        }
        giveUp(Reason.CLIENT_GONE);
        reset(Http2Error.CANCEL);
    }

    /** Whether the request has not come wholly. */
    boolean isReceiving() {
        return !requestData.isEnded();
    }

    /**
     * Whether bytes of the response wait for a window, and not for the kernel.
     *
     * @param connectionBytes that the connection's window has left
     */
    boolean isBlocked(final int connectionBytes) {
        return responseData.bytes() > 0 && (connectionBytes <= 0 || connection.windowBytes(stream) <= 0);
    }

    /** The stream is closed, for whatever reason; what follows for the exchange follows now. */
    void closed(final Reason reason) {
        closed = true;
        loop.timers().remove(deadline);
        responseData.release();
        if (exchange != null && !responseEnded) {
            if (reason == Reason.CLIENT_GONE) {
                loop.counters().increment(EdgeCounter.CLIENT_ABORTS);
            }
            giveUp(reason);
        }
        if (exchange == null) {
            recycle();
        }
    }

    private void recycle() {
        connection = null;
        stream = null;
        closed = false;
        queued = false;
        responseEnded = false;
        endWritten = false;
        trailerBlock = null;
        progressBytes = 0;
        requestData.reset();
        h2.giveStream(this);
    }
}
