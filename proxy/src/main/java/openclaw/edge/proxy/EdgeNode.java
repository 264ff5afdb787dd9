package openclaw.edge.proxy;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.TableException;
import openclaw.edge.proxy.admin.AdminServer;
import openclaw.edge.proxy.admin.AdminSources;
import openclaw.edge.proxy.admin.MetricTotals;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.ListenConfig;
import openclaw.edge.proxy.decide.Admission;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.OutputGate;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.forward.UpstreamGroup;
import openclaw.edge.proxy.listen.ConnectionBudget;
import openclaw.edge.proxy.listen.ConnectionSetup;
import openclaw.edge.proxy.listen.EventLoops;
import openclaw.edge.proxy.listen.Listener;
import openclaw.edge.proxy.listen.Protocol;
import openclaw.edge.proxy.notice.NoticeMarks;
import openclaw.edge.proxy.notice.QuotaNotices;
import openclaw.edge.proxy.record.LaneDurability;
import openclaw.edge.proxy.record.UsageRecorder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: the one place where the parts of the proxy meet threads.
 *
 * <pre>
 *   edge-loop-n      clients, decisions, upstreams, lane n        one per core
 *   journal          lanes -> queue                               sleeps milliseconds when idle
 *   journal-ahead    empty pages of the queue -> page cache       before they are written
 *   journal-force    lanes -> disk                                durability: power only
 *   journal-retain   deletes old files of the queue               looks once a minute
 *   gossip           limits and quotas <-> other members          sleeps a millisecond when idle; not of a lone node
 *   housekeeping     reclaim, checkpoints, new cycles, notices    ten times a second
 *   admin            health, metrics, usage                       small, apart
 * </pre>
 */
public final class EdgeNode implements NodeStarter.RunningNode {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeNode.class);
    private static final long HOUSEKEEPING_MS = 100;
    private static final long ASK_LOOP_MS = 500;
    private static final int SWEEP_SLOTS = 8192;
    private static final long CLOSE_SECONDS = 60;

    private final EdgeConfig config;
    private final NodeState state;
    private final ClusterPart cluster;
    private final NodeSnapshots snapshots;
    private final EventLoops eventLoops;
    private final BufferBudget buffers;
    private final ConnectionBudget connections;
    private final List<NodeLoop> loops = new ArrayList<>();
    private final IdentityHashMap<EventLoop, NodeLoop> loopOf = new IdentityHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final JournalThreads journal;
    private final ScheduledExecutorService housekeeping;
    private final QuotaNotices notices;
    private AdminServer admin;
    private ReloadThread reloads;
    private volatile boolean ready;

    private EdgeNode(final EdgeConfig config, final NodeState state, final ClusterPart cluster) {
        this.config = config;
        this.state = state;
        this.cluster = cluster;
        final int count = config.eventLoops();
        eventLoops = new EventLoops(count, "edge-loop", true);
        buffers = new BufferBudget(count, config.limits().buffersBytes());
        connections =
                new ConnectionBudget(ConnectionBudget.bound(config.limits().connections(), OpenFiles.limit()));
        for (int i = 0; i < count; i++) {
            final EdgePipeline pipeline = new EdgePipeline(
                    state.snapshots(),
                    new Admission(state.buckets(), state.quotas(), state.bucketOffsetNs()),
                    new UsageRecorder(state.ledger().lane(i)),
                    config.cluster().node());
            final NodeLoop loop = new NodeLoop(
                    i,
                    eventLoops,
                    PooledByteBufAllocator.DEFAULT,
                    buffers,
                    pipeline,
                    LaneDurability.of(state.ledger().lane(i), config.journal().durability()),
                    config);
            loops.add(loop);
            loopOf.put(loop.context().eventLoop(), loop);
        }
        snapshots = new NodeSnapshots(state, loops);
        notices = new QuotaNotices(new QuotaNotices.Sources(
                state.snapshots(),
                this::usedTokens,
                NoticeMarks.of(state.quotas()),
                cluster::isResponsible,
                config.cluster().node()));
        journal = new JournalThreads(
                state.ledger(),
                config.journal().durability(),
                () -> state.snapshots().current().config().journal().retain());
        housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
            final Thread thread = Background.thread(task, "housekeeping");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts a node: it serves when this returns.
     *
     * @throws StartException when a port, the data directory or the upstream's name cannot be had
     * @throws openclaw.edge.yaml.ConfigurationException when a catalog file is wrong
     */
    public static EdgeNode start(final EdgeConfig config) {
        return start(config, () -> false);
    }

    /**
     * Starts a node: it serves when this returns, unless it was given up while it waited for the state of other members. Then it
     * has never listened for clients, and is to be closed as any other.
     *
     * @param isGivenUp looked at while the node waits
     * @throws StartException when a port, the data directory or the upstream's name cannot be had
     * @throws openclaw.edge.yaml.ConfigurationException when a catalog file is wrong
     */
    public static EdgeNode start(final EdgeConfig config, final BooleanSupplier isGivenUp) {
        final Map<Path, String> digests = Reloader.digests(config);
        final NodeFiles files = NodeFiles.read(config);
        final EdgeNode node = open(config);
        try {
            node.open(files, digests, isGivenUp);
            return node;
        } catch (final IOException | RuntimeException e) {
            node.close();
            throw e instanceof StartException start ? start : new StartException(e.getMessage(), e);
        }
    }

    private static EdgeNode open(final EdgeConfig config) {
        final NodeState state = NodeState.open(config);
        try {
            return new EdgeNode(config, state, ClusterPart.open(config, state));
        } catch (final RuntimeException e) {
            try {
                state.close();
            } catch (final IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private void open(final NodeFiles files, final Map<Path, String> digests, final BooleanSupplier isGivenUp)
            throws IOException {
        files.warnings().forEach(LOG::warn);
        snapshots.put(files);
        final AdminSources sources = adminSources();
        final MetricTotals totals = new MetricTotals(sources);
        state.ledger().tickSource(sink -> {
            cluster.tellHeardLives(sink);
            totals.collect(sink);
        });
        journal.start();
        housekeeping.scheduleWithFixedDelay(this::keepHouse, HOUSEKEEPING_MS, HOUSEKEEPING_MS, TimeUnit.MILLISECONDS);
        admin = AdminServer.start(config.admin(), sources);
        cluster.start();
        cluster.awaitReady(
                () -> isGivenUp.getAsBoolean() || Thread.currentThread().isInterrupted());
        if (isGivenUp.getAsBoolean()) {
            LOG.info("given up before it was ready");
            return;
        }
        listen(digests);
    }

    private void listen(final Map<Path, String> digests) throws IOException {
        for (final ListenConfig listen : config.listen()) {
            listeners.add(Listener.bind(
                    eventLoops,
                    listen.address().resolve(),
                    ConnectionSetup.of(listen, config.timeouts()),
                    PooledByteBufAllocator.DEFAULT,
                    connections,
                    new Acceptor()));
        }
        reloads = new ReloadThread(new Reloader(
                config,
                digests,
                System::getenv,
                System::currentTimeMillis,
                state.snapshots().reloads(),
                this::put));
        ready = true;
        for (final Listener listener : listeners) {
            LOG.info(
                    "listening on {} with {} event loops ({}), at most {} connections",
                    listener.address(),
                    loops.size(),
                    eventLoops.transport(),
                    connections.limit());
        }
    }

    /** A reload: what hangs on the snapshot changes with it, the rest right after it. */
    private void put(final NodeFiles files) {
        final EdgeConfig before = state.snapshots().current().config();
        final EdgeConfig next = files.config();
        DirectMemory.check(next.limits().buffersBytes());
        final List<ConnectionSetup> setups = setups(next);
        try {
            snapshots.put(files);
        } catch (final RuntimeException e) {
            setups.forEach(ConnectionSetup::close);
            throw e;
        }
        for (int i = 0; i < setups.size(); i++) {
            listeners.get(i).replaceSetup(setups.get(i));
        }
        files.warnings().forEach(LOG::warn);
        buffers.limit(next.limits().buffersBytes());
        connections.limit(ConnectionBudget.bound(next.limits().connections(), OpenFiles.limit()));
        admin.token(next.admin().token());
        cluster.reload(next);
        if (!next.log().equals(before.log())) {
            StderrLogging.configure(next.log());
        }
    }

    /** Each listener's, in their order: addresses are as they were. */
    private List<ConnectionSetup> setups(final EdgeConfig next) {
        final List<ConnectionSetup> setups = new ArrayList<>();
        try {
            for (int i = 0; i < listeners.size(); i++) {
                setups.add(listeners.get(i).setup().next(next.listen().get(i), next.timeouts()));
            }
            return setups;
        } catch (final IOException e) {
            setups.forEach(ConnectionSetup::close);
            throw new StartException(e.getMessage(), e);
        }
    }

    @Override
    public void reload() {
        if (reloads != null) {
            reloads.request();
        }
    }

    private AdminSources adminSources() {
        return new AdminSources(
                state.snapshots(),
                new AdminSources.Tables(state.buckets(), state.quotas(), state::bucketNs),
                loops.stream()
                        .map(loop -> new AdminSources.Loop(
                                loop.context().counters(),
                                loop.pipeline().admission().buckets().counters(),
                                loop.pipeline().totals(),
                                loop.pipeline().latencies()))
                        .toList(),
                state.ledger().counters(),
                buffers,
                new AdminSources.Others(
                        this::upstreams, notices::count, cluster::report, state.ledger()::state, journal::retention),
                this::isReady);
    }

    /** The loops are asked, since what they own cannot be read from here; one that is stuck does not hold up the others. */
    private List<UpstreamGroup.View> upstreams() {
        final List<Future<List<UpstreamGroup.View>>> asked = new ArrayList<>();
        final List<UpstreamGroup.View> views = new ArrayList<>();
        try {
            for (final NodeLoop loop : loops) {
                asked.add(loop.context().eventLoop().submit(loop::upstreamViews));
            }
        } catch (final RejectedExecutionException e) {
            LOG.debug("event loops are ending: their upstream connections are not shown", e);
        }
        for (final Future<List<UpstreamGroup.View>> answer : asked) {
            if (answer.awaitUninterruptibly(ASK_LOOP_MS) && answer.isSuccess()) {
                views.addAll(answer.getNow());
            }
        }
        return views;
    }

    /** Refunds are read first: so they are never the greater. */
    private long usedTokens(final QuotaRow row) {
        final long refunded = state.quotas().refundedTokens(row);
        return state.quotas().consumedTokens(row) - refunded;
    }

    private void keepHouse() {
        try {
            state.keepHouse(SWEEP_SLOTS);
            snapshots.refreshIfDue();
            cluster.keepHouse();
            notices.poll(System.nanoTime(), NodeState.epochNs());
            listeners.forEach(listener -> listener.keepHouse(System.nanoTime()));
        } catch (final RuntimeException | InternalError e) {
            // Otherwise the executor would silently stop; the latter of a table's file that was cut short.
            LOG.error("housekeeping failed; it is tried again in {} ms", HOUSEKEEPING_MS, e);
        }
    }

    /** Gives each connection its protocol, on its own loop. */
    private final class Acceptor implements Listener.Acceptor {
        @Override
        public LoopContext context(final Channel channel) {
            return loopOf.get(channel.eventLoop()).context();
        }

        @Override
        public boolean makeRoom(final Channel channel) {
            return loopOf.get(channel.eventLoop()).makeRoom();
        }

        @Override
        public void accept(final Channel channel, final Peer peer, final Protocol protocol) {
            final NodeLoop loop = loopOf.get(channel.eventLoop());
            if (loop.context().parkedOutputs().isNeeded()) {
                channel.pipeline().addLast(new OutputGate(loop.context()));
            }
            channel.pipeline()
                    .addLast(
                            switch (protocol) {
                                case HTTP_1 -> loop.http1(peer);
                                case HTTP_2 -> loop.http2(peer);
                                case HTTP_1_OR_2 -> loop.http1Or2(peer);
                            });
        }
    }

    /** Where it listens, in the order of the configuration; real ports. */
    public List<InetSocketAddress> addresses() {
        return listeners.stream().map(Listener::address).toList();
    }

    /** Where health, metrics and usage are; the real port. */
    InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** Whether it takes requests and can record them, or serves on without. */
    public boolean isReady() {
        return ready && state.isWhole() && (state.ledger().healthy() || servesUnrecorded()) && cluster.isServing();
    }

    private boolean servesUnrecorded() {
        return state.snapshots().current().admitsWhenUnavailable();
    }

    List<NodeLoop> loops() {
        return Collections.unmodifiableList(loops);
    }

    NodeState state() {
        return state;
    }

    BufferBudget buffers() {
        return buffers;
    }

    ConnectionBudget connections() {
        return connections;
    }

    @Override
    public void drainAndClose() {
        ready = false;
        if (reloads != null) {
            reloads.stop();
            new Drain(state.snapshots().current().config().timeouts(), eventLoops, loops, listeners, connections).run();
        }
        close();
    }

    private void endHousekeeping() {
        housekeeping.shutdown();
        try {
            if (!housekeeping.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("housekeeping did not end within {} s", CLOSE_SECONDS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close() {
        ready = false;
        listeners.forEach(Listener::close);
        // These change what the loops and the tables are about to lose.
        if (reloads != null) {
            reloads.close();
        }
        endHousekeeping();
        notices.close();
        snapshots.close();
        for (final NodeLoop loop : loops) {
            loop.context().eventLoop().execute(loop::close);
        }
        eventLoops.close();
        if (admin != null) {
            admin.close();
        }
        journal.close();
        cluster.leave();
        try {
            state.close();
        } catch (final IOException | TableException e) {
            LOG.error("the data directory {} was not closed cleanly", config.data(), e);
        }
    }
}
