package openclaw.edge.ledger;

import java.io.IOException;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.LaneFile;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the lock and the lanes of a process are still its own: somebody may remove, replace, cut or overwrite them
 * while it runs, and nothing of that comes back from stores to mapped memory.
 *
 * <ul>
 *   <li><em>The lock</em>: it is put back at once. Others are kept out by the lanes meanwhile. Where another process has it, no
 *       permits are given until that one has ended.
 *   <li><em>A lane removed or replaced</em>: its memory is whole and is drained as before, but a kill would lose what is not
 *       drained yet, and another process might have the directory. No permits are given from then on.
 *   <li><em>A lane cut or overwritten</em>: the same, and the life gets no CLOSE.
 * </ul>
 *
 * <p>For one thread at a time, none of them an event loop: a look is a few system calls for each lane.
 */
final class DirectoryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);
    private static final String RESTART =
            " No permits are given from now on. Stop the node in order (SIGTERM): what its lanes"
                    + " hold goes to the journal, a kill would lose it; then start it again. Find out who did that";

    private final DirectoryLock lock;
    private final LaneStore store;
    private final JournalHealth health;
    private final LedgerCounters counters;
    private final boolean[] told;
    private boolean isLockTold;
    private boolean isFailureTold;
    private boolean isLaneGone;
    private boolean isOver;

    DirectoryWatch(
            final DirectoryLock lock,
            final LaneStore store,
            final JournalHealth health,
            final LedgerCounters counters) {
        this.lock = lock;
        this.store = store;
        this.health = health;
        this.counters = counters;
        this.told = new boolean[store.lanes()];
    }

    /** The directory is given free: nothing is looked at any more. */
    synchronized void end() {
        isOver = true;
    }

    synchronized void look() {
        if (isOver) {
            return;
        }
        boolean isLockGone = false;
        try {
            lookAtLanes();
            isLockGone = !lookAtLock();
            isFailureTold = false;
        } catch (final IOException e) {
            if (!isFailureTold) {
                isFailureTold = true;
                LOG.error("{} or the lanes cannot be looked at: {}. Tried again", lock.file(), e.toString());
            }
        }
        health.displaced(isLockGone || isLaneGone);
    }

    private boolean lookAtLock() throws IOException {
        if (lock.isInPlace()) {
            return true;
        }
        if (!isLockTold) {
            counters.increment(LedgerCounter.LOCK_FILES_REMOVED);
        }
        try {
            lock.putBack();
            isLockTold = false;
            LOG.error(
                    "{} was removed or replaced while this process has it; put back. It keeps other processes out of the data"
                            + " directory: never remove it while a node runs",
                    lock.file());
            return true;
        } catch (final IOException e) {
            if (!isLockTold) {
                isLockTold = true;
                LOG.error(
                        "{} was removed or replaced while this process has it, and cannot be put back: {}. No permits are given"
                                + " until it can: stop the other process, or make the directory writable",
                        lock.file(),
                        e.toString());
            }
            return false;
        }
    }

    private void lookAtLanes() throws IOException {
        for (int lane = 0; lane < told.length; lane++) {
            if (!told[lane]) {
                look(lane, store.file(lane));
            }
        }
    }

    private void look(final int lane, final LaneFile file) throws IOException {
        final String found = file.lookForLoss();
        if (found != null) {
            found(lane);
            LOG.error("{} {} while this process has it: records in it may be lost.{}", file.path(), found, RESTART);
        } else if (!file.isInPlace()) {
            found(lane);
            LOG.error("{} was removed or replaced while this process has it.{}", file.path(), RESTART);
        }
    }

    private void found(final int lane) {
        told[lane] = true;
        isLaneGone = true;
        // Before the log takes its time.
        health.displaced(true);
        counters.increment(LedgerCounter.LANE_FILES_REMOVED);
    }
}
