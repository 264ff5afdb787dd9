package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.FlushQueue;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.MultiplexedConnection;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.TlsFailure;
import openclaw.edge.proxy.exchange.Upstream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection to an upstream: its life, and the streams on it. Frames that come are {@link UpstreamFrames}' business.
 *
 * <pre>
 *  CONNECTING (socket, TLS, the upstream's SETTINGS) -> OPEN -> LEAVING (GOAWAY either way, no stream is new) -> CLOSED
 *                                                any -> CLOSED
 * </pre>
 *
 * <p>What all streams write in a turn of the loop goes to the kernel at once. Owned by its event loop.
 */
final class H2Upstream extends ChannelInboundHandlerAdapter implements MultiplexedConnection, FlushQueue.Flushable {
    private static final Logger LOG = LoggerFactory.getLogger(H2Upstream.class);

    private static final int WRITE_BYTES = 32 * 1024;

    private enum Phase {
        CONNECTING,
        OPEN,
        LEAVING,
        CLOSED
    }

    private final LoopContext loop;
    private final Listener listener;
    private final boolean secure;
    private final UpstreamSettings settings = new UpstreamSettings();
    private final FrameWriter writer;
    private final UpstreamFrames frames;
    private final UpstreamStreams streams;
    private final UpstreamWatch watch;
    private final SendQueue sendQueue;
    private final Runnable roomTask = this::tellRoom;

    private ChannelHandlerContext ctx;
    private Phase phase = Phase.CONNECTING;
    private boolean flushQueued;
    private boolean full;
    private boolean goneAway;
    private boolean reading;
    private long flushes;
    private long answers;
    private Reason reasonOfLoss;

    /**
     * @param secure whether it is TLS
     * @param patience with an upstream that says nothing
     * @param timeoutNs for everything that comes before the first stream
     * @param idleNs after which a connection without streams closes
     */
    H2Upstream(
            final H2Loop h2,
            final Listener listener,
            final boolean secure,
            final UpstreamWatch.Patience patience,
            final long timeoutNs,
            final long idleNs) {
        this.loop = h2.loop;
        this.listener = listener;
        this.secure = secure;
        this.writer = new FrameWriter(loop.writeBuffers(), WRITE_BYTES);
        this.frames = new UpstreamFrames(this, h2);
        this.streams = new UpstreamStreams(this, h2);
        this.sendQueue = new SendQueue();
        this.watch = new UpstreamWatch(this, loop, patience, timeoutNs, idleNs);
    }

    // ---- the connection's life ----

    @Override
    public void handlerAdded(final ChannelHandlerContext context) {
        ctx = context;
        writer.open(context);
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        watch.connecting();
        if (!secure) {
            begin();
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake) || phase != Phase.CONNECTING) {
            return;
        }
        if (!handshake.isSuccess()) {
            tlsFailed(TlsFailure.of(handshake.cause()));
        } else if (ApplicationProtocolNames.HTTP_2.equals(
                context.pipeline().get(SslHandler.class).applicationProtocol())) {
            begin();
        } else {
            tlsFailed(new IOException("it does not speak HTTP/2 (no h2 by ALPN), which upstream.http2 asks for"));
        }
    }

    private void begin() {
        writer.preface();
        writer.settings(UpstreamSettings.ours());
        writer.windowUpdate(0, UpstreamSettings.CONNECTION_WINDOW_BYTES - UpstreamFrames.DEFAULT_WINDOW_BYTES);
        writer.flush();
    }

    /** The upstream's SETTINGS have come for the first time: it speaks HTTP/2, and says how many streams there may be. */
    void settled() {
        if (phase == Phase.CONNECTING) {
            phase = Phase.OPEN;
            loop.counters().increment(EdgeCounter.UPSTREAM_CONNECTS);
            watch.idle();
            listener.connected(this);
        } else {
            tellRoomLater();
        }
    }

    private void tlsFailed(final IOException cause) {
        loop.counters().increment(EdgeCounter.UPSTREAM_TLS_FAILED);
        connectFailed(Reason.CONNECT_FAILED, cause);
    }

    void connectFailed(final Reason reason, final Throwable cause) {
        if (phase == Phase.CONNECTING) {
            phase = Phase.CLOSED;
            release();
            loop.counters().increment(EdgeCounter.UPSTREAM_CONNECT_FAILED);
            if (ctx != null) {
                ctx.close();
            }
            listener.connectFailed(reason, cause);
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        if (phase == Phase.CONNECTING) {
            connectFailed(
                    Reason.CONNECT_FAILED,
                    new IOException("it closed the connection before it said anything in HTTP/2 (upstream.http2)"));
        } else if (phase != Phase.CLOSED) {
            closed();
        }
    }

    private void closed() {
        phase = Phase.CLOSED;
        release();
        loop.counters().increment(EdgeCounter.UPSTREAM_CLOSED);
        if (streams.left() == 0 && !goneAway) {
            listener.endsBehind(0);
        }
        listener.closed(this);
        Reason reason = reasonOfLoss;
        if (reason == null) {
            reason = answers > 0 ? Reason.STALE_CONNECTION : Reason.UPSTREAM_GONE;
            if (answers == 0 && streams.count() > 0) {
                listener.failed(Reason.UPSTREAM_GONE);
            }
        }
        streams.lose(writer.isUntaken() ? flushes - 1 : flushes, reason);
    }

    private void release() {
        watch.close();
        frames.close();
        writer.close();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (phase == Phase.CONNECTING) {
            if (secure && context.channel().isActive()) {
                tlsFailed(TlsFailure.of(cause));
            }
            return;
        }
        if (!(cause instanceof IOException) && !(cause.getCause() instanceof IOException)) {
            failed(cause);
        }
        context.close();
    }

    /** What should not happen has: it is told, and the connection ends. */
    void failed(final Throwable cause) {
        loop.counters().increment(EdgeCounter.EXCEPTIONS);
        LOG.error("upstream connection {} failed in phase {}; it is closed", ctx.channel(), phase, cause);
        end(Http2Error.INTERNAL_ERROR, Reason.UPSTREAM_GONE);
    }

    /** The upstream has broken the protocol: nothing that comes after can be trusted. */
    void broken(final Http2Exception error) {
        if (phase == Phase.CONNECTING) {
            connectFailed(
                    Reason.CONNECT_FAILED,
                    new IOException("what it says is no HTTP/2, which upstream.http2 asks for: " + error.getMessage()));
            return;
        }
        LOG.debug("upstream connection {} ends: {}", ctx.channel(), error.getMessage());
        loop.counters().increment(EdgeCounter.UPSTREAM_H2_ERRORS);
        loop.counters().increment(EdgeCounter.UPSTREAM_MALFORMED);
        listener.failed(Reason.UPSTREAM_MALFORMED);
        end(error.error(), Reason.UPSTREAM_MALFORMED);
    }

    /** Nothing came for long, an answer to PING neither. */
    void silent() {
        loop.counters().increment(EdgeCounter.UPSTREAM_H2_SILENT);
        listener.failed(Reason.UPSTREAM_GONE);
        end(Http2Error.NO_ERROR, answers > 0 ? Reason.STALE_CONNECTION : Reason.UPSTREAM_GONE);
    }

    /** GOAWAY, and the end of everything. */
    void end(final Http2Error error, final Reason reason) {
        if (phase == Phase.OPEN || phase == Phase.LEAVING) {
            reasonOfLoss = reason;
            writer.goAway(0, error.code());
            flushes++;
            writer.flush();
            if (phase != Phase.CLOSED) {
                closed();
            }
            ctx.close();
        }
    }

    @Override
    public void most(final int exchanges) {
        streams.most(exchanges);
    }

    @Override
    public void retire() {
        if (phase == Phase.OPEN) {
            phase = Phase.LEAVING;
            endIfLast();
        }
    }

    @Override
    public boolean isRetired() {
        return phase != Phase.OPEN;
    }

    /** The upstream ends the connection: streams behind {@code lastStream} were not looked at, the others go on. */
    void goneAway(final int lastStream) {
        loop.counters().increment(EdgeCounter.UPSTREAM_H2_GOAWAYS);
        if (phase == Phase.OPEN) {
            phase = Phase.LEAVING;
        }
        goneAway = true;
        if (streams.refuse(lastStream) && lastStream > 0) {
            listener.endsBehind((lastStream + 1) / 2);
        }
        listener.leaving(this);
        endIfLast();
    }

    private void endIfLast() {
        if (phase == Phase.LEAVING && streams.count() == 0) {
            end(Http2Error.NO_ERROR, Reason.UPSTREAM_GONE);
        }
    }

    // ---- input ----

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (phase == Phase.CLOSED) {
            in.release();
            return;
        }
        watch.heard();
        reading = true;
        frames.read(in);
        reading = false;
        tellRoom();
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        flushSoon();
    }

    // ---- streams ----

    @Override
    public int room() {
        if (phase != Phase.OPEN) {
            return 0;
        }
        final boolean takes = ctx.channel().isWritable();
        final int room = takes ? Math.min(settings.maxStreams() - streams.count(), streams.left()) : 0;
        full |= room <= 0;
        return room;
    }

    @Override
    public Upstream stream() {
        return streams.take();
    }

    @Override
    public int streams() {
        return streams.count();
    }

    /** A stream is about to send its head: it is open. Returns its identifier. */
    int opened(final UpstreamStream stream) {
        loop.counters().increment(EdgeCounter.UPSTREAM_H2_STREAMS);
        if (answers > 0) {
            loop.counters().increment(EdgeCounter.UPSTREAM_REUSED);
        }
        final int id = streams.open(stream);
        if (streams.count() == 1) {
            watch.busy();
        }
        if (streams.left() == 0) {
            retire();
        }
        return id;
    }

    /** A stream is over on both sides. */
    void over(final UpstreamStream stream) {
        streams.close(stream);
        frames.served();
        if (phase == Phase.CLOSED) {
            return;
        }
        if (streams.count() == 0) {
            watch.idle();
        }
        if (!reading) {
            if (full) {
                tellRoomLater();
            } else if (phase == Phase.LEAVING) {
                ctx.executor().execute(this::endIfLast);
            }
        }
    }

    /** A stream is over, and the upstream is to know. */
    void reset(final UpstreamStream stream, final Http2Error error) {
        if (phase != Phase.CLOSED) {
            loop.counters().increment(EdgeCounter.UPSTREAM_H2_RESETS_SENT);
            writer.reset(stream.id(), error.code());
        }
        over(stream);
    }

    void answered() {
        answers++;
    }

    private void tellRoomLater() {
        ctx.executor().execute(roomTask);
    }

    private void tellRoom() {
        if (full && room() > 0) {
            full = false;
            listener.room(this);
        }
        endIfLast();
    }

    UpstreamStreams all() {
        return streams;
    }

    // ---- output ----

    /** How much of bodies may be written now. */
    int sendableBytes() {
        return ctx.channel().isWritable() ? sendQueue.windowBytes() : 0;
    }

    void sent(final int bytes) {
        sendQueue.sent(bytes);
        frames.sent();
    }

    void await(final SentBody body) {
        sendQueue.await(body);
    }

    void owe(final SentBody body) {
        sendQueue.owe(body);
        flushSoon();
    }

    SendQueue sendQueue() {
        return sendQueue;
    }

    /** Flushes at the end of the loop's turn. */
    void flushSoon() {
        if (!flushQueued && phase != Phase.CLOSED && (writer.isPending() || sendQueue.isOwing())) {
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
        flushes++;
        writer.flush();
        if (ctx.channel().isWritable()) {
            sendQueue.giveCredit();
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        if (context.channel().isWritable() && (phase == Phase.OPEN || phase == Phase.LEAVING)) {
            sendQueue.giveCredit();
            sendQueue.sendMore();
            flushSoon();
            if (full) {
                tellRoomLater();
            }
        }
    }

    // ---- for its parts ----

    boolean isOpen() {
        return phase != Phase.CLOSED;
    }

    boolean isSecure() {
        return secure;
    }

    FrameWriter writer() {
        return writer;
    }

    UpstreamSettings settings() {
        return settings;
    }

    Listener listener() {
        return listener;
    }

    /** Flushes up to now: what is written next goes with a later one. */
    long flushes() {
        return flushes;
    }
}
