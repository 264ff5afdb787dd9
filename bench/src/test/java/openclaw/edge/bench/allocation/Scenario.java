package openclaw.edge.bench.allocation;

import java.nio.charset.StandardCharsets;

/** One kind of request, repeated. */
enum Scenario {
    GET("GET /v1/rate?subject=example.com HTTP/1.1", Key.GOOD, "", 200),
    POST_WITH_LENGTH("POST /v1/rate HTTP/1.1", Key.GOOD, "{\"subject\":\"example.com\"}", 200),
    CHUNKED_RESPONSE("GET /chunked HTTP/1.1", Key.GOOD, "", 200),
    TOO_MANY_REQUESTS("GET /v1/rate HTTP/1.1", Key.EXHAUSTED, "", 429),
    UNAUTHORIZED("GET /v1/rate HTTP/1.1", Key.UNKNOWN, "", 401);

    /** API keys of the run's catalog. */
    static final class Key {
        static final String GOOD = "k_allocation_good_0123456789abcdef";
        static final String EXHAUSTED = "k_allocation_exhausted_0123456789";
        static final String UNKNOWN = "k_allocation_unknown_0123456789ab";

        private Key() {}
    }

    private final String request;
    private final int status;

    Scenario(final String line, final String key, final String body, final int status) {
        final String length =
                body.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";
        this.request = line + "\r\nHost: api.test\r\nUser-Agent: allocation\r\nAccept: */*\r\nX-Agent-Id: agent-7\r\n"
                + "Authorization: Bearer " + key + "\r\n" + length + "\r\n" + body;
        this.status = status;
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
