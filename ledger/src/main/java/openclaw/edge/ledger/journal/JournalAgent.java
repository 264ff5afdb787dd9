package openclaw.edge.ledger.journal;

import java.io.File;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import net.openhft.chronicle.core.io.IORuntimeException;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.DurableWatermark;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.LaneConsumer;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.lane.LossEntry;
import openclaw.edge.ledger.lane.LossSink;
import openclaw.edge.ledger.lane.RecordSink;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's duty cycle: opens the queue, recovers earlier lives, then drains all lanes into it. Run it on a thread of
 * its own with a sleep of 1 ms when idle, or by hand in tests. Allocates nothing in steady state.
 *
 * <p>Nothing that goes wrong leaves this class but as a counter, one line in the log and an unhealthy journal: the lanes
 * keep what they have, give no permits, and all is tried again each second with the queue opened anew.
 */
public final class JournalAgent implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(JournalAgent.class);
    private static final int DRAIN_LIMIT = 1024;

    /** Too large for a thread's own buffer, so that making it enters the virtual machine. */
    private static final int FAULT_ALLOCATION = 16 << 20;

    private static final long RETRY_NS = 1_000_000_000L;
    private static final long FORCE_INTERVAL_NS = 100_000_000L;
    private static final int FORCE_SHARE = 8;

    private final Path directory;
    private final File directoryFile;
    private final LaneStore store;
    private final Life life;
    private final LaneConsumer[] lanes;
    private final DurableWatermark[] watermarks;
    private final boolean isForced;
    private final JournalHealth health;
    private final LedgerCounters counters;
    private final EpochNanoClock clock;
    private final long tickIntervalNs;
    private final TickWriter ticks;
    private final QueueOpening opening;
    private final DiskGuard guard;
    private final CatalogChanges catalogs;
    private final RecordSink usageSink = this::appendUsage;
    private final LossSink lossSink = this::appendLoss;
    private final CloseRecord closeRecord = new CloseRecord();
    private volatile TickSource tickSource = TickSource.NONE;
    private final AppendPoint point = new AppendPoint();
    private volatile boolean closed;
    private final JournalHealth.State wellState;
    private int toldFile;
    private JournalQueue queue;
    private boolean failing;
    private DiskGuard.Allowed allowed = DiskGuard.Allowed.ALL;
    private long retryAtNs = Long.MIN_VALUE;
    private long tickAtNs;
    private long documentsCounted;
    private long documentsSecured;
    private long forceAtNs = Long.MIN_VALUE;
    private long bytesOfFormer;
    private long usageAppended;
    private long lossesSeen;
    private int firstLane;
    private int lossLane;

    /**
     * An agent that has done nothing yet.
     *
     * @param directory of the queue
     * @param store of the lanes
     * @param watermarks of the lanes
     * @param health told to the lanes
     * @param counters of the ledger
     * @param clock cycle time
     * @param tickIntervalNs from one TICK to the next
     */
    public JournalAgent(
            final Path directory,
            final LaneStore store,
            final DurableWatermark[] watermarks,
            final JournalHealth health,
            final LedgerCounters counters,
            final EpochNanoClock clock,
            final long tickIntervalNs) {
        this(
                new QueueOpening(directory, JournalDisk.REAL, store, counters),
                store,
                watermarks,
                health,
                counters,
                clock,
                tickIntervalNs);
    }

    /**
     * An agent that drains the lanes and drops what they held, for measurement only: there is no journal.
     *
     * @param directory of the queue that is not made
     * @param store of the lanes
     * @param watermarks of the lanes
     * @param health told to the lanes
     * @param counters of the ledger
     * @param clock cycle time
     * @param tickIntervalNs from one TICK to the next
     * @return the agent
     */
    public static JournalAgent discarding(
            final Path directory,
            final LaneStore store,
            final DurableWatermark[] watermarks,
            final JournalHealth health,
            final LedgerCounters counters,
            final EpochNanoClock clock,
            final long tickIntervalNs) {
        final QueueOpening nowhere = new QueueOpening(directory, new DiscardingDisk(), store, counters);
        return new JournalAgent(nowhere, store, watermarks, health, counters, clock, tickIntervalNs);
    }

    JournalAgent(
            final QueueOpening opening,
            final LaneStore store,
            final DurableWatermark[] watermarks,
            final JournalHealth health,
            final LedgerCounters counters,
            final EpochNanoClock clock,
            final long tickIntervalNs) {
        this.directory = opening.journal();
        this.directoryFile = directory.toFile();
        this.watermarks = watermarks.clone();
        this.isForced = store.origin().durability() == Durability.POWER;
        this.store = store;
        this.life = store.origin().life();
        this.health = health;
        this.counters = counters;
        this.clock = clock;
        this.tickIntervalNs = tickIntervalNs;
        this.lanes = new LaneConsumer[store.lanes()];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new LaneConsumer(store.file(i));
        }
        this.ticks = new TickWriter(lanes, counters);
        this.catalogs = new CatalogChanges(life);
        this.opening = opening;
        this.guard = new DiskGuard(opening.disk(), store.lengthBytes());
        this.wellState =
                opening.disk() instanceof DiscardingDisk ? JournalHealth.State.DISCARDING : JournalHealth.State.HEALTHY;
    }

    @Override
    public String roleName() {
        return "journal";
    }

    /**
     * Sets what TICKs say beyond the ledger's own knowledge. Any thread.
     *
     * @param source called by the journal thread
     */
    public void tickSource(final TickSource source) {
        tickSource = source;
    }

    /**
     * Has a CATALOG record written. Any thread.
     *
     * @param sha256 of the catalog's bytes, 32 bytes
     * @param timeNs cycle time at which it came into force
     * @throws IllegalStateException when 64 of them wait already
     */
    public void catalog(final byte[] sha256, final long timeNs) {
        catalogs.add(sha256, timeNs);
    }

    /**
     * How far a lane is journaled. Any thread.
     *
     * @param lane 0 to the number of lanes - 1
     * @return the highest sequence that the journal holds of it, 0 before the first
     */
    public long journaledSequence(final int lane) {
        return lanes[lane].journaled();
    }

    /**
     * What reads ahead of this agent; to be made once.
     *
     * @return a new agent, for another thread
     */
    public ReadAheadAgent readingAhead() {
        return new ReadAheadAgent(point);
    }

    /**
     * Whether the agent has written CLOSE or given up, and will do nothing more. Any thread.
     *
     * @return true after {@link #onClose()}
     */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public int doWork() {
        if (closed) {
            return 0;
        }
        final long nowNs = clock.nanoTime();
        // Also when the wall clock was set back meanwhile.
        if (queue == null && nowNs < retryAtNs && nowNs >= retryAtNs - RETRY_NS) {
            return 0;
        }
        try {
            askGuard(nowNs);
            int work = 0;
            if (allowed != DiskGuard.Allowed.NOTHING) {
                if (queue == null) {
                    open(nowNs);
                }
                work = duty(nowNs);
            }
            succeed();
            return work;
        } catch (final Exception | Error e) {
            // Errors too: a store into a mapped file becomes an InternalError when the disk has no room.
            fail(nowNs, e);
            return 0;
        }
    }

    private void askGuard(final long nowNs) {
        final DiskGuard.Allowed before = allowed;
        allowed = guard.look(directoryFile, nowNs, bytesOfFormer + (queue == null ? 0 : queue.appendedBytes()));
        if (before == DiskGuard.Allowed.ALL && allowed != DiskGuard.Allowed.ALL) {
            counters.increment(LedgerCounter.DISK_STOPS);
            LOG.error(
                    "The disk of the journal in {} has {} MiB left, expected at least {} MiB. No permits are given until"
                            + " there is a quarter more: free disk space",
                    directory,
                    guard.usableBytes() >> 20,
                    guard.reserveBytes() >> 20);
        } else if (before != DiskGuard.Allowed.ALL && allowed == DiskGuard.Allowed.ALL) {
            LOG.info("The disk of the journal in {} has room again", directory);
        }
    }

    private void open(final long nowNs) throws IOException {
        queue = opening.open(nowNs);
        documentsCounted = 0;
        documentsSecured = 0;
        tickAtNs = nowNs;
        catalogs.appendAgain(queue, opening.appendHeld(lanes, usageSink));
    }

    private int duty(final long nowNs) throws IOException {
        final boolean rolled = queue.time(nowNs);
        final boolean tick = rolled || nowNs >= tickAtNs;
        if (tick) {
            ticks.sample(nowNs);
        }
        int work;
        try {
            work = drain(tick) + appendLosses() + catalogs.append(queue);
            if (tick) {
                ticks.write(queue, life, nowNs, rolled, tickSource);
                tickAtNs = nowNs + tickIntervalNs;
                work++;
            }
        } finally {
            countAppended();
            tellPoint();
        }
        if (isForced ? isForceDue(nowNs) : work > 0) {
            secure();
        }
        for (int i = 0; i < lanes.length; i++) {
            lanes[i].release(watermarks[i].sequence());
        }
        return work;
    }

    /** A file's first append may be of any duty. */
    private void tellPoint() {
        final int fileNumber = queue.fileNumber();
        if (fileNumber == toldFile && !point.isNone()) {
            point.update(queue.endPosition());
        } else if (queue.file() != null) {
            toldFile = fileNumber;
            point.begin(queue.file(), queue.endPosition());
        }
    }

    /** Forced together: ten times a second, and when a lane begins to fill. */
    private boolean isForceDue(final long nowNs) {
        boolean due = nowNs >= forceAtNs || nowNs < forceAtNs - FORCE_INTERVAL_NS;
        for (final LaneConsumer lane : lanes) {
            due |= lane.unsecured() > lane.slots() / FORCE_SHARE;
        }
        final boolean any = queue.appended() != documentsSecured;
        if (due && any) {
            forceAtNs = nowNs + FORCE_INTERVAL_NS;
        }
        return due && any;
    }

    /** Only what can be read back leaves the lanes. */
    private void secure() throws IOException {
        queue.secure();
        documentsSecured = queue.appended();
        for (final LaneConsumer lane : lanes) {
            lane.secured();
        }
        catalogs.release();
        opening.heldIsSafe();
    }

    /** Drains a share of each lane, beginning with another one each time; at a tick, all that was there. */
    private int drain(final boolean everything) {
        int work = 0;
        for (int i = 0; i < lanes.length; i++) {
            final LaneConsumer lane = lanes[(firstLane + i) % lanes.length];
            work += lane.drain(usageSink, everything ? lane.slots() : DRAIN_LIMIT);
        }
        firstLane = (firstLane + 1) % lanes.length;
        return work;
    }

    private int appendLosses() {
        final long lost = counters.get(LedgerCounter.LOST_REQUESTS);
        if (lost == lossesSeen) {
            return 0;
        }
        int work = 0;
        for (lossLane = 0; lossLane < lanes.length; lossLane++) {
            work += lanes[lossLane].drainLosses(lossSink);
        }
        lossesSeen = lost;
        return work;
    }

    private void appendUsage(final UnsafeBuffer buffer, final int recordAt) {
        queue.usage(buffer, recordAt);
        usageAppended++;
    }

    private void appendLoss(final UnsafeBuffer buffer, final LossEntry entry) {
        queue.loss(life, lossLane, buffer, entry);
    }

    private void countAppended() {
        final long documents = queue.appended() - documentsCounted;
        documentsCounted += documents;
        counters.add(LedgerCounter.RECORDS_APPENDED, usageAppended);
        counters.add(LedgerCounter.CONTROLS_APPENDED, documents - usageAppended);
        usageAppended = 0;
    }

    private void succeed() {
        if (failing && allowed != DiskGuard.Allowed.NOTHING) {
            failing = false;
            LOG.info("The journal in {} is healthy again", directory);
        }
        health.state(allowed == DiskGuard.Allowed.ALL ? wellState : JournalHealth.State.DISK_NEARLY_FULL);
    }

    @Override
    public void onClose() {
        if (closed) {
            return;
        }
        final long nowNs = clock.nanoTime();
        try {
            askGuard(nowNs);
            if (allowed == DiskGuard.Allowed.NOTHING) {
                throw new IOException("the disk has no room for what is left");
            }
            if (queue == null) {
                open(nowNs);
            }
            close(nowNs);
        } catch (final Exception | Error e) {
            fail(nowNs, e);
            LOG.error("The journal in {} could not be closed; the next start recovers what the lanes hold", directory);
        } finally {
            closed = true;
            health.state(JournalHealth.State.CLOSED);
            closeQueue();
        }
    }

    /** Ends without having done anything; for a start that was given up. */
    public void abandon() {
        closed = true;
        health.state(JournalHealth.State.CLOSED);
    }

    private void close(final long nowNs) throws IOException {
        tickAtNs = nowNs;
        duty(nowNs);
        long open = 0;
        final long[] sequences = new long[lanes.length];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i].scanOpen();
            open += lanes[i].openExchanges();
            sequences[i] = lanes[i].taken();
        }
        if (open > 0) {
            LOG.warn("{} exchanges were open as the journal closed; the next start records them as IN_DOUBT", open);
            return;
        }
        if (store.isLost()) {
            LOG.warn(
                    "A lane was cut or overwritten: nobody knows where life {} ended, so nothing says that it did",
                    life);
            return;
        }
        closeRecord.begin(queue.record(), 0, life, nowNs, sequences);
        queue.append();
        queue.secure();
        for (int i = 0; i < lanes.length; i++) {
            store.file(i).markClosed();
        }
        countAppended();
    }

    /** What a full, broken or damaged disk brings about is told by its message; anything else is a defect, and told whole. */
    private static boolean isOfTheDisk(final Throwable cause) {
        return cause instanceof IOException || cause instanceof IORuntimeException;
    }

    private void fail(final long nowNs, final Throwable cause) {
        awaitFaults();
        health.state(JournalHealth.State.FAILING);
        counters.increment(LedgerCounter.JOURNAL_FAILURES);
        retryAtNs = nowNs + RETRY_NS;
        opening.failed(cause);
        closeQueue();
        awaitFaults();
        for (final LaneConsumer lane : lanes) {
            lane.takeAgain();
        }
        lossesSeen = -1;
        if (!failing) {
            failing = true;
            LOG.error(
                    "The journal in {} fails: {}. No permits are given; records wait in the lanes. Tried again each"
                            + " second: free disk space, or make the directory writable",
                    directory,
                    cause.toString(),
                    isOfTheDisk(cause) ? null : cause);
            LOG.debug("where that came from", cause);
        }
    }

    /**
     * Has errors of mapped stores come now, which otherwise come wherever the thread next enters the virtual machine's
     * slow paths, and would then be taken for a failure of what was opened since.
     */
    private void awaitFaults() {
        byte[] large = null;
        try {
            large = new byte[FAULT_ALLOCATION];
        } catch (final InternalError e) {
            LOG.debug("another store was lost", e);
        } catch (final OutOfMemoryError e) {
            LOG.debug("no memory to wait for lost stores", e);
        } finally {
            Reference.reachabilityFence(large);
        }
    }

    private void closeQueue() {
        final JournalQueue closing = queue;
        queue = null;
        point.end();
        if (closing != null) {
            bytesOfFormer += closing.appendedBytes();
            try {
                closing.close();
            } catch (final IOException | RuntimeException | Error e) {
                LOG.warn("The journal in {} could not be closed", directory, e);
            }
        }
    }
}
