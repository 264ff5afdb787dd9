package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Input;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnection;

/**
 * The response half of a connection to an upstream: finds heads, interim and final, and bodies in what comes, passes them on
 * against credit, and knows whether the connection can be used again. Owned by the connection.
 */
final class ResponseReader {
    private static final int INFORMATIONAL_LIMIT = 16;

    private final H1Upstream connection;
    private final H1Loop h1;
    private final LoopContext loop;
    private final UpstreamConnection.Listener listener;
    private final HeadScanner scanner = HeadScanner.forResponses();
    private final BodyDecoder decoder = new BodyDecoder();
    private final Input input;

    private ChannelHandlerContext ctx;
    private boolean reusable;
    private boolean reading = true;
    private int informationals;
    private int uncreditedBytes;
    private long keepAliveHintNs = Long.MAX_VALUE;

    ResponseReader(final H1Upstream connection, final H1Loop h1, final UpstreamConnection.Listener listener) {
        this.connection = connection;
        this.h1 = h1;
        this.loop = h1.loop;
        this.listener = listener;
        this.input = new Input(loop.allocator(), loop.budget());
    }

    // ---- for the connection ----

    /** The connection is open. */
    void open(final ChannelHandlerContext context) {
        ctx = context;
    }

    /** The next exchange begins. */
    void begin() {
        informationals = 0;
        uncreditedBytes = 0;
    }

    /**
     * The exchange is over.
     *
     * @param requestEnded whether its request was written to its end; else nothing can follow it
     */
    void exchangeOver(final boolean requestEnded) {
        uncreditedBytes = 0;
        if (!requestEnded) {
            reusable = false;
        }
    }

    /** Whether the connection can take another exchange; asked once after each. */
    boolean takeReusable() {
        final boolean was = reusable;
        reusable = false;
        return was;
    }

    /** Nanoseconds that the upstream said it would wait for the next request. */
    long keepAliveHintNs() {
        return keepAliveHintNs;
    }

    /** Whether the end of input ends the body too, as it does that of a response without a length. */
    boolean endOfInput() {
        return decoder.endOfInput();
    }

    /** The connection is gone. */
    void discard() {
        input.release();
    }

    // ---- input ----

    /** Goes through what came, together with what was held before; {@code in} is released or kept. */
    void read(final ByteBuf in) {
        final boolean joined = !input.isEmpty();
        process(input.join(in), joined);
    }

    private void process(final ByteBuf received, final boolean joined) {
        boolean more = true;
        boolean gone = false;
        while (more && connection.exchange() != null && received.isReadable()) {
            if (connection.phase() == UpstreamPhase.HEAD) {
                more = readHead(received);
            } else if (connection.phase() == UpstreamPhase.TUNNEL) {
                passTunnel(received);
                gone = true;
                more = false;
            } else {
                final int n = decoder.next(received);
                gone = n > 0 && n == received.readableBytes();
                more = passBody(received, n) && !gone;
            }
        }
        if (connection.exchange() == null) {
            if (!gone && received.isReadable()) {
                loop.counters().increment(EdgeCounter.UPSTREAM_SURPLUS);
                reusable = false;
                listener.surplus();
            }
            received.release();
            if (!reusable && connection.phase() != UpstreamPhase.CLOSED) {
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
        final Exchange exchange = connection.exchange();
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
        return head.status() < 200 ? informational(exchange, head.status()) : finalHead(exchange, head);
    }

    private boolean informational(final Exchange exchange, final int status) {
        if (status == 101) {
            return switchProtocols(exchange);
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

    private boolean switchProtocols(final Exchange exchange) {
        if (!exchange.isTunnelAllowed() || !WebSocketUpgrade.isAgreedTo(exchange.response())) {
            // What follows would be no HTTP, and nobody has asked for anything else.
            exchange.closeAfter(true);
            return malformed();
        }
        reusable = false;
        connection.openTunnel();
        return connection.exchange() != null;
    }

    private boolean finalHead(final Exchange exchange, final Head head) {
        final Head.Framing framing = head.framing();
        reusable = head.isKeepAlive() && framing != Head.Framing.CLOSE;
        keepAliveHintNs = KeepAlive.hintNs(head);
        listener.answered();
        final boolean last =
                framing == Head.Framing.NONE || (framing == Head.Framing.LENGTH && head.bodyLengthBytes() == 0);
        if (last) {
            connection.exchangeOver().responseHead(true);
            return false;
        }
        connection.bodyBegins();
        decoder.reset(framing, head.bodyLengthBytes());
        connection.setDeadline(exchange.responseIdleTimeoutNs());
        exchange.responseHead(false);
        return true;
    }

    private boolean passBody(final ByteBuf in, final int n) {
        if (n > 0) {
            final boolean last = decoder.isLast();
            final Exchange to = last ? connection.exchangeOver() : connection.exchange();
            if (!last) {
                uncreditedBytes += n;
                connection.setDeadline(to.responseIdleTimeoutNs());
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
        final Exchange ended = connection.exchangeOver();
        if (decoder.hasTrailers()) {
            ended.responseTrailers(decoder.trailers());
        } else {
            ended.responseBody(Unpooled.EMPTY_BUFFER, 0, true);
        }
        return false;
    }

    private void passTunnel(final ByteBuf in) {
        final Exchange exchange = connection.exchange();
        final int length = in.readableBytes();
        uncreditedBytes += length;
        connection.setDeadline(exchange.tunnelIdleNs());
        exchange.tunnelFromUpstream(in, length, false);
        updateReading();
    }

    private boolean malformed() {
        loop.counters().increment(EdgeCounter.UPSTREAM_MALFORMED);
        reusable = false;
        scanner.reset();
        listener.failed(Reason.UPSTREAM_MALFORMED);
        connection.fail(Reason.UPSTREAM_MALFORMED);
        return false;
    }

    // ---- credit ----

    /** The client has taken this much. */
    void credit(final int bytes) {
        uncreditedBytes -= bytes;
        if (connection.phase() == UpstreamPhase.TUNNEL) {
            connection.setDeadline(connection.exchange().tunnelIdleNs());
        }
        if (!reading) {
            updateReading();
        }
    }

    /** Once reading has stopped it goes on when half is left. */
    private int mostInFlightBytes() {
        final int most = loop.budget().inFlightBytes();
        return reading ? most : most / 2;
    }

    private void updateReading() {
        final boolean credited = connection.phase() == UpstreamPhase.BODY || connection.phase() == UpstreamPhase.TUNNEL;
        final boolean wanted = !credited || uncreditedBytes < mostInFlightBytes();
        if (wanted == reading || !ctx.channel().isOpen()) {
            return;
        }
        reading = wanted;
        ctx.channel().config().setAutoRead(wanted);
        if (connection.phase() == UpstreamPhase.BODY) {
            // While the client does not take what is there, the upstream is not to blame for the silence.
            if (wanted) {
                connection.setDeadline(connection.exchange().responseIdleTimeoutNs());
            } else {
                connection.clearDeadline();
            }
        }
    }
}
