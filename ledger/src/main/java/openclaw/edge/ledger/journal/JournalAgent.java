package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.LaneConsumer;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.lane.LossEntry;
import openclaw.edge.ledger.lane.LossSink;
import openclaw.edge.ledger.lane.RecordSink;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
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
    private static final int PENDING_CATALOGS = 64;
    private static final long RETRY_NS = 1_000_000_000L;

    private final Path directory;
    private final LaneStore store;
    private final Life life;
    private final LaneConsumer[] lanes;
    private final JournalHealth health;
    private final LedgerCounters counters;
    private final EpochNanoClock clock;
    private final long tickIntervalNs;
    private final TickWriter ticks;
    private final ManyToOneConcurrentArrayQueue<CatalogChange> catalogs =
            new ManyToOneConcurrentArrayQueue<>(PENDING_CATALOGS);
    private final RecordSink usageSink = this::appendUsage;
    private final LossSink lossSink = this::appendLoss;
    private final CatalogRecord catalogRecord = new CatalogRecord();
    private final CloseRecord closeRecord = new CloseRecord();
    private volatile TickSource tickSource = TickSource.NONE;
    private volatile boolean closed;
    private JournalWriter writer;
    private boolean started;
    private boolean failing;
    private long retryAtNs = Long.MIN_VALUE;
    private long tickAtNs;
    private boolean journalChecked;
    private boolean journalFresh;
    private long documentsCounted;
    private long usageAppended;
    private long lossesSeen;
    private int firstLane;
    private int lossLane;

    /**
     * An agent that has done nothing yet.
     *
     * @param directory of the queue
     * @param store of the lanes
     * @param health told to the lanes
     * @param counters of the ledger
     * @param clock cycle time
     * @param tickIntervalNs from one TICK to the next
     */
    public JournalAgent(
            final Path directory,
            final LaneStore store,
            final JournalHealth health,
            final LedgerCounters counters,
            final EpochNanoClock clock,
            final long tickIntervalNs) {
        this.directory = directory;
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
    }

    private static final class CatalogChange {
        private final byte[] sha256;
        private final long timeNs;

        CatalogChange(final byte[] sha256, final long timeNs) {
            this.sha256 = sha256;
            this.timeNs = timeNs;
        }
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
        if (!catalogs.offer(new CatalogChange(sha256.clone(), timeNs))) {
            throw new IllegalStateException(PENDING_CATALOGS
                    + " catalog versions wait to be journaled; the journal is not healthy, see its log");
        }
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
        if (writer == null && nowNs < retryAtNs) {
            return 0;
        }
        try {
            if (writer == null) {
                open(nowNs);
            }
            final int work = duty(nowNs);
            succeed();
            return work;
        } catch (final Exception | Error e) {
            // Errors too: a store into a mapped file becomes an InternalError when the disk has no room.
            fail(nowNs, e);
            return 0;
        }
    }

    private void open(final long nowNs) throws IOException {
        if (!started && !journalChecked) {
            journalFresh = !Files.exists(directory.resolve("metadata.cq4t"));
            journalChecked = true;
        }
        writer = new JournalWriter(directory, life, nowNs);
        documentsCounted = 0;
        if (!started) {
            new LifeRecovery(store, writer, counters, journalFresh).run(nowNs);
            started = true;
        }
        tickAtNs = nowNs;
    }

    private int duty(final long nowNs) {
        final boolean rolled = writer.time(nowNs);
        final boolean tick = rolled || nowNs >= tickAtNs;
        if (tick) {
            ticks.sample(nowNs);
        }
        int work;
        try {
            work = drain(tick) + appendLosses() + appendCatalogs();
            if (tick) {
                ticks.write(writer, life, nowNs, rolled, tickSource);
                tickAtNs = nowNs + tickIntervalNs;
                work++;
            }
        } finally {
            countAppended();
        }
        return work;
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

    private int appendCatalogs() {
        int work = 0;
        for (CatalogChange change = catalogs.peek(); change != null; change = catalogs.peek()) {
            catalogRecord.begin(writer.record(), 0, life, change.timeNs, change.sha256);
            writer.append();
            catalogs.poll();
            work++;
        }
        return work;
    }

    private void appendUsage(final UnsafeBuffer buffer, final int recordAt) {
        writer.usage(buffer, recordAt);
        usageAppended++;
    }

    private void appendLoss(final UnsafeBuffer buffer, final LossEntry entry) {
        writer.loss(life, lossLane, buffer, entry);
    }

    private void countAppended() {
        final long documents = writer.appended() - documentsCounted;
        documentsCounted += documents;
        counters.add(LedgerCounter.RECORDS_APPENDED, usageAppended);
        counters.add(LedgerCounter.CONTROLS_APPENDED, documents - usageAppended);
        usageAppended = 0;
    }

    private void succeed() {
        if (failing) {
            failing = false;
            LOG.info("The journal in {} is healthy again", directory);
        }
        if (!health.isHealthy()) {
            health.healthy(true);
        }
    }

    @Override
    public void onClose() {
        if (closed) {
            return;
        }
        final long nowNs = clock.nanoTime();
        try {
            if (writer == null) {
                open(nowNs);
            }
            close(nowNs);
        } catch (final Exception | Error e) {
            fail(nowNs, e);
            LOG.error("The journal in {} could not be closed; the next start recovers what the lanes hold", directory);
        } finally {
            closed = true;
            health.healthy(false);
            closeWriter();
        }
    }

    private void close(final long nowNs) {
        tickAtNs = nowNs;
        duty(nowNs);
        long open = 0;
        final long[] sequences = new long[lanes.length];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i].scanOpen();
            open += lanes[i].openExchanges();
            sequences[i] = lanes[i].consumed();
        }
        if (open > 0) {
            LOG.warn("{} exchanges were open as the journal closed; the next start records them as IN_DOUBT", open);
            return;
        }
        closeRecord.begin(writer.record(), 0, life, nowNs, sequences);
        writer.append();
        for (int i = 0; i < lanes.length; i++) {
            store.file(i).markClosed();
        }
        countAppended();
    }

    private void fail(final long nowNs, final Throwable cause) {
        health.healthy(false);
        counters.increment(LedgerCounter.JOURNAL_FAILURES);
        retryAtNs = nowNs + RETRY_NS;
        if (!failing) {
            failing = true;
            LOG.error(
                    "The journal in {} fails: {}. No permits are given; records wait in the lanes. Tried again each"
                            + " second: free disk space, or make the directory writable",
                    directory,
                    cause.toString(),
                    cause);
        }
        closeWriter();
    }

    private void closeWriter() {
        final JournalWriter closing = writer;
        writer = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (final RuntimeException | Error e) {
                counters.increment(LedgerCounter.JOURNAL_FAILURES);
                LOG.warn("The journal in {} could not be closed", directory, e);
            }
        }
    }
}
