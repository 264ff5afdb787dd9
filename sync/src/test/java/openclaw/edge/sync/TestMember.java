package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import openclaw.edge.crdt.AgentBuckets;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.KeyHash;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.NodeIncarnation;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;

/** One node of a test: tables in memory with a small catalog, and the gossip agent over them. */
final class TestMember implements MemberStore {

    static final long SECOND_NS = 1_000_000_000L;
    static final int SLOTS = 4_096;
    private static final String BOOT = "boot";

    final String name;
    final InetSocketAddress address;
    final List<String> events = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    TableMemory bucketMemory;
    TableMemory quotaMemory;
    BucketTable table;
    QuotaTable quotas;
    NodeIncarnation incarnation;
    Buckets buckets;
    GossipAgent agent;
    ReservedBucket tenant;
    AgentBuckets agents;
    QuotaRow quota;
    List<Saved> saved = List.of();
    boolean isRunning;
    long cycles;
    private long dueNs;
    private boolean hasWorked;
    private boolean isPausing;
    private boolean isUrgent;
    int weight = 1;
    int slots = SLOTS;
    private final LimitSet set = new LimitSet();
    private final KeyHash key = new KeyHash();
    private int starts;

    TestMember(final String name, final int number) {
        this.name = name;
        this.address = new InetSocketAddress("127.0.0.1", 7_000 + number);
    }

    /** Empties its disk. */
    void forget() {
        final TableConfig config = new TableConfig(Path.of(name), slots, 64, 1, 2);
        bucketMemory = new TableMemory(config, 64);
        quotaMemory = new TableMemory(config, 64);
        saved = List.of();
    }

    /** Starts a process over what its disk holds. */
    void start(
            final GossipTransport transport, final ClusterSettings settings, final LimitSpec spec, final long nowNs) {
        if (bucketMemory == null) {
            forget();
        }
        table = BucketTable.inMemory(bucketMemory, nowNs, settings.peers().size() + 1);
        quotas = QuotaTable.inMemory(quotaMemory, nowNs);
        incarnation = NodeIncarnation.open(table, quotas, BOOT);
        buckets = new Buckets(table, quotas);
        final CatalogSlots catalog = table.catalogSlots(nowNs);
        tenant = catalog.bucket("tenant", "tenant", spec);
        agents = catalog.agents("tenant", "agent", spec, SLOTS / 2);
        catalog.commit();
        quota = quotas.row("tenant", 202_611, 1_000_000, false);
        final GossipListener listener = new GossipListener() {
            @Override
            public void onEvent(final String event) {
                events.add(event);
            }

            @Override
            public void onFailure(final String what, final Throwable failure) {
                failures.add(new AssertionError(name + ": " + what, failure));
            }
        };
        final SyncCounters counters = new SyncCounters();
        final NameResolver noNames = host -> {
            throw new UnknownHostException(host);
        };
        agent = new GossipAgent(
                settings,
                new LocalTables(table, quotas, incarnation),
                transport,
                new PeerDirectory(noNames, Runnable::run, counters),
                new GossipContext(counters, this, listener),
                new Random(name.hashCode() * 31L + ++starts),
                nowNs);
        table.replicas().onUrgent(() -> isUrgent = true);
        quotas.replicas().onUrgent(() -> isUrgent = true);
        dueNs = nowNs;
        isRunning = true;
    }

    static ClusterSettings settings(
            final String node, final InetSocketAddress bind, final List<InetSocketAddress> peers, final int weight) {
        return new ClusterSettings(
                "test",
                node,
                bind,
                peers.stream()
                        .map(each -> each.getHostString() + ":" + each.getPort())
                        .toList(),
                null,
                List.of("a secret of a test".getBytes(StandardCharsets.UTF_8)),
                PartitionPolicy.SHARE,
                20_000_000L,
                SECOND_NS,
                5 * SECOND_NS,
                0,
                2 * SECOND_NS,
                weight);
    }

    /** One cycle. */
    void work(final long nowNs) {
        cycles++;
        isUrgent = false;
        final boolean hadWorked = hasWorked;
        hasWorked = agent.doWork(nowNs) > 0;
        isPausing = hadWorked && !hasWorked;
        dueNs = hasWorked ? nowNs : nowNs + (isPausing ? GossipAgent.SHORT_WAIT_NS : agent.quietNs(nowNs));
    }

    /** Whether a thread that waits as {@link GossipIdle} says would call the agent. */
    boolean isDue(final long nowNs, final boolean hasArrived) {
        return nowNs - dueNs >= 0 || (!isPausing && (hasArrived || isUrgent));
    }

    /** Asks for tokens of the tenant's bucket and quota. */
    boolean admits(final long tokens, final long nowNs) {
        set.clear();
        set.add(tenant);
        set.add(quota);
        return Decision.isAdmitted(buckets.tryAdmit(set, tokens, nowNs));
    }

    /** Asks for tokens of an agent's bucket. */
    boolean admits(final String agentName, final long tokens, final long nowNs) {
        set.clear();
        final byte[] bytes = agentName.getBytes(StandardCharsets.US_ASCII);
        table.findOrCreateAgent(set, agents, key.agent(agents, bytes, 0, bytes.length), nowNs);
        return Decision.isAdmitted(buckets.tryAdmit(set, tokens, nowNs));
    }

    /** Counters of all rows: key and incarnation to generation, consumed, refunded. */
    Map<String, String> counters(final long nowNs) {
        final Map<String, String> counters = new HashMap<>();
        read(table.replicas(), counters, nowNs);
        read(quotas.replicas(), counters, nowNs);
        return counters;
    }

    private void read(final ReplicaTable replicas, final Map<String, String> counters, final long nowNs) {
        final ReplicaRow row = new ReplicaRow();
        for (int i = 0; i < replicas.rows(); i++) {
            if (replicas.read(i, row, nowNs)) {
                final String at = Long.toHexString(row.keyHigh()) + " of ";
                if (row.consumedTokens() != 0) {
                    counters.put(
                            at + Long.toHexString(replicas.ownIncarnation()),
                            row.consumedTokens() + "-" + row.refundedTokens());
                }
                for (int pair = 0; pair < row.pairs(); pair++) {
                    if (row.consumedTokens(pair) != 0) {
                        counters.put(
                                at + Long.toHexString(row.incarnationId(pair)),
                                row.consumedTokens(pair) + "-" + row.refundedTokens(pair));
                    }
                }
            }
        }
    }

    @Override
    public List<Saved> load() {
        return saved;
    }

    @Override
    public String save(final List<Saved> members) {
        saved = members;
        return null;
    }
}
