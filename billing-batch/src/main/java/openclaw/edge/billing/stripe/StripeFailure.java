package openclaw.edge.billing.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.StripeException;
import java.util.regex.Pattern;

/** A request to Stripe that led to nothing as far as is known. The message holds no key. */
final class StripeFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Below it an answer is good, and one that is not Stripe's comes from something between. */
    private static final int REDIRECTION = 300;

    private static final String STRIPE = "https://api.stripe.com";
    private static final int UNAUTHORIZED = 401;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;
    private static final Pattern KEY = Pattern.compile("\\b[rs]k_[A-Za-z]+_[^\\s,;]*");
    private static final String DUPLICATE_EVENT = "duplicate_meter_event";
    private static final String DUPLICATE_TEXT = "already exists with identifier";

    private final Kind kind;
    private final boolean isKeyed;
    private final long retryAfterMs;

    /** What it means. */
    enum Kind {
        /** Nothing was heard, or from a gateway alone: Stripe may have done it, or be doing it still. */
        NO_ANSWER,
        /** Not done, and may be asked again as it is. */
        BUSY,
        /** Stripe failed, and will say so again under the same key; whether it did anything is to be looked up. */
        ERROR,
        /** The idempotency key belongs to a request of other content. */
        KEY_REUSED,
        /** An event of this identifier is there already. */
        DUPLICATE,
        /** The API key is no good: nothing else will work either. */
        UNAUTHORIZED,
        /** Stripe said no. */
        REFUSED
    }

    private StripeFailure(Kind kind, boolean isKeyed, long retryAfterMs, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.isKeyed = isKeyed;
        this.retryAfterMs = retryAfterMs;
    }

    /**
     * Of what the library threw.
     *
     * @param what was asked for
     * @param isKeyed whether it went out with an idempotency key
     */
    static StripeFailure of(String what, boolean isKeyed, StripeException e) {
        int status = e.getStatusCode() == null ? 0 : e.getStatusCode();
        Kind kind = kind(e, status);
        String message = kind == Kind.NO_ANSWER && status == 0
                ? what + ": no answer (" + firstLine(e) + ")"
                : what + ": " + status + " " + firstLine(e);
        return new StripeFailure(kind, isKeyed, RetryAfter.ms(e), message, e);
    }

    /** Of an answer that the library could not make anything of, as a page of something between has it. */
    static StripeFailure of(String what, boolean isKeyed, RuntimeException e) {
        if (e.getCause() instanceof StripeException) {
            return of(what, isKeyed, (StripeException) e.getCause());
        }
        return new StripeFailure(Kind.NO_ANSWER, isKeyed, 0, what + ": the answer is not one of Stripe's", e);
    }

    private static Kind kind(StripeException e, int status) {
        if (e instanceof ApiConnectionException || status == 0) {
            return Kind.NO_ANSWER;
        }
        if (e instanceof IdempotencyException
                || (e.getStripeError() != null
                        && "idempotency_error".equals(e.getStripeError().getType()))) {
            return status == CONFLICT ? Kind.BUSY : Kind.KEY_REUSED;
        }
        if (DUPLICATE_EVENT.equals(e.getCode())
                || String.valueOf(e.getMessage()).contains(DUPLICATE_TEXT)) {
            return Kind.DUPLICATE;
        }
        return switch (status) {
            case UNAUTHORIZED -> Kind.UNAUTHORIZED;
            case CONFLICT, TOO_MANY -> Kind.BUSY;
            case SERVER_ERROR -> Kind.ERROR;
            default -> status > SERVER_ERROR || status < REDIRECTION ? Kind.NO_ANSWER : Kind.REFUSED;
        };
    }

    private static String firstLine(StripeException e) {
        String text = e.getStripeError() != null && e.getStripeError().getMessage() != null
                ? e.getStripeError().getMessage()
                : String.valueOf(e.getMessage());
        return KEY.matcher(text.lines().findFirst().orElse("").strip()).replaceAll("***");
    }

    /** The same, with the address that was asked where the library names Stripe's own; null: as it is. */
    StripeFailure at(String base) {
        return base == null
                ? this
                : new StripeFailure(kind, isKeyed, retryAfterMs, getMessage().replace(STRIPE, base), getCause());
    }

    Kind kind() {
        return kind;
    }

    /** Whether the key that the request went out with was answered: it will never do anything more. */
    boolean answersKey() {
        return isKeyed && (kind == Kind.ERROR || kind == Kind.KEY_REUSED || kind == Kind.REFUSED);
    }

    /** How long Stripe asks to wait; 0 when it does not say. */
    long retryAfterMs() {
        return retryAfterMs;
    }
}
