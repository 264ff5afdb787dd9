package openclaw.edge.sync.session;

import java.util.concurrent.TimeUnit;

/** How often a HELLO may be answered: so many a second, and so many at once. Not thread-safe. */
final class AnswerRate {

    private final long intervalNs;
    private final long burstNs;
    private long nextNs;
    private boolean hasBegun;

    AnswerRate(final int perSecond) {
        intervalNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        burstNs = intervalNs * perSecond;
    }

    /** Whether one more may be answered now; if so, it counts. */
    boolean tryTake(final long nowNs) {
        if (!hasBegun || nextNs - nowNs < 0) {
            nextNs = nowNs;
            hasBegun = true;
        }
        if (nextNs - nowNs > burstNs - intervalNs) {
            return false;
        }
        nextNs += intervalNs;
        return true;
    }
}
