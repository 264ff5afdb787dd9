package openclaw.edge.proxy.answer;

import java.nio.charset.StandardCharsets;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers an exchange with a problem: first one of the {@code prepare} methods, then whatever fields the caller adds to the
 * response's head, then {@link #send}. One per event loop; allocates nothing.
 */
public final class ErrorAnswer {
    private static final byte[] PROBLEM_JSON = ascii("application/problem+json");
    private static final byte[] JSON = ascii("application/json");
    private static final byte[] CHALLENGE = ascii("Bearer realm=\"openclaw\"");
    private static final byte[] CHALLENGE_INVALID = ascii("Bearer realm=\"openclaw\", error=\"invalid_token\"");
    private static final byte[] ALLOW = ascii("GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] POLICIES_END = ascii("\"]}");
    private static final int MAX_DIGITS = 20;

    /** Longest name of a policy that is told. */
    public static final int MAX_POLICY_BYTES = 64;

    private static final int ROOM = 1024;

    private final byte[] body = new byte[ROOM];
    private final byte[] digits = new byte[MAX_DIGITS];
    private final UnsafeBuffer digitsBuffer = new UnsafeBuffer(digits);
    private byte[] prepared = body;
    private int preparedLength;

    /** Begins an answer: status, Content-Type, Date and what the status itself asks for (Allow, WWW-Authenticate). */
    public void prepare(final Exchange exchange, final Problem problem, final Shape shape) {
        head(exchange, problem, shape);
        prepared = problem.body(shape);
        preparedLength = prepared.length;
    }

    /**
     * As {@link #prepare}, for the refusal by a limit, which is named where the shape has a place for it.
     *
     * @param policy name of the limit: ASCII letters, digits and {@code . _ -} only, at most {@link #MAX_POLICY_BYTES}
     */
    public void prepareRefusal(final Exchange exchange, final Problem problem, final Shape shape, final byte[] policy) {
        if (shape != Shape.PROBLEM) {
            prepare(exchange, problem, shape);
            return;
        }
        head(exchange, problem, shape);
        final byte[] start = problem.openEnded();
        System.arraycopy(start, 0, body, 0, start.length);
        System.arraycopy(policy, 0, body, start.length, policy.length);
        System.arraycopy(POLICIES_END, 0, body, start.length + policy.length, POLICIES_END.length);
        prepared = body;
        preparedLength = start.length + policy.length + POLICIES_END.length;
    }

    /** Adds Retry-After; {@code seconds} from 1. */
    public void retryAfter(final Exchange exchange, final long seconds) {
        final int length = digitsBuffer.putLongAscii(0, seconds);
        exchange.response().add(FieldNames.RETRY_AFTER, digits, 0, length);
    }

    /** Tells clients that a retry is of no use. */
    public void noRetry(final Exchange exchange) {
        exchange.response().add(FieldNames.X_SHOULD_RETRY, FALSE);
    }

    /** Says which of the two it was, after {@link #prepare} of a 401: a key that is not known, rather than none. */
    public void invalidToken(final Exchange exchange) {
        final Head response = exchange.response();
        response.dropAll(FieldNames.WWW_AUTHENTICATE);
        response.add(FieldNames.WWW_AUTHENTICATE, CHALLENGE_INVALID);
    }

    /** Ends the exchange with the answer prepared. */
    public void send(final Exchange exchange) {
        exchange.answer(prepared, preparedLength);
    }

    /**
     * Ends the exchange with status 200 and no body: the answer to OPTIONS that asks for this node itself (RFC 9110
     * section 9.3.7).
     */
    public void sendOptions(final Exchange exchange) {
        final Head response = exchange.response();
        response.reset();
        response.status(200);
        response.add(FieldNames.ALLOW, ALLOW);
        response.add(FieldNames.DATE, exchange.loop().clock().date());
        exchange.answer(null, 0);
    }

    private static void head(final Exchange exchange, final Problem problem, final Shape shape) {
        final Head response = exchange.response();
        response.reset();
        response.status(problem.status());
        response.add(FieldNames.DATE, exchange.loop().clock().date());
        response.add(FieldNames.CONTENT_TYPE, shape == Shape.PROBLEM ? PROBLEM_JSON : JSON);
        if (problem.status() == 401) {
            response.add(FieldNames.WWW_AUTHENTICATE, CHALLENGE);
        } else if (problem.status() == 405) {
            response.add(FieldNames.ALLOW, ALLOW);
        }
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
