package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import openclaw.edge.proxy.exchange.CommonDefect;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.Defect;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Input;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1 connection from a client: its life, and the requests that it finds in what comes, one exchange in flight at a time.
 * Bodies are {@link RequestBody}'s business, responses {@link ResponseSide}'s.
 *
 * <p>The states are {@link ClientPhase}'s. Owned by its event loop.
 */
public final class H1Downstream extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(H1Downstream.class);

    /** How long a connection that was not told to close is kept for its next request once the node drains. */
    private static final long DRAINED_IDLE_NS = 1_000_000_000L;

    /** Most that is held of requests ahead of their turn, and of a body that the upstream has not taken. */
    static final int AHEAD_BYTES = 64 * 1024;

    /** Requests answered here in one go: a client that sends many of them leaves the loop to others in between. */
    private static final int HEADS_PER_TURN = 16;

    H1Downstream olderUnfinished;
    H1Downstream newerUnfinished;
    boolean isUnfinished;

    private final H1Loop h1;
    private final Peer peer;
    private final LoopContext loop;
    private final HeadReader heads;
    private H1Settings settings;
    private final RequestBody body;
    private final Input input;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            timedOut();
        }
    };

    private final Runnable resumption = this::resume;

    private ChannelHandlerContext ctx;
    private ResponseSide responses;
    private ClientPhase phase = ClientPhase.HEAD;
    private Exchange exchange;
    private boolean processing;
    private boolean reading = true;
    private boolean inputClosed;
    private boolean outputShut;
    private int lingerBytes;

    /** @param peer who is at the other end */
    public H1Downstream(final H1Loop h1, final Peer peer) {
        this.h1 = h1;
        this.peer = peer;
        this.loop = h1.loop;
        this.settings = h1.settings;
        this.heads = new HeadReader(h1);
        this.body = new RequestBody(this, h1);
        this.input = new Input(loop.allocator(), loop.budget());
    }

    // ---- the connection's life ----

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        ctx = context;
        responses = new ResponseSide(this, h1, context);
        loop.counters().increment(EdgeCounter.CONNECTIONS_ACCEPTED);
        setDeadline(h1.settings.clientHeadNs());
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        if (phase == ClientPhase.CLOSED) {
            return;
        }
        phase = ClientPhase.CLOSED;
        loop.counters().increment(EdgeCounter.CONNECTIONS_CLOSED);
        if (exchange != null) {
            loop.counters().increment(EdgeCounter.CLIENT_ABORTS);
            giveUp(Reason.CLIENT_GONE);
        }
        h1.unfinished.remove(this);
        input.release();
        responses.discard();
        loop.timers().remove(deadline);
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (!(cause instanceof IOException)) {
            loop.counters().increment(EdgeCounter.EXCEPTIONS);
            LOG.error("client connection {} failed in phase {}; it is closed", context.channel(), phase, cause);
        }
        context.close();
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded();
        } else if (event == ConnectionEvent.DRAIN) {
            drain();
        } else if (event == ConnectionEvent.CUT) {
            giveUp(Reason.SHUTDOWN);
            context.close();
        }
    }

    /**
     * An idle connection closes. What is in flight ends: with a response whose head is still to come the connection does too; where
     * the head has gone already without saying so, the client may send another request, which is answered and told.
     */
    private void drain() {
        if (phase == ClientPhase.HEAD && input.isEmpty()) {
            ctx.close();
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        if (!context.channel().isWritable()) {
            return;
        }
        if (phase == ClientPhase.WAIT) {
            loop.timers().clear(deadline);
        }
        responses.giveCredit();
        if (phase == ClientPhase.HEAD && !processing && !input.isEmpty()) {
            resume();
        }
    }

    private void giveUp(final Reason reason) {
        final Exchange lost = exchange;
        exchange = null;
        if (lost != null) {
            lost.clientGone(reason);
        }
    }

    private void inputEnded() {
        inputClosed = true;
        if (phase == ClientPhase.WAIT) {
            // Half-closed: the answer is still wanted (RFC 9112 section 9.6); nothing after it is read.
            responses.closeAfterResponse();
            if (!exchange.isTunnelAllowed()) {
                input.release();
            }
        } else if (phase == ClientPhase.TUNNEL) {
            exchange.tunnelFromClient(null, 0, true);
            if (exchange != null) {
                exchange.flushRequest();
            }
        } else {
            ctx.close();
        }
    }

    private void timedOut() {
        switch (phase) {
            case HEAD -> {
                if (input.isEmpty()) {
                    loop.counters().increment(EdgeCounter.KEEP_ALIVE_TIMEOUTS);
                    ctx.close();
                } else {
                    loop.counters().increment(EdgeCounter.HEAD_TIMEOUTS);
                    giveUpHead();
                }
            }
            case BODY -> {
                loop.counters().increment(EdgeCounter.BODY_TIMEOUTS);
                exchange.requestFailed(Reason.CLIENT_TIMEOUT);
                responses.flush();
            }
            case WAIT -> {
                loop.counters().increment(EdgeCounter.BODY_TIMEOUTS);
                giveUp(Reason.CLIENT_TIMEOUT);
                Lingering.reset(ctx);
            }
            default -> ctx.close();
        }
    }

    /** As {@link #giveUpHead}, and closes at once: when room runs short nobody is lingered for. */
    void evict() {
        giveUpHead();
        responses.flushOutput();
        ctx.close();
    }

    /** Answers 408 to a head that is not complete and will not be waited for. */
    private void giveUpHead() {
        h1.unfinished.remove(this);
        input.release();
        heads.reset();
        refuseHead(loop.exchanges().acquire(responses), CommonDefect.HEAD_TIMEOUT);
        responses.flush();
    }

    // ---- input ----

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (phase == ClientPhase.LINGER || phase == ClientPhase.CLOSED) {
            lingerBytes += in.readableBytes();
            in.release();
            if (lingerBytes > Lingering.MOST_BYTES) {
                context.close();
            }
            return;
        }
        final boolean joined = !input.isEmpty();
        process(input.join(in), joined);
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        responses.flush();
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    /** Goes on with input that was held until now, if there still is something to go on with. */
    private void resume() {
        if (phase != ClientPhase.HEAD || input.isEmpty()) {
            return;
        }
        process(input.take(), true);
        responses.flush();
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    private void process(final ByteBuf received, final boolean joined) {
        processing = true;
        int headsLeft = HEADS_PER_TURN;
        ReadStep step = ReadStep.GO_ON;
        while (step == ReadStep.GO_ON && received.isReadable()) {
            step = switch (phase) {
                case HEAD -> headsLeft-- <= 0 || responses.isStuck() ? ReadStep.NEED_MORE : readHead(received);
                case BODY, DISCARD -> body.read(received);
                case WAIT -> ReadStep.NEED_MORE;
                case TUNNEL -> body.tunnel(received);
                case LINGER, CLOSED -> {
                    received.skipBytes(received.readableBytes());
                    yield ReadStep.GO_ON;
                }
            };
        }
        processing = false;
        if (headsLeft < 0) {
            ctx.executor().execute(resumption);
        }
        if (step == ReadStep.BUFFER_GONE || phase == ClientPhase.CLOSED) {
            received.release();
        } else {
            input.keep(received, joined);
        }
        noteUnfinished();
        updateReading();
    }

    private ReadStep readHead(final ByteBuf in) {
        settings = h1.settings;
        final int found = heads.find(in);
        if (found == HeadReader.NEED_MORE) {
            return ReadStep.NEED_MORE;
        }
        h1.unfinished.remove(this);
        final Exchange next = loop.exchanges().acquire(responses);
        final HeadError error = heads.read(found, in, next.request());
        if (error != HeadError.NONE) {
            refuseHead(next, error);
            return ReadStep.GO_ON;
        }
        next.request().secure(peer.isSecure());
        return beginExchange(next, in);
    }

    private ReadStep beginExchange(final Exchange next, final ByteBuf in) {
        exchange = next;
        responses.begin();
        if (next.request().framing() != Head.Framing.NONE) {
            return beginWithBody(next, in);
        }
        body.none();
        bodyEnded();
        next.requestHead();
        return ReadStep.GO_ON;
    }

    private ReadStep beginWithBody(final Exchange next, final ByteBuf in) {
        final Head head = next.request();
        phase = ClientPhase.BODY;
        setDeadline(settings.bodyIdleNs());
        body.begin(head);
        if (body.isTooLong(head) && head.isExpectContinue()) {
            body.refuse();
            return ReadStep.GO_ON;
        }
        if (head.bodyLengthBytes() == 0) {
            bodyEnded();
            next.requestBody(null, 0, true);
        }
        // What of the body came with the head is held before the decision, so that a refusal knows whether it is whole.
        ReadStep step = ReadStep.GO_ON;
        while (phase == ClientPhase.BODY && step == ReadStep.GO_ON && in.isReadable()) {
            step = body.read(in);
        }
        if (exchange != next) {
            return step;
        }
        if (body.isTooLong(head)) {
            // Nothing is decided or sent on: the first byte of this body is refused, and none at all is a time-out.
            return step;
        }
        next.requestHead();
        return step == ReadStep.NEED_MORE ? ReadStep.GO_ON : step;
    }

    private void refuseHead(final Exchange refused, final Defect defect) {
        exchange = refused;
        bodyEnded();
        refused.malformed(defect);
    }

    /** Nothing of the request is to come any more. */
    void bodyEnded() {
        phase = ClientPhase.WAIT;
        loop.timers().clear(deadline);
    }

    /** An unfinished head is on the list of those that are given up when memory runs short, and has its time-out. */
    private void noteUnfinished() {
        if (phase != ClientPhase.HEAD || input.isEmpty()) {
            return;
        }
        if (h1.unfinished.add(this)) {
            setDeadline(h1.settings.clientHeadNs());
        }
        h1.unfinished.evict(loop);
    }

    private void updateReading() {
        final boolean full = (phase == ClientPhase.WAIT || phase == ClientPhase.BODY || phase == ClientPhase.HEAD)
                && input.heldBytes() >= AHEAD_BYTES;
        final boolean credited = phase == ClientPhase.BODY || phase == ClientPhase.TUNNEL;
        final boolean wanted = !full && (!credited || body.hasCredit(reading));
        if (wanted != reading && ctx.channel().isOpen()) {
            reading = wanted;
            ctx.channel().config().setAutoRead(wanted);
            if (phase == ClientPhase.BODY && wanted) {
                setDeadline(settings.bodyIdleNs());
            } else if (phase == ClientPhase.BODY) {
                // While the upstream does not take what is there, the client is not to blame for the silence.
                loop.timers().clear(deadline);
            }
        }
    }

    // ---- for the response side and the body ----

    Peer peer() {
        return peer;
    }

    ClientPhase phase() {
        return phase;
    }

    /** In flight, or null. */
    Exchange exchange() {
        return exchange;
    }

    /** Whether input is being gone through: what it brings about is flushed after it. */
    boolean isProcessing() {
        return processing;
    }

    /** Whether the client has ended its side. */
    boolean isInputClosed() {
        return inputClosed;
    }

    /** Whether too much of the request's body is still to come for the connection to outlive the response. */
    boolean isBodyLongPending(final Head request, final boolean continued) {
        return phase == ClientPhase.BODY && !body.isRestShort(request, continued);
    }

    /** The upstream has taken this much of the request's body. */
    void requestCredit(final int bytes) {
        body.credit(bytes);
        if (!reading) {
            updateReading();
        }
    }

    /** The exchange ended and its response is whole. */
    void exchangeOver(final boolean closeAfter) {
        exchange = null;
        if (phase == ClientPhase.CLOSED) {
            return;
        }
        if (closeAfter) {
            linger();
            return;
        }
        if (phase == ClientPhase.BODY) {
            phase = ClientPhase.DISCARD;
            setDeadline(h1.settings.discardNs());
            body.discard();
        } else {
            nextRequest();
        }
        if (!processing) {
            responses.flush();
            if (!input.isEmpty()) {
                resume();
            } else {
                updateReading();
            }
        }
    }

    /** The exchange ended and its response is not whole: the response side closes the connection, and nothing more is read. */
    void exchangeAborted() {
        exchange = null;
        if (phase != ClientPhase.CLOSED) {
            phase = ClientPhase.LINGER;
            input.release();
        }
    }

    /** The 101 is written: what the client has sent already, perhaps its end, goes through, and everything to come. */
    void tunnelOpened() {
        phase = ClientPhase.TUNNEL;
        if (!input.isEmpty()) {
            process(input.take(), true);
        }
        if (inputClosed) {
            exchange.tunnelFromClient(null, 0, true);
        }
        updateReading();
        exchange.flushRequest();
    }

    void nextRequest() {
        phase = ClientPhase.HEAD;
        setDeadline(h1.isDraining() ? Math.min(DRAINED_IDLE_NS, h1.settings.keepAliveNs()) : h1.settings.keepAliveNs());
    }

    /** Ends the connection so that what was written arrives. */
    void linger() {
        if (phase == ClientPhase.LINGER || phase == ClientPhase.CLOSED) {
            return;
        }
        phase = ClientPhase.LINGER;
        input.release();
        responses.flushOutput();
        setDeadline(outputShut ? h1.settings.lingerNs() : h1.settings.bodyIdleNs());
        updateReading();
        if (inputClosed || !responses.isOutputShut()) {
            Lingering.begin(ctx, inputClosed, this::outputShut);
        }
    }

    /** Everything is written; what the client still sends is waited for a while. */
    void outputShut() {
        outputShut = true;
        if (phase == ClientPhase.LINGER) {
            setDeadline(h1.settings.lingerNs());
        }
    }

    /** Those of the exchange that runs, or of the head that comes. */
    H1Settings settings() {
        return settings;
    }

    void setDeadline(final long fromNowNs) {
        loop.timers().set(deadline, loop.clock().nowNs() + fromNowNs);
    }
}
