package openclaw.edge.billing.store;

import java.io.IOException;

/** The store cannot be reached, or refuses. The message names the store and no password. */
public final class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    /** With what people are told. */
    public StoreException(String message) {
        super(message);
    }
}
