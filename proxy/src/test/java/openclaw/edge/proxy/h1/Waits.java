package openclaw.edge.proxy.h1;

import java.util.concurrent.TimeUnit;

/**
 * How long a proxy under test waits for what, in milliseconds. Long enough in all for the slowest machine; a test of one time-out
 * shortens that one and no other, so that nothing else can run out before it.
 *
 * @param headMs for a client's head
 * @param bodyMs for progress of a body, or of a client that takes its response
 * @param keepAliveMs for a client's next request
 * @param pooledMs for the next use of a connection to the upstream
 * @param discardMs for the rest of a client's body that nobody wants
 * @param lingerMs for a client's own close behind its last answer
 */
public record Waits(long headMs, long bodyMs, long keepAliveMs, long pooledMs, long discardMs, long lingerMs) {
    /** For what no test waits to run out: connecting, queueing, upstreams. */
    static final long LONG_NS = TimeUnit.SECONDS.toNanos(30);

    private static final long LONG_MS = 30_000;
    private static final long SHORT_MS = 500;

    public static final Waits LONG = new Waits(LONG_MS, LONG_MS, LONG_MS, LONG_MS, LONG_MS, LONG_MS);
    public static final Waits SHORT_HEAD = new Waits(SHORT_MS, LONG_MS, LONG_MS, LONG_MS, LONG_MS, LONG_MS);
    public static final Waits SHORT_BODY = new Waits(LONG_MS, SHORT_MS, LONG_MS, LONG_MS, LONG_MS, LONG_MS);
    public static final Waits SHORT_KEEP_ALIVE = new Waits(LONG_MS, LONG_MS, SHORT_MS, LONG_MS, LONG_MS, LONG_MS);
    public static final Waits SHORT_POOLED = new Waits(LONG_MS, LONG_MS, LONG_MS, SHORT_MS, LONG_MS, LONG_MS);
    public static final Waits SHORT_DISCARD = new Waits(LONG_MS, LONG_MS, LONG_MS, LONG_MS, SHORT_MS, LONG_MS);
    public static final Waits SHORT_LINGER = new Waits(LONG_MS, LONG_MS, LONG_MS, LONG_MS, LONG_MS, SHORT_MS);

    H1Settings settings(final long bodyLimitBytes) {
        return new H1Settings(
                HeadLimits.REQUEST,
                HeadLimits.RESPONSE,
                bodyLimitBytes,
                TimeUnit.MILLISECONDS.toNanos(headMs),
                TimeUnit.MILLISECONDS.toNanos(bodyMs),
                TimeUnit.MILLISECONDS.toNanos(keepAliveMs),
                TimeUnit.MILLISECONDS.toNanos(discardMs),
                TimeUnit.MILLISECONDS.toNanos(lingerMs));
    }
}
