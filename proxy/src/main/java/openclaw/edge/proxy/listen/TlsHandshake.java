package openclaw.edge.proxy.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Peer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind TLS: waits for the handshake, counts how it ended and puts the protocol's handler behind itself; from then on
 * it only puts what TLS tells into words that this handler knows. It sees no data, so it costs requests nothing.
 */
final class TlsHandshake extends SetupStage {
    private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

    private final SslHandler tls;
    private final TlsRecords records;
    private final InetSocketAddress client;
    private final Listener.Acceptor acceptor;
    private boolean succeeded;

    TlsHandshake(
            final LoopContext loop,
            final Beginnings beginnings,
            final long timeoutNs,
            final SslHandler tls,
            final TlsRecords records,
            final InetSocketAddress client,
            final Listener.Acceptor acceptor) {
        super(loop, beginnings, timeoutNs, EdgeCounter.TLS_TIMEOUTS);
        this.tls = tls;
        this.records = records;
        this.client = client;
        this.acceptor = acceptor;
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            if (!isOver()) {
                over();
                if (done.isSuccess()) {
                    succeed(context);
                } else {
                    loop.counters().increment(reason(done.cause()));
                }
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            // The library closes both directions on a close_notify, so no answer can be sent any more: as nginx does,
            // this
            // is the end of the connection, and of the exchange on it. After our own close_notify (lingering) it comes
            // too
            // early, with the next input, and says nothing.
            if (succeeded && tls.engine().isInboundDone() && context.channel().isActive()) {
                context.close();
            }
        } else if (event instanceof ChannelInputShutdownEvent && !succeeded) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    private void succeed(final ChannelHandlerContext context) {
        succeeded = true;
        loop.counters().increment(EdgeCounter.TLS_HANDSHAKES);
        if (isResumed(tls.engine())) {
            loop.counters().increment(EdgeCounter.TLS_RESUMED);
        }
        if (!context.channel().isActive()) {
            return;
        }
        acceptor.accept(context.channel(), new Peer(client, true), protocol());
        context.fireChannelActive();
    }

    private Protocol protocol() {
        return "h2".equals(tls.applicationProtocol()) ? Protocol.HTTP_2 : Protocol.HTTP_1;
    }

    private static boolean isResumed(final SSLEngine engine) {
        return engine instanceof ReferenceCountedOpenSslEngine openSsl
                && openSsl.sslPointer() != 0
                && SSL.isSessionReused(openSsl.sslPointer());
    }

    private EdgeCounter reason(final Throwable cause) {
        if (records.isAlien()) {
            return EdgeCounter.TLS_FAILED_ALIEN;
        }
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof ClosedChannelException) {
                return EdgeCounter.TLS_FAILED_CLOSED;
            }
            if (reason instanceof GeneralSecurityException) {
                return EdgeCounter.TLS_FAILED_CLIENT_CERTIFICATE;
            }
            final String text = String.valueOf(reason.getMessage()).toUpperCase(Locale.ROOT);
            if (text.contains("ALERT")) {
                return EdgeCounter.TLS_FAILED_REFUSED;
            }
            if (text.contains("CERTIFICATE")) {
                return EdgeCounter.TLS_FAILED_CLIENT_CERTIFICATE;
            }
        }
        return EdgeCounter.TLS_FAILED_PROTOCOL;
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        final boolean isTls = cause instanceof DecoderException && cause.getCause() instanceof SSLException;
        if (!succeeded) {
            // How the handshake ended is counted where it is told; TLS has sent its alert.
            if (!isTls && !(cause instanceof IOException)) {
                loop.counters().increment(EdgeCounter.EXCEPTIONS);
                LOG.error("client connection {} failed in its TLS handshake; it is closed", context.channel(), cause);
            }
            context.close();
        } else if (isTls) {
            loop.counters().increment(EdgeCounter.TLS_BROKEN);
            context.fireExceptionCaught(cause.getCause());
        } else {
            context.fireExceptionCaught(cause);
        }
    }
}
