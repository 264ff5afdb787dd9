package openclaw.edge.billing.progress;

import java.io.PrintWriter;

/**
 * Tells on standard error how far a long run is: on a terminal one line that is written over, else a plain line now and then.
 * Says nothing in the first seconds, nor when it is told to be quiet. Thread-safe.
 */
public final class Progress {
    private static final long FIRST_NS = 2_000_000_000L;
    private static final long TERMINAL_NS = 250_000_000L;
    private static final long PLAIN_NS = 10_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final long SMALL_BYTES = 10 * MIB;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err;
    private final String verb;
    private final boolean isQuiet;
    private final boolean isTerminal;
    private final long startNs = System.nanoTime();
    private long nextNs = startNs + FIRST_NS;
    private boolean isLineOpen;

    /**
     * A run that begins now.
     *
     * @param err where it is told
     * @param verb what is done with records, for example {@code read}
     * @param isQuiet whether nothing is to be told
     * @param isTerminal whether people look at {@code err}
     */
    public Progress(PrintWriter err, String verb, boolean isQuiet, boolean isTerminal) {
        this.err = err;
        this.verb = verb;
        this.isQuiet = isQuiet;
        this.isTerminal = isTerminal;
    }

    /**
     * Tells if it is time to.
     *
     * @param records so far
     * @param bytes so far
     * @param totalBytes what there is; 0 when not known
     */
    public synchronized void at(long records, long bytes, long totalBytes) {
        long nowNs = System.nanoTime();
        if (isQuiet || nowNs - nextNs < 0) {
            return;
        }
        nextNs = nowNs + (isTerminal ? TERMINAL_NS : PLAIN_NS);
        String line = line(records, bytes, totalBytes, nowNs - startNs);
        if (isTerminal) {
            err.print(CLEAR + line);
            err.flush();
            isLineOpen = true;
        } else {
            err.println(line);
        }
    }

    private String line(long records, long bytes, long totalBytes, long elapsedNs) {
        long elapsedMs = Math.max(1, elapsedNs / NS_PER_MS);
        StringBuilder text = new StringBuilder();
        text.append(verb).append(' ').append(records).append(records == 1 ? " record, " : " records, ");
        if (records > 0) {
            text.append(records * 1000 / elapsedMs).append("/s, ");
        }
        boolean isSmall = Math.max(bytes, totalBytes) < SMALL_BYTES;
        long unit = isSmall ? KIB : MIB;
        text.append(bytes / unit);
        if (totalBytes > 0) {
            text.append(" of ").append(totalBytes / unit);
        }
        text.append(isSmall ? " KiB" : " MiB");
        if (bytes > 0 && totalBytes > bytes) {
            long leftSeconds = elapsedMs * ((totalBytes - bytes) / unit) / Math.max(1, bytes / unit) / 1000;
            text.append(", ").append(leftSeconds / SECONDS_PER_MINUTE).append(':');
            long seconds = leftSeconds % SECONDS_PER_MINUTE;
            text.append(seconds < 10 ? "0" : "").append(seconds).append(" left");
        }
        return text.toString();
    }

    /** The run is over: takes the line away. */
    public synchronized void end() {
        if (isLineOpen) {
            err.print(CLEAR);
            err.flush();
            isLineOpen = false;
        }
    }

    /** Seconds since the start in thousandths, at least one. */
    public long elapsedMs() {
        return Math.max(1, (System.nanoTime() - startNs) / NS_PER_MS);
    }
}
