package openclaw.edge.sync;

import openclaw.edge.crdt.BucketTable;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/** What an embedded limiter does beside deciding: gossip, falling back, giving up keys whose buckets are full. */
final class LimiterAgent implements Agent {

    private static final long HOUSEKEEPING_NS = 1_000_000_000L;
    private static final long LOOK_NS = 100_000_000L;
    private static final int SWEEPS_PER_ROUND = 8;

    private final LimiterTables tables;
    private final Cluster cluster;
    private final FallBack fallBack;
    private final GossipListener listener;
    private final EpochNanoClock clock;
    private ClusterView lastView;
    private long nextHousekeepingNs;
    private long nextLookNs;
    private long nextTellingNs;

    LimiterAgent(
            final LimiterTables tables,
            final Cluster cluster,
            final FallBack fallBack,
            final GossipListener listener,
            final EpochNanoClock clock) {
        this.listener = listener;
        this.tables = tables;
        this.cluster = cluster;
        this.fallBack = fallBack;
        this.clock = clock;
        this.nextLookNs = clock.nanoTime();
        this.nextTellingNs = nextLookNs;
        this.nextHousekeepingNs = nextLookNs + HOUSEKEEPING_NS;
    }

    @Override
    public int doWork() throws Exception {
        final long beganNs = clock.nanoTime();
        if (beganNs - nextLookNs >= 0) {
            nextLookNs = beganNs + LOOK_NS;
            // Before what would touch them.
            tables.lookAtFiles(listener, beganNs);
        }
        final int work = cluster == null ? 0 : cluster.agent().doWork();
        final long nowNs = clock.nanoTime();
        if (cluster != null) {
            look(cluster.view(), nowNs);
        }
        if (nowNs - nextHousekeepingNs < 0) {
            return work;
        }
        nextHousekeepingNs = nowNs + HOUSEKEEPING_NS;
        final BucketTable buckets = tables.buckets();
        final int slots = buckets.slots() / SWEEPS_PER_ROUND;
        buckets.sweep(nowNs, slots);
        buckets.checkpoint(nowNs);
        if (fallBack != null) {
            fallBack.sweep(nowNs, slots);
        }
        return work + 1;
    }

    /** Another object is another view; what it says needs no comparing. */
    @SuppressWarnings("ReferenceEquality")
    private void look(final ClusterView view, final long nowNs) {
        if (view != lastView) {
            lastView = view;
            fallBack.onView(view, nowNs);
        }
    }

    /** True while no fall-back is needed, nor everything refused. */
    boolean isConnected() {
        return !tables.isLost() && (fallBack == null || fallBack.strict() == null);
    }

    /** An error in this code: the cycle is lost, the next one is not; told of once a second. Gossip tells of its own. */
    void failed(final Throwable failure) {
        if (cluster != null) {
            cluster.counters().add(SyncCounter.FAILURES, 1);
        }
        final long nowNs = clock.nanoTime();
        if (nowNs - nextTellingNs >= 0) {
            nextTellingNs = nowNs + HOUSEKEEPING_NS;
            listener.onFailure("a cycle of the limiter", failure);
        }
    }

    @Override
    public String roleName() {
        return "edge-limiter";
    }
}
