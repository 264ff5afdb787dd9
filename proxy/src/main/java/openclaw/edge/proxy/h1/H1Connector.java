package openclaw.edge.proxy.h1;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import java.net.SocketAddress;
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

    public H1Connector(final H1Loop h1, final ChannelFactory<? extends Channel> channels) {
        this.h1 = h1;
        this.channels = channels;
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
                .handler(new H1Upstream(h1, listener))
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
