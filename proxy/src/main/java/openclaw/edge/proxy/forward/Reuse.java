package openclaw.edge.proxy.forward;

/**
 * Whether connections to a server may serve more than one exchange.
 *
 * <p>HTTP/1 matches responses to requests by their order alone (RFC 9112 section 9.3.2): a server that sends a response that
 * nobody asked for puts it before the answer of whoever uses the connection next. It cannot be told from that answer when it
 * comes after the request has left. So a server that was caught once loses its credit: for a while, twice as long each time,
 * every exchange gets a connection of its own. Shared by all event loops.
 */
final class Reuse {
    private static final long FIRST_NS = 10_000_000_000L;
    private static final long LONGEST_NS = 640_000_000_000L;

    private volatile boolean stopped;
    private volatile long untilNs;
    private long lastNs;

    /** Whether every exchange needs a new connection now. */
    boolean isStopped(final long nowNs) {
        return stopped && nowNs - untilNs < 0;
    }

    /**
     * The server sent what nobody had asked for.
     *
     * @return for how many nanoseconds connections are not used again; 0 when that was so already
     */
    synchronized long stop(final long nowNs) {
        if (isStopped(nowNs)) {
            return 0;
        }
        final boolean again = stopped && nowNs - untilNs < LONGEST_NS;
        lastNs = again ? Math.min(lastNs * 2, LONGEST_NS) : FIRST_NS;
        untilNs = nowNs + lastNs;
        stopped = true;
        return lastNs;
    }
}
