package openclaw.edge.crdt;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A node's tables in a directory, or in memory, with time that the test moves. */
final class TestNode implements AutoCloseable {

    static final long START_NS = 1_800_000_000_000_000_000L;
    static final long SECOND_NS = 1_000_000_000L;

    final BucketTable table;
    final QuotaTable quotas;
    final Buckets buckets;
    final KeyHash key = new KeyHash();
    long nowNs;

    private TestNode(final BucketTable table, final QuotaTable quotas, final long nowNs) {
        this.table = table;
        this.quotas = quotas;
        this.buckets = new Buckets(table, quotas);
        this.nowNs = nowNs;
    }

    static TestNode open(final Path directory, final int slots, final long nowNs) {
        return new TestNode(
                BucketTable.open(TableConfig.of(directory.resolve("buckets"), slots), nowNs),
                QuotaTable.open(TableConfig.of(directory.resolve("quotas"), slots), nowNs),
                nowNs);
    }

    static TestNode inMemory(final int slots) {
        return inMemory(slots, 1);
    }

    static TestNode inMemory(final int slots, final int members) {
        final TableConfig config = new TableConfig(Path.of("memory"), slots, 8, 1, 2);
        return over(new TableMemory(config, 64), new TableMemory(config, 64), members, START_NS);
    }

    static TestNode over(final TableMemory buckets, final TableMemory quotas, final int members, final long nowNs) {
        return new TestNode(BucketTable.inMemory(buckets, nowNs, members), QuotaTable.inMemory(quotas, nowNs), nowNs);
    }

    static LimitSpec perSecond(final long capacity, final long refill) {
        return LimitSpec.of(capacity, refill, SECOND_NS, 1);
    }

    /** A tenant's bucket as a catalog of its own would reserve it. */
    ReservedBucket bucket(final String tenant, final LimitSpec spec) {
        return table.catalogSlots(nowNs).bucket(tenant, "tenant", spec);
    }

    AgentBuckets agents(final String tenant, final LimitSpec spec, final int maxAgents) {
        return table.catalogSlots(nowNs).agents(tenant, "agent", spec, maxAgents);
    }

    /** A set with one agent's bucket. */
    LimitSet agentSet(final AgentBuckets agents, final String name) {
        final LimitSet set = new LimitSet();
        addAgent(set, agents, name);
        return set;
    }

    boolean addAgent(final LimitSet set, final AgentBuckets agents, final String name) {
        return table.findOrCreateAgent(set, agents, hash(agents, name), nowNs);
    }

    KeyHash hash(final AgentBuckets agents, final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return key.agent(agents, bytes, 0, bytes.length);
    }

    static LimitSet set(final ReservedBucket... buckets) {
        final LimitSet set = new LimitSet();
        for (final ReservedBucket bucket : buckets) {
            set.add(bucket);
        }
        return set;
    }

    boolean admits(final LimitSet set, final long tokens) {
        return Decision.isAdmitted(buckets.tryAdmit(set, tokens, nowNs));
    }

    long counted(final CrdtCounter counter) {
        return buckets.counters().get(counter) + table.counters().get(counter);
    }

    void passSeconds(final long seconds) {
        nowNs += seconds * SECOND_NS;
    }

    @Override
    public void close() {
        table.close();
        quotas.close();
    }
}
