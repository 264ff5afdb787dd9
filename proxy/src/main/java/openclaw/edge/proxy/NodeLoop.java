package openclaw.edge.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.LimitsConfig;
import openclaw.edge.proxy.config.LoopView;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.config.TimeoutsConfig;
import openclaw.edge.proxy.config.UpstreamConfig;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.Durability;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.LoopTimers;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.UpstreamSource;
import openclaw.edge.proxy.forward.HopByHop;
import openclaw.edge.proxy.forward.UpstreamGroup;
import openclaw.edge.proxy.h1.H1Downstream;
import openclaw.edge.proxy.h1.H1Loop;
import openclaw.edge.proxy.h1.H1Settings;
import openclaw.edge.proxy.h1.HeadLimits;
import openclaw.edge.proxy.h2.H2Loop;
import openclaw.edge.proxy.h2.H2Settings;
import openclaw.edge.proxy.h2.PriorKnowledge;
import openclaw.edge.proxy.listen.EventLoops;

/**
 * One event loop with everything that a request meets on it: made once, at start, off the loop. What a reload may change is not
 * here but in the {@link LoopView}s that it makes.
 */
final class NodeLoop {
    private final EventLoops loops;
    private final LoopContext context;
    private final EdgePipeline pipeline;
    private final H1Loop h1;
    private final H2Loop h2;
    private UpstreamGroup group;

    NodeLoop(
            final int index,
            final EventLoops loops,
            final ByteBufAllocator allocator,
            final BufferBudget budget,
            final EdgePipeline pipeline,
            final Durability durability,
            final EdgeConfig config) {
        final EventLoop eventLoop = loops.all().get(index);
        this.loops = loops;
        this.pipeline = pipeline;
        context = new LoopContext(index, eventLoop, allocator, loops.turn(eventLoop), budget, pipeline, durability);
        h1 = new H1Loop(context, h1Settings(config));
        h2 = new H2Loop(context, h2Settings(config));
        eventLoop.scheduleAtFixedRate(context::tick, LoopTimers.TICK_NS, LoopTimers.TICK_NS, TimeUnit.NANOSECONDS);
    }

    // ---- what a snapshot brings ----

    /**
     * This loop's part of a snapshot that is about to be made. Off the loop; nothing of it does anything before
     * {@link #inForce}, so that it may as well be thrown away.
     *
     * @param upstreams this loop's part of the configuration's servers
     */
    LoopView view(final EdgeConfig config, final UpstreamSource upstreams) {
        final UpstreamConfig to = config.upstream();
        return new LoopView(
                upstreams,
                new HopByHop(
                        context,
                        config.trustedProxies()::contains,
                        config.via() ? config.cluster().node() : null,
                        to.servers().get(0).authority(),
                        !to.sendsOwnHost(),
                        to.strip(),
                        to.headers()));
    }

    /** This loop's part of servers that a snapshot brings; the same rules as for {@link #view}. */
    UpstreamGroup upstreams(final Upstreams upstreams) {
        return upstreams.group(context, h1, h2, loops);
    }

    /** A snapshot is in force: what only its predecessor used ends once nobody needs it. Any thread. */
    void inForce(final Snapshot snapshot) {
        context.eventLoop().execute(() -> {
            h1.settings(h1Settings(snapshot.config()));
            h2.settings(h2Settings(snapshot.config()));
            final UpstreamGroup before = group;
            group = (UpstreamGroup) snapshot.loop(context.index()).upstreams();
            if (before != null && before != group) {
                before.close();
            }
        });
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
                timeouts.keepAliveNs(),
                H1Settings.DISCARD_NS,
                H1Settings.LINGER_NS);
    }

    private static H2Settings h2Settings(final EdgeConfig config) {
        final LimitsConfig limits = config.limits();
        final TimeoutsConfig timeouts = config.timeouts();
        return new H2Settings(
                limits.headBytes(),
                limits.fields(),
                limits.targetBytes(),
                limits.bodyBytes(),
                timeouts.clientHeadNs(),
                timeouts.bodyIdleNs(),
                timeouts.keepAliveNs());
    }

    // ---- clients ----

    /** What speaks HTTP/1 with a client. */
    ChannelHandler http1(final Peer peer) {
        return new H1Downstream(h1, peer);
    }

    /** What speaks HTTP/2 with a client. */
    ChannelHandler http2(final Peer peer) {
        return h2.connection(peer);
    }

    /** What finds out by the first bytes which of the two a client speaks. */
    ChannelHandler http1Or2(final Peer peer) {
        return new PriorKnowledge(h2, () -> http1(peer), () -> http2(peer));
    }

    /** Closes a client's connection that can be spared; false if there is none. */
    boolean makeRoom() {
        return h1.makeRoom() || h2.makeRoom();
    }

    // ---- the loop's own ----

    /** Gives connections and buffers back. On its event loop, when no client is connected. */
    void close() {
        if (group != null) {
            group.close();
        }
        context.close();
    }

    /** Its connections to servers now. On its event loop. */
    List<UpstreamGroup.View> upstreamViews() {
        return group == null ? List.of() : group.views();
    }

    LoopContext context() {
        return context;
    }

    EdgePipeline pipeline() {
        return pipeline;
    }
}
