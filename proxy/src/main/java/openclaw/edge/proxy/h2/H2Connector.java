package openclaw.edge.proxy.h2;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.function.Function;
import openclaw.edge.proxy.exchange.MultiplexedConnection;
import openclaw.edge.proxy.exchange.MultiplexedConnector;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.WriteBuffers;

/** Makes HTTP/2 connections to an upstream on one event loop: by prior knowledge, or, on TLS, by ALPN. */
public final class H2Connector implements MultiplexedConnector {
    private static final long MILLISECOND_NS = 1_000_000L;

    private final H2Loop h2;
    private final ChannelFactory<? extends Channel> channels;
    private final Function<ByteBufAllocator, SslHandler> tls;
    private final UpstreamWatch.Patience patience;

    /** @param tls makes what secures a connection to one server, and offers h2 by ALPN; null: without TLS */
    public H2Connector(
            final H2Loop h2,
            final ChannelFactory<? extends Channel> channels,
            final Function<ByteBufAllocator, SslHandler> tls) {
        this(h2, channels, tls, UpstreamWatch.PATIENCE);
    }

    H2Connector(
            final H2Loop h2,
            final ChannelFactory<? extends Channel> channels,
            final Function<ByteBufAllocator, SslHandler> tls,
            final UpstreamWatch.Patience patience) {
        this.h2 = h2;
        this.channels = channels;
        this.tls = tls;
        this.patience = patience;
    }

    @Override
    public void connect(
            final SocketAddress address,
            final long timeoutNs,
            final long idleNs,
            final MultiplexedConnection.Listener listener) {
        final EventLoop eventLoop = h2.loop.eventLoop();
        final H2Upstream upstream = new H2Upstream(h2, listener, tls != null, patience, timeoutNs, idleNs);
        final var connecting = new Bootstrap()
                .group(eventLoop)
                .channelFactory(channels)
                .option(ChannelOption.ALLOCATOR, h2.loop.allocator())
                .option(ChannelOption.RECVBUF_ALLOCATOR, h2.loop.readBuffers())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.max(1, Math.min(Integer.MAX_VALUE, timeoutNs / MILLISECOND_NS)))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WriteBuffers.WATER_MARK)
                .handler(handler(upstream))
                .connect(address);
        // A failure known at once is told later all the same: the caller is not ready for it yet.
        eventLoop.execute(() -> connecting.addListener(done -> {
            if (!done.isSuccess()) {
                onLoop(eventLoop, () -> upstream.connectFailed(reason(done.cause()), done.cause()));
            }
        }));
    }

    private static Reason reason(final Throwable cause) {
        return cause instanceof ConnectTimeoutException ? Reason.CONNECT_TIMEOUT : Reason.CONNECT_FAILED;
    }

    private ChannelHandler handler(final H2Upstream upstream) {
        if (tls == null) {
            return upstream;
        }
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(final Channel channel) {
                final SslHandler secured = tls.apply(channel.alloc());
                // The connection's own deadline holds for connect, handshake and SETTINGS together.
                secured.setHandshakeTimeoutMillis(0);
                channel.pipeline().addLast(secured, upstream);
            }
        };
    }

    /** A socket that could not even be made (no file left) belongs to no loop: its failure is told on another thread. */
    private static void onLoop(final EventLoop eventLoop, final Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
        } else {
            eventLoop.execute(task);
        }
    }
}
