package openclaw.edge.sync;

import java.util.concurrent.TimeUnit;

/**
 * How often a node may take a new incarnation: {@link #MOST_AT_ONCE} at once, then one each {@link #EVERY_NS}. Every one
 * takes a place in the directories of all members for as long as its counters are kept, and there are but 4,096. A node that
 * is not to take one yet shares its counters with somebody, so what it admitted might be counted nowhere: until then it
 * admits nothing. For one thread.
 */
final class RenewalRate {

    /** Renewals at once: a copy of a machine needs one, so does a file that went back in time. */
    static final int MOST_AT_ONCE = 4;

    /** Time between two renewals in the long run. */
    static final long EVERY_NS = TimeUnit.MINUTES.toNanos(1);

    private long usedUpToNs = Long.MIN_VALUE;

    /** Whether one more may be taken now; if so, it counts. */
    boolean tryTake(final long nowNs) {
        final long fromNs = Math.max(usedUpToNs, nowNs - MOST_AT_ONCE * EVERY_NS);
        if (nowNs - fromNs < EVERY_NS) {
            return false;
        }
        usedUpToNs = fromNs + EVERY_NS;
        return true;
    }
}
