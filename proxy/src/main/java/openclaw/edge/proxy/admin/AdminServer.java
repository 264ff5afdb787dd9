package openclaw.edge.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.GarbageCollectorExports;
import io.prometheus.client.hotspot.MemoryPoolsExports;
import io.prometheus.client.hotspot.StandardExports;
import io.prometheus.client.hotspot.ThreadExports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.config.AdminConfig;

/** The admin listener: serves from {@link #start} to {@link #close} on one thread of its own. */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_BODY_BYTES = 4096;
    private static final int READ_TIMEOUT_SECONDS = 30;
    private static final int CLOSE_SECONDS = 2;

    private final EventLoopGroup loop;
    private final Channel channel;
    private final AdminAccess access;

    private AdminServer(final EventLoopGroup loop, final Channel channel, final AdminAccess access) {
        this.loop = loop;
        this.channel = channel;
        this.access = access;
    }

    /**
     * Begins to listen.
     *
     * @throws IOException when the address cannot be had; the message names it
     */
    public static AdminServer start(final AdminConfig config, final AdminSources sources) throws IOException {
        final AdminAccess access = new AdminAccess(config);
        final AdminHandler handler = new AdminHandler(sources, access, metrics(sources));
        final EventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
        final var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(final SocketChannel connection) {
                        connection
                                .pipeline()
                                .addLast(new ReadTimeoutHandler(READ_TIMEOUT_SECONDS))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                                .addLast(handler);
                    }
                })
                .bind(config.listen().resolve())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
            throw new IOException(
                    "admin.listen=" + config.listen() + ": cannot listen there ("
                            + bound.cause().getMessage() + ")",
                    bound.cause());
        }
        return new AdminServer(loop, bound.channel(), access);
    }

    private static CollectorRegistry metrics(final AdminSources sources) {
        final CollectorRegistry registry = new CollectorRegistry();
        new CounterCollector(sources).register(registry);
        new RetentionCollector(sources).register(registry);
        new BucketCollector(sources).register(registry);
        new LatencyCollector(sources).register(registry);
        new UpstreamCollector(sources).register(registry);
        new ClusterCollector(sources).register(registry);
        new StandardExports().register(registry);
        new MemoryPoolsExports().register(registry);
        new GarbageCollectorExports().register(registry);
        new ThreadExports().register(registry);
        return registry;
    }

    /** Where it listens; the real port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** What callers must bring from now on; null: nothing. Any thread. */
    public void token(final String token) {
        access.token(token);
    }

    /** Stops listening and closes what is open. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
