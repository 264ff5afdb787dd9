package openclaw.edge.billing.stripe;

import com.stripe.exception.StripeException;
import com.stripe.net.StripeResponse;

/** {@code Retry-After} of an answer (RFC 9110, 10.2.3), as Stripe sends it: in seconds. */
final class RetryAfter {
    private static final long MAX_SECONDS = 60;

    private RetryAfter() {}

    /** Milliseconds to wait, at most a minute; 0 when the answer does not say, or says something else. */
    static long ms(StripeException e) {
        StripeResponse response =
                e.getStripeError() == null ? null : e.getStripeError().getLastResponse();
        String text = response == null
                ? ""
                : response.headers().firstValue("Retry-After").orElse("").strip();
        return text.matches("[0-9]{1,6}") ? Math.min(Long.parseLong(text), MAX_SECONDS) * 1_000 : 0;
    }
}
