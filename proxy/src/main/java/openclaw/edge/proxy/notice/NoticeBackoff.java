package openclaw.edge.proxy.notice;

import java.util.random.RandomGenerator;

/** How long to wait after a failure: doubled each time up to a bound, half of it by chance, so that members do not fall into step. */
final class NoticeBackoff {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Before chance: the wait after the first failure. */
    static final long FIRST_NS = SECOND_NS;

    /** The longest wait that is not asked for. */
    static final long LONGEST_NS = 300 * SECOND_NS;

    /** The longest wait that a receiver may ask for. */
    static final long LONGEST_ASKED_NS = 3600 * SECOND_NS;

    /** Enough to pass the longest wait, too few to overflow. */
    private static final int MOST_DOUBLINGS = 20;

    private NoticeBackoff() {}

    /**
     * The wait before the next attempt, in nanoseconds.
     *
     * @param failures so far, at least 1
     * @param askedNs what the receiver asked for (Retry-After), 0 when it did not
     */
    static long delayNs(final int failures, final long askedNs, final RandomGenerator random) {
        final long delayNs = Math.min(LONGEST_NS, FIRST_NS << Math.min(failures - 1, MOST_DOUBLINGS));
        final long byChanceNs = delayNs / 2 + random.nextLong(delayNs / 2 + 1);
        return Math.max(byChanceNs, Math.min(askedNs, LONGEST_ASKED_NS));
    }
}
