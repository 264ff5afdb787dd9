package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.FlushQueue;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;

/**
 * The request half of a connection to an upstream: writes what exchanges send, credits what the kernel has taken, and gives back
 * a body of which nothing was sent. Owned by the connection.
 */
final class RequestSide implements FlushQueue.Flushable {
    private final H1Upstream connection;
    private final H1Loop h1;
    private final LoopContext loop;

    private ChannelHandlerContext ctx;
    private Output output;
    private boolean ended;
    private boolean chunked;
    private boolean flushQueued;
    private boolean flushed;
    private int headBytes;
    private int owedBytes;

    RequestSide(final H1Upstream connection, final H1Loop h1) {
        this.connection = connection;
        this.h1 = h1;
        this.loop = h1.loop;
    }

    // ---- for the connection ----

    /** The connection is open. */
    void open(final ChannelHandlerContext context) {
        ctx = context;
        output = new Output(context, loop.writeBuffers());
    }

    /** Whether the request is written to its end. */
    boolean isEnded() {
        return ended;
    }

    /** Whether the kernel may have taken something of the request. */
    boolean isFlushed() {
        return flushed;
    }

    /** Writes the head of the exchange that begins. */
    void head(final Exchange forward) {
        final Head request = forward.request();
        flushed = false;
        chunked = request.framing() == Head.Framing.CHUNKED;
        ended = request.framing() == Head.Framing.NONE;
        if (ended) {
            connection.setDeadline(forward.responseHeadTimeoutNs());
        } else {
            // While the body comes, its own time-outs hold.
            connection.clearDeadline();
        }
        int flags = request.acceptsTrailers() ? HeadWriter.TE_TRAILERS : 0;
        if (forward.isTunnelAllowed()) {
            flags |= HeadWriter.UPGRADE;
        }
        h1.writer.writeRequest(request, null, flags, output.buffer());
        headBytes = output.buffer().writerIndex();
    }

    /** Writes a piece of the body, or of what goes through the tunnel. */
    void body(final ByteBuf data, final int length, final boolean last) {
        if (length > 0) {
            output.body(data, length, chunked);
            owedBytes += length;
        }
        if (connection.phase() == UpstreamPhase.TUNNEL) {
            connection.setDeadline(connection.exchange().tunnelIdleNs());
            if (last) {
                connection.endTunnelOutput();
            }
        } else if (last) {
            if (chunked) {
                output.lastChunk(null, h1.writer);
            }
            end();
        }
    }

    /** Ends the body with trailer fields, which only one in chunks can carry. */
    void trailers(final Head trailers) {
        if (chunked) {
            output.lastChunk(trailers, h1.writer);
        }
        end();
    }

    private void end() {
        ended = true;
        if (connection.phase() == UpstreamPhase.HEAD) {
            connection.setDeadline(connection.exchange().responseHeadTimeoutNs());
        }
    }

    /** Flushes at the end of the loop's turn. */
    void flush() {
        if (!flushQueued && (output.isPending() || owedBytes > 0)) {
            flushQueued = true;
            loop.flushes().add(this);
        }
    }

    @Override
    public void flushNow() {
        flushQueued = false;
        if (connection.phase() == UpstreamPhase.CLOSED) {
            return;
        }
        if (output.isPending()) {
            output.flush();
        }
        // A first write that failed has closed the channel, and the kernel has taken nothing.
        flushed |= output.untaken() == null;
        if (owedBytes > 0) {
            if (ctx.channel().isWritable()) {
                giveCredit();
            } else if (connection.phase() == UpstreamPhase.HEAD && !ended && connection.exchange() != null) {
                connection.setDeadline(connection.exchange().responseIdleTimeoutNs());
            }
        }
    }

    /** Hands what was collected to the kernel, whatever the turn. */
    void flushOutput() {
        output.flush();
    }

    /** Credits what the kernel has taken. */
    void giveCredit() {
        final int bytes = owedBytes;
        owedBytes = 0;
        final Exchange exchange = connection.exchange();
        if (bytes > 0 && exchange != null) {
            if (connection.phase() == UpstreamPhase.TUNNEL) {
                connection.setDeadline(exchange.tunnelIdleNs());
            }
            exchange.requestCredit(bytes);
        }
    }

    /** The exchange is over: nobody is owed credit any more. */
    void exchangeOver() {
        owedBytes = 0;
    }

    /** A body of which nothing was sent goes back to its exchange. One in chunks is written in another form, and is lost. */
    void keepUnsent() {
        final Exchange exchange = connection.exchange();
        if (exchange != null && !flushed && exchange.request().framing() == Head.Framing.LENGTH) {
            final ByteBuf untaken = output.untaken();
            if (untaken != null) {
                exchange.bodyUnsent(untaken, headBytes, ended);
            }
        }
    }

    /** The connection is gone, or what it was to write is not to be written. */
    void discard() {
        output.discard();
    }
}
