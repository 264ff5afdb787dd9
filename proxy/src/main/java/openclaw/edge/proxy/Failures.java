package openclaw.edge.proxy;

import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Methods;
import openclaw.edge.proxy.exchange.Reason;

/** What is done about an exchange that one side gave up before anything of its response was sent. */
final class Failures {
    /** How often a request is sent again because connections ended before it: each time others were served, it may be the last. */
    private static final int MOST_PASSED_OVER = 100;

    private Failures() {}

    /**
     * Whether the request may be sent once more, on a fresh connection: only where nothing of it can have been executed, or where
     * it does no harm twice and is still whole here.
     *
     * <p>A connect that took too long is repeated only where there is another server: at the same one the client would wait as
     * long again.
     *
     * @param isIdempotent whether the route says that every method may be repeated
     */
    static boolean mayRetry(final Exchange exchange, final Reason reason, final boolean isIdempotent) {
        if (!exchange.isReplayable()) {
            return false;
        }
        if (reason == Reason.CONNECT_FAILED || reason == Reason.UNSENT || reason == Reason.REFUSED) {
            return true;
        }
        if (reason == Reason.CONNECT_TIMEOUT) {
            return exchange.hasAlternative();
        }
        return reason == Reason.STALE_CONNECTION
                && (isIdempotent || Methods.isIdempotent(exchange.request().methodId()));
    }

    /**
     * The same for one that the upstream has passed over, on a connection that it ended behind others: this may happen again, where
     * a server ends connections often, and each time is one request nearer to being served.
     *
     * @param times how often it was passed over
     */
    static boolean mayRetryPassedOver(final Exchange exchange, final int times) {
        return exchange.isReplayable() && times <= MOST_PASSED_OVER;
    }

    /** The status that tells the client why. */
    static int status(final Reason reason) {
        return switch (reason) {
            case CLIENT_BODY_MALFORMED -> 400;
            case CLIENT_TIMEOUT -> 408;
            case CLIENT_BODY_TOO_LARGE -> 413;
            case CONNECT_FAILED,
                    UNSENT,
                    REFUSED,
                    PASSED_OVER,
                    STALE_CONNECTION,
                    UPSTREAM_GONE,
                    UPSTREAM_MALFORMED,
                    CLIENT_GONE -> 502;
            case QUEUE_FULL, QUEUE_TIMEOUT, SHUTDOWN -> 503;
            case CONNECT_TIMEOUT, RESPONSE_HEAD_TIMEOUT, RESPONSE_IDLE_TIMEOUT, TUNNEL_IDLE -> 504;
        };
    }

    /** What the client is told of it: nothing of who is behind this node, but whether its request may have had an effect. */
    static String detail(final Reason reason) {
        return switch (reason) {
            case CLIENT_BODY_MALFORMED ->
                "The body of the request breaks its framing: its chunks, their end or its trailers.";
            case CLIENT_BODY_TOO_LARGE -> "The body of the request is larger than is allowed here.";
            case CLIENT_TIMEOUT -> "The body of the request did not come in time.";
            case CONNECT_FAILED -> "The upstream server cannot be connected to: try again shortly.";
            case CONNECT_TIMEOUT -> "The upstream server could not be connected to in time: try again shortly.";
            case UNSENT -> "The connection to the upstream server was lost before the request was sent: try again.";
            case REFUSED, PASSED_OVER ->
                "The upstream server refused the request without looking at it: try again shortly.";
            case STALE_CONNECTION, UPSTREAM_GONE ->
                "The upstream server broke off before it answered: it may have acted on the request.";
            case UPSTREAM_MALFORMED ->
                "The upstream server's answer is no valid HTTP response: it may have acted on the request.";
            case RESPONSE_HEAD_TIMEOUT, RESPONSE_IDLE_TIMEOUT, TUNNEL_IDLE ->
                "The upstream server did not answer in time: it may have acted on the request.";
            case QUEUE_FULL, QUEUE_TIMEOUT, SHUTDOWN -> "The service cannot take the request now: try again shortly.";
            case CLIENT_GONE -> "The client is gone.";
        };
    }
}
