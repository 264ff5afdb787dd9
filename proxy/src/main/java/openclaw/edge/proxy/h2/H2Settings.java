package openclaw.edge.proxy.h2;

/**
 * What HTTP/2 connections of clients are held to.
 *
 * @param headBytes of a header list by the count of RFC 9113 section 6.5.2, and of a trailer section; 431 beyond
 * @param fields number of fields, pseudo-fields not counted; 431 beyond
 * @param targetBytes of {@code :path}; 414 beyond
 * @param bodyLimitBytes longest request body; 413 beyond
 * @param clientHeadNs for a header block to complete, from its first byte (the connection's preface: from the accept)
 * @param bodyIdleNs without progress of a request's body, or of a response that waits for its client
 * @param keepAliveNs without streams
 */
public record H2Settings(
        int headBytes,
        int fields,
        int targetBytes,
        long bodyLimitBytes,
        long clientHeadNs,
        long bodyIdleNs,
        long keepAliveNs) {}
