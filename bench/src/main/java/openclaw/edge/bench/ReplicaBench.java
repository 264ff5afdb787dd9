package openclaw.edge.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import openclaw.edge.crdt.AgentBuckets;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.KeyHash;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.ReplicaEntry;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.crdt.Silence;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What gossip costs: a decision over three limits on a lone node and on one whose changes are marked, polled and read once
 * in so many requests; and joining entries, in nanoseconds each, over so many agents' buckets in random order.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ReplicaBench {
    private static final int REQUESTS = 1_024;
    private static final int ENTRIES = 1_024;
    private static final long START_NS = 1_795_204_800_000_000_000L;
    private static final LimitSpec SPEC = LimitSpec.of(1_000_000_000L, 1_000_000_000L, 1_000_000_000L, 1);

    /** A table and what guards a request. */
    @State(Scope.Thread)
    public static class Node {
        /** Whether changes are marked. */
        @Param({"false", "true"})
        public boolean clustered;

        private Buckets buckets;
        private ReplicaTable replicas;
        private ReplicaTable quotas;
        private final ReplicaRow row = new ReplicaRow();
        private final LimitSet set = new LimitSet(3);
        private long nowNs = START_NS;

        /** Opens the tables. */
        @Setup
        public void open() {
            final BucketTable table = BucketTable.inMemory(memory(256), START_NS, 1);
            final QuotaTable quotaTable = QuotaTable.inMemory(memory(256), START_NS);
            buckets = new Buckets(table, quotaTable);
            if (clustered) {
                replicas = table.replicas();
                quotas = quotaTable.replicas();
            }
            final CatalogSlots catalog = table.catalogSlots(START_NS);
            final ReservedBucket tenant = catalog.bucket("t", "tenant", SPEC);
            final AgentBuckets agents = catalog.agents("t", "agent", SPEC, 100);
            final QuotaRow quota = quotaTable.row("t", 1, 1L << 60, true);
            set.add(tenant);
            final byte[] name = "agent".getBytes(StandardCharsets.US_ASCII);
            table.findOrCreateAgent(set, agents, new KeyHash().agent(agents, name, 0, name.length), START_NS);
            set.add(quota);
        }
    }

    /** A table into which a peer's entries are joined. */
    @State(Scope.Thread)
    public static class Receiver {
        /** Buckets that the entries are of. */
        @Param({"1000", "200000"})
        public int keys;

        private ReplicaTable replicas;
        private int incarnation;
        private final ReplicaRow owner = new ReplicaRow();
        private final ReplicaEntry entry = new ReplicaEntry();
        private long random = 88_172_645_463_325_252L;
        private long consumed;

        /** Opens the table and joins each key once. */
        @Setup
        public void open() {
            final BucketTable table = BucketTable.inMemory(memory(keys + keys / 8 + 64), START_NS, 2);
            table.catalogSlots(START_NS).agents("t", "agent", SPEC, keys);
            replicas = table.replicas();
            // The first row is the overflow bucket just reserved, the owner of all agents.
            replicas.read(0, owner, START_NS);
            incarnation = replicas.incarnationIndex(4_711);
            for (int key = 0; key < keys; key++) {
                join(key);
            }
        }

        private long join(final int key) {
            final long high = key * 0x9E37_79B9_7F4A_7C15L;
            entry.bucket(ReplicaEntry.KIND_AGENT, high, key, owner.keyHigh(), owner.keyLow());
            entry.counters(incarnation, 1, ++consumed, consumed / 4, 1_000);
            return replicas.join(entry, Silence.HEARD, START_NS + consumed);
        }

        private int nextKey() {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            return (int) (((random >>> 33) * keys) >>> 31);
        }
    }

    private static TableMemory memory(final int slots) {
        return new TableMemory(new TableConfig(Path.of("memory"), slots, 16, 1, 0x9E37_79B9_7F4A_7C15L), 64);
    }

    /** A request over three limits; of a clustered node with its share of polling and reading. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public long admit(final Node node) {
        long admitted = 0;
        for (int i = 0; i < REQUESTS; i++) {
            node.nowNs += 50;
            admitted += node.buckets.tryAdmit(node.set, 1, node.nowNs);
        }
        if (node.clustered) {
            admitted += read(node, node.replicas) + read(node, node.quotas);
        }
        return admitted;
    }

    private static long read(final Node node, final ReplicaTable table) {
        long consumed = 0;
        for (int number = table.pollChanged(); number >= 0; number = table.pollChanged()) {
            consumed += table.read(number, node.row, node.nowNs) ? node.row.consumedTokens() : 0;
        }
        return consumed;
    }

    /** An entry that brings growth. */
    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public long join(final Receiver receiver) {
        long kept = 0;
        for (int i = 0; i < ENTRIES; i++) {
            kept += receiver.join(receiver.nextKey());
        }
        return kept;
    }
}
