package openclaw.edge.ledger.journal;

import java.io.File;

/** Where the journal's thread appends: told by it after each duty, read by one other thread. */
final class AppendPoint {
    private volatile File file;
    private volatile long position;

    /** Called by the journal's thread. */
    void update(final File nextFile, final long nextPosition) {
        if (nextFile != file) {
            // Between two files there is none: no position is taken for one in another file.
            file = null;
            position = nextPosition;
            file = nextFile;
        } else if (nextPosition != position) {
            position = nextPosition;
        }
    }

    /** The file, or null when there is none. To be read before the position, and again after it: the same, or neither counts. */
    File file() {
        return file;
    }

    /** Offset behind the last document. */
    long position() {
        return position;
    }
}
