package openclaw.edge.sync;

import java.util.List;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.crdt.CrdtCounters;
import openclaw.edge.crdt.Decision;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * A rate limiter in one's own process: decides in nanoseconds, on buckets that it shares with a cluster of proxies and
 * with other limiters, or stands alone.
 *
 * <pre>{@code
 * import java.time.Duration;
 * import openclaw.edge.sync.EdgeLimiter;
 * import openclaw.edge.sync.LimiterAnswer;
 *
 * public class Example {
 *     public static void main(String[] args) {
 *         try (EdgeLimiter limiter = EdgeLimiter.builder("tenant-abc123")
 *                 .perTenant("tenant", 2_000, 1_000, Duration.ofMinutes(1))
 *                 .perKey("agent", 3, 1_000, Duration.ofHours(1))
 *                 .open()) {
 *             for (int i = 0; i < 4; i++) {
 *                 System.out.println(limiter.tryConsume("alice", 1));
 *             }
 *             LimiterAnswer answer = limiter.probe("bob", 2);
 *             System.out.println(answer.isAdmitted() + " " + answer.remainingTokens() + " " + answer.waitNs());
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>With {@link EdgeLimiterBuilder#peers} or {@link EdgeLimiterBuilder#dns} it joins their cluster as a replica that is
 * not counted: limits are never divided by it. Where tenant, name and kind of a limit are those of the proxies' catalog it
 * is their very bucket; capacity and refill must be the same there.
 *
 * <h2>What is guaranteed</h2>
 *
 * <ul>
 *   <li>Alone: never a token more than capacity + refill, by any number of threads; every limit is debited or none is.
 *   <li>In a cluster: the same for all together, but for what was consumed and not yet heard of elsewhere, some tens of
 *       milliseconds of it.
 *   <li>Cut off from every member, and until the first is heard, each limit must also be admitted by a strict bucket of
 *       this limiter's own: {@code max(1, capacity / N)} tokens, refilled at 1/N of the rate, empty at first; N is the
 *       number of members as last known, before any was heard as configured. A limit under
 *       {@link openclaw.edge.crdt.PartitionPolicy#OPEN} goes on in full; one under
 *       {@link openclaw.edge.crdt.PartitionPolicy#CLOSED} refuses once the silence has lasted. What it admits meanwhile
 *       the members learn, and debit, when one of them is heard again. Every limiter that is cut off adds up to R/N.
 *   <li>{@link #close} tells the members what they have not heard yet, if any can be reached within a second.
 *   <li>With a data directory: if another process removes or replaces the files, decisions go on and {@link #close} writes them
 *       back; if it cuts them short or overwrites them, everything is refused and nothing said to the members, from within
 *       a tenth of a second on, until the limiter is closed and opened anew ({@link #isLost}, {@link Decision#REASON_LOST}).
 *       Until that is noticed a thread that decides touches memory without a file: the virtual machine may then throw an
 *       {@link InternalError} at some later point of the thread, or end.
 * </ul>
 *
 * <p>All methods are for any thread, without locks, and allocate nothing in steady state. A key is text of at most 128
 * bytes in UTF-8, as an agent's name is for the proxies. Keys beyond {@link EdgeLimiterBuilder#mostKeys} share one bucket
 * until others have been full for ten seconds.
 */
public final class EdgeLimiter implements AutoCloseable {

    private static final int ALONE_IDLE_MS = 50;

    private final LimiterTables tables;
    private final Cluster cluster;
    private final GossipListener listener;
    private final EpochNanoClock clock;
    private final Stripes<LimiterStripe> stripes;
    private final String firstLimit;
    private final LimiterAgent agent;
    private final AgentRunner runner;
    private boolean isClosed;

    EdgeLimiter(
            final TenantLimits limits,
            final LimiterTables tables,
            final Cluster cluster,
            final FallBack fallBack,
            final GossipListener listener,
            final EpochNanoClock clock,
            final boolean isByHand) {
        this.listener = listener;
        this.tables = tables;
        this.cluster = cluster;
        this.clock = clock;
        this.agent = new LimiterAgent(tables, cluster, fallBack, listener, clock);
        final long nowNs = clock.nanoTime();
        final RequestLimits.Builder builder = RequestLimits.builder();
        final CatalogSlots slots = tables.buckets().catalogSlots(nowNs);
        for (final LimiterLimit each : limits.limits()) {
            limits.reserve(each, each.spec(), slots, builder);
        }
        slots.commit();
        final RequestLimits guards = builder.build(null);
        final String[] names = limits.limits().stream().map(LimiterLimit::name).toArray(String[]::new);
        this.firstLimit = names[0];
        this.stripes = new Stripes<>(
                () -> new LimiterStripe(guards, names, new Decider(tables.buckets(), tables.quotas(), fallBack)),
                tables::isLost);
        this.runner = isByHand
                ? null
                : new AgentRunner(
                        cluster == null ? new SleepingMillisIdleStrategy(ALONE_IDLE_MS) : cluster.idling(),
                        agent::failed,
                        null,
                        agent);
    }

    /** Begins the limiter's own thread. */
    EdgeLimiter start() {
        if (runner != null) {
            AgentRunner.startOnThread(runner, task -> {
                final Thread thread = new Thread(task, agent.roleName());
                thread.setDaemon(true);
                return thread;
            });
        }
        return this;
    }

    /**
     * A builder of limiters.
     *
     * @param tenant whose limits they are; without a cluster any name.
     * @return the builder.
     */
    public static EdgeLimiterBuilder builder(final String tenant) {
        return new EdgeLimiterBuilder(tenant);
    }

    /**
     * Takes tokens from every limit, or from none.
     *
     * @param key whose buckets, beside those of the tenant; with no limit per key it means nothing.
     * @param tokens 0 to 2^48.
     * @return true if every limit admits.
     * @throws IllegalArgumentException if the tokens are out of range, or the key is too long.
     * @throws IllegalStateException if the limiter is closed.
     */
    public boolean tryConsume(final String key, final long tokens) {
        return tryConsume(key, tokens, null);
    }

    /**
     * As {@link #tryConsume(String, long)}, and says more.
     *
     * @param key whose buckets.
     * @param tokens 0 to 2^48.
     * @param into filled with what remains, and on refusal with how long to wait; may be null.
     * @return true if every limit admits.
     * @throws IllegalArgumentException if the tokens are out of range, or the key is too long.
     * @throws IllegalStateException if the limiter is closed.
     */
    public boolean tryConsume(final String key, final long tokens, final LimiterAnswer into) {
        requireTokens(key, tokens);
        final int index = enter();
        if (index == Stripes.GIVEN_UP) {
            return refusedAsLost(into);
        }
        try {
            return stripes.get(index).tryConsume(key, tokens, into, clock.nanoTime());
        } catch (final InternalError e) {
            return refusedAsLost(into, e);
        } finally {
            stripes.leave(index);
        }
    }

    /**
     * Tells whether the tokens would be admitted now, what remains before them, and how long to wait. Consumes nothing.
     *
     * @param key whose buckets.
     * @param tokens 0 to 2^48.
     * @return the answer.
     * @throws IllegalArgumentException if the tokens are out of range, or the key is too long.
     * @throws IllegalStateException if the limiter is closed.
     */
    public LimiterAnswer probe(final String key, final long tokens) {
        final LimiterAnswer answer = new LimiterAnswer();
        probe(key, tokens, answer);
        return answer;
    }

    /**
     * As {@link #probe(String, long)}, without allocation.
     *
     * @param key whose buckets.
     * @param tokens 0 to 2^48.
     * @param into filled with the answer.
     * @return true if they would be admitted.
     * @throws IllegalArgumentException if the tokens are out of range, or the key is too long.
     * @throws IllegalStateException if the limiter is closed.
     */
    public boolean probe(final String key, final long tokens, final LimiterAnswer into) {
        requireTokens(key, tokens);
        if (into == null) {
            throw new NullPointerException("into=null, expected an answer to fill");
        }
        final int index = enter();
        if (index == Stripes.GIVEN_UP) {
            return refusedAsLost(into);
        }
        try {
            return stripes.get(index).probe(key, tokens, into, clock.nanoTime());
        } catch (final InternalError e) {
            return refusedAsLost(into, e);
        } finally {
            stripes.leave(index);
        }
    }

    /**
     * Takes tokens from every limit without asking, for work that is done already: below zero if need be, which refill
     * then repays before anything is admitted.
     *
     * @param key whose buckets.
     * @param tokens 0 to 2^48.
     * @throws IllegalArgumentException if the tokens are out of range, or the key is too long.
     * @throws IllegalStateException if the limiter is closed.
     */
    public void consumeAnyway(final String key, final long tokens) {
        requireTokens(key, tokens);
        final int index = enter();
        if (index == Stripes.GIVEN_UP) {
            return;
        }
        try {
            stripes.get(index).consumeAnyway(key, tokens, clock.nanoTime());
        } catch (final InternalError e) {
            requireLost(e);
        } finally {
            stripes.leave(index);
        }
    }

    /**
     * Gives tokens back to every limit: at most what this limiter has taken from it and not given back, and never beyond
     * full. A key's bucket that was full for long, and so was given up, gets nothing.
     *
     * @param key whose buckets.
     * @param tokens 0 to 2^48.
     * @throws IllegalArgumentException if the tokens are out of range, or the key is too long.
     * @throws IllegalStateException if the limiter is closed.
     */
    public void refund(final String key, final long tokens) {
        requireTokens(key, tokens);
        final int index = enter();
        if (index == Stripes.GIVEN_UP) {
            return;
        }
        try {
            stripes.get(index).refund(key, tokens, clock.nanoTime());
        } catch (final InternalError e) {
            requireLost(e);
        } finally {
            stripes.leave(index);
        }
    }

    private static void requireTokens(final String key, final long tokens) {
        if (key == null) {
            throw new NullPointerException("key=null, expected text; with no limit per key any, such as \"\"");
        }
        if (tokens < 0 || tokens > Buckets.MAX_TOKENS) {
            throw new IllegalArgumentException("tokens=" + tokens + ", expected 0 to " + Buckets.MAX_TOKENS);
        }
    }

    private int enter() {
        final int index = stripes.enter();
        if (index == Stripes.CLOSED) {
            throw new IllegalStateException("the limiter is closed; expected calls before close() only");
        }
        return index;
    }

    /** A fault of mapped memory, whose file was cut short: looked at now, not with the next turn. */
    private boolean refusedAsLost(final LimiterAnswer into, final InternalError fault) {
        requireLost(fault);
        return refusedAsLost(into);
    }

    private boolean refusedAsLost(final LimiterAnswer into) {
        if (into != null) {
            into.setLost(firstLimit);
        }
        return false;
    }

    private void requireLost(final InternalError fault) {
        if (!tables.isLost()) {
            tables.lookAtFiles(listener, clock.nanoTime());
        }
        if (!tables.isLost()) {
            throw fault;
        }
    }

    /**
     * True once another process has cut short or overwritten a file in the data directory: what was counted is lost, and
     * everything is refused until the limiter is closed and opened anew. In memory always false.
     */
    public boolean isLost() {
        return tables.isLost();
    }

    /**
     * True if limits are shared with the cluster now; false while no member is heard, and once {@link #isLost}. Alone true
     * until then.
     */
    public boolean isConnected() {
        return agent.isConnected();
    }

    /** What this limiter knows of its cluster; null if it is alone. */
    public ClusterView cluster() {
        return cluster == null ? null : cluster.view();
    }

    /** Requests decided on a bucket shared by keys beyond {@link EdgeLimiterBuilder#mostKeys}. */
    public long decidedWithoutRoom() {
        final CrdtCounters counters = tables.counters();
        long sum = 0;
        for (final CrdtCounter each : List.of(
                CrdtCounter.OVERFLOW_AGENT_BOUND, CrdtCounter.OVERFLOW_TABLE_FULL, CrdtCounter.OVERFLOW_CONTENDED)) {
            sum += counters.get(each);
        }
        return sum;
    }

    /** The tables, for tests. */
    LimiterTables tables() {
        return tables;
    }

    /** The duty cycle, for tests that drive it by hand. */
    LimiterAgent agent() {
        return agent;
    }

    /**
     * Ends: lets running calls return, tells the members what they have not heard and that this limiter leaves, which
     * takes up to a second if they do not answer, and gives memory, files and socket back. Any call after it throws
     * {@link IllegalStateException}, another {@code close} does nothing.
     */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        stripes.close();
        if (cluster != null) {
            cluster.goodbye();
        }
        CloseHelper.quietClose(runner);
        if (cluster != null) {
            cluster.close();
        }
        tables.close(listener, clock.nanoTime());
    }
}
