package openclaw.edge.billing.stripe;

import java.util.Random;

/** How long to wait before the next attempt: twice as long each time, and never exactly. Not thread-safe. */
final class Backoff {
    private static final long FIRST_MS = 500;
    private static final long MAX_MS = 20_000;
    private static final int MAX_DOUBLINGS = 6;

    private final Random random;

    Backoff(Random random) {
        this.random = random;
    }

    /**
     * Before an attempt.
     *
     * @param failures so far, from 1
     * @param retryAfterMs what was asked for; 0 for nothing
     */
    long beforeMs(int failures, long retryAfterMs) {
        long mean = Math.min(MAX_MS, FIRST_MS << Math.min(failures - 1, MAX_DOUBLINGS));
        return retryAfterMs + mean / 2 + random.nextInt((int) mean);
    }
}
