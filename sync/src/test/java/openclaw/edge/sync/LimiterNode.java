package openclaw.edge.sync;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.crdt.AgentBuckets;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.ReplicaEntry;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;
import org.agrona.concurrent.EpochNanoClock;

/** A full member over a real socket, with the limits of tenant acme: {@code all} of the tenant, {@code each} per agent. */
final class LimiterNode implements AutoCloseable {

    static final String TENANT = "acme";

    final String address;
    final Cluster cluster;
    private final BucketTable table;
    private final QuotaTable quotas;
    private final ReservedBucket all;
    private final RequestLimits limits;
    private final Decider decider;
    private final LimitSet set = new LimitSet();
    private final EpochNanoClock clock;

    LimiterNode(
            final String name,
            final InetSocketAddress bind,
            final List<String> peers,
            final LimitSpec ofAll,
            final LimitSpec ofEach,
            final EpochNanoClock clock)
            throws IOException {
        this.clock = clock;
        this.address = bind.getAddress().getHostAddress() + ":" + bind.getPort();
        final long nowNs = clock.nanoTime();
        this.table =
                BucketTable.inMemory(new TableMemory(TableConfig.of(Path.of(name), 512), 64), nowNs, 1 + peers.size());
        this.quotas = QuotaTable.inMemory(new TableMemory(TableConfig.of(Path.of(name + "-quotas"), 64), 64), nowNs);
        this.cluster = Cluster.open(settings(name, bind, peers), null, table, quotas, clock, GossipListener.NONE);
        final CatalogSlots slots = table.catalogSlots(nowNs);
        final AgentBuckets each = slots.agents(TENANT, "each", ofEach, 100);
        this.all = slots.bucket(TENANT, "all", ofAll);
        slots.commit();
        this.limits = RequestLimits.builder().agents(each).bucket(all).build(null);
        this.decider = new Decider(table, quotas);
    }

    private static ClusterSettings settings(final String name, final InetSocketAddress bind, final List<String> peers) {
        final ClusterSettings usual = ClusterSettings.of("default", name, bind, peers, List.of());
        return new ClusterSettings(
                usual.cluster(),
                usual.node(),
                usual.bind(),
                usual.peers(),
                null,
                usual.secrets(),
                usual.onPartition(),
                usual.gossipIntervalNs(),
                usual.suspectAfterNs(),
                usual.closedAfterNs(),
                0,
                TimeUnit.MILLISECONDS.toNanos(200),
                1);
    }

    boolean tryConsume(final String agent, final long tokens) {
        final byte[] name = agent.getBytes(StandardCharsets.UTF_8);
        return Decision.isAdmitted(decider.decide(limits, name, 0, name.length, tokens, set, clock.nanoTime()));
    }

    /** Tokens that an agent would be admitted now. */
    long remaining(final String agent) {
        final byte[] name = agent.getBytes(StandardCharsets.UTF_8);
        decider.probe(limits, name, 0, name.length, 0, set, clock.nanoTime());
        return decider.remaining(set);
    }

    /** Tokens that the tenant has left. */
    long remaining() {
        return table.remainingTokens(all, clock.nanoTime());
    }

    /** Tokens of the tenant's limit that it knows to have been consumed, by itself and by others. */
    long known() {
        return known(table, clock.nanoTime());
    }

    /** The same of any table; for the thread of its gossip. */
    static long known(final BucketTable table, final long nowNs) {
        final ReplicaTable replicas = table.replicas();
        final ReplicaRow row = new ReplicaRow();
        long consumed = 0;
        for (int i = 0; i < replicas.rows(); i++) {
            if (replicas.read(i, row, nowNs) && row.kind() == ReplicaEntry.KIND_TENANT) {
                consumed += row.consumedTokens();
                for (int pair = 0; pair < row.pairs(); pair++) {
                    consumed += row.consumedTokens(pair);
                }
            }
        }
        return consumed;
    }

    /** What it thinks of another member, or null. */
    MemberState stateOf(final String name) {
        for (final ClusterView.Member each : cluster.view().members()) {
            if (each.name().equals(name)) {
                return each.state();
            }
        }
        return null;
    }

    void doWork() {
        try {
            cluster.agent().doWork();
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    /** As a kill would: no goodbye. */
    @Override
    public void close() {
        cluster.close();
    }
}
