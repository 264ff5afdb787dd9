package openclaw.edge.proxy.answer;

import java.nio.charset.StandardCharsets;

/**
 * Something to tell a client: a status with its reason, rendered in every shape when it is made. Immutable; made at start, not
 * per request.
 */
public final class Problem {
    private static final String REGISTRY = "https://iana.org/assignments/http-problem-types#";
    private static final String ABOUT_BLANK = "about:blank";

    /** A limit has no tokens left now (draft-ietf-httpapi-ratelimit-headers, section "Quota Exceeded"). */
    public static final Problem RATE_LIMITED = new Problem(
            429,
            REGISTRY + "quota-exceeded",
            "Request cannot be satisfied as assigned quota has been exceeded",
            "Too many requests: wait as long as Retry-After says.",
            "rate_limit_exceeded");

    /** The cost is above what a limit can ever hold. */
    public static final Problem COST_ABOVE_CAPACITY = new Problem(
            429,
            REGISTRY + "quota-exceeded",
            "Request cannot be satisfied as assigned quota has been exceeded",
            "The request costs more tokens than the limit can ever hold: a retry cannot succeed.",
            "rate_limit_exceeded");

    /** The quota of the billing cycle is used up. */
    public static final Problem QUOTA_EXCEEDED = new Problem(
            429,
            REGISTRY + "quota-exceeded",
            "Request cannot be satisfied as assigned quota has been exceeded",
            "The quota of the billing cycle is used up: a retry cannot succeed before the next cycle or another plan.",
            "insufficient_quota");

    /** The limit refuses while members are silent (the same draft, section "Temporary Reduced Capacity"). */
    public static final Problem REDUCED_CAPACITY = new Problem(
            503,
            REGISTRY + "temporary-reduced-capacity",
            "Request cannot be satisfied due to temporary server capacity constraints",
            "The limit cannot be shared with all members of the cluster now: try again shortly.",
            null);

    /** Nobody knows what may still be admitted: what this node had counted is lost. */
    public static final Problem COUNTS_LOST = new Problem(
            503,
            REGISTRY + "temporary-reduced-capacity",
            "Request cannot be satisfied due to temporary server capacity constraints",
            "Another process has changed this node's file of buckets or quotas, so it cannot tell what its limits still admit"
                    + " and refuses everything until it is restarted: ask another node, and tell whoever runs this one.",
            null);

    private static final int FIRST_STATUS = 400;
    private static final int LAST_STATUS = 511;
    private static final Problem[] BY_STATUS = new Problem[LAST_STATUS - FIRST_STATUS + 1];

    private final int status;
    private final byte[][] bodies = new byte[Shape.values().length][];
    /** Of the problem shape: the body up to where the names of violated policies begin, without its end. */
    private final byte[] openEnded;

    static {
        for (int status = FIRST_STATUS; status <= LAST_STATUS; status++) {
            BY_STATUS[status - FIRST_STATUS] = of(status, "");
        }
    }

    private Problem(
            final int status, final String type, final String title, final String detail, final String openAiCode) {
        this.status = status;
        final String problem = "{\"type\":" + quoted(type) + ",\"title\":" + quoted(title) + ",\"status\":" + status
                + (detail.isEmpty() ? "" : ",\"detail\":" + quoted(detail));
        final String message = quoted(detail.isEmpty() ? title : detail);
        this.openEnded = bytes(problem + ",\"violated-policies\":[\"");
        bodies[Shape.PROBLEM.ordinal()] = bytes(problem + "}");
        bodies[Shape.OPENAI.ordinal()] = bytes("{\"error\":{\"message\":" + message + ",\"type\":"
                + quoted(openAiType(status, openAiCode)) + ",\"param\":null,\"code\":"
                + (openAiCode == null ? "null" : quoted(openAiCode)) + "}}");
        bodies[Shape.ANTHROPIC.ordinal()] = bytes("{\"type\":\"error\",\"error\":{\"type\":"
                + quoted(anthropicType(status)) + ",\"message\":" + message + "}}");
    }

    /**
     * A problem that is told by its status and a sentence.
     *
     * @param status 400 to 511
     * @param detail what went wrong and what to do, in ASCII; empty: the status says it all
     */
    public static Problem of(final int status, final String detail) {
        final String code = status == 401 ? "invalid_api_key" : status == 403 ? "permission_denied" : null;
        return new Problem(status, ABOUT_BLANK, title(status), detail, code);
    }

    /** The problem that its status alone tells; 500 for what is no 4xx or 5xx. */
    public static Problem ofStatus(final int status) {
        final int known = status < FIRST_STATUS || status > LAST_STATUS ? 500 : status;
        return BY_STATUS[known - FIRST_STATUS];
    }

    /** The status of the answer. */
    public int status() {
        return status;
    }

    /** A copy of the body in a shape. */
    public byte[] render(final Shape shape) {
        return body(shape).clone();
    }

    /** The body; not to be written to. */
    byte[] body(final Shape shape) {
        return bodies[shape.ordinal()];
    }

    byte[] openEnded() {
        return openEnded;
    }

    private static String openAiType(final int status, final String code) {
        if (status == 429) {
            return "insufficient_quota".equals(code) ? code : "requests";
        }
        return status >= 500 ? "server_error" : "invalid_request_error";
    }

    private static String anthropicType(final int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }

    private static String title(final int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            case 508 -> "Loop Detected";
            default -> status >= 500 ? "Server Error" : "Client Error";
        };
    }

    private static String quoted(final String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x20 || text.charAt(i) > 0x7E) {
                throw new IllegalArgumentException("'" + text + "': expected visible ASCII");
            }
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
