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
import openclaw.edge.proxy.exchange.FlushQueue;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Input;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1 connection to an upstream, serving one exchange at a time. Owned by its event loop.
 *
 * <p>An exchange leaves this object (its field is cleared) before the call that ends it, so that nothing that follows from the
 * end finds it here.
 */
final class H1Upstream extends ChannelInboundHandlerAdapter implements UpstreamConnection, FlushQueue.Flushable {
    private static final Logger LOG = LoggerFactory.getLogger(H1Upstream.class);
    private static final int IN_FLIGHT_BYTES = 64 * 1024;
    private static final int RESUME_BYTES = 32 * 1024;
    private static final int INFORMATIONAL_LIMIT = 16;

    private final H1Loop h1;
    private final LoopContext loop;
    private final Listener listener;
    private final HeadScanner scanner = HeadScanner.forResponses();
    private final BodyDecoder decoder = new BodyDecoder();
    private final Input input;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            timedOut();
        }
    };

    private ChannelHandlerContext ctx;
    private Output output;
    private UpstreamPhase phase = UpstreamPhase.CONNECTING;
    private Exchange exchange;
    private boolean requestEnded;
    private boolean chunked;
    private boolean reusable;
    private boolean reading = true;
    private boolean flushQueued;
    private boolean anyByte;
    private boolean requestFlushed;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean truncated;
    private int headBytes;
    private int informationals;
    private long served;
    private long keepAliveHintNs = Long.MAX_VALUE;
    private int owedBytes;
    private int uncreditedBytes;

    H1Upstream(final H1Loop h1, final Listener listener) {
        this.h1 = h1;
        this.loop = h1.loop;
        this.listener = listener;
        this.input = new Input(loop.allocator(), loop.budget());
    }

    // ---- the connection's life ----

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        ctx = context;
        output = new Output(context, loop.writeBuffers());
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
        keepUnsent();
        closed();
        exchange = null;
        if (lost == null) {
            return;
        }
        if (was == UpstreamPhase.BODY && !truncated && decoder.endOfInput()) {
            lost.responseBody(Unpooled.EMPTY_BUFFER, 0, true);
        } else {
            loop.counters().increment(EdgeCounter.UPSTREAM_GONE);
            if (served == 1 && !anyByte) {
                listener.failed(Reason.UPSTREAM_GONE);
            }
            lost.upstreamReset(requestFlushed ? reasonOfLoss() : Reason.UNSENT);
            // Whatever the client gets now is flushed by its own side: nothing else will.
        }
    }

    /** The end that is about to be told was not announced by the upstream: what it would end is not whole. */
    void truncated() {
        truncated = true;
    }

    /** A body of which nothing was sent goes back to its exchange. One in chunks is written in another form, and is lost. */
    private void keepUnsent() {
        if (exchange != null && !requestFlushed && exchange.request().framing() == Head.Framing.LENGTH) {
            final ByteBuf untaken = output.untaken();
            if (untaken != null) {
                exchange.bodyUnsent(untaken, headBytes, requestEnded);
            }
        }
    }

    private Reason reasonOfLoss() {
        return anyByte || served == 1 ? Reason.UPSTREAM_GONE : Reason.STALE_CONNECTION;
    }

    private void closed() {
        phase = UpstreamPhase.CLOSED;
        loop.timers().remove(deadline);
        input.release();
        output.discard();
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
            if (phase == UpstreamPhase.HEAD && !requestEnded) {
                loop.timers().clear(deadline);
            }
            giveCredit();
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
    private void fail(final Reason reason) {
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
        final long hintNs = Math.min(idleNs, keepAliveHintNs);
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

    // ---- the request ----

    @Override
    public void head(final Exchange forward) {
        final Head request = forward.request();
        exchange = forward;
        phase = UpstreamPhase.HEAD;
        served++;
        informationals = 0;
        anyByte = false;
        requestFlushed = false;
        uncreditedBytes = 0;
        chunked = request.framing() == Head.Framing.CHUNKED;
        requestEnded = request.framing() == Head.Framing.NONE;
        if (served > 1) {
            loop.counters().increment(EdgeCounter.UPSTREAM_REUSED);
        }
        if (requestEnded) {
            setDeadline(forward.responseHeadTimeoutNs());
        } else {
            // While the body comes, its own time-outs hold.
            loop.timers().clear(deadline);
        }
        int flags = request.acceptsTrailers() ? HeadWriter.TE_TRAILERS : 0;
        if (forward.isTunnelAllowed()) {
            flags |= HeadWriter.UPGRADE;
        }
        h1.writer.writeRequest(request, null, flags, output.buffer());
        headBytes = output.buffer().writerIndex();
    }

    @Override
    public void body(final ByteBuf data, final int length, final boolean last) {
        if (length > 0) {
            output.body(data, length, chunked);
            owedBytes += length;
        }
        if (phase == UpstreamPhase.TUNNEL) {
            setDeadline(exchange.tunnelIdleNs());
            if (last) {
                endTunnelOutput();
            }
        } else if (last) {
            if (chunked) {
                output.lastChunk(null, h1.writer);
            }
            requestEnded();
        }
    }

    private void requestEnded() {
        requestEnded = true;
        if (phase == UpstreamPhase.HEAD) {
            setDeadline(exchange.responseHeadTimeoutNs());
        }
    }

    @Override
    public void trailers(final Head trailers) {
        if (chunked) {
            output.lastChunk(trailers, h1.writer);
        }
        requestEnded();
    }

    @Override
    public void flush() {
        if (!flushQueued && (output.isPending() || owedBytes > 0)) {
            flushQueued = true;
            loop.flushes().add(this);
        }
    }

    @Override
    public void flushNow() {
        flushQueued = false;
        if (phase == UpstreamPhase.CLOSED) {
            return;
        }
        if (output.isPending()) {
            output.flush();
        }
        // A first write that failed has closed the channel, and the kernel has taken nothing.
        requestFlushed |= output.untaken() == null;
        if (owedBytes > 0) {
            if (ctx.channel().isWritable()) {
                giveCredit();
            } else if (phase == UpstreamPhase.HEAD && !requestEnded && exchange != null) {
                setDeadline(exchange.responseIdleTimeoutNs());
            }
        }
    }

    private void giveCredit() {
        final int bytes = owedBytes;
        owedBytes = 0;
        if (bytes > 0 && exchange != null) {
            if (phase == UpstreamPhase.TUNNEL) {
                setDeadline(exchange.tunnelIdleNs());
            }
            exchange.requestCredit(bytes);
        }
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

    // ---- the response ----

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
        if (!requestFlushed) {
            // An answer to a request that has not been sent is an answer to no request.
            loop.counters().increment(EdgeCounter.UPSTREAM_SURPLUS);
            if (!StatusLines.isTimeoutNotice(in)) {
                listener.surplus();
            }
            in.release();
            keepUnsent();
            output.discard();
            fail(Reason.UNSENT);
            return;
        }
        anyByte = true;
        final boolean joined = !input.isEmpty();
        process(input.join(in), joined);
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.flushResponse();
        } else if (phase == UpstreamPhase.IDLE && reusable) {
            reusable = false;
            listener.available(this);
        }
    }

    private void process(final ByteBuf received, final boolean joined) {
        boolean more = true;
        boolean gone = false;
        while (more && exchange != null && received.isReadable()) {
            if (phase == UpstreamPhase.HEAD) {
                more = readHead(received);
            } else if (phase == UpstreamPhase.TUNNEL) {
                passTunnel(received);
                gone = true;
                more = false;
            } else {
                final int n = decoder.next(received);
                gone = n > 0 && n == received.readableBytes();
                more = passBody(received, n) && !gone;
            }
        }
        if (exchange == null) {
            if (!gone && received.isReadable()) {
                loop.counters().increment(EdgeCounter.UPSTREAM_SURPLUS);
                reusable = false;
                listener.surplus();
            }
            received.release();
            if (!reusable && phase != UpstreamPhase.CLOSED) {
                ctx.close();
            }
        } else if (gone) {
            received.release();
        } else {
            input.keep(received, joined);
        }
    }

    private boolean readHead(final ByteBuf in) {
        final int length = scanner.scan(in, h1.settings.responseLimits());
        if (length == HeadScanner.NEED_MORE) {
            return false;
        }
        if (length == HeadScanner.BAD) {
            return malformed();
        }
        final Head head = exchange.response();
        final int at = head.claim(length);
        in.readBytes(head.bytes(), at, length);
        scanner.reset();
        final HeadError error =
                h1.responseParser.parse(head, at, length, exchange.request().methodId(), h1.settings.responseLimits());
        if (error != HeadError.NONE) {
            return malformed();
        }
        if (head.nominations() > 0) {
            ConnectionOptions.dropNominated(head);
        }
        return head.status() < 200 ? informational(head.status()) : finalHead(head);
    }

    private boolean informational(final int status) {
        if (status == 101) {
            return switchProtocols(exchange.response());
        }
        if (++informationals > INFORMATIONAL_LIMIT) {
            return malformed();
        }
        if (status == 100) {
            exchange.response().reset();
        } else {
            exchange.informational();
        }
        return true;
    }

    // ---- the tunnel ----

    private boolean switchProtocols(final Head head) {
        if (!exchange.isTunnelAllowed() || !WebSocketUpgrade.isAgreedTo(head)) {
            // What follows would be no HTTP, and nobody has asked for anything else.
            exchange.closeAfter(true);
            return malformed();
        }
        phase = UpstreamPhase.TUNNEL;
        reusable = false;
        inputEnded = false;
        outputEnded = false;
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        setDeadline(exchange.tunnelIdleNs());
        exchange.tunnelOpened();
        return exchange != null;
    }

    private void passTunnel(final ByteBuf in) {
        final int length = in.readableBytes();
        uncreditedBytes += length;
        setDeadline(exchange.tunnelIdleNs());
        exchange.tunnelFromUpstream(in, length, false);
        updateReading();
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

    private void endTunnelOutput() {
        outputEnded = true;
        output.flush();
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
        owedBytes = 0;
        uncreditedBytes = 0;
    }

    private boolean finalHead(final Head head) {
        final Head.Framing framing = head.framing();
        reusable = head.isKeepAlive() && framing != Head.Framing.CLOSE;
        keepAliveHintNs = KeepAlive.hintNs(head);
        listener.answered();
        final boolean last =
                framing == Head.Framing.NONE || (framing == Head.Framing.LENGTH && head.bodyLengthBytes() == 0);
        if (last) {
            exchangeOver().responseHead(true);
            return false;
        }
        phase = UpstreamPhase.BODY;
        decoder.reset(framing, head.bodyLengthBytes());
        setDeadline(exchange.responseIdleTimeoutNs());
        exchange.responseHead(false);
        return true;
    }

    private boolean passBody(final ByteBuf in, final int n) {
        if (n > 0) {
            final boolean last = decoder.isLast();
            final Exchange to = last ? exchangeOver() : exchange;
            if (!last) {
                uncreditedBytes += n;
                setDeadline(to.responseIdleTimeoutNs());
            }
            to.responseBody(in, n, last);
            updateReading();
            return !last;
        }
        if (n == BodyDecoder.NEED_MORE) {
            return false;
        }
        if (n == BodyDecoder.BAD) {
            return malformed();
        }
        final Exchange ended = exchangeOver();
        if (decoder.hasTrailers()) {
            ended.responseTrailers(decoder.trailers());
        } else {
            ended.responseBody(Unpooled.EMPTY_BUFFER, 0, true);
        }
        return false;
    }

    private boolean malformed() {
        loop.counters().increment(EdgeCounter.UPSTREAM_MALFORMED);
        reusable = false;
        scanner.reset();
        listener.failed(Reason.UPSTREAM_MALFORMED);
        fail(Reason.UPSTREAM_MALFORMED);
        return false;
    }

    /** The exchange leaves; the caller ends it. */
    private Exchange exchangeOver() {
        final Exchange over = exchange;
        exchange = null;
        phase = UpstreamPhase.IDLE;
        owedBytes = 0;
        uncreditedBytes = 0;
        if (!requestEnded) {
            reusable = false;
        }
        loop.timers().clear(deadline);
        return over;
    }

    @Override
    public void responseCredit(final int bytes) {
        uncreditedBytes -= bytes;
        if (phase == UpstreamPhase.TUNNEL) {
            setDeadline(exchange.tunnelIdleNs());
        }
        if (!reading) {
            updateReading();
        }
    }

    private void updateReading() {
        final boolean credited = phase == UpstreamPhase.BODY || phase == UpstreamPhase.TUNNEL;
        final boolean wanted = !credited || uncreditedBytes < (reading ? IN_FLIGHT_BYTES : RESUME_BYTES);
        if (wanted == reading || !ctx.channel().isOpen()) {
            return;
        }
        reading = wanted;
        ctx.channel().config().setAutoRead(wanted);
        if (phase == UpstreamPhase.BODY) {
            // While the client does not take what is there, the upstream is not to blame for the silence.
            if (wanted) {
                setDeadline(exchange.responseIdleTimeoutNs());
            } else {
                loop.timers().clear(deadline);
            }
        }
    }

    private void setDeadline(final long fromNowNs) {
        loop.timers().set(deadline, loop.clock().nowNs() + fromNowNs);
    }
}
