package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.FlushQueue;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.OutputGate;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.h2.ConnectionTimer.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection from a client.
 *
 * <pre>
 *  OPEN -> DRAINING (GOAWAY 2^31-1 sent) -> LAST (GOAWAY with the last stream sent, or input ended) -> ENDING -> CLOSED
 *  OPEN, DRAINING, LAST -> ENDING   (broken, flooded, idle, cut: GOAWAY, all streams over, output shut down)
 * </pre>
 *
 * Owned by its event loop.
 */
final class H2Connection extends Http2ConnectionHandler implements FlushQueue.Flushable, H2Loop.Unfinished {
    private static final Logger LOG = LoggerFactory.getLogger(H2Connection.class);

    /** Every stream may use its window, so that one which stands still takes nothing from the others. */
    private static final int CONNECTION_WINDOW_BYTES = H2Codec.MAX_STREAMS * RequestData.WINDOW_BYTES;

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long DRAIN_PING = 0x6472_6169_6E69_6E67L;

    private enum Phase {
        OPEN,
        DRAINING,
        LAST,
        ENDING,
        CLOSED
    }

    private final H2Loop h2;
    private final LoopContext loop;
    private final Peer peer;
    private final FrameWriter writer;
    private final FrameGate gate;
    private final StreamResets resets;
    private final Http2Connection.PropertyKey streamKey;
    private final FrameInput input;
    private final List<Object> nothing = new ArrayList<>(0);
    private final Ending ending = new Ending();
    private final ConnectionTimer timer;

    private ChannelHandlerContext ctx;
    private OutputGate outputGate;
    private Phase phase = Phase.OPEN;
    private Reason reasonOfLoss = Reason.CLIENT_GONE;
    private boolean counted;
    private boolean flushQueued;
    private boolean flushing;
    private boolean flushAgain;
    private boolean inputEnded;

    /** Made by {@link H2Codec}. */
    H2Connection(
            final H2Loop h2,
            final Peer peer,
            final FrameWriter writer,
            final Http2ConnectionDecoder decoder,
            final Http2ConnectionEncoder encoder,
            final Http2Settings settings) {
        super(decoder, encoder, settings, true);
        this.h2 = h2;
        this.loop = h2.loop;
        this.peer = peer;
        this.writer = writer;
        this.gate = FrameGate.ofClient(loop.clock().nowNs());
        this.resets = new StreamResets(this, loop, gate);
        this.timer = new ConnectionTimer(loop, this::timedOut);
        this.input = new FrameInput(this, h2, gate);
        this.streamKey = connection().newKey();
        decoder.frameListener(new H2Frames(this));
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamActive(final Http2Stream stream) {
                resets.opened(stream.id());
            }

            @Override
            public void onStreamClosed(final Http2Stream stream) {
                streamClosed(stream);
            }
        });
    }

    Peer peer() {
        return peer;
    }

    FrameWriter writer() {
        return writer;
    }

    /** What ends the response of one of its streams waits for a record. */
    void recorded() {
        outputGate.recorded();
    }

    StreamResets resets() {
        return resets;
    }

    // ---- the connection's life ----

    @Override
    public void handlerAdded(final ChannelHandlerContext context) throws Exception {
        ctx = context;
        outputGate = OutputGate.of(context.pipeline());
        writer.open(context);
        resets.open(context);
        input.open(context);
        super.handlerAdded(context);
        if (context.channel().isActive()) {
            begin();
        }
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) throws Exception {
        super.channelActive(context);
        begin();
    }

    private void begin() throws Http2Exception {
        if (counted) {
            return;
        }
        counted = true;
        loop.counters().increment(EdgeCounter.CONNECTIONS_ACCEPTED);
        loop.counters().increment(EdgeCounter.H2_CONNECTIONS);
        decoder()
                .flowController()
                .incrementWindowSize(
                        connection().connectionStream(), CONNECTION_WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
        timer.restart(Waiting.HEAD, h2.settings().clientHeadNs());
        flushSoon();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) throws Exception {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        if (counted) {
            loop.counters().increment(EdgeCounter.CONNECTIONS_CLOSED);
        }
        h2.removeUnfinished(this);
        timer.remove();
        input.release();
        // Closes the streams, and with them what is left of their exchanges.
        super.channelInactive(context);
        writer.close();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            onError(context, false, cause);
            return;
        }
        if (!(cause instanceof IOException)) {
            failed(cause);
        }
        context.close();
    }

    /** What should not happen has: it is told, and the connection ends. */
    void failed(final Throwable cause) {
        loop.counters().increment(EdgeCounter.EXCEPTIONS);
        LOG.error("client connection {} failed in phase {}; it is closed", ctx.channel(), phase, cause);
        end(Http2Error.INTERNAL_ERROR, EdgeCounter.H2_GOAWAY_ERROR, Reason.CLIENT_GONE);
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded();
        } else if (event == ConnectionEvent.DRAIN) {
            drain();
        } else if (event == ConnectionEvent.CUT) {
            end(Http2Error.NO_ERROR, EdgeCounter.H2_GOAWAY_DRAIN, Reason.SHUTDOWN);
            context.close();
        }
    }

    /** Half-closed: requests that came whole are answered, nothing more comes. */
    private void inputEnded() {
        inputEnded = true;
        if (isOver()) {
            ctx.close();
        } else if (!input.isResuming()) {
            input.release();
            phase = Phase.LAST;
            loseStreams();
            settle();
        }
    }

    /** Gives up streams for which something is missing that only the client could send: the rest of a request, or a window. */
    private void loseStreams() {
        final int window = windowBytes(connection().connectionStream());
        for (final Http2Stream stream : resets.openStreams()) {
            // Gone, if what followed from the loss of another has ended it.
            final H2Stream ours = stream.getProperty(streamKey);
            if (ours != null && (ours.isReceiving() || ours.isBlocked(window))) {
                ours.lost();
            }
        }
    }

    // ---- input ----

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (isOver()) {
            ending.discard(in);
            return;
        }
        input.read(in);
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        flushSoon();
    }

    /** One frame, or the preface, which {@code in} holds wholly. */
    void decodeFrame(final ByteBuf in) throws Exception {
        decode(ctx, in, nothing);
    }

    void decodeFailed(final Exception cause) {
        onError(ctx, false, cause);
    }

    /** What had to wait for its turn has had it. */
    void resumed() {
        flushSoon();
        if (inputEnded) {
            inputEnded();
        }
    }

    /** Whether nothing that comes is of interest any more. */
    boolean isOver() {
        return phase == Phase.ENDING || phase == Phase.CLOSED;
    }

    /** Opens a stream with the block that was just decoded, or refuses it: then it is known, and what was on its way to it is spared. */
    void open(final int streamId, final boolean end) {
        final Http2Stream stream = connection().stream(streamId);
        input.streamOpened();
        timer.noLonger(Waiting.STREAMS);
        loop.counters().increment(EdgeCounter.H2_STREAMS);
        if (phase == Phase.LAST
                || connection().numActiveStreams() > H2Codec.MAX_STREAMS
                || loop.budget().isTight()) {
            resets.refuse(streamId);
            return;
        }
        final H2Stream ours = h2.takeStream();
        stream.setProperty(streamKey, ours);
        ours.open(this, stream, end);
    }

    H2Stream find(final int streamId) {
        final Http2Stream stream = connection().stream(streamId);
        return stream == null ? null : stream.getProperty(streamKey);
    }

    /** A client's reset of a stream in use: worth something to it, and dear to us. */
    void resetReceived() throws Http2Exception {
        loop.counters().increment(EdgeCounter.H2_RESETS_RECEIVED);
        gate.charge(FrameGate.RESET_COST, loop.clock().nowNs());
    }

    void pingAnswered(final long data) {
        if (phase == Phase.DRAINING && data == DRAIN_PING) {
            drainLast();
        }
    }

    // ---- for the streams ----

    void consumed(final Http2Stream stream, final int bytes) {
        try {
            if (decoder().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (final Http2Exception e) {
            onError(ctx, true, e);
        }
    }

    /** What the client's window lets be sent; 0 or less: nothing. */
    int windowBytes(final Http2Stream stream) {
        return encoder().flowController().windowSize(stream);
    }

    void enqueue(final Http2Stream stream, final H2Stream data) {
        encoder().flowController().addFlowControlled(stream, data);
    }

    void writePending() {
        try {
            encoder().flowController().writePendingBytes();
        } catch (final Http2Exception e) {
            onError(ctx, true, e);
        }
    }

    /** END_STREAM was written. */
    void closeLocal(final Http2Stream stream) {
        gate.served();
        closeStreamLocal(stream, ctx.newSucceededFuture());
    }

    private void streamClosed(final Http2Stream stream) {
        final H2Stream ours = stream.removeProperty(streamKey);
        if (ours != null) {
            ours.closed(reasonOfLoss);
        }
    }

    // ---- errors ----

    @Override
    protected void onStreamError(
            final ChannelHandlerContext context,
            final boolean outbound,
            final Throwable cause,
            final StreamException error) {
        if (error instanceof Http2Exception.HeaderListSizeException) {
            // The list is many times what was announced: no large head but a bomb.
            end(Http2Error.ENHANCE_YOUR_CALM, EdgeCounter.H2_GOAWAY_CALM, Reason.CLIENT_GONE);
            return;
        }
        final Http2Error ofConnection = resets.received(error, connection().stream(error.streamId()));
        if (ofConnection != null) {
            end(ofConnection, EdgeCounter.H2_GOAWAY_ERROR, Reason.CLIENT_GONE);
        }
    }

    @Override
    protected void onConnectionError(
            final ChannelHandlerContext context,
            final boolean outbound,
            final Throwable cause,
            final Http2Exception error) {
        if (error == null) {
            failed(cause);
            return;
        }
        LOG.debug("client connection {} ends: {}", context.channel(), error.getMessage());
        end(
                error.error(),
                error.error() == Http2Error.ENHANCE_YOUR_CALM
                        ? EdgeCounter.H2_GOAWAY_CALM
                        : EdgeCounter.H2_GOAWAY_ERROR,
                Reason.CLIENT_GONE);
    }

    /** GOAWAY, the end of all streams, and of output once it is written. */
    private void end(final Http2Error error, final EdgeCounter counter, final Reason reason) {
        if (isOver()) {
            return;
        }
        phase = Phase.ENDING;
        loop.counters().increment(counter);
        writeGoAway(error);
        linger(reason);
    }

    /**
     * Says which stream is the last. The library is not told: it would take frames for streams that come after for errors, where
     * here such streams are opened and refused.
     */
    private void writeGoAway(final Http2Error error) {
        writer.writeGoAway(
                ctx, connection().remote().lastStreamCreated(), error.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    }

    private void linger(final Reason reason) {
        phase = Phase.ENDING;
        reasonOfLoss = reason;
        h2.removeUnfinished(this);
        input.release();
        connection().close(ctx.voidPromise());
        if (phase == Phase.CLOSED) {
            return;
        }
        writer.flush();
        timer.restart(Waiting.NOTHING, Ending.LONGEST_NS);
        ctx.channel().config().setAutoRead(true);
        ending.begin(ctx, inputEnded);
    }

    // ---- drain ----

    private void drain() {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.DRAINING;
        loop.counters().increment(EdgeCounter.H2_GOAWAY_DRAIN);
        goAway(ctx, Integer.MAX_VALUE, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
        writer.writePing(ctx, false, DRAIN_PING, ctx.newPromise());
        timer.restart(Waiting.PING, SECOND_NS);
        flushSoon();
    }

    /** A round trip has passed, or a second: what the client had on its way has come. */
    private void drainLast() {
        phase = Phase.LAST;
        timer.clear();
        writeGoAway(Http2Error.NO_ERROR);
        settle();
        flushSoon();
    }

    // ---- output ----

    /** Flushes at the end of the loop's turn. */
    void flushSoon() {
        if (!flushQueued && phase != Phase.CLOSED) {
            flushQueued = true;
            loop.flushes().add(this);
        }
    }

    @Override
    public void flushNow() {
        flushQueued = false;
        if (phase == Phase.CLOSED) {
            return;
        }
        flush(ctx);
        if (!isOver()) {
            if (writer.isStuck()) {
                evict();
                return;
            }
            if (inputEnded && !input.isResuming()) {
                loseStreams();
            }
            settle();
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) throws Exception {
        super.channelWritabilityChanged(context);
        if (inputEnded) {
            flushSoon();
        }
    }

    @Override
    public void flush(final ChannelHandlerContext context) {
        if (flushing) {
            flushAgain = true;
            return;
        }
        flushing = true;
        try {
            do {
                flushAgain = false;
                writePending();
                writer.flush();
            } while (flushAgain);
        } finally {
            flushing = false;
        }
    }

    // ---- time ----

    /** Concludes from the present state what is waited for; closes a connection that has served its last. */
    void settle() {
        if (isOver()) {
            return;
        }
        final boolean idle = connection().numActiveStreams() == 0;
        if (phase == Phase.LAST && idle) {
            linger(Reason.CLIENT_GONE);
        } else if (!inputEnded && input.isHeadOpen()) {
            timer.await(Waiting.HEAD, h2.settings().clientHeadNs());
            h2.addUnfinished(this);
        } else {
            h2.removeUnfinished(this);
            if (phase == Phase.DRAINING) {
                return;
            }
            if (input.isFrameOpen()) {
                timer.restart(Waiting.BODY, h2.settings().bodyIdleNs());
            } else if (idle) {
                timer.await(Waiting.STREAMS, h2.settings().keepAliveNs());
            } else {
                timer.clear();
            }
        }
    }

    private void timedOut(final Waiting waiting) {
        if (phase == Phase.ENDING) {
            ctx.close();
            return;
        }
        if (waiting == Waiting.PING) {
            drainLast();
        } else if (waiting != Waiting.NOTHING) {
            loop.counters().increment(waiting.counter());
            end(Http2Error.NO_ERROR, EdgeCounter.H2_GOAWAY_TIMEOUT, waiting.reason());
        }
    }

    /** Room runs short, and this connection has begun something that it did not complete. */
    @Override
    public void evict() {
        end(Http2Error.ENHANCE_YOUR_CALM, EdgeCounter.H2_GOAWAY_CALM, Reason.CLIENT_GONE);
        ctx.close();
    }
}
