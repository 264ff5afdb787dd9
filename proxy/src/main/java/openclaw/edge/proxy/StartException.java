package openclaw.edge.proxy;

/** A node cannot start. The message says the value, what was expected, and what to do; it is all that a user sees. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message for the user. */
    public StartException(String message) {
        super(message);
    }

    /** With a message for the user, and what was caught. */
    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
