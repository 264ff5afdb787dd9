package openclaw.edge.billing.stripe;

/** A document cannot be sent as it is: trying again changes nothing. The message says why. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }

    Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}
