package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;

/**
 * The connections of one event loop whose request head has begun and is not complete, oldest first: those are given up when
 * {@code limits.buffers} runs short. A doubly linked list through the connections themselves.
 */
final class UnfinishedHeads {
    private H1Downstream oldest;
    private H1Downstream newest;

    /** Puts a connection last; false if it is on the list already. */
    boolean add(final H1Downstream connection) {
        if (connection.isUnfinished) {
            return false;
        }
        connection.isUnfinished = true;
        connection.olderUnfinished = newest;
        connection.newerUnfinished = null;
        if (newest == null) {
            oldest = connection;
        } else {
            newest.newerUnfinished = connection;
        }
        newest = connection;
        return true;
    }

    /** Takes a connection off the list, if it is on it. */
    void remove(final H1Downstream connection) {
        if (!connection.isUnfinished) {
            return;
        }
        connection.isUnfinished = false;
        final H1Downstream older = connection.olderUnfinished;
        final H1Downstream newer = connection.newerUnfinished;
        if (older == null) {
            oldest = newer;
        } else {
            older.newerUnfinished = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.olderUnfinished = older;
        }
        connection.olderUnfinished = null;
        connection.newerUnfinished = null;
    }

    /** Gives up those that have been unfinished longest until the budget is no longer tight, or none is left. */
    void evict(final LoopContext loop) {
        while (oldest != null && loop.budget().isTight()) {
            evictOldest(loop);
        }
    }

    /** Gives up the one that has been unfinished longest; false if there is none. */
    boolean evictOldest(final LoopContext loop) {
        if (oldest == null) {
            return false;
        }
        loop.counters().increment(EdgeCounter.HEAD_EVICTIONS);
        oldest.evict();
        return true;
    }
}
