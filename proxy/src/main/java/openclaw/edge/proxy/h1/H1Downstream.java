package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.Downstream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.FlushQueue;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1 connection from a client: finds requests in what comes, one exchange in flight at a time, and writes responses.
 *
 * The states are {@link ClientPhase}'s. Owned by its event loop.
 */
public final class H1Downstream extends ChannelInboundHandlerAdapter implements Downstream, FlushQueue.Flushable {
    private static final Logger LOG = LoggerFactory.getLogger(H1Downstream.class);

    /** Most that is held of requests ahead of their turn, and of a body that the upstream has not taken. */
    private static final int AHEAD_BYTES = 64 * 1024;

    /** Requests answered here in one go: a client that sends many of them leaves the loop to others in between. */
    private static final int HEADS_PER_TURN = 16;

    private static final int RESUME_BYTES = 32 * 1024;

    H1Downstream olderUnfinished;
    H1Downstream newerUnfinished;
    boolean isUnfinished;

    private final H1Loop h1;
    private final Peer peer;
    private final LoopContext loop;
    private final HeadReader heads;
    private final BodyDecoder decoder = new BodyDecoder();
    private final Input input;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            timedOut();
        }
    };

    private final Runnable resumption = this::resume;

    private ChannelHandlerContext ctx;
    private Output output;
    private ResponseWriter response;
    private ClientPhase phase = ClientPhase.HEAD;
    private Exchange exchange;
    private boolean processing;
    private boolean reading = true;
    private boolean flushQueued;
    private boolean inputClosed;
    private boolean closeAfter;
    private boolean continueSent;
    private int uncreditedBytes;
    private int lingerBytes;

    /** @param peer who is at the other end */
    public H1Downstream(final H1Loop h1, final Peer peer) {
        this.h1 = h1;
        this.peer = peer;
        this.loop = h1.loop;
        this.heads = new HeadReader(h1);
        this.input = new Input(loop.allocator(), loop.budget());
    }

    // ---- the connection's life ----

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        ctx = context;
        output = new Output(context, loop.writeBuffers());
        response = new ResponseWriter(h1.writer, output);
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
        output.discard();
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
            closeAfter = true;
            if (phase == ClientPhase.HEAD && input.isEmpty()) {
                context.close();
            }
        } else if (event == ConnectionEvent.CUT) {
            giveUp(Reason.SHUTDOWN);
            context.close();
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
        giveCredit();
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
            closeAfter = true;
            input.release();
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
                flush();
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
        output.flush();
        ctx.close();
    }

    /** Answers 408 to a head that is not complete and will not be waited for. */
    private void giveUpHead() {
        h1.unfinished.remove(this);
        input.release();
        heads.reset();
        refuseHead(loop.exchanges().acquire(this), 408);
        flush();
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
        flush();
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
        flush();
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
                case HEAD -> headsLeft-- <= 0 || isOutputStuck() ? ReadStep.NEED_MORE : readHead(received);
                case BODY, DISCARD -> readBody(received);
                case WAIT -> ReadStep.NEED_MORE;
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

    /** A client that sends requests and takes no answers is not served further until it does. */
    private boolean isOutputStuck() {
        if (output.collectedBytes() > Output.COLLECT_BYTES) {
            output.flush();
        }
        return !ctx.channel().isWritable();
    }

    private ReadStep readHead(final ByteBuf in) {
        final int found = heads.find(in);
        if (found == HeadReader.NEED_MORE) {
            return ReadStep.NEED_MORE;
        }
        h1.unfinished.remove(this);
        final Exchange next = loop.exchanges().acquire(this);
        final int status = heads.read(found, in, next.request());
        if (status != HeadReader.OK) {
            refuseHead(next, status);
            return ReadStep.GO_ON;
        }
        next.request().secure(peer.isSecure());
        return beginExchange(next, in);
    }

    private ReadStep beginExchange(final Exchange next, final ByteBuf in) {
        final Head head = next.request();
        exchange = next;
        continueSent = false;
        uncreditedBytes = 0;
        if (head.framing() == Head.Framing.NONE) {
            phase = ClientPhase.WAIT;
            loop.timers().clear(deadline);
        } else {
            phase = ClientPhase.BODY;
            setDeadline(h1.settings.bodyIdleNs());
            decoder.reset(head.framing(), head.bodyLengthBytes());
            if (isTooLong(head) && head.isExpectContinue()) {
                refuseLargeBody();
                return ReadStep.GO_ON;
            }
            if (head.bodyLengthBytes() == 0) {
                phase = ClientPhase.WAIT;
                loop.timers().clear(deadline);
                next.requestBody(null, 0, true);
            }
            // What of the body came with the head is held before the decision, so that a refusal knows whether it is
            // whole.
            ReadStep step = ReadStep.GO_ON;
            while (phase == ClientPhase.BODY && step == ReadStep.GO_ON && in.isReadable()) {
                step = readBody(in);
            }
            if (exchange != next) {
                return step;
            }
            if (isTooLong(head)) {
                // Nothing is decided or sent on: the first byte of this body is refused, and none at all is a time-out.
                return step;
            }
            next.requestHead();
            return step == ReadStep.NEED_MORE ? ReadStep.GO_ON : step;
        }
        next.requestHead();
        return ReadStep.GO_ON;
    }

    private void refuseHead(final Exchange refused, final int status) {
        exchange = refused;
        phase = ClientPhase.WAIT;
        loop.timers().clear(deadline);
        refused.malformed(status);
    }

    private ReadStep readBody(final ByteBuf in) {
        final int n = decoder.next(in);
        if (n > 0) {
            final boolean whole = n == in.readableBytes();
            passBody(in, n, decoder.isLast());
            return whole ? ReadStep.BUFFER_GONE : ReadStep.GO_ON;
        }
        if (n == BodyDecoder.NEED_MORE) {
            return ReadStep.NEED_MORE;
        }
        if (phase == ClientPhase.DISCARD) {
            if (n == BodyDecoder.END) {
                nextRequest();
            } else {
                linger();
            }
            return ReadStep.GO_ON;
        }
        if (n == BodyDecoder.BAD) {
            loop.counters().increment(EdgeCounter.BODY_MALFORMED);
            exchange.requestFailed(Reason.CLIENT_BODY_MALFORMED);
            return ReadStep.GO_ON;
        }
        bodyEnded();
        if (decoder.hasTrailers()) {
            exchange.requestTrailers(decoder.trailers());
        } else {
            exchange.requestBody(null, 0, true);
        }
        return ReadStep.GO_ON;
    }

    private void passBody(final ByteBuf in, final int length, final boolean last) {
        if (phase == ClientPhase.DISCARD) {
            in.skipBytes(length);
            if (last) {
                nextRequest();
            }
            return;
        }
        if (isTooLong(exchange.request()) || exchange.requestBytes() + length > h1.settings.bodyLimitBytes()) {
            in.skipBytes(length);
            refuseLargeBody();
            return;
        }
        uncreditedBytes += length;
        if (last) {
            bodyEnded();
        } else {
            setDeadline(h1.settings.bodyIdleNs());
        }
        exchange.requestBody(in, length, last);
    }

    private boolean isTooLong(final Head request) {
        return request.bodyLengthBytes() > h1.settings.bodyLimitBytes();
    }

    private void refuseLargeBody() {
        loop.counters().increment(EdgeCounter.BODY_TOO_LARGE);
        exchange.requestFailed(Reason.CLIENT_BODY_TOO_LARGE);
    }

    private void bodyEnded() {
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
        final int bound = reading ? AHEAD_BYTES : RESUME_BYTES;
        final boolean wanted = !full && (uncreditedBytes < bound || phase != ClientPhase.BODY);
        if (wanted != reading) {
            reading = wanted;
            ctx.channel().config().setAutoRead(wanted);
            if (phase == ClientPhase.BODY && wanted) {
                setDeadline(h1.settings.bodyIdleNs());
            } else if (phase == ClientPhase.BODY) {
                // While the upstream does not take what is there, the client is not to blame for the silence.
                loop.timers().clear(deadline);
            }
        }
    }

    // ---- the response ----

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void informational(final Exchange from) {
        if (from.request().minorVersion() == 0) {
            return;
        }
        continueSent |= from.response().status() == 100;
        response.informational(from.response());
        if (!processing) {
            output.flush();
        }
    }

    @Override
    public void head(final Exchange from, final boolean last) {
        final Head request = from.request();
        closeAfter |= from.isCloseAfter()
                || !request.isKeepAlive()
                || ResponseWriter.needsClose(from, last)
                || h1.isDraining()
                || inputClosed
                || loop.budget().isTight()
                || (phase == ClientPhase.BODY && !isRestShort(request));
        response.head(from, last, closeAfter);
    }

    /** Whether the rest of the request's body is so short that it is read and dropped to keep the connection. */
    private boolean isRestShort(final Head request) {
        return request.framing() == Head.Framing.LENGTH
                && decoder.remainingBytes() <= AHEAD_BYTES
                && (!request.isExpectContinue() || continueSent);
    }

    @Override
    public void body(final Exchange from, final ByteBuf data, final int length, final boolean last) {
        response.body(data, length, last);
    }

    @Override
    public void trailers(final Exchange from, final Head trailers) {
        response.end(from.request().acceptsTrailers() ? trailers : null);
    }

    @Override
    public void requestCredit(final int bytes) {
        uncreditedBytes -= bytes;
        if (!reading) {
            updateReading();
        }
    }

    @Override
    public void flush() {
        if (!flushQueued && (output.isPending() || response.owedBytes() > 0)) {
            flushQueued = true;
            loop.flushes().add(this);
        }
    }

    @Override
    public void flushNow() {
        flushQueued = false;
        if (phase == ClientPhase.CLOSED) {
            return;
        }
        if (output.isPending()) {
            output.flush();
        }
        if (response.owedBytes() > 0) {
            if (ctx.channel().isWritable()) {
                giveCredit();
            } else if (phase == ClientPhase.WAIT) {
                setDeadline(h1.settings.bodyIdleNs());
            }
        }
    }

    private void giveCredit() {
        final int bytes = response.takeOwedBytes();
        if (bytes > 0 && exchange != null) {
            exchange.responseCredit(bytes);
        }
    }

    @Override
    public void finished() {
        exchange = null;
        response.takeOwedBytes();
        if (phase == ClientPhase.CLOSED) {
            return;
        }
        if (closeAfter) {
            linger();
            return;
        }
        if (phase == ClientPhase.BODY) {
            phase = ClientPhase.DISCARD;
            setDeadline(Lingering.DISCARD_NS);
            uncreditedBytes = 0;
        } else {
            nextRequest();
        }
        if (!processing) {
            flush();
            if (!input.isEmpty()) {
                resume();
            } else {
                updateReading();
            }
        }
    }

    @Override
    public void abort(final Reason reason) {
        exchange = null;
        loop.counters().increment(EdgeCounter.RESPONSES_ABORTED);
        if (phase == ClientPhase.CLOSED) {
            return;
        }
        output.flush();
        if (response.isCloseDelimited()) {
            // Only a reset tells this client that the end is not the end of the response.
            Lingering.reset(ctx);
        } else {
            ctx.close();
        }
    }

    private void nextRequest() {
        phase = ClientPhase.HEAD;
        setDeadline(h1.settings.keepAliveNs());
    }

    /** Ends the connection so that what was written arrives. */
    private void linger() {
        if (phase == ClientPhase.LINGER || phase == ClientPhase.CLOSED) {
            return;
        }
        phase = ClientPhase.LINGER;
        input.release();
        output.flush();
        setDeadline(Lingering.LONGEST_NS);
        updateReading();
        Lingering.begin(ctx, inputClosed);
    }

    private void setDeadline(final long fromNowNs) {
        loop.timers().set(deadline, loop.clock().nowNs() + fromNowNs);
    }
}
