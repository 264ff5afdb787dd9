package openclaw.edge.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import openclaw.edge.catalog.Sha256;
import openclaw.edge.ledger.journal.ForceAgent;
import openclaw.edge.ledger.journal.JournalAgent;
import openclaw.edge.ledger.journal.LostLives;
import openclaw.edge.ledger.journal.ReadAheadAgent;
import openclaw.edge.ledger.journal.TickSource;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.DurableDisk;
import openclaw.edge.ledger.lane.DurableWatermark;
import openclaw.edge.ledger.lane.EarlierLanes;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.lane.LostLife;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.retain.RetentionAgent;
import openclaw.edge.ledger.retain.RetentionPolicy;
import org.agrona.concurrent.EpochNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's ledger: lanes for its event loops, and the agent that drains them into the journal.
 *
 * <pre>
 *   try (Ledger ledger = Ledger.open(data, LedgerConfig.of("edge-a"), loops)) {
 *       AgentRunner journal = new AgentRunner(new SleepingMillisIdleStrategy(1), onError, null, ledger.agent());
 *       AgentRunner.startOnThread(journal);
 *       ... event loop i uses ledger.lane(i) alone ...
 *       ... event loops stop, every exchange committed ...
 *       journal.close();
 *   }
 * </pre>
 *
 * Opening takes the directory's lock and makes the lanes; serving may begin at once. The journal itself is opened, and
 * earlier lives are recovered, by the agent.
 */
public final class Ledger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final DurableWatermark[] NONE = {};
    private static final String LANES = "lanes";
    private static final String JOURNAL = "journal";

    private final Path directory;
    private final DirectoryLock lock;
    private final JournalHealth health;
    private final LedgerCounters counters;
    private final Lane[] lanes;
    private final JournalAgent agent;
    private final ForceAgent forcing;
    private final Life life;
    private final Durability durability;
    private final LaneStore store;
    private final DirectoryWatch watch;
    private final EpochNanoClock clock;

    private Ledger(final Path directory, final DirectoryLock lock, final LedgerConfig config, final LaneStore store) {
        this.directory = directory;
        this.lock = lock;
        this.health = new JournalHealth();
        this.counters = new LedgerCounters();
        this.life = store.origin().life();
        this.durability = config.durability();
        this.store = store;
        this.clock = config.clock();
        this.lanes = new Lane[store.lanes()];
        final DurableWatermark[] watermarks = new DurableWatermark[lanes.length];
        for (int i = 0; i < lanes.length; i++) {
            watermarks[i] = new DurableWatermark(config.durability());
            lanes[i] = new Lane(store.file(i), health, counters, watermarks[i]);
        }
        final boolean isForced = config.durability() == Durability.POWER;
        this.agent = agent(config, watermarks);
        this.watch = new DirectoryWatch(lock, store, health, counters);
        this.forcing =
                new ForceAgent(store, isForced ? watermarks : NONE, DurableDisk.REAL, health, counters, config.clock());
    }

    private JournalAgent agent(final LedgerConfig config, final DurableWatermark[] watermarks) {
        final Path journal = journalDirectory(directory);
        final EpochNanoClock ticks = config.clock();
        final long tickNs = config.tickIntervalNs();
        if (!config.isDiscarding()) {
            return new JournalAgent(journal, store, watermarks, health, counters, ticks, tickNs);
        }
        health.state(JournalHealth.State.DISCARDING);
        return JournalAgent.discarding(journal, store, watermarks, health, counters, ticks, tickNs);
    }

    /**
     * Opens a data directory for writing, with a new life.
     *
     * @param directory made if absent; holds {@code ledger.lock}, {@code lanes}, {@code journal}, {@code catalog}
     * @param config of the ledger
     * @param lanes one per event loop, 1 to 1024
     * @return the ledger
     * @throws IOException when another process holds the directory, or an earlier life's lanes cannot be read: then nothing was
     *     changed; when there is no room for the lanes, or when records would be discarded in a directory that has been used
     */
    public static Ledger open(final Path directory, final LedgerConfig config, final int lanes) throws IOException {
        Files.createDirectories(directory);
        final DirectoryLock lock = DirectoryLock.take(directory);
        try {
            if (config.isDiscarding()) {
                checkUnused(directory);
            }
            final LaneStore store = lanes(directory, lock, config, lanes);
            final Ledger ledger = new Ledger(directory, lock, config, store);
            store.lost().forEach(ledger::tell);
            return ledger;
        } catch (final IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** First all that earlier lives left is found and taken, which may be refused; then anything is changed. */
    private static LaneStore lanes(
            final Path directory, final DirectoryLock lock, final LedgerConfig config, final int lanes)
            throws IOException {
        final EarlierLanes earlier = EarlierLanes.find(directory.resolve(LANES));
        earlier.lock();
        LaneStore store = null;
        try {
            if (earlier.isToBeAsked()) {
                earlier.lost(LostLives.find(journalDirectory(directory), earlier));
            }
            store = LaneStore.open(
                    earlier,
                    config.node(),
                    lanes,
                    config.slots(),
                    config.clock().nanoTime(),
                    config.durability(),
                    DurableDisk.REAL);
            store.lock(lock::putBack);
            return store;
        } catch (final IOException | RuntimeException e) {
            earlier.unlock();
            if (store != null) {
                store.unlock();
            }
            throw e;
        }
    }

    private void tell(final LostLife life) {
        counters.add(LedgerCounter.LANES_LOST, life.lanes());
        LOG.error(
                "Life {} ended without a word, and its {} lanes in {} are not there or not readable: what they held and the"
                        + " journal does not is lost, exchanges that were open too. 'journal verify' names the life as one"
                        + " without an end, and 'finalize' asks for it. Find out who removed them",
                life.life(),
                life.lanes(),
                directory.resolve(LANES));
    }

    /** What another life left in its lanes would be dropped, and what it journaled would seem to go on. */
    private static void checkUnused(final Path directory) throws IOException {
        for (final String name : List.of(LANES, JOURNAL)) {
            if (Files.exists(directory.resolve(name))) {
                throw new IOException(
                        directory.resolve(name)
                                + " is there: records are discarded only in a directory that has never been used; name another");
            }
        }
    }

    /**
     * Where a data directory's journal is.
     *
     * @param directory the data directory
     * @return the queue's directory, for readers
     */
    public static Path journalDirectory(final Path directory) {
        return directory.resolve(JOURNAL);
    }

    /**
     * An event loop's lane.
     *
     * @param index 0 to the number of lanes - 1
     * @return the lane, for that loop alone
     */
    public Lane lane(final int index) {
        return lanes[index];
    }

    /**
     * Number of lanes.
     *
     * @return one per event loop
     */
    public int lanes() {
        return lanes.length;
    }

    /**
     * How far a lane is journaled. Any thread, also when the ledger is closed.
     *
     * @param index 0 to {@link #lanes()} - 1
     * @return the highest sequence that the journal holds of it, 0 before the first
     */
    public long journaledSequence(final int index) {
        return agent.journaledSequence(index);
    }

    /**
     * The journal's duty cycle, for one thread at a time. Closing its runner drains the lanes and writes CLOSE.
     *
     * @return the same agent always
     */
    public JournalAgent agent() {
        return agent;
    }

    /**
     * What forces the lanes under {@code durability: power}, for one thread at a time, which it blocks; under PROCESS it does
     * nothing. To be closed after the event loops have stopped, before the journal.
     *
     * @return the same agent always
     */
    public ForceAgent forcing() {
        return forcing;
    }

    /**
     * What has the kernel make the pages that {@link #agent()} is going to write, so that it need not wait for them; for one
     * thread. All works without it.
     *
     * @return a new agent; to be made once
     */
    public ReadAheadAgent readingAhead() {
        return agent.readingAhead();
    }

    /**
     * What deletes files of the journal that need not be kept, for one thread, which it makes read whole files. Does nothing
     * before earlier lives were recovered.
     *
     * @param policy asked once a minute
     * @return a new agent; to be made once
     */
    public RetentionAgent retaining(final Supplier<RetentionPolicy> policy) {
        return new RetentionAgent(
                journalDirectory(directory), policy, this::mayDelete, this::forceLanes, counters, clock);
    }

    /** Not before earlier lives were recovered, nor where the directory may be another process's by now. */
    private boolean mayDelete() {
        return store.file(0).isOpened() && health.state() != JournalHealth.State.DISPLACED;
    }

    /** What the lanes know to be journaled they must know after a loss of power too, once its file is gone. */
    private void forceLanes() throws IOException {
        if (durability == Durability.POWER) {
            for (int lane = 0; lane < store.lanes(); lane++) {
                store.file(lane).force(DurableDisk.REAL);
            }
        }
    }

    /**
     * Looks whether the lock and the lanes are still this process's own; what is found is logged and counted, and no permits are
     * given where it says so. To be called ten times a second, by a thread that may block.
     */
    public void look() {
        watch.look();
    }

    /**
     * Whether permits are given. Any thread.
     *
     * @return false while the journal fails or its disk is nearly full, and after it was closed
     */
    public boolean healthy() {
        return health.isHealthy();
    }

    /**
     * How the journal is. Any thread.
     *
     * @return the state
     */
    public JournalHealth.State state() {
        return health.state();
    }

    /**
     * What the ledger counts. Any thread.
     *
     * @return the counters
     */
    public LedgerCounters counters() {
        return counters;
    }

    /**
     * This process's life.
     *
     * @return 128 random bits
     */
    public Life life() {
        return life;
    }

    /**
     * Sets what TICK records say beyond the ledger's own knowledge. Any thread.
     *
     * @param source called by the journal's thread once a minute
     */
    public void tickSource(final TickSource source) {
        agent.tickSource(source);
    }

    /**
     * Keeps a catalog version under {@code catalog/<sha256>} and has a CATALOG record written. To be called at start and
     * after each reload, by a thread that may block.
     *
     * @param content the catalog's bytes, all its files
     * @param timeNs cycle time at which it came into force, nanoseconds since the Unix epoch
     * @return SHA-256 of the content
     * @throws IOException when the version cannot be kept
     */
    public byte[] catalog(final byte[] content, final long timeNs) throws IOException {
        final byte[] sha256 = Sha256.digest().digest(content);
        final Path versions = Files.createDirectories(directory.resolve("catalog"));
        final Path version = versions.resolve(HexFormat.of().formatHex(sha256));
        if (!Files.exists(version)) {
            // Written aside first: what stands under its hash is whole.
            final Path aside = versions.resolve(version.getFileName() + ".new");
            Files.write(
                    aside,
                    content,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
            if (durability == Durability.POWER) {
                DurableDisk.REAL.force(aside);
            }
            Files.move(aside, version, StandardCopyOption.ATOMIC_MOVE);
            if (durability == Durability.POWER) {
                DurableDisk.REAL.forceDirectory(versions);
            }
        }
        agent.catalog(sha256, timeNs);
        return sha256;
    }

    /**
     * Gives the directory free without having recovered anything: for a start that cannot go on. No thread has run the agent,
     * and nothing was admitted.
     *
     * @throws IOException when the disk refuses it
     */
    public void abandon() throws IOException {
        agent.abandon();
        try {
            store.abandon();
        } finally {
            release();
        }
    }

    /**
     * Closes the journal if its runner has not done so yet, and gives the directory free. Event loops must have stopped,
     * and no other thread may run the agent.
     *
     * @throws IOException when the lock cannot be released
     */
    @Override
    public void close() throws IOException {
        agent.onClose();
        release();
    }

    private void release() throws IOException {
        watch.end();
        try {
            store.unlock();
        } finally {
            lock.close();
        }
    }
}
