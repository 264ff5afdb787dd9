package openclaw.edge.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.NodeIncarnation;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.ReservedBucket;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.IdleStrategy;

/**
 * A node's part in its cluster: the gossip agent, its socket, its look-ups of names. The agent's duty cycle is run by the
 * caller, on one thread; everything else here is for any thread.
 */
public final class Cluster implements AutoCloseable {

    private static final long GOODBYE_WAIT_MS = 1_000;
    private static final long ASK_MS = 500;
    private static final String MEMBERS_FILE = "members";

    private final GossipAgent gossip;
    private final DatagramTransport transport;
    private final ExecutorService resolving;
    private final EpochNanoClock clock;
    private final AtomicReference<ClusterSettings> reloaded = new AtomicReference<>();
    private final Queue<FutureTask<long[]>> questions = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gone = new CountDownLatch(1);
    private final Agent agent = new DutyCycle();
    private volatile boolean isLeaving;

    private Cluster(
            final GossipAgent gossip,
            final DatagramTransport transport,
            final ExecutorService resolving,
            final EpochNanoClock clock) {
        this.gossip = gossip;
        this.transport = transport;
        this.resolving = resolving;
        this.clock = clock;
    }

    /**
     * Binds the socket and takes up what the tables hold. Before any other thread uses the tables.
     *
     * @param settings of the cluster.
     * @param data directory for whom this node counts; null to keep that nowhere.
     * @param buckets opened as a member's.
     * @param quotas the quota rows.
     * @param clock nanoseconds since the Unix epoch, the same clock as the tables'.
     * @param listener is told of what the log should say.
     * @return the node's part; its agent is to be run.
     * @throws IOException if the address cannot be had.
     * @throws IllegalArgumentException if an address among the peers is none.
     */
    public static Cluster open(
            final ClusterSettings settings,
            final Path data,
            final BucketTable buckets,
            final QuotaTable quotas,
            final EpochNanoClock clock,
            final GossipListener listener)
            throws IOException {
        final SyncCounters counters = new SyncCounters();
        final NodeIncarnation incarnation = NodeIncarnation.open(buckets, quotas, NodeIncarnation.bootId());
        final ExecutorService resolving = Executors.newSingleThreadExecutor(task -> {
            final Thread thread = new Thread(task, "edge-resolve");
            thread.setDaemon(true);
            return thread;
        });
        final DatagramTransport transport = DatagramTransport.open(settings.bind(), counters);
        try {
            final GossipAgent gossip = new GossipAgent(
                    settings,
                    new LocalTables(buckets, quotas, incarnation),
                    transport,
                    new PeerDirectory(NameResolver.system(), resolving, counters),
                    new GossipContext(counters, store(data, counters), listener),
                    new SecureRandom(),
                    clock.nanoTime());
            buckets.replicas().onUrgent(transport::wake);
            quotas.replicas().onUrgent(transport::wake);
            return new Cluster(gossip, transport, resolving, clock);
        } catch (final RuntimeException e) {
            transport.close();
            resolving.shutdownNow();
            throw e;
        }
    }

    private static MemberStore store(final Path data, final SyncCounters counters) {
        return data == null ? MemberStore.none() : new MemberFile(data.resolve(MEMBERS_FILE), counters);
    }

    /** The duty cycle, to be run by one thread until {@link #close}. */
    public Agent agent() {
        return agent;
    }

    /** How the thread of {@link #agent} is to wait when there is nothing to do: no longer than until something is. */
    public IdleStrategy idling() {
        return new GossipIdle(gossip, transport, clock);
    }

    /** True if this node may serve; it stays so. */
    public boolean isReady() {
        return gossip.isReady();
    }

    /** What this node knows of its cluster: published each second, and when something changed. */
    public ClusterView view() {
        return gossip.view();
    }

    /**
     * U of single buckets, as {@link ClusterView#unsyncedTokens} is of all together and as of the same second. The agent's thread
     * is asked and waited for, so this is for those who have time: a scrape, not a decision.
     *
     * @param buckets that the catalog in force has reserved.
     * @return tokens of each; -1 where that is not known, and everywhere when the agent does not answer within half a second.
     */
    public long[] unsyncedTokens(final List<ReservedBucket> buckets) {
        final List<ReservedBucket> asked = List.copyOf(buckets);
        final FutureTask<long[]> question = new FutureTask<>(() -> gossip.unsyncedTokens(asked));
        questions.add(question);
        try {
            return question.get(ASK_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final ExecutionException | TimeoutException e) {
            // What is not known is said to be so.
        }
        questions.remove(question);
        final long[] unknown = new long[asked.size()];
        Arrays.fill(unknown, Unsynced.UNKNOWN);
        return unknown;
    }

    /** What gossip counts. */
    public SyncCounters counters() {
        return gossip.counters();
    }

    /**
     * Hashes of this node's files, for its peers to compare.
     *
     * @param configuration of the configuration.
     * @param catalog of the catalog.
     */
    public void hashes(final long configuration, final long catalog) {
        gossip.hashes(configuration, catalog);
    }

    /**
     * This node's journal, for its peers to write down how far it is.
     *
     * @param ledger asked from now on, until {@link #close}.
     */
    public void ledger(final OwnLedger ledger) {
        gossip.lives().own(ledger);
    }

    /** What the members that this node hears directly have told of their journals within the last hour; as of the last second. */
    public List<HeardLife> heardLives() {
        return gossip.lives().heard();
    }

    /**
     * Other peers, DNS name, secrets, policy and time-outs, from the next cycle on. Name, address and cluster stay as they
     * are.
     *
     * @param settings from now on.
     */
    public void reload(final ClusterSettings settings) {
        for (final String each : settings.peers()) {
            HostPort.parse(each);
        }
        reloaded.set(settings);
    }

    /**
     * Tells the peers what they do not know yet, and that this node leaves: they divide by one less from then on. Waits up
     * to a second for the agent's thread to do so; gossip ends with it.
     */
    public void goodbye() {
        isLeaving = true;
        try {
            gone.await(GOODBYE_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives the socket back. After the agent's thread has ended. */
    @Override
    public void close() {
        resolving.shutdownNow();
        transport.close();
    }

    private final class DutyCycle implements Agent {

        @Override
        public int doWork() {
            final long nowNs = clock.nanoTime();
            final ClusterSettings settings = reloaded.getAndSet(null);
            if (settings != null) {
                gossip.reload(settings, nowNs);
            }
            if (isLeaving && !gossip.isLeaving()) {
                gossip.goodbye(nowNs);
            }
            final int work = gossip.doWork(nowNs);
            answer();
            if (gossip.isGone()) {
                gone.countDown();
            }
            return work;
        }

        private void answer() {
            for (FutureTask<long[]> each = questions.poll(); each != null; each = questions.poll()) {
                each.run();
            }
        }

        @Override
        public String roleName() {
            return "edge-gossip";
        }
    }
}
