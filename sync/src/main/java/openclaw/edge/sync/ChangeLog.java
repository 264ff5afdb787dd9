package openclaw.edge.sync;

import java.util.Arrays;

/**
 * Rows in the order of their latest change: a doubly linked list of row numbers, each with its version, and between them
 * <em>markers</em>, the positions up to which somebody has been told. A row that changes moves to the end under the next
 * version; markers stay where they are, so that a position stays good however the rows behind it move.
 *
 * <p>Every operation but {@link #placeAt} and growth takes constant time. A row may take several versions at once, its
 * <em>span</em>, where what is to be said of it does not fit into one datagram. Memory grows with the highest row that
 * ever changed. For one thread.
 */
final class ChangeLog {

    /** No row, or no marker. */
    static final int NONE = -1;

    private static final int SENTINEL = 0;
    private static final int INITIAL_ROWS = 1024;

    private final int firstRowNode;
    private final long firstVersion;
    private int[] next;
    private int[] previous;
    private long[] versions;
    private byte[] spans;
    private final int[] freeMarkers;
    private int freeMarkerCount;
    private long lastVersion;
    private int rows;

    /**
     * An empty log.
     *
     * @param maxMarkers how many markers there may be at once.
     * @param firstVersion version of the first change, at least 1.
     */
    ChangeLog(final int maxMarkers, final long firstVersion) {
        this.firstRowNode = maxMarkers + 1;
        this.firstVersion = firstVersion;
        this.lastVersion = firstVersion - 1;
        this.next = new int[firstRowNode + INITIAL_ROWS];
        this.previous = new int[firstRowNode + INITIAL_ROWS];
        this.versions = new long[INITIAL_ROWS];
        this.spans = new byte[INITIAL_ROWS];
        this.freeMarkers = new int[maxMarkers];
        for (int i = 0; i < maxMarkers; i++) {
            freeMarkers[i] = maxMarkers - i;
        }
        this.freeMarkerCount = maxMarkers;
    }

    /** Version of the latest change; {@code firstVersion - 1} if there was none. */
    long lastVersion() {
        return lastVersion;
    }

    /** Version before the first change. */
    long baseVersion() {
        return firstVersion - 1;
    }

    /** Rows in the log. */
    int rows() {
        return rows;
    }

    /**
     * The row changed: it moves to the end.
     *
     * @param row 0 or more.
     * @param span how many versions it takes, 1 to 127; the last of them is the row's version.
     */
    void stamp(final int row, final int span) {
        ensure(row);
        final int node = firstRowNode + row;
        if (versions[row] == 0) {
            rows++;
        } else {
            unlink(node);
        }
        linkBefore(node, SENTINEL);
        lastVersion += span;
        versions[row] = lastVersion;
        spans[row] = (byte) span;
    }

    /** Takes a row out, of which there is nothing more to say. */
    void remove(final int row) {
        if (version(row) != 0) {
            unlink(firstRowNode + row);
            versions[row] = 0;
            rows--;
        }
    }

    /** Version of a row's latest change; 0 if it is not in the log. */
    long version(final int row) {
        return row < versions.length ? versions[row] : 0;
    }

    /** How many versions a row takes; its first is {@code version - span + 1}. */
    int span(final int row) {
        return spans[row];
    }

    /** The first row behind a marker, or {@link #NONE}. */
    int rowAfterMarker(final int marker) {
        return rowFrom(next[marker]);
    }

    /** The row behind a row of the log, or {@link #NONE}. */
    int rowAfter(final int row) {
        return rowFrom(next[firstRowNode + row]);
    }

    private int rowFrom(final int start) {
        int node = start;
        while (node != SENTINEL && node < firstRowNode) {
            node = next[node];
        }
        return node == SENTINEL ? NONE : node - firstRowNode;
    }

    /** A marker before all rows; {@link #NONE} if all are taken. */
    int acquireMarker() {
        if (freeMarkerCount == 0) {
            return NONE;
        }
        final int marker = freeMarkers[--freeMarkerCount];
        linkBefore(marker, next[SENTINEL]);
        return marker;
    }

    /** Gives a marker back. */
    void releaseMarker(final int marker) {
        unlink(marker);
        freeMarkers[freeMarkerCount++] = marker;
    }

    /** Moves a marker to where another one is. */
    void placeAtMarker(final int marker, final int other) {
        unlink(marker);
        linkBefore(marker, next[other]);
    }

    /** Moves a marker right behind a row. */
    void placeAfterRow(final int marker, final int row) {
        unlink(marker);
        linkBefore(marker, next[firstRowNode + row]);
    }

    /** Moves a marker right before a row. */
    void placeBeforeRow(final int marker, final int row) {
        unlink(marker);
        linkBefore(marker, firstRowNode + row);
    }

    /** Moves a marker behind all rows. */
    void placeAtEnd(final int marker) {
        unlink(marker);
        linkBefore(marker, SENTINEL);
    }

    /** Moves a marker behind all rows of versions up to this; takes as long as there are rows above it. */
    void placeAt(final int marker, final long version) {
        unlink(marker);
        if (version < firstVersion) {
            linkBefore(marker, next[SENTINEL]);
            return;
        }
        int node = previous[SENTINEL];
        int before = SENTINEL;
        while (node != SENTINEL && (node < firstRowNode || versions[node - firstRowNode] > version)) {
            before = node;
            node = previous[node];
        }
        linkBefore(marker, before);
    }

    private void ensure(final int row) {
        if (row >= versions.length) {
            final int capacity =
                    (int) Math.min(Integer.MAX_VALUE - 8L - firstRowNode, Math.max(row + 1L, 2L * versions.length));
            versions = Arrays.copyOf(versions, capacity);
            spans = Arrays.copyOf(spans, capacity);
            next = Arrays.copyOf(next, firstRowNode + capacity);
            previous = Arrays.copyOf(previous, firstRowNode + capacity);
        }
    }

    private void linkBefore(final int node, final int successor) {
        final int predecessor = previous[successor];
        next[predecessor] = node;
        previous[node] = predecessor;
        next[node] = successor;
        previous[successor] = node;
    }

    private void unlink(final int node) {
        next[previous[node]] = next[node];
        previous[next[node]] = previous[node];
    }
}
