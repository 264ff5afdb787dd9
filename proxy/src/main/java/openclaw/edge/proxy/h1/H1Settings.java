package openclaw.edge.proxy.h1;

/**
 * What HTTP/1 connections are held to.
 *
 * @param requestLimits of request heads
 * @param responseLimits of response heads
 * @param bodyLimitBytes longest request body; 413 beyond
 * @param clientHeadNs for a request head to complete, from its first byte (the first one: from the accept)
 * @param bodyIdleNs without progress in either direction while an exchange waits for its client
 * @param keepAliveNs between two requests
 * @param discardNs for the rest of a body that is dropped to keep the connection; usually {@link #DISCARD_NS}
 * @param lingerNs for the client's own close, once the last answer is written; usually {@link #LINGER_NS}
 */
public record H1Settings(
        HeadLimits requestLimits,
        HeadLimits responseLimits,
        long bodyLimitBytes,
        long clientHeadNs,
        long bodyIdleNs,
        long keepAliveNs,
        long discardNs,
        long lingerNs) {
    /** A client has this long to be done with a body that nobody wants. */
    public static final long DISCARD_NS = 1_000_000_000L;

    /** A client has this long to read its last answer, which a reset would destroy. */
    public static final long LINGER_NS = 2_000_000_000L;
}
