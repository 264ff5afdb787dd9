package openclaw.edge.ledger.journal;

import java.io.IOException;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.JournaledTail;
import openclaw.edge.ledger.lane.LaneFile;
import openclaw.edge.ledger.lane.LaneOrigin;
import openclaw.edge.ledger.lane.LaneRecovery;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LaneStore.EarlierLife;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.VoidRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what earlier lives left in their lanes into the queue, then opens the new life there.
 *
 * <p>For each earlier life, oldest first: its OPEN if it never got to write it, its records, its IN_DOUBT records, what a
 * loss of power made void, its losses, its CLOSE. Then OPEN of the new life; only then are the old lanes removed. Killed at any point and run again, it
 * appends the same records once more, which readers count once.
 */
final class LifeRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LifeRecovery.class);
    private static final long[] NO_SEQUENCES = {};

    private final LaneStore store;
    private RecordAppender writer;
    private final LedgerCounters counters;
    private final JournaledTails tails;
    private final boolean journalFresh;
    private final OpenRecord open = new OpenRecord();
    private final CloseRecord close = new CloseRecord();
    private final VoidRecord gone = new VoidRecord();
    private Life previous = Life.NONE;
    private long[] previousSequences = NO_SEQUENCES;

    /**
     * A recovery to be run once.
     *
     * @param store of the lanes
     * @param writer of the queue
     * @param counters of the ledger
     * @param tails read after a loss of power
     * @param journalFresh whether the queue was not there before this life, so that nothing is known to be in it
     */
    LifeRecovery(
            final LaneStore store,
            final RecordAppender writer,
            final LedgerCounters counters,
            final JournaledTails tails,
            final boolean journalFresh) {
        this.store = store;
        this.writer = writer;
        this.counters = counters;
        this.tails = tails;
        this.journalFresh = journalFresh;
    }

    void run(final long nowNs) throws IOException {
        for (final EarlierLife life : store.earlier()) {
            recover(life, nowNs);
        }
        writeOpen(store.origin());
        writer.secure();
        for (int lane = 0; lane < store.lanes(); lane++) {
            store.file(lane).markOpened();
        }
        for (final EarlierLife life : store.earlier()) {
            store.remove(life);
        }
    }

    private void recover(final EarlierLife life, final long nowNs) throws IOException {
        final LaneFile first = life.files().get(0);
        if (!first.isOpened()) {
            writeOpen(life.origin());
            writer.secure();
            life.files().forEach(LaneFile::markOpened);
        }
        final boolean trustConsumed = store.isSameBoot(life) && !journalFresh;
        final long[] sequences = new long[life.origin().lanes()];
        final JournaledTail[] journaled = isPowerLost(life) ? tails.read(life) : new JournaledTail[sequences.length];
        long recovered = 0;
        long inDoubt = 0;
        for (final LaneFile file : life.files()) {
            final int lane = file.lane();
            final LaneRecovery recovery = new LaneRecovery(file, journaled[lane]);
            if (journaled[lane] != null) {
                tails.force(file);
            }
            recovery.recover(trustConsumed, writer::usage);
            recovery.recoverVoid((from, to) -> writeVoid(life.origin().life(), lane, nowNs, from, to));
            recovery.recoverLosses((buffer, entry) -> writer.loss(life.origin().life(), lane, buffer, entry));
            sequences[lane] = recovery.lastSequence();
            recovered += recovery.recovered();
            inDoubt += recovery.inDoubt();
            counters.add(LedgerCounter.LANE_DAMAGE, recovery.damaged());
        }
        if (!life.isWhole()) {
            // Nobody knows where the lost lanes ended, so nothing says that this life did: readers go on asking for it.
            final int missing = sequences.length - life.files().size();
            counters.add(LedgerCounter.LANE_DAMAGE, missing);
            counters.add(LedgerCounter.LANES_LOST, missing);
            LOG.error(
                    "{} of the {} lanes of {} are missing or empty: what they held and the journal does not is lost. The others"
                            + " are recovered; 'journal verify' names the life as one without an end, and 'finalize' asks"
                            + " for it. Find out who removed them",
                    missing,
                    sequences.length,
                    life.directory());
        } else if (!first.isClosed()) {
            close.begin(writer.record(), 0, life.origin().life(), nowNs, sequences)
                    .recovered(true);
            writer.append();
            writer.secure();
            life.files().forEach(LaneFile::markClosed);
        }
        counters.increment(LedgerCounter.LIVES_RECOVERED);
        counters.add(LedgerCounter.RECORDS_RECOVERED, recovered);
        counters.add(LedgerCounter.RECORDS_IN_DOUBT, inDoubt);
        if (recovered + inDoubt > 0) {
            LOG.info(
                    "Recovered life {}: {} records from its lanes, {} exchanges in doubt",
                    life.origin().life(),
                    recovered,
                    inDoubt);
        }
        previous = life.origin().life();
        previousSequences = life.isWhole() ? sequences : NO_SEQUENCES;
    }

    private boolean isPowerLost(final EarlierLife life) {
        return life.origin().durability() == Durability.POWER && !store.isSameBoot(life);
    }

    private void writeVoid(final Life life, final int lane, final long nowNs, final long from, final long to) {
        gone.begin(writer.record(), 0, life, lane, nowNs).range(from, to);
        writer.append();
        counters.add(LedgerCounter.SEQUENCES_VOID, to - from + 1);
    }

    /** Says in a queue that does not know it that the new life was opened. */
    void openAgain(final RecordAppender queue) {
        writer = queue;
        writeOpen(store.origin());
    }

    private void writeOpen(final LaneOrigin origin) {
        final long[] sequences = origin.previous().equals(previous) ? previousSequences : NO_SEQUENCES;
        open.begin(writer.record(), 0, origin.life(), origin.startedNs())
                .lanes(origin.lanes())
                .previous(origin.previous(), sequences)
                .end(origin.node());
        writer.append();
    }
}
