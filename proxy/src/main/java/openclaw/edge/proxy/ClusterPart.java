package openclaw.edge.proxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import openclaw.edge.catalog.OnPartition;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.journal.TickSource;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.proxy.admin.ClusterReport;
import openclaw.edge.proxy.config.Address;
import openclaw.edge.proxy.config.ClusterConfig;
import openclaw.edge.proxy.config.ClusterHashes;
import openclaw.edge.proxy.config.ClusterTimes;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.notice.Rendezvous;
import openclaw.edge.sync.Cluster;
import openclaw.edge.sync.ClusterSettings;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.GossipListener;
import openclaw.edge.sync.HeardLife;
import openclaw.edge.sync.MemberState;
import openclaw.edge.sync.OwnLedger;
import openclaw.edge.yaml.FailureWords;
import org.agrona.concurrent.AgentRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part in its cluster, if it has one: opened with the tables, before any other thread uses them; run on a thread of its
 * own; left last, when nothing changes the tables any more. A lone node has no thread and no socket for it.
 */
final class ClusterPart {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterPart.class);
    private static final long POLL_NS = 5_000_000L;
    private static final long SAY_AFTER_NS = 500_000_000L;
    private static final long SAY_EACH_NS = 5_000_000_000L;

    private final NodeState state;
    private final Cluster cluster;
    private final AgentRunner runner;
    private final Map<String, MemberState> states = new HashMap<>();
    private ClusterView seen;
    private boolean isStarted;

    private ClusterPart(final NodeState state, final Cluster cluster) {
        this.state = state;
        this.cluster = cluster;
        this.runner = cluster == null
                ? null
                : new AgentRunner(
                        cluster.idling(),
                        cause -> LOG.error("gossip failed; it goes on", cause),
                        null,
                        cluster.agent());
    }

    /**
     * Binds the socket, where there are peers.
     *
     * @throws StartException when {@code cluster.bind} cannot be had
     */
    static ClusterPart open(final EdgeConfig config, final NodeState state) {
        if (config.cluster().isLone()) {
            return new ClusterPart(state, null);
        }
        try {
            return new ClusterPart(
                    state,
                    Cluster.open(
                            settings(config.cluster()),
                            config.data(),
                            state.buckets(),
                            state.quotas(),
                            state::bucketNs,
                            new Log()));
        } catch (final IOException e) {
            throw new StartException(
                    "cluster.bind=" + config.cluster().bind() + ": cannot receive there (" + FailureWords.of(e) + ")",
                    e);
        }
    }

    /** How many share the limits, this node among them, as far as the configuration can tell. */
    static int members(final ClusterConfig config) {
        final int named = 1 + config.peers().addresses().size();
        return config.peers().dns() == null ? named : Math.max(2, named);
    }

    private static ClusterSettings settings(final ClusterConfig config) {
        final ClusterTimes times = config.times();
        return new ClusterSettings(
                config.name(),
                config.node(),
                config.bind().resolve(),
                config.peers().addresses().stream().map(Address::toString).toList(),
                config.peers().dns() == null ? null : config.peers().dns().toString(),
                config.secrets().bytes(),
                policy(config.onPartition()),
                times.gossipIntervalNs(),
                times.suspectAfterNs(),
                times.closedAfterNs(),
                times.deadAfterNs(),
                times.joinTimeoutNs(),
                1);
    }

    private static PartitionPolicy policy(final OnPartition onPartition) {
        return switch (onPartition) {
            case SHARE -> PartitionPolicy.SHARE;
            case OPEN -> PartitionPolicy.OPEN;
            case CLOSED -> PartitionPolicy.CLOSED;
        };
    }

    private static final class Log implements GossipListener {
        @Override
        public void onEvent(final String event) {
            LOG.info("cluster: {}", event);
        }

        @Override
        public void onWarning(final String warning) {
            LOG.warn("cluster: {}", warning);
        }

        @Override
        public void onError(final String error) {
            LOG.error("cluster: {}", error);
        }

        @Override
        public void onFailure(final String what, final Throwable failure) {
            LOG.error("cluster: {}", what, failure);
        }
    }

    /** Begins to speak with the peers: there is a snapshot, so that what they say finds its limits. */
    void start() {
        if (cluster != null) {
            tellHashes();
            tellJournal();
            isStarted = true;
            AgentRunner.startOnThread(runner, task -> new Thread(task, "gossip"));
        }
    }

    /**
     * Returns once the node knows what it must know of others to serve.
     *
     * @param isGivenUp looked at now and then: whether to return all the same
     */
    void awaitReady(final BooleanSupplier isGivenUp) {
        long sayAtNs = System.nanoTime() + SAY_AFTER_NS;
        while (!isReady() && !isGivenUp.getAsBoolean()) {
            if (System.nanoTime() - sayAtNs >= 0) {
                LOG.info("not yet ready: {}", cluster.view().why());
                sayAtNs += SAY_EACH_NS;
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Whether the node knows what it must know of others to serve; a lone node always does. */
    boolean isReady() {
        return cluster == null || cluster.isReady();
    }

    /** Whether any of the cluster's limits is this node's to give: not while it hears nobody who counts, and is not counted itself. */
    boolean isServing() {
        return cluster == null || (cluster.isReady() && cluster.view().reachable() > 0);
    }

    /** Takes over what a reload has put in force. */
    void reload(final EdgeConfig next) {
        if (cluster != null) {
            cluster.reload(settings(next.cluster()));
            tellHashes();
        }
    }

    /** Says what has changed about members since the last call; for the housekeeping thread. */
    void keepHouse() {
        final ClusterView view = cluster == null ? null : cluster.view();
        if (view == null || view.equals(seen)) {
            return;
        }
        for (final ClusterView.Member member : view.members()) {
            final MemberState before = states.put(member.name(), member.state());
            if (before != member.state() && !member.name().isEmpty()) {
                LOG.info(
                        "member {} is {} ({}); {} of {} are heard",
                        member.name(),
                        member.state(),
                        member.why(),
                        view.reachable(),
                        view.all());
            }
        }
        seen = view;
    }

    private void tellHashes() {
        final Snapshot snapshot = state.snapshots().current();
        cluster.hashes(ClusterHashes.configuration(snapshot.config()), ClusterHashes.catalog(snapshot.catalog()));
    }

    /** Has the others write down how far this node's journal is; one that drops its records has nothing to show for it, which they tell then. */
    private void tellJournal() {
        final Ledger ledger = state.ledger();
        final Life life = ledger.life();
        cluster.ledger(new OwnLedger() {
            @Override
            public long lifeHigh() {
                return life.high();
            }

            @Override
            public long lifeLow() {
                return life.low();
            }

            @Override
            public int lanes() {
                return ledger.lanes();
            }

            @Override
            public long sequence(final int lane) {
                return ledger.journaledSequence(lane);
            }
        });
    }

    /** Writes down how far the others' journals are, for who has to find that one of them is missing. */
    void tellHeardLives(final TickSource.Sink sink) {
        if (cluster == null) {
            return;
        }
        for (final HeardLife life : cluster.heardLives()) {
            sink.heard(
                    life.lifeHigh(),
                    life.lifeLow(),
                    life.sequences().stream().mapToLong(Long::longValue).toArray());
        }
    }

    /** Whether it is for this node to do what one of the members has to, as all see it that hear one another. */
    boolean isResponsible(final String thing) {
        if (cluster == null) {
            return true;
        }
        final ClusterView view = cluster.view();
        final List<String> alive = new ArrayList<>();
        for (final ClusterView.Member member : view.members()) {
            if (member.state() == MemberState.ALIVE && member.weight() > 0) {
                alive.add(member.name());
            }
        }
        return Rendezvous.isResponsible(view.node(), alive, thing);
    }

    /** What there is to say about the cluster now. */
    ClusterReport report() {
        final Snapshot snapshot = state.snapshots().current();
        return new ClusterReport(
                snapshot.config().cluster(),
                ClusterHashes.configuration(snapshot.config()),
                ClusterHashes.catalog(snapshot.catalog()),
                cluster == null ? null : cluster.view(),
                cluster == null ? null : cluster.counters(),
                cluster == null ? null : cluster::unsyncedTokens);
    }

    /** Tells the peers what they do not know yet, says goodbye and ends. */
    void leave() {
        if (cluster == null) {
            return;
        }
        if (isStarted) {
            cluster.goodbye();
            runner.close();
        }
        cluster.close();
    }
}
