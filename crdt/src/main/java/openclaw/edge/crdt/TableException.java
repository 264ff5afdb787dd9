package openclaw.edge.crdt;

/** A table that cannot be opened or has no room; the message says what was found, what was expected, what to do. */
public final class TableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TableException(final String message) {
        super(message);
    }

    TableException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
