package openclaw.edge.billing.journal;

import java.io.PrintWriter;

/**
 * Gathers lines and hands them on in large pieces. Whoever reads may go away at any time, as {@code head} does: then
 * {@link Closed} is thrown, which ends the command without a word. Not thread-safe.
 */
final class Lines {
    private static final int PIECE_LENGTH = 1 << 16;

    private final PrintWriter out;
    private boolean isClosed;
    private final StringBuilder text = new StringBuilder(PIECE_LENGTH + 4096);

    Lines(PrintWriter out) {
        this.out = out;
    }

    /** Nobody reads any more. */
    static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Closed() {
            super("standard output is closed", null, false, false);
        }
    }

    /** Where the next line is to be written; {@link #end()} ends it. */
    StringBuilder line() {
        return text;
    }

    /** Ends a line. */
    void end() {
        text.append('\n');
        if (text.length() >= PIECE_LENGTH) {
            flush();
        }
    }

    /** A whole line. */
    void add(CharSequence line) {
        text.append(line);
        end();
    }

    /** Whether nobody reads any more. */
    boolean isClosed() {
        return isClosed;
    }

    /** Hands on what there is. */
    void flush() {
        if (text.length() > 0) {
            out.append(text);
            text.setLength(0);
        }
        if (out.checkError()) {
            isClosed = true;
            throw new Closed();
        }
    }
}
