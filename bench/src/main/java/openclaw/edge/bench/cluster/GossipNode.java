package openclaw.edge.bench.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import openclaw.edge.crdt.AgentBuckets;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.KeyHash;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.NodeIncarnation;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;
import openclaw.edge.sync.ClusterSettings;
import openclaw.edge.sync.DatagramTransport;
import openclaw.edge.sync.GossipAgent;
import openclaw.edge.sync.GossipContext;
import openclaw.edge.sync.GossipListener;
import openclaw.edge.sync.GossipTransport;
import openclaw.edge.sync.LocalTables;
import openclaw.edge.sync.MemberStore;
import openclaw.edge.sync.NameResolver;
import openclaw.edge.sync.PeerDirectory;
import openclaw.edge.sync.SyncCounters;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * One node of a cluster: tables with one tenant's bucket and one bucket for each agent, and gossip over them, signed. With
 * the times that a proxy has by default; on a thread as a proxy runs it, or driven by whoever has the time.
 */
final class GossipNode implements AutoCloseable {

    /** The clock of all nodes that have a thread. */
    static final EpochNanoClock CLOCK = new OffsetEpochNanoClock();

    /** Most nodes of one measurement. */
    static final int MOST = 64;

    private static final int QUOTA_ROWS = 64;
    private static final int DIRECTORY_ENTRIES = 256;
    private static final long IDLE_MS = 1;

    private static final GossipListener FAILING = new GossipListener() {
        @Override
        public void onEvent(final String event) {
            // Nothing that is measured.
        }

        @Override
        public void onFailure(final String what, final Throwable failure) {
            throw new AssertionError(what, failure);
        }
    };

    private final String name;
    private final BucketTable table;
    private final QuotaTable quotas;
    private final MeteredTransport transport;
    private final SyncCounters counters = new SyncCounters();
    private final GossipAgent gossip;
    private final ReservedBucket tenant;
    private final AgentBuckets agents;
    private AgentRunner runner;
    private Thread thread;

    /**
     * A node that has not begun.
     *
     * @param number names it.
     * @param directory of its tables; null: in memory.
     * @param slots of the table of buckets.
     * @param spec of the tenant's bucket and of each agent's.
     * @param transport carries its datagrams.
     * @param peers addresses of all nodes.
     * @param random of its ids.
     * @param nowNs nanoseconds since the Unix epoch.
     */
    GossipNode(
            final int number,
            final Path directory,
            final int slots,
            final LimitSpec spec,
            final MeteredTransport transport,
            final List<InetSocketAddress> peers,
            final RandomGenerator random,
            final long nowNs) {
        this.name = "edge-" + number;
        this.transport = transport;
        if (directory == null) {
            table = BucketTable.inMemory(memory(slots), nowNs, peers.size());
            quotas = QuotaTable.inMemory(memory(QUOTA_ROWS), nowNs);
        } else {
            table = BucketTable.open(TableConfig.of(directory.resolve(name + "-buckets"), slots), nowNs, peers.size());
            quotas = QuotaTable.open(TableConfig.of(directory.resolve(name + "-quotas"), QUOTA_ROWS), nowNs);
        }
        final CatalogSlots catalog = table.catalogSlots(nowNs);
        tenant = catalog.bucket("tenant", "tenant", spec);
        agents = catalog.agents("tenant", "agent", spec, slots);
        catalog.commit();
        final NameResolver noNames = host -> {
            throw new UnknownHostException(host);
        };
        gossip = new GossipAgent(
                settings(peers),
                new LocalTables(table, quotas, NodeIncarnation.open(table, quotas, "bench")),
                transport,
                new PeerDirectory(noNames, Runnable::run, counters),
                new GossipContext(counters, MemberStore.none(), FAILING),
                random,
                nowNs);
    }

    private ClusterSettings settings(final List<InetSocketAddress> peers) {
        final InetSocketAddress own = transport.localAddress();
        final List<String> others = new ArrayList<>();
        for (final InetSocketAddress each : peers) {
            if (!each.equals(own)) {
                others.add(each.getAddress().getHostAddress() + ":" + each.getPort());
            }
        }
        final byte[] secret = "a secret of a benchmark".getBytes(StandardCharsets.UTF_8);
        return ClusterSettings.of("bench", name, own, others, List.of(secret));
    }

    private static TableMemory memory(final int slots) {
        return new TableMemory(
                new TableConfig(Path.of("memory"), slots, slots, 1, 0x9E37_79B9_7F4A_7C15L), DIRECTORY_ENTRIES);
    }

    /** Sockets on loopback, one for each node. */
    static List<GossipTransport> sockets(final int nodes) throws IOException {
        final List<GossipTransport> sockets = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            sockets.add(DatagramTransport.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new SyncCounters()));
        }
        return sockets;
    }

    /** Begins its thread. */
    GossipNode start() {
        final Agent cycle = new Agent() {
            @Override
            public int doWork() {
                return gossip.doWork(CLOCK.nanoTime());
            }

            @Override
            public String roleName() {
                return name;
            }
        };
        runner = new AgentRunner(new SleepingMillisIdleStrategy(IDLE_MS), Throwable::printStackTrace, null, cycle);
        thread = AgentRunner.startOnThread(runner);
        return this;
    }

    /** Its thread, null without one. */
    Thread thread() {
        return thread;
    }

    /** The duty cycle. */
    GossipAgent gossip() {
        return gossip;
    }

    /** What gossip counts. */
    SyncCounters counters() {
        return counters;
    }

    /** What it has sent. */
    MeteredTransport transport() {
        return transport;
    }

    /** Its buckets. */
    BucketTable table() {
        return table;
    }

    /** Whether it serves and hears all of so many nodes. */
    boolean isComplete(final int nodes) {
        return gossip.isReady()
                && table.clock().reachable() == nodes
                && table.clock().all() == nodes;
    }

    /** Somebody who decides on this node's buckets; one for each thread. */
    Demand demand() {
        return new Demand();
    }

    /** Ends its thread. */
    void stop() {
        CloseHelper.close(runner);
    }

    @Override
    public void close() {
        stop();
        transport.close();
        table.close();
        quotas.close();
    }

    /** One thread's way to the buckets. */
    final class Demand {
        private final Buckets buckets = new Buckets(table, quotas);
        private final LimitSet set = new LimitSet(1);
        private final KeyHash key = new KeyHash();
        private final byte[] digits = new byte[Integer.BYTES];

        /** Asks the tenant's bucket for a token. */
        boolean ofTenant(final long nowNs) {
            set.clear();
            set.add(tenant);
            return Decision.isAdmitted(buckets.tryAdmit(set, 1, nowNs));
        }

        /** Asks an agent's bucket for a token. */
        boolean ofAgent(final int number, final long nowNs) {
            for (int i = 0; i < digits.length; i++) {
                digits[i] = (byte) (number >>> (Byte.SIZE * i));
            }
            set.clear();
            table.findOrCreateAgent(set, agents, key.agent(agents, digits, 0, digits.length), nowNs);
            return Decision.isAdmitted(buckets.tryAdmit(set, 1, nowNs));
        }
    }
}
