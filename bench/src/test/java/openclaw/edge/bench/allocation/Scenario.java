package openclaw.edge.bench.allocation;

import java.nio.charset.StandardCharsets;

/** One kind of request, repeated. */
enum Scenario {
    GET("GET /v1/rate?subject=example.com HTTP/1.1", Key.GOOD, "", 200),
    POST_WITH_LENGTH("POST /v1/rate HTTP/1.1", Key.GOOD, "{\"subject\":\"example.com\"}", 200),
    CHUNKED_RESPONSE("GET /chunked HTTP/1.1", Key.GOOD, "", 200),
    TOO_MANY_REQUESTS("GET /v1/rate HTTP/1.1", Key.EXHAUSTED, "", 429),
    UNAUTHORIZED("GET /v1/rate HTTP/1.1", Key.UNKNOWN, "", 401),
    /** A message through a tunnel and back: small enough to be copied behind others. */
    TUNNEL(3_000),
    /** As {@link #TUNNEL}, so large that it goes by reference. */
    TUNNEL_LARGE(48_000),
    /** By TLS 1.3, each request in a record of its own and sent when the one before was answered. */
    TLS_GET("GET /v1/rate?subject=example.com HTTP/1.1", Key.GOOD, "", 200);

    /** API keys of the run's catalog. */
    static final class Key {
        static final String GOOD = "k_allocation_good_0123456789abcdef";
        static final String EXHAUSTED = "k_allocation_exhausted_0123456789";
        static final String UNKNOWN = "k_allocation_unknown_0123456789ab";

        private Key() {}
    }

    private static final int FEW = 5;

    private final String opening;
    private final String request;
    private final int status;

    Scenario(final String line, final String key, final String body, final int status) {
        final String length =
                body.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";
        this.request = line + "\r\nHost: api.test\r\nUser-Agent: allocation\r\nAccept: */*\r\nX-Agent-Id: agent-7\r\n"
                + "Authorization: Bearer " + key + "\r\n" + length + "\r\n" + body;
        this.status = status;
        this.opening = null;
    }

    /** A tunnel whose messages look, to the client that counts them, like answers. */
    Scenario(final int messageBytes) {
        this.opening = "GET /tunnel HTTP/1.1\r\nHost: api.test\r\nX-Agent-Id: agent-7\r\nAuthorization: Bearer "
                + Key.GOOD + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        this.status = 101;
        final String head = new String(statusLine(), StandardCharsets.US_ASCII);
        this.request = head + "x".repeat(messageBytes - head.length() - 1) + "}";
    }

    /** What opens the tunnel, null where there is none. */
    byte[] opening() {
        return opening == null ? null : opening.getBytes(StandardCharsets.US_ASCII);
    }

    private boolean isOneByOne() {
        return isSecure() || opening != null;
    }

    boolean isSecure() {
        return this == TLS_GET;
    }

    /** Requests that are sent at once. */
    int batch() {
        return isOneByOne() ? 1 : 64;
    }

    /** How many of {@code requests} it takes: what goes one by one costs the clients of a run more than the node. */
    int share(final int requests) {
        return isOneByOne() ? requests / FEW : requests;
    }

    /** Bytes that a request may allocate. */
    int allowedBytes() {
        return isSecure() ? 256 : 1;
    }

    /** {@code count} requests, one behind the other. */
    byte[] requests(final int count) {
        return request.repeat(count).getBytes(StandardCharsets.US_ASCII);
    }

    /** What every answer must begin with. */
    byte[] statusLine() {
        return ("HTTP/1.1 " + status + " ").getBytes(StandardCharsets.US_ASCII);
    }
}
