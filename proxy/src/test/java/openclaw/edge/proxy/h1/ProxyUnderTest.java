package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.Durability;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.LoopTimers;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.OutputGate;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.forward.HopByHop;
import openclaw.edge.proxy.forward.PoolSettings;
import openclaw.edge.proxy.forward.StreamPool;
import openclaw.edge.proxy.forward.UpstreamPool;
import openclaw.edge.proxy.h2.H2Connector;
import openclaw.edge.proxy.h2.H2Loop;
import openclaw.edge.proxy.h2.H2Settings;
import openclaw.edge.proxy.h2.PriorKnowledge;
import openclaw.edge.proxy.listen.ConnectionBudget;
import openclaw.edge.proxy.listen.ConnectionSetup;
import openclaw.edge.proxy.listen.EventLoops;
import openclaw.edge.proxy.listen.Listener;
import openclaw.edge.proxy.listen.Protocol;

/** HTTP/1 connections, pool and listener on one real event loop, with a handler that decides nothing. */
public final class ProxyUnderTest {
    public final PassThrough handler = new PassThrough();
    final EventLoops loops;
    public final LoopContext loop;
    public final UpstreamPool pool;
    /** Of HTTP/2 to the upstream, where that is spoken; else null. */
    public final StreamPool streams;

    public final Listener listener;
    public final BufferBudget budget;
    public final ConnectionBudget connections;
    private final TestJournal journal;

    /** HTTP/2 by prior knowledge is spoken too. */
    public ProxyUnderTest(final InetSocketAddress upstream, final long bufferBytes, final Waits waits)
            throws IOException {
        this(upstream, bufferBytes, ConnectionSetup.plain(), 1000, waits);
    }

    /** Whose responses end only when {@code journal} says that their records are durable. */
    public ProxyUnderTest(final InetSocketAddress upstream, final TestJournal journal, final Waits waits)
            throws IOException {
        this(upstream, 16L << 20, ConnectionSetup.plain(), 1000, waits, journal, 0);
    }

    ProxyUnderTest(
            final InetSocketAddress upstream,
            final long bufferBytes,
            final ConnectionSetup setup,
            final int maxConnections,
            final Waits waits)
            throws IOException {
        this(upstream, bufferBytes, setup, maxConnections, waits, TestJournal.ofProperty(), 0);
    }

    /** Whose upstream is spoken to by HTTP/2, on so many connections at most. */
    public static ProxyUnderTest http2(
            final InetSocketAddress upstream, final long bufferBytes, final int connections, final Waits waits)
            throws IOException {
        return new ProxyUnderTest(
                upstream, bufferBytes, ConnectionSetup.plain(), 1000, waits, TestJournal.ofProperty(), connections);
    }

    /** As above, by connections that something else makes. */
    public static ProxyUnderTest http2(
            final InetSocketAddress upstream,
            final int connections,
            final BiFunction<H2Loop, ChannelFactory<? extends Channel>, H2Connector> connector)
            throws IOException {
        return new ProxyUnderTest(
                upstream,
                64L << 20,
                ConnectionSetup.plain(),
                1000,
                Waits.LONG,
                TestJournal.ofProperty(),
                connections,
                connector);
    }

    private ProxyUnderTest(
            final InetSocketAddress upstream,
            final long bufferBytes,
            final ConnectionSetup setup,
            final int maxConnections,
            final Waits waits,
            final TestJournal journal,
            final int http2Connections)
            throws IOException {
        this(
                upstream,
                bufferBytes,
                setup,
                maxConnections,
                waits,
                journal,
                http2Connections,
                (h2, channels) -> new H2Connector(h2, channels, null));
    }

    private ProxyUnderTest(
            final InetSocketAddress upstream,
            final long bufferBytes,
            final ConnectionSetup setup,
            final int maxConnections,
            final Waits waits,
            final TestJournal journal,
            final int http2Connections,
            final BiFunction<H2Loop, ChannelFactory<? extends Channel>, H2Connector> http2Connector)
            throws IOException {
        connections = new ConnectionBudget(maxConnections);
        loops = new EventLoops(1, "test-loop", true);
        final EventLoop eventLoop = loops.all().get(0);
        budget = new BufferBudget(1, bufferBytes);
        this.journal = journal;
        handler.journal = journal;
        loop = new LoopContext(
                0,
                eventLoop,
                PooledByteBufAllocator.DEFAULT,
                loops.turn(eventLoop),
                budget,
                handler,
                journal == null ? Durability.PROCESS : journal);
        final H1Settings settings = waits.settings(setup == ConnectionSetup.plain() ? 100_000 : 64 * 1024 * 1024);
        final H1Loop h1 = new H1Loop(loop, settings);
        final H2Loop h2 = new H2Loop(
                loop,
                new H2Settings(
                        HeadLimits.REQUEST.headBytes(),
                        HeadLimits.REQUEST.fields(),
                        HeadLimits.REQUEST.targetBytes(),
                        settings.bodyLimitBytes(),
                        settings.clientHeadNs(),
                        settings.bodyIdleNs(),
                        settings.keepAliveNs()));
        final long pooledNs = TimeUnit.MILLISECONDS.toNanos(waits.pooledMs());
        final H1Connector connector = new H1Connector(h1, loops.clientChannels(upstream.getAddress()));
        pool = new UpstreamPool(
                loop, connector, new PoolSettings(upstream, 8, 4, Waits.LONG_NS, Waits.LONG_NS, pooledNs));
        streams = http2Connections == 0
                ? null
                : new StreamPool(
                        loop,
                        http2Connector.apply(h2, loops.clientChannels(upstream.getAddress())),
                        connector,
                        new PoolSettings(upstream, http2Connections, 1000, Waits.LONG_NS, Waits.LONG_NS, pooledNs));
        handler.source = streams == null ? pool : streams;
        handler.rewriter =
                new HopByHop(loop, address -> false, "edge-test", "up.test", true, List.of("x-secret-*"), Map.of());
        eventLoop.scheduleAtFixedRate(loop::tick, LoopTimers.TICK_NS, LoopTimers.TICK_NS, TimeUnit.NANOSECONDS);
        listener = Listener.bind(
                loops,
                new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0),
                setup,
                PooledByteBufAllocator.DEFAULT,
                connections,
                new Listener.Acceptor() {
                    @Override
                    public LoopContext context(final Channel channel) {
                        return loop;
                    }

                    @Override
                    public boolean makeRoom(final Channel channel) {
                        return h1.makeRoom() || h2.makeRoom();
                    }

                    @Override
                    public void accept(final Channel channel, final Peer peer, final Protocol protocol) {
                        if (loop.parkedOutputs().isNeeded()) {
                            channel.pipeline().addLast(new OutputGate(loop));
                        }
                        channel.pipeline()
                                .addLast(
                                        protocol == Protocol.HTTP_2
                                                ? h2.connection(peer)
                                                : new PriorKnowledge(
                                                        h2,
                                                        () -> new H1Downstream(h1, peer),
                                                        () -> h2.connection(peer)));
                    }
                });
    }

    public int port() {
        return listener.address().getPort();
    }

    /** Runs on the event loop and returns its result. */
    public <T> T onLoop(final Callable<T> task) throws Exception {
        return loop.eventLoop().submit(task).get(20, TimeUnit.SECONDS);
    }

    /** Outcomes up to now, by the loop itself: what it does in the turn in which a client was answered is done. */
    public List<Outcome> ends() throws Exception {
        return onLoop(() -> List.copyOf(handler.ends));
    }

    /** Failures up to now, as {@link #ends()}. */
    public List<Reason> failures() throws Exception {
        return onLoop(() -> List.copyOf(handler.failures));
    }

    /** A counter, as {@link #ends()}. */
    public long count(final EdgeCounter counter) throws Exception {
        return onLoop(() -> loop.counters().get(counter));
    }

    /** CPU time that the event loop has used. */
    long loopCpuNs() throws Exception {
        final long id = onLoop(() -> Thread.currentThread().getId());
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(id);
    }

    /** Ends everything; fails when an exchange, a connection, held bytes or a time-out are left. */
    public void close() throws Exception {
        eventually("open exchanges", () -> loop.exchanges().inUse());
        listener.close();
        onLoop(() -> {
            pool.close();
            if (streams != null) {
                streams.close();
            }
            return null;
        });
        eventually("connections of clients", connections::open);
        eventually("connections to the upstream", pool::connections);
        eventually("exchanges that wait for an upstream", pool::waiting);
        if (streams != null) {
            eventually("HTTP/2 connections to the upstream", streams::connections);
            eventually("exchanges that wait for a stream", streams::waiting);
        }
        eventually("bytes held", () -> (int) budget.heldBytes());
        eventually("time-outs", () -> loop.timers().size());
        assertThat(count(EdgeCounter.EXCHANGES_BEGUN))
                .as("exchanges begun and ended")
                .isEqualTo(count(EdgeCounter.EXCHANGES_ENDED));
        assertThat(count(EdgeCounter.EXCEPTIONS)).as("exceptions").isZero();
        onLoop(() -> {
            loop.close();
            return null;
        });
        loops.close();
        if (journal != null) {
            journal.close();
        }
    }

    /** Waits until a count that the event loop owns is 0. */
    private void eventually(final String what, final Callable<Integer> count) throws Exception {
        int left = onLoop(count);
        for (int i = 0; i < 2_000 && left != 0; i++) {
            Thread.sleep(10);
            left = onLoop(count);
        }
        assertThat(left).as("%s left", what).isZero();
    }
}
