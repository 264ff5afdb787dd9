package openclaw.edge.ledger.journal;

import java.io.IOException;

/** A file of the queue is no longer what was written: removed, cut, replaced, or with holes where the disk had no room. */
final class LostFileException extends IOException {
    private static final long serialVersionUID = 1L;

    LostFileException(final String message) {
        super(message);
    }
}
