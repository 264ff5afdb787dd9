package openclaw.edge.proxy.h1;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.function.Function;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnection;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import openclaw.edge.proxy.exchange.WriteBuffers;

/** Makes HTTP/1 connections to upstreams on one event loop. */
public final class H1Connector implements UpstreamConnector {
    private static final long MILLISECOND_NS = 1_000_000L;

    private final H1Loop h1;
    private final ChannelFactory<? extends Channel> channels;
    private final Function<ByteBufAllocator, SslHandler> tls;

    /** Without TLS. */
    public H1Connector(final H1Loop h1, final ChannelFactory<? extends Channel> channels) {
        this(h1, channels, null);
    }

    /**
     * With TLS.
     *
     * @param tls makes what secures a connection to one server; null: without TLS
     */
    public H1Connector(
            final H1Loop h1,
            final ChannelFactory<? extends Channel> channels,
            final Function<ByteBufAllocator, SslHandler> tls) {
        this.h1 = h1;
        this.channels = channels;
        this.tls = tls;
    }

    @Override
    public void connect(final SocketAddress address, final long timeoutNs, final UpstreamConnection.Listener listener) {
        final int timeoutMs = (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeoutNs / MILLISECOND_NS));
        final var connecting = new Bootstrap()
                .group(h1.loop.eventLoop())
                .channelFactory(channels)
                .option(ChannelOption.ALLOCATOR, h1.loop.allocator())
                .option(ChannelOption.RECVBUF_ALLOCATOR, h1.loop.readBuffers())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WriteBuffers.WATER_MARK)
                .handler(handler(timeoutNs, listener))
                .connect(address);
        // A failure known at once is told later all the same: the caller is not ready for it yet.
        h1.loop
                .eventLoop()
                .execute(() -> connecting.addListener(done -> {
                    if (!done.isSuccess()) {
                        onLoop(() -> failed(done.cause(), listener));
                    }
                }));
    }

    private ChannelHandler handler(final long timeoutNs, final UpstreamConnection.Listener listener) {
        final H1Upstream upstream = new H1Upstream(h1, listener);
        if (tls == null) {
            return upstream;
        }
        final long untilNs = h1.loop.clock().nowNs() + timeoutNs;
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(final Channel channel) {
                final SslHandler secured = tls.apply(channel.alloc());
                // The gate's deadline holds for connect and handshake together.
                secured.setHandshakeTimeoutMillis(0);
                channel.pipeline()
                        .addLast(secured, new UpstreamTlsGate(h1.loop, upstream, listener, untilNs), upstream);
            }
        };
    }

    /** A socket that could not even be made (no file left) belongs to no loop: its failure is told on another thread. */
    private void onLoop(final Runnable task) {
        if (h1.loop.eventLoop().inEventLoop()) {
            task.run();
        } else {
            h1.loop.eventLoop().execute(task);
        }
    }

    private void failed(final Throwable cause, final UpstreamConnection.Listener listener) {
        h1.loop.counters().increment(EdgeCounter.UPSTREAM_CONNECT_FAILED);
        listener.connectFailed(
                cause instanceof ConnectTimeoutException ? Reason.CONNECT_TIMEOUT : Reason.CONNECT_FAILED, cause);
    }
}
