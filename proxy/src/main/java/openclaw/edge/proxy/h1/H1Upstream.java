package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1 connection to an upstream: its life, and the one exchange at a time that it serves. Requests are
 * {@link RequestSide}'s business, responses {@link ResponseReader}'s.
 *
 * <p>The states are {@link UpstreamPhase}'s. An exchange leaves this object (its field is cleared) before the call that ends it,
 * so that nothing that follows from the end finds it here. Owned by its event loop.
 */
final class H1Upstream extends ChannelInboundHandlerAdapter implements UpstreamConnection {
    private static final Logger LOG = LoggerFactory.getLogger(H1Upstream.class);

    private final LoopContext loop;
    private final Listener listener;
    private final RequestSide requests;
    private final ResponseReader responses;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            timedOut();
        }
    };

    private ChannelHandlerContext ctx;
    private UpstreamPhase phase = UpstreamPhase.CONNECTING;
    private Exchange exchange;
    private boolean anyByte;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean truncated;
    private long served;

    H1Upstream(final H1Loop h1, final Listener listener) {
        this.loop = h1.loop;
        this.listener = listener;
        this.requests = new RequestSide(this, h1);
        this.responses = new ResponseReader(this, h1, listener);
    }

    // ---- the connection's life ----

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        ctx = context;
        requests.open(context);
        responses.open(context);
        phase = UpstreamPhase.IDLE;
        loop.counters().increment(EdgeCounter.UPSTREAM_CONNECTS);
        listener.connected(this);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        if (phase == UpstreamPhase.CLOSED || phase == UpstreamPhase.CONNECTING) {
            return;
        }
        final UpstreamPhase was = phase;
        final Exchange lost = exchange;
        requests.keepUnsent();
        closed();
        exchange = null;
        if (lost == null) {
            return;
        }
        if (was == UpstreamPhase.BODY && !truncated && responses.endOfInput()) {
            lost.responseBody(Unpooled.EMPTY_BUFFER, 0, true);
        } else {
            loop.counters().increment(EdgeCounter.UPSTREAM_GONE);
            if (served == 1 && !anyByte) {
                listener.failed(Reason.UPSTREAM_GONE);
            }
            lost.upstreamReset(requests.isFlushed() ? reasonOfLoss() : Reason.UNSENT);
            // Whatever the client gets now is flushed by its own side: nothing else will.
        }
    }

    /** The end that is about to be told was not announced by the upstream: what it would end is not whole. */
    void truncated() {
        truncated = true;
    }

    private Reason reasonOfLoss() {
        return anyByte || served == 1 ? Reason.UPSTREAM_GONE : Reason.STALE_CONNECTION;
    }

    private void closed() {
        phase = UpstreamPhase.CLOSED;
        loop.timers().remove(deadline);
        responses.discard();
        requests.discard();
        loop.counters().increment(EdgeCounter.UPSTREAM_CLOSED);
        listener.closed(this);
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (phase == UpstreamPhase.CONNECTING) {
            // The socket was polled between its making and its connect: what comes of the connect is told elsewhere.
            return;
        }
        if (!(cause instanceof IOException)) {
            loop.counters().increment(EdgeCounter.EXCEPTIONS);
            LOG.error("upstream connection {} failed in phase {}; it is closed", context.channel(), phase, cause);
        }
        context.close();
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            if (phase == UpstreamPhase.HEAD && !requests.isEnded()) {
                clearDeadline();
            }
            requests.giveCredit();
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof ChannelInputShutdownEvent && phase == UpstreamPhase.TUNNEL) {
            tunnelInputEnded();
        }
    }

    private void timedOut() {
        if (phase == UpstreamPhase.TUNNEL) {
            loop.counters().increment(EdgeCounter.TUNNEL_TIMEOUTS);
            fail(Reason.TUNNEL_IDLE);
        } else if (phase == UpstreamPhase.HEAD || phase == UpstreamPhase.BODY) {
            loop.counters().increment(EdgeCounter.UPSTREAM_TIMEOUTS);
            if (phase == UpstreamPhase.HEAD) {
                listener.failed(Reason.RESPONSE_HEAD_TIMEOUT);
            }
            fail(phase == UpstreamPhase.HEAD ? Reason.RESPONSE_HEAD_TIMEOUT : Reason.RESPONSE_IDLE_TIMEOUT);
        } else {
            ctx.close();
        }
    }

    /** Gives the exchange back as failed; the connection is of no more use. */
    void fail(final Reason reason) {
        final Exchange failed = exchange;
        exchange = null;
        ctx.close();
        if (failed != null) {
            failed.upstreamReset(reason);
        }
    }

    @Override
    public boolean isOpen() {
        return phase == UpstreamPhase.IDLE;
    }

    @Override
    public boolean park(final long idleNs) {
        final long hintNs = Math.min(idleNs, responses.keepAliveHintNs());
        if (hintNs <= 0) {
            ctx.close();
            return false;
        }
        setDeadline(hintNs);
        return true;
    }

    @Override
    public void close() {
        ctx.close();
    }

    @Override
    public void drop() {
        Lingering.reset(ctx);
    }

    // ---- from the exchange ----

    @Override
    public void head(final Exchange forward) {
        exchange = forward;
        phase = UpstreamPhase.HEAD;
        served++;
        anyByte = false;
        if (served > 1) {
            loop.counters().increment(EdgeCounter.UPSTREAM_REUSED);
        }
        responses.begin();
        requests.head(forward);
    }

    @Override
    public void body(final ByteBuf data, final int length, final boolean last) {
        requests.body(data, length, last);
    }

    @Override
    public void trailers(final Head trailers) {
        requests.trailers(trailers);
    }

    @Override
    public void flush() {
        requests.flush();
    }

    @Override
    public void responseCredit(final int bytes) {
        responses.credit(bytes);
    }

    @Override
    public void reset(final Reason reason) {
        if (phase == UpstreamPhase.TUNNEL && outputEnded) {
            // All that the client had to say was said in order: it still arrives.
            tunnelEnded();
            Lingering.begin(ctx, true, () -> {});
            return;
        }
        exchange = null;
        ctx.close();
    }

    // ---- input ----

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (phase != UpstreamPhase.HEAD && phase != UpstreamPhase.BODY && phase != UpstreamPhase.TUNNEL) {
            if (phase == UpstreamPhase.IDLE) {
                loop.counters().increment(EdgeCounter.UPSTREAM_SURPLUS);
                if (!StatusLines.isTimeoutNotice(in)) {
                    listener.surplus();
                }
            }
            in.release();
            context.close();
            return;
        }
        if (!requests.isFlushed()) {
            // An answer to a request that has not been sent is an answer to no request.
            loop.counters().increment(EdgeCounter.UPSTREAM_SURPLUS);
            if (!StatusLines.isTimeoutNotice(in)) {
                listener.surplus();
            }
            in.release();
            requests.keepUnsent();
            requests.discard();
            fail(Reason.UNSENT);
            return;
        }
        anyByte = true;
        responses.read(in);
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.flushResponse();
        } else if (phase == UpstreamPhase.IDLE && responses.takeReusable()) {
            listener.available(this);
        }
    }

    // ---- the tunnel ----

    /** The upstream has agreed to the tunnel that the exchange allows. */
    void openTunnel() {
        phase = UpstreamPhase.TUNNEL;
        inputEnded = false;
        outputEnded = false;
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        setDeadline(exchange.tunnelIdleNs());
        exchange.tunnelOpened();
    }

    private void tunnelInputEnded() {
        inputEnded = true;
        final Exchange from = exchange;
        if (outputEnded) {
            tunnelEnded();
            from.tunnelFromUpstream(Unpooled.EMPTY_BUFFER, 0, true);
            Lingering.begin(ctx, true, () -> {});
        } else {
            from.tunnelFromUpstream(Unpooled.EMPTY_BUFFER, 0, true);
            from.flushResponse();
        }
    }

    /** The client has ended its direction. */
    void endTunnelOutput() {
        outputEnded = true;
        requests.flushOutput();
        if (inputEnded) {
            tunnelEnded();
            Lingering.begin(ctx, true, () -> {});
        } else {
            Lingering.begin(ctx, false, () -> {});
        }
    }

    private void tunnelEnded() {
        setDeadline(exchange.responseIdleTimeoutNs());
        exchange = null;
        phase = UpstreamPhase.ENDING;
        requests.exchangeOver();
        responses.exchangeOver(requests.isEnded());
    }

    // ---- for the request side and the response reader ----

    UpstreamPhase phase() {
        return phase;
    }

    /** In flight, or null. */
    Exchange exchange() {
        return exchange;
    }

    /** The final response's head is read, and a body follows. */
    void bodyBegins() {
        phase = UpstreamPhase.BODY;
    }

    /** The exchange leaves; the caller ends it. */
    Exchange exchangeOver() {
        final Exchange over = exchange;
        exchange = null;
        phase = UpstreamPhase.IDLE;
        requests.exchangeOver();
        responses.exchangeOver(requests.isEnded());
        clearDeadline();
        return over;
    }

    void setDeadline(final long fromNowNs) {
        loop.timers().set(deadline, loop.clock().nowNs() + fromNowNs);
    }

    void clearDeadline() {
        loop.timers().clear(deadline);
    }
}
