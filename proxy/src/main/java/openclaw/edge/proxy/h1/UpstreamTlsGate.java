package openclaw.edge.proxy.h1;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.TlsFailure;
import openclaw.edge.proxy.exchange.UpstreamConnection;

/**
 * Stands between TLS and HTTP on a connection to an upstream: HTTP hears of the connection when the handshake is done. Until then
 * it is being made, and whatever goes wrong is a connect that failed. Afterwards it tells an end that the upstream announced
 * (close_notify) from one that anybody on the way may have caused.
 */
final class UpstreamTlsGate extends ChannelInboundHandlerAdapter {
    private final LoopContext loop;
    private final H1Upstream upstream;
    private final UpstreamConnection.Listener listener;
    private final long untilNs;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            failed(Reason.CONNECT_TIMEOUT, new IOException("no TLS handshake within upstream.timeouts.connect"));
        }
    };
    private ChannelHandlerContext ctx;
    private boolean secured;
    private boolean failed;
    private boolean closeNotified;

    /** @param untilNs of the loop's clock, by which the handshake must be done */
    UpstreamTlsGate(
            final LoopContext loop,
            final H1Upstream upstream,
            final UpstreamConnection.Listener listener,
            final long untilNs) {
        this.loop = loop;
        this.upstream = upstream;
        this.listener = listener;
        this.untilNs = untilNs;
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        ctx = context;
        loop.timers().set(deadline, untilNs);
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess() && !failed) {
                secured = true;
                loop.timers().remove(deadline);
                context.fireChannelActive();
            } else if (!handshake.isSuccess()) {
                failed(Reason.CONNECT_FAILED, TlsFailure.of(handshake.cause()));
            }
        } else if (event instanceof SslCloseCompletionEvent close) {
            closeNotified |= close.isSuccess();
            if (closeNotified) {
                context.close();
            }
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        if (!secured) {
            failed(Reason.CONNECT_FAILED, TlsFailure.of(new ClosedChannelException()));
            return;
        }
        if (!closeNotified) {
            upstream.truncated();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (secured) {
            // A broken record is the upstream's doing, like a reset.
            context.fireExceptionCaught(cause instanceof IOException ? cause : new IOException(cause));
        } else if (ctx != null) {
            failed(Reason.CONNECT_FAILED, TlsFailure.of(cause));
        }
    }

    private void failed(final Reason reason, final IOException cause) {
        if (failed || secured || ctx == null) {
            return;
        }
        failed = true;
        loop.timers().remove(deadline);
        loop.counters().increment(EdgeCounter.UPSTREAM_CONNECT_FAILED);
        loop.counters().increment(EdgeCounter.UPSTREAM_TLS_FAILED);
        ctx.close();
        listener.connectFailed(reason, cause);
    }
}
