package openclaw.edge.ledger.journal;

import java.io.File;
import java.util.concurrent.atomic.AtomicInteger;

/** Where the journal's thread appends: told by it after each duty, read by one other thread. */
final class AppendPoint {
    /** Odd while the file changes. */
    private final AtomicInteger generation = new AtomicInteger();

    private volatile File file;
    private volatile long position;
    private boolean isNone = true;

    /** Goes on in another file. Called by the journal's thread. */
    void begin(final File nextFile, final long nextPosition) {
        generation.incrementAndGet();
        position = nextPosition;
        file = nextFile;
        generation.incrementAndGet();
        isNone = nextFile == null;
    }

    /** There is no file any more. Called by the journal's thread. */
    void end() {
        begin(null, 0);
    }

    /** Whether it has ended, or not begun. Called by the journal's thread. */
    boolean isNone() {
        return isNone;
    }

    /** Goes on in the same file. Called by the journal's thread. */
    void update(final long nextPosition) {
        position = nextPosition;
    }

    /** A number of its own for each file, the same one before and after file and position were read: they belong together. */
    int generation() {
        return generation.get();
    }

    /** The file, or null when there is none. */
    File file() {
        return file;
    }

    /** Offset behind the last document. */
    long position() {
        return position;
    }
}
