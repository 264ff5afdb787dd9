package openclaw.edge.crdt;

import java.io.IOException;

/**
 * Looks whether a table's file is still the one that was mapped: another process may remove, replace, cut or overwrite it
 * while this one runs, and nothing of that comes back from stores to mapped memory.
 *
 * <ul>
 *   <li><em>Removed</em>, or another file in its place: the memory is whole, decisions go on. A stand-in is put in its
 *       place at once, of which a process that follows a kill begins without admitting what was admitted already: buckets
 *       as those of a node without state, of a lone node's empty; quota rows as they were then. {@link #close} puts the
 *       whole table there. A file that was found in its place is kept beside it, as {@code .replaced}, unless another
 *       process holds it.
 *   <li><em>Lost</em>, cut short or overwritten, be it by an earlier copy of itself: nobody knows any more what was counted. From then on every limit of the
 *       table's clock refuses, the stand-in is put in its place, and the mapped file is made as long as it was, so that
 *       what still touches it does not fault. Quota rows, which nothing refills, are those of a copy that is made each
 *       second.
 * </ul>
 *
 * <p>For one thread at a time, none of them an event loop: a look is two system calls or three, a stand-in is written in
 * as long as the table's file takes.
 */
public final class TableFileWatch {

    /** What a table's file is. */
    public enum State {
        /** The file that was mapped, as long as it was. */
        WHOLE,
        /** The memory is whole, its file has no name. */
        REMOVED,
        /** What was counted is gone; everything is refused. */
        LOST
    }

    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long AGAIN_NS = 1_000_000_000L;

    /** How often the same trouble is told of. */
    private static final long TELL_NS = 10_000_000_000L;

    private static final long COPY_EVERY_NS = 1_000_000_000L;

    private final SlotStore store;
    private final SlotFile file;
    private final boolean keepsCounts;
    private final CrdtCounters counters;
    private volatile State state = State.WHOLE;
    private long nextAttemptNs = Long.MIN_VALUE;
    private long nextTellNs = Long.MIN_VALUE;
    private long nextCopyNs;
    private long copiedNs;
    private boolean isStandInMissing;

    /**
     * A watch of one table.
     *
     * @param store of the table; one in memory is always whole.
     * @param keepsCounts whether the stand-in holds what was counted: of quotas, which never refill.
     * @param counters of the table.
     */
    TableFileWatch(final SlotStore store, final boolean keepsCounts, final CrdtCounters counters) {
        this.store = store;
        this.file = store.file();
        this.keepsCounts = keepsCounts;
        this.counters = counters;
    }

    /** What was found so far; it never gets better. Any thread. */
    public State state() {
        return state;
    }

    /**
     * Looks once.
     *
     * @param clock of the buckets that are decided with the table.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return what people should read: once when something was found, and once each time the stand-in was removed too or
     *     could not be written; null when nothing is new.
     */
    public synchronized String look(final VirtualClock clock, final long nowNs) {
        if (file == null) {
            return null;
        }
        String found = null;
        try {
            final String lost = state == State.LOST ? null : file.lost();
            if (lost != null) {
                // Before anything that takes its time.
                clock.refuseAll();
                found = lost(lost, nowNs);
                file.lengthen();
            } else if (state != State.LOST) {
                file.mark();
            }
            if (lost == null && keepsCounts && state != State.LOST && nowNs - nextCopyNs >= 0) {
                nextCopyNs = nowNs + COPY_EVERY_NS;
                copiedNs = store.keepCopy() ? nowNs : copiedNs;
            }
            if (file.isMisplaced()) {
                found = found == null ? removed(nowNs) : found;
                isStandInMissing = true;
            }
            return isStandInMissing && nowNs - nextAttemptNs >= 0 ? withStandIn(found, clock.all() == 1, nowNs) : found;
        } catch (final IOException e) {
            nextAttemptNs = nowNs + AGAIN_NS;
            return isToBeTold(found, nowNs)
                    ? (found == null ? file.path() + ": " : found + "; ") + "cannot be looked at or written (" + e
                            + "), expected its directory to be there and writable; tried again each second"
                    : null;
        }
    }

    private boolean isToBeTold(final String found, final long nowNs) {
        if (found == null && nowNs < nextTellNs) {
            return false;
        }
        nextTellNs = nowNs + TELL_NS;
        return true;
    }

    private String lost(final String how, final long nowNs) {
        state = State.LOST;
        counters.getAndAdd(CrdtCounter.FILES_LOST, 1);
        isStandInMissing = true;
        nextAttemptNs = nowNs;
        return file.path() + ": " + how
                + "; what was counted is lost, so this node refuses every request from now on: find out"
                + " who changed the file, then restart the node, which begins "
                + (file.hasCopy()
                        ? "with what was counted up to " + (nowNs - copiedNs) / MILLISECOND_NS + " ms before"
                        : "without state");
    }

    private String removed(final long nowNs) {
        if (isStandInMissing) {
            return null;
        }
        counters.getAndAdd(CrdtCounter.FILES_REMOVED, 1);
        nextAttemptNs = nowNs;
        if (state == State.LOST) {
            return file.path() + ": the file written in place of the lost one was removed or replaced; written again";
        }
        state = State.REMOVED;
        return file.path()
                + ": was removed or replaced, expected the file that this process has mapped; decisions go on as"
                + " before. Stop the node in order (SIGTERM) and the table is written back; of a kill before that it begins"
                + " without state. Find out who removed it";
    }

    private String withStandIn(final String found, final boolean isLone, final long nowNs) throws IOException {
        nextAttemptNs = nowNs + AGAIN_NS;
        if (!file.standIn(content(isLone), nowNs)) {
            if (!isToBeTold(found, nowNs)) {
                return null;
            }
            return (found == null ? file.path() + ": " : found + "; ")
                    + "the file that is there now is in use by another process, expected this node alone to use its data"
                    + " directory; stop that one";
        }
        isStandInMissing = false;
        return found;
    }

    private StandIn.Content content(final boolean isLone) {
        if (!keepsCounts) {
            return isLone ? StandIn.Content.EMPTY : StandIn.Content.NEW;
        }
        if (state == State.REMOVED) {
            return StandIn.Content.MEMORY;
        }
        return file.hasCopy() ? StandIn.Content.COPY : StandIn.Content.NEW;
    }

    /** The table ends: if its memory is whole and its file has no name, it is written back. */
    synchronized void close() {
        try {
            writeBackIfRemoved();
        } catch (final IOException e) {
            throw new TableException(
                    file.path() + ": was removed and cannot be written back (" + e
                            + "), expected its directory to be there and writable; the next start begins without state",
                    e);
        } finally {
            store.close();
        }
    }

    private void writeBackIfRemoved() throws IOException {
        if (file != null
                && state != State.LOST
                && file.lost() == null
                && (state == State.REMOVED || file.isMisplaced())) {
            // Which of the two comes first, the removal or the end, is not for the next start to care about.
            counters.getAndAdd(CrdtCounter.FILES_REMOVED, state == State.REMOVED ? 0 : 1);
            state = State.REMOVED;
            file.writeBackInPlace();
        }
    }
}
