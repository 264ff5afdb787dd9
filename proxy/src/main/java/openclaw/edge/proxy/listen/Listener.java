package openclaw.edge.proxy.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.WriteBuffers;

/** Accepts clients' connections on one address and gives each to the event loop that it will live on. */
public final class Listener implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final Channel server;
    private final ChannelGroup connections;

    private Listener(final Channel server, final ChannelGroup connections) {
        this.server = server;
        this.connections = connections;
    }

    /** What a listener does with a connection that was accepted. */
    public interface Acceptor {
        /** The context of a connection's event loop. */
        LoopContext context(Channel channel);

        /** Closes a connection of the same loop that can be spared; false if there is none. */
        boolean makeRoom(Channel channel);

        /** Puts the protocol's handler into the pipeline. On the connection's event loop. */
        void accept(Channel channel, Peer peer);
    }

    /**
     * Binds.
     *
     * @throws IOException if the address cannot be had; the message names it
     */
    public static Listener bind(
            final EventLoops loops,
            final InetSocketAddress address,
            final ByteBufAllocator allocator,
            final ConnectionBudget budget,
            final Acceptor acceptor)
            throws IOException {
        final ChannelGroup connections = new DefaultChannelGroup("clients", GlobalEventExecutor.INSTANCE, true);
        final ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(loops.serverChannels(address.getAddress()))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WriteBuffers.WATER_MARK)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        final LoopContext loop = acceptor.context(channel);
                        final InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
                        // No address: the client has gone already.
                        if (remote == null || loop.budget().isExhausted() || !hasRoom(channel, budget, acceptor)) {
                            loop.counters().increment(EdgeCounter.CONNECTIONS_REFUSED);
                            channel.close();
                            return;
                        }
                        channel.closeFuture().addListener(closed -> budget.release());
                        channel.config().setRecvByteBufAllocator(loop.readBuffers());
                        connections.add(channel);
                        acceptor.accept(channel, new Peer(remote, false));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        return new Listener(bound.channel(), connections);
    }

    private static boolean hasRoom(final Channel channel, final ConnectionBudget budget, final Acceptor acceptor) {
        return budget.tryAcquire() || (acceptor.makeRoom(channel) && budget.tryAcquire());
    }

    /** Where it listens; the port is the real one when 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Open connections. */
    public int connections() {
        return connections.size();
    }

    /** No further connections are accepted; open ones go on. */
    public void stopAccepting() {
        server.close().awaitUninterruptibly();
    }

    /** Tells every open connection, on its own loop. */
    public void fire(final Object userEvent) {
        for (final Channel channel : connections) {
            channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(userEvent));
        }
    }

    @Override
    public void close() {
        stopAccepting();
        connections.close().awaitUninterruptibly();
    }
}
