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

    private final EventLoops loops;
    private final ConnectionBudget budget;
    private final Acceptor acceptor;
    private final ChannelGroup connections = new DefaultChannelGroup("clients", GlobalEventExecutor.INSTANCE, true);
    private volatile ConnectionSetup setup;
    private Channel server;

    private Listener(
            final EventLoops loops,
            final ConnectionSetup setup,
            final ConnectionBudget budget,
            final Acceptor acceptor) {
        this.loops = loops;
        this.setup = setup;
        this.budget = budget;
        this.acceptor = acceptor;
    }

    /** What a listener does with a connection that was accepted. */
    public interface Acceptor {
        /** The context of a connection's event loop. */
        LoopContext context(Channel channel);

        /** Closes a connection of the same loop that can be spared; false if there is none. */
        boolean makeRoom(Channel channel);

        /**
         * Puts the protocol's handler last into the pipeline. On the connection's event loop; the channel becomes active, for
         * that handler, afterwards.
         */
        void accept(Channel channel, Peer peer, Protocol protocol);
    }

    /**
     * Binds.
     *
     * @param setup what stands before the protocol; taken over, also when this fails
     * @throws IOException if the address cannot be had; the message names it
     */
    public static Listener bind(
            final EventLoops loops,
            final InetSocketAddress address,
            final ConnectionSetup setup,
            final ByteBufAllocator allocator,
            final ConnectionBudget budget,
            final Acceptor acceptor)
            throws IOException {
        final Listener listener = new Listener(loops, setup, budget, acceptor);
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
                        listener.accepted(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            setup.close();
            throw new IOException(
                    "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        listener.server = bound.channel();
        return listener;
    }

    private void accepted(final Channel channel) {
        final LoopContext loop = acceptor.context(channel);
        final Beginnings beginnings = loops.beginnings(channel.eventLoop());
        final InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        // No address: the client has gone already.
        if (remote == null || loop.budget().isExhausted() || !hasRoom(channel, beginnings)) {
            loop.counters().increment(EdgeCounter.CONNECTIONS_REFUSED);
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> budget.release());
        channel.config().setRecvByteBufAllocator(loop.readBuffers());
        connections.add(channel);
        final ConnectionSetup first = setup;
        if (first.expectsHeader()) {
            channel.pipeline()
                    .addLast(new ProxyHeaderHandler(
                            loop,
                            beginnings,
                            first.headNs(),
                            client -> begin(channel, loop, beginnings, client == null ? remote : client)));
        } else {
            begin(channel, loop, beginnings, remote);
        }
    }

    private void begin(
            final Channel channel,
            final LoopContext loop,
            final Beginnings beginnings,
            final InetSocketAddress client) {
        ConnectionSetup current;
        do {
            current = setup;
            if (current.begin(channel, loop, beginnings, client, acceptor)) {
                return;
            }
        } while (current != setup);
        // Not replaced: closed, with the listener.
        channel.close();
    }

    /** An unfinished request is spared before a connection that has not even begun one. */
    private boolean hasRoom(final Channel channel, final Beginnings beginnings) {
        return budget.tryAcquire()
                || ((acceptor.makeRoom(channel) || beginnings.setups.giveUpOldest()) && budget.tryAcquire());
    }

    /** What stands before the protocol on new connections. */
    public ConnectionSetup setup() {
        return setup;
    }

    /**
     * Puts another set-up in the place of the one so far, for connections from now on; those that are open go on as they
     * began. Any thread.
     *
     * @param next taken over
     */
    public synchronized void replaceSetup(final ConnectionSetup next) {
        final ConnectionSetup before = setup;
        next.succeed(before);
        setup = next;
        before.close();
    }

    /** To be called now and then: new keys for session tickets when it is time. Any thread. */
    public synchronized void keepHouse(final long nowNs) {
        setup.keepHouse(nowNs);
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
        setup.close();
    }
}
