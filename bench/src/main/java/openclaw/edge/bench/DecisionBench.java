package openclaw.edge.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import openclaw.edge.crdt.AgentBuckets;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;
import openclaw.edge.sync.Decider;
import openclaw.edge.sync.RequestLimits;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A decision as an event loop makes it, from the agent's name to the answer, over tables that all threads share ({@code -t} says
 * how many): one limit (each agent's own) or three (the tenant's, the agent's, the cycle's quota), of one agent that all threads
 * ask for or of a million in random order, every decision admitting or every one refusing. Time is passed in, as on a loop.
 * {@link #name} is what the random names take, in each figure of many agents.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecisionBench {
    private static final long START_NS = 1_795_204_800_000_000_000L;
    private static final LimitSpec WIDE = LimitSpec.of(1_000_000_000L, 1_000_000_000L, 1_000_000_000L, 1);

    /** One token in two weeks: what was taken is not back while this runs. */
    private static final LimitSpec NARROW = LimitSpec.of(1, 1, 1_209_600_000_000_000L, 1);

    private static final int SPARE_SLOTS = 64;

    /** Limits that guard each request. */
    @Param({"1", "3"})
    public int limits;

    /** Agents that ask. */
    @Param({"1", "1000000"})
    public int agents;

    /** Whether the limits admit. */
    @Param({"true", "false"})
    public boolean isAdmitting;

    private BucketTable table;
    private QuotaTable quotas;
    private RequestLimits guards;

    /** Makes the tables, and each agent's bucket. */
    @Setup
    public void open() {
        table = BucketTable.inMemory(memory(agents + agents / 8 + SPARE_SLOTS), START_NS, 1);
        quotas = QuotaTable.inMemory(memory(SPARE_SLOTS), START_NS);
        final CatalogSlots catalog = table.catalogSlots(START_NS);
        final RequestLimits.Builder builder = RequestLimits.builder();
        if (limits > 1) {
            builder.bucket(catalog.bucket("t", "tenant", WIDE));
        }
        final AgentBuckets each = catalog.agents("t", "agent", isAdmitting ? WIDE : NARROW, agents + 1);
        guards = builder.agents(each).build(limits > 2 ? quotas.row("t", 1, 1L << 60, true) : null);
        final Loop loop = new Loop();
        loop.open(this);
        for (int i = 0; i < agents; i++) {
            loop.nameOf(i);
            final long decision = loop.decide();
            if (!Decision.isAdmitted(decision)) {
                throw new IllegalStateException("agent " + i + " was refused its first token");
            }
        }
    }

    private static TableMemory memory(final int slots) {
        return new TableMemory(new TableConfig(Path.of("memory"), slots, 16, 1, 0x9E37_79B9_7F4A_7C15L), 64);
    }

    /** An event loop. */
    @State(Scope.Thread)
    public static class Loop {
        private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        private static final int DIGITS = 5;
        private static final int NS_PER_REQUEST = 50;

        private final byte[] agent = "agent-00000".getBytes(StandardCharsets.US_ASCII);
        private final LimitSet set = new LimitSet(3);
        private Decider decider;
        private RequestLimits guards;
        private int agents;
        private long nowNs = START_NS;
        private long random;

        /** Begins over the tables of all. */
        @Setup
        public void open(final DecisionBench shared) {
            decider = new Decider(shared.table, shared.quotas);
            guards = shared.guards;
            agents = shared.agents;
            random = 88_172_645_463_325_252L + Thread.currentThread().getId();
        }

        private void nameOf(final int number) {
            int rest = number;
            for (int i = agent.length - 1; i >= agent.length - DIGITS; i--) {
                agent[i] = HEX[rest & 0xF];
                rest >>>= 4;
            }
        }

        private void nextName() {
            if (agents > 1) {
                random ^= random << 13;
                random ^= random >>> 7;
                random ^= random << 17;
                nameOf((int) (((random >>> 33) * agents) >>> 31));
            }
        }

        private long decide() {
            return decider.decide(guards, agent, 0, agent.length, 1, set, nowNs);
        }
    }

    /** The name alone. */
    @Benchmark
    public int name(final Loop loop) {
        loop.nextName();
        return Arrays.hashCode(loop.agent);
    }

    /** From the name to the answer. */
    @Benchmark
    public long decide(final Loop loop) {
        loop.nextName();
        loop.nowNs += Loop.NS_PER_REQUEST;
        final long decision = loop.decide();
        if (Decision.isAdmitted(decision) != isAdmitting) {
            throw new IllegalStateException("decision " + decision + ", expected isAdmitting=" + isAdmitting);
        }
        return decision;
    }
}
