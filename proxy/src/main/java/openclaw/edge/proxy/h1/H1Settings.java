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
 */
public record H1Settings(
        HeadLimits requestLimits,
        HeadLimits responseLimits,
        long bodyLimitBytes,
        long clientHeadNs,
        long bodyIdleNs,
        long keepAliveNs) {}
