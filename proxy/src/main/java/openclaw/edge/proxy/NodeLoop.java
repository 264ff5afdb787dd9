package openclaw.edge.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.LimitsConfig;
import openclaw.edge.proxy.config.TimeoutsConfig;
import openclaw.edge.proxy.config.UpstreamConfig;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.LoopTimers;
import openclaw.edge.proxy.forward.HopByHop;
import openclaw.edge.proxy.forward.PoolSettings;
import openclaw.edge.proxy.forward.UpstreamPool;
import openclaw.edge.proxy.h1.H1Connector;
import openclaw.edge.proxy.h1.H1Loop;
import openclaw.edge.proxy.h1.H1Settings;
import openclaw.edge.proxy.h1.HeadLimits;
import openclaw.edge.proxy.listen.EventLoops;

/** One event loop with everything that a request meets on it: made once, at start, off the loop. */
final class NodeLoop {
    private final LoopContext context;
    private final EdgePipeline pipeline;
    private final H1Loop h1;
    private final UpstreamPool pool;

    NodeLoop(
            final int index,
            final EventLoops loops,
            final ByteBufAllocator allocator,
            final BufferBudget budget,
            final EdgePipeline pipeline,
            final EdgeConfig config,
            final InetSocketAddress upstream) {
        final EventLoop eventLoop = loops.all().get(index);
        this.pipeline = pipeline;
        context = new LoopContext(index, eventLoop, allocator, loops.turn(eventLoop), budget, pipeline);
        h1 = new H1Loop(context, h1Settings(config));
        pool = new UpstreamPool(
                context,
                new H1Connector(h1, loops.clientChannels(upstream.getAddress())),
                poolSettings(config.upstream(), upstream, loops.all().size()));
        final UpstreamConfig to = config.upstream();
        pipeline.connect(
                pool,
                new HopByHop(
                        context,
                        config.trustedProxies()::contains,
                        viaName(config),
                        to.servers().get(0).toString(),
                        !to.sendsOwnHost(),
                        to.strip(),
                        to.headers()));
        eventLoop.scheduleAtFixedRate(context::tick, LoopTimers.TICK_NS, LoopTimers.TICK_NS, TimeUnit.NANOSECONDS);
    }

    /** What this node calls itself in Via; null when it adds none. */
    static String viaName(final EdgeConfig config) {
        return config.via() ? config.cluster().node() : null;
    }

    private static H1Settings h1Settings(final EdgeConfig config) {
        final LimitsConfig limits = config.limits();
        final TimeoutsConfig timeouts = config.timeouts();
        return new H1Settings(
                new HeadLimits(limits.headBytes(), limits.fields(), limits.targetBytes()),
                HeadLimits.RESPONSE,
                limits.bodyBytes(),
                timeouts.clientHeadNs(),
                timeouts.bodyIdleNs(),
                timeouts.keepAliveNs());
    }

    /** The node's bounds are divided among its loops, at least one connection each: loops share no connections. */
    private static PoolSettings poolSettings(
            final UpstreamConfig upstream, final InetSocketAddress address, final int loops) {
        return new PoolSettings(
                address,
                Math.max(1, upstream.maxConnections() / loops),
                Math.max(1, upstream.queue() / loops),
                upstream.queueTimeoutNs(),
                upstream.connectTimeoutNs(),
                upstream.poolIdleNs());
    }

    /** Gives connections and buffers back. On its event loop, when no client is connected. */
    void close() {
        pool.close();
        context.close();
    }

    LoopContext context() {
        return context;
    }

    EdgePipeline pipeline() {
        return pipeline;
    }

    H1Loop h1() {
        return h1;
    }

    UpstreamPool pool() {
        return pool;
    }
}
