package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import openclaw.edge.proxy.exchange.Downstream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.FlushQueue;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.OutputGate;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.Reason;

/**
 * The response half of a client's connection: writes what exchanges answer, credits what the client has taken, and tells the
 * connection when an exchange is over. Owned by the connection.
 */
final class ResponseSide implements Downstream, FlushQueue.Flushable {
    private final H1Downstream connection;
    private final H1Loop h1;
    private final LoopContext loop;
    private final ChannelHandlerContext ctx;
    private final Output output;
    private final ResponseWriter response;
    private final OutputGate gate;
    private boolean flushQueued;
    private boolean closeAfter;
    private boolean continueSent;
    private boolean outputShut;

    ResponseSide(final H1Downstream connection, final H1Loop h1, final ChannelHandlerContext ctx) {
        this.connection = connection;
        this.h1 = h1;
        this.loop = h1.loop;
        this.ctx = ctx;
        this.output = new Output(ctx, loop.writeBuffers());
        this.response = new ResponseWriter(h1.writer, output);
        this.gate = OutputGate.of(ctx.pipeline());
    }

    // ---- for the connection ----

    /** The next exchange begins. */
    void begin() {
        continueSent = false;
    }

    /** The response now due, or the next one, is the connection's last. */
    void closeAfterResponse() {
        closeAfter = true;
    }

    /** A client that sends requests and takes no answers is not served further until it does. */
    boolean isStuck() {
        if (output.collectedBytes() > Output.COLLECT_BYTES) {
            output.flush();
        }
        return !ctx.channel().isWritable();
    }

    /** Whether output is shut already, or about to be: the upstream ended its direction of a tunnel. */
    boolean isOutputShut() {
        return outputShut;
    }

    /** Hands what was collected to the kernel, whatever the turn. */
    void flushOutput() {
        output.flush();
    }

    /** The connection is gone. */
    void discard() {
        output.discard();
    }

    /** Credits what the client has taken. */
    void giveCredit() {
        final int bytes = response.takeOwedBytes();
        final Exchange exchange = connection.exchange();
        if (bytes > 0 && exchange != null) {
            exchange.responseCredit(bytes);
        }
    }

    // ---- for the exchange ----

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    public void informational(final Exchange from) {
        if (from.request().minorVersion() == 0) {
            return;
        }
        continueSent |= from.response().status() == 100;
        response.informational(from.response());
        if (!connection.isProcessing()) {
            output.flush();
        }
    }

    @Override
    public void head(final Exchange from, final boolean last) {
        if (from.isTunnel()) {
            closeAfter = true;
            response.tunnel(from.response());
            connection.tunnelOpened();
            return;
        }
        final Head request = from.request();
        closeAfter |= from.isCloseAfter()
                // What the client may have sent after its handshake is no request.
                || from.isTunnelAllowed()
                || !request.isKeepAlive()
                || ResponseWriter.needsClose(from, last)
                || h1.isDraining()
                || connection.isInputClosed()
                || loop.budget().isTight()
                || connection.isBodyLongPending(request, continueSent);
        response.head(from, last, closeAfter);
    }

    @Override
    public void body(final Exchange from, final ByteBuf data, final int length, final boolean last) {
        response.body(data, length, last);
        if (last && from.isTunnel() && !connection.isInputClosed()) {
            output.flush();
            outputShut = true;
            Lingering.begin(ctx, false, connection::outputShut);
        }
    }

    @Override
    public void trailers(final Exchange from, final Head trailers) {
        response.end(from.request().acceptsTrailers() ? trailers : null);
    }

    @Override
    public void requestCredit(final int bytes) {
        connection.requestCredit(bytes);
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
        if (connection.phase() == ClientPhase.CLOSED) {
            return;
        }
        if (output.isPending()) {
            output.flush();
        }
        if (response.owedBytes() > 0) {
            if (ctx.channel().isWritable()) {
                giveCredit();
            } else if (connection.phase() == ClientPhase.WAIT) {
                connection.setDeadline(connection.settings().bodyIdleNs());
            }
        }
    }

    @Override
    public void recorded() {
        gate.recorded();
    }

    @Override
    public void finished() {
        response.takeOwedBytes();
        connection.exchangeOver(closeAfter);
    }

    @Override
    public void abort(final Reason reason) {
        if (connection.phase() != ClientPhase.TUNNEL) {
            loop.counters().increment(EdgeCounter.RESPONSES_ABORTED);
        }
        connection.exchangeAborted();
        if (connection.phase() == ClientPhase.CLOSED) {
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
}
