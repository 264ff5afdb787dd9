package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.ledger.lane.LaneConsumer;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LaneStore.EarlierLife;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.lane.RecordSink;
import openclaw.edge.ledger.record.Life;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the journal's queue, at the start and after each failure. The last queue is gone on with only if nothing can be wrong
 * with its end: it was written since the machine started, and no append to it failed. Else a fresh one is begun. Belongs to
 * the journal thread.
 */
final class QueueOpening {
    private static final Logger LOG = LoggerFactory.getLogger(QueueOpening.class);

    private final Path journal;
    private final JournalDisk disk;
    private final LaneStore store;
    private final LedgerCounters counters;
    private final QueueDirectories directories;
    private final Life life;
    private LifeRecovery recovery;
    private boolean checked;
    private boolean suspect;
    private boolean lost;

    QueueOpening(final Path journal, final JournalDisk disk, final LaneStore store, final LedgerCounters counters) {
        this.journal = journal;
        this.disk = disk;
        this.store = store;
        this.counters = counters;
        this.directories = new QueueDirectories(journal);
        this.life = store.origin().life();
    }

    Path journal() {
        return journal;
    }

    JournalDisk disk() {
        return disk;
    }

    /** Whether earlier lives were recovered and this one's OPEN stands in the journal. */
    boolean isStarted() {
        return recovery != null;
    }

    /**
     * Opens a queue. The first that opens takes what earlier lives left.
     *
     * @param nowNs cycle time
     * @return the queue
     * @throws IOException when the disk refuses it; {@link #failed} is to be told
     */
    JournalQueue open(final long nowNs) throws IOException {
        store.checkRight();
        if (!checked) {
            suspect = !isOfThisBoot();
            checked = true;
        }
        Path directory = directories.last();
        final boolean fresh = suspect || QueueDirectories.isEmpty(directory);
        if (fresh) {
            directory = directories.fresh();
        }
        final JournalQueue queue =
                start(disk.open(directory, life, nowNs, store.origin().durability()), fresh, nowNs);
        if (fresh && directories.isLater(directory)) {
            counters.increment(LedgerCounter.QUEUES_BEGUN);
            LOG.info("The journal goes on in a fresh queue, {}", directory);
        }
        return queue;
    }

    private JournalQueue start(final JournalQueue queue, final boolean fresh, final long nowNs) throws IOException {
        try {
            if (!isStarted()) {
                final LifeRecovery first =
                        new LifeRecovery(store, queue, counters, new JournaledTails(journal, disk), fresh);
                first.run(nowNs);
                recovery = first;
            } else if (lost) {
                recovery.openAgain(queue);
            }
            directories.keep();
            suspect = false;
            return queue;
        } catch (final IOException | RuntimeException | Error e) {
            try {
                queue.close();
            } catch (final IOException | RuntimeException | Error again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Whether all that the last queue holds was written since the machine started. */
    private boolean isOfThisBoot() {
        final List<EarlierLife> earlier = store.earlier();
        return !earlier.isEmpty() && earlier.stream().allMatch(store::isSameBoot);
    }

    /** The queue failed, or its opening did: nothing is appended to it any more. */
    void failed(final Throwable cause) {
        suspect = true;
        for (Throwable at = cause; at != null; at = at.getCause()) {
            lost |= at instanceof LostFileException || at instanceof InternalError;
        }
    }

    /**
     * After a file was lost: appends again what living lanes still hold of it.
     *
     * @param lanes of this life
     * @param sink that appends
     * @return true when that was to be done
     */
    boolean appendHeld(final LaneConsumer[] lanes, final RecordSink sink) {
        if (!lost) {
            return false;
        }
        long held = 0;
        for (final LaneConsumer lane : lanes) {
            held += lane.drainHeld(sink);
        }
        counters.add(LedgerCounter.RECORDS_HELD, held);
        return true;
    }

    /** What was appended by {@link #appendHeld} can be read. */
    void heldIsSafe() {
        lost = false;
    }
}
