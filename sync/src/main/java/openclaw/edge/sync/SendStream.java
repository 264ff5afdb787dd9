package openclaw.edge.sync;

/**
 * What one peer is still to be told of one {@link ChangeLog}: a cursor in the log, and up to {@link #MAX_WINDOW} segments
 * in flight, each a range (low, high] of versions that went out in one datagram and is not yet acknowledged. Every segment
 * holds a marker at its beginning in the log, so that it can be written again from what the rows say then; rows that have
 * changed since are not in it any more, but in a later one.
 *
 * <p>On the wire versions are those of the log plus an offset: {@link #rewind} begins again at an earlier point of the log
 * under higher numbers, so that what was acknowledged before says nothing of it.
 *
 * <p>A segment is lost when three that were sent after it have been acknowledged, or when twice the round trip has passed,
 * doubled with every repetition. The window shrinks by half with a loss, once a round trip. One segment at a time is
 * written: {@link #beginNew} or {@link #beginAgain}, then rows by {@link #row} and {@link #advance}, then {@link #end} or
 * {@link #abandon}. For one thread; allocates nothing.
 */
final class SendStream {

    /** Most segments in flight. */
    static final int MAX_WINDOW = 64;

    /** Markers that one stream uses at most. */
    static final int MARKERS = MAX_WINDOW + 1;

    private static final int INITIAL_WINDOW = 16;
    private static final int MIN_WINDOW = 4;
    private static final int REORDERING = 3;
    private static final int MAX_BACKOFF_SHIFT = 6;
    private static final int NEW = MAX_WINDOW;

    private final ChangeLog log;
    private final RoundTrip roundTrip;
    private final int cursor;

    private final long[] lows = new long[MAX_WINDOW];
    private final long[] highs = new long[MAX_WINDOW];
    private final long[] sentAtNs = new long[MAX_WINDOW];
    private final long[] orders = new long[MAX_WINDOW];
    private final int[] times = new int[MAX_WINDOW];
    private final int[] markers = new int[MAX_WINDOW];
    private int segments;
    private int window = INITIAL_WINDOW;
    private long order;
    private long ackedOrder;
    private long reducedAtNs;
    private long progressAtNs;
    private long probedAtNs;

    private long offset;
    private long claimed;
    private long everClaimed;
    private long acked;
    private long whole;
    private long endWhenSent;

    // The segment that is being written.
    private int writing = ChangeLog.NONE;
    private int row;
    private long at;
    private long limit;

    /**
     * A stream from the log's beginning.
     *
     * @param log to be told.
     * @param roundTrip of the peer, shared by its streams.
     * @throws IllegalStateException if the log has no marker left: there are more peers than it was made for.
     */
    SendStream(final ChangeLog log, final RoundTrip roundTrip) {
        this.log = log;
        this.roundTrip = roundTrip;
        this.cursor = log.acquireMarker();
        if (cursor == ChangeLog.NONE) {
            throw new IllegalStateException("no marker left in the log, expected one for each peer's stream");
        }
    }

    /** Gives the markers back; the stream is not to be used any more. */
    void close() {
        dropSegments();
        log.releaseMarker(cursor);
    }

    /** Begins anew for a new life of either side: nothing was said, nothing acknowledged. */
    void reset() {
        dropSegments();
        log.placeAt(cursor, 0);
        window = INITIAL_WINDOW;
        offset = 0;
        claimed = 0;
        everClaimed = 0;
        acked = 0;
        whole = 0;
        endWhenSent = 0;
        ackedOrder = order;
    }

    /**
     * Begins again behind a version of the log, under numbers not used before; what was in flight is dropped.
     *
     * @param version up to which the peer has everything.
     */
    void rewind(final long version) {
        dropSegments();
        log.placeAt(cursor, version);
        offset = everClaimed + 1 - version;
        everClaimed++;
        claimed = acked;
    }

    /** What is added to the log's versions on the wire. */
    long offset() {
        return offset;
    }

    /** Highest version on the wire of which the peer has acknowledged everything. */
    long acked() {
        return acked;
    }

    /**
     * Version on the wire up to which every change has reached the peer, also of rows that have changed again since; at
     * most {@link #acked}, whose rows are those of a latest change up to it.
     */
    long whole() {
        return whole;
    }

    /** Highest version on the wire that was sent. */
    long claimed() {
        return claimed;
    }

    /** Versions of the log that the peer has not acknowledged. */
    long lag() {
        return Math.max(0, log.lastVersion() + offset - Math.max(acked, log.baseVersion() + offset));
    }

    /** Segments in flight. */
    int segments() {
        return segments;
    }

    /** True if something of the log was not yet sent, or only claimed. */
    boolean hasUnsent() {
        return claimed < log.lastVersion() + offset;
    }

    /** True if there is something unsent and the window lets it go. */
    boolean canSendNew() {
        return segments < window && hasUnsent();
    }

    /** True if what is in flight has met silence for that long. */
    boolean isStalled(final long nowNs, final long forNs) {
        return segments > 0 && nowNs - progressAtNs > forNs;
    }

    /** True, and not again before {@code everyNs} has passed: a stalled peer may be probed. */
    boolean isProbeDue(final long nowNs, final long everyNs) {
        if (nowNs - probedAtNs < everyNs) {
            return false;
        }
        probedAtNs = nowNs;
        return true;
    }

    /** The first segment that is to be sent again, or {@link ChangeLog#NONE}. */
    int dueAgain(final long nowNs) {
        final long afterNs = roundTrip.retransmitAfterNs();
        for (int i = 0; i < segments; i++) {
            final int shift = Math.min(times[i] - 1, MAX_BACKOFF_SHIFT);
            if (orders[i] + REORDERING <= ackedOrder || nowNs - sentAtNs[i] >= afterNs << shift) {
                return i;
            }
        }
        return ChangeLog.NONE;
    }

    /** The segment that was sent longest ago, whether lost or not, or {@link ChangeLog#NONE}. */
    int oldest() {
        return segments == 0 ? ChangeLog.NONE : 0;
    }

    /**
     * Begins to write what was not yet sent; {@link #canSendNew} must hold.
     *
     * @return the version before the range, on the wire.
     */
    long beginNew() {
        writing = NEW;
        at = claimed - offset;
        limit = Long.MAX_VALUE;
        row = log.rowAfterMarker(cursor);
        skipDone();
        return claimed;
    }

    /**
     * Begins to write a segment again.
     *
     * @param segment from {@link #dueAgain}.
     * @return the version before the range, on the wire.
     */
    long beginAgain(final int segment) {
        writing = segment;
        at = lows[segment] - offset;
        limit = highs[segment] - offset;
        row = log.rowAfterMarker(markers[segment]);
        skipDone();
        return lows[segment];
    }

    private void skipDone() {
        while (row != ChangeLog.NONE && log.version(row) <= at) {
            row = log.rowAfter(row);
        }
    }

    /** The row to be written next, or {@link ChangeLog#NONE} if the range ends here. */
    int row() {
        return row != ChangeLog.NONE && partVersion() <= limit ? row : ChangeLog.NONE;
    }

    /** Which part of the row is to be written next, from 0. */
    int part() {
        return (int) (partVersion() - (log.version(row) - log.span(row) + 1));
    }

    private long partVersion() {
        return Math.max(at + 1, log.version(row) - log.span(row) + 1);
    }

    /** The row's part is written, or there is nothing to be said of it. */
    void advance() {
        at = partVersion();
        if (at == log.version(row)) {
            row = log.rowAfter(row);
        }
    }

    /** True if nothing of the log would be left to say behind what is written. */
    boolean isAtEnd() {
        return row == ChangeLog.NONE;
    }

    /** The last version of what is written, on the wire: what {@link #end} will claim. */
    long high() {
        if (row() == ChangeLog.NONE) {
            return offset + Math.min(limit, log.lastVersion());
        }
        return offset + at;
    }

    /**
     * What was written is sent. A range that lasts no further than where it began is forgotten.
     *
     * @param nowNs when.
     */
    void end(final long nowNs) {
        final long high = high();
        endWhenSent = Math.max(endWhenSent, log.lastVersion() + offset);
        if (writing == NEW) {
            if (high > claimed) {
                addSegment(high);
            }
        } else if (high > lows[writing]) {
            reduceWindow(nowNs);
        }
        if (writing < segments) {
            sentAtNs[writing] = nowNs;
            orders[writing] = ++order;
            times[writing]++;
            if (segments == 1 && times[writing] == 1) {
                progressAtNs = nowNs;
            }
        }
        writing = ChangeLog.NONE;
    }

    /** What was begun is not sent. */
    void abandon() {
        writing = ChangeLog.NONE;
    }

    private void addSegment(final long high) {
        final int marker = log.acquireMarker();
        if (marker == ChangeLog.NONE) {
            throw new IllegalStateException("no marker left in the log, expected " + MARKERS + " for each stream");
        }
        log.placeAtMarker(marker, cursor);
        if (row == ChangeLog.NONE) {
            log.placeAtEnd(cursor);
        } else {
            log.placeBeforeRow(cursor, row);
        }
        writing = segments++;
        lows[writing] = claimed;
        highs[writing] = high;
        times[writing] = 0;
        markers[writing] = marker;
        claimed = high;
        everClaimed = Math.max(everClaimed, high);
    }

    private void reduceWindow(final long nowNs) {
        if (nowNs - reducedAtNs > Math.max(RoundTrip.MIN_RETRANSMIT_NS, roundTrip.smoothedNs())) {
            window = Math.max(MIN_WINDOW, window / 2);
            reducedAtNs = nowNs;
        }
    }

    /**
     * The peer has everything up to a version.
     *
     * @param joined on the wire.
     * @param nowNs now.
     * @return false if there never was such a version: the peer knows more of this node than it does itself. One that was
     *     not sent to this peer yet is no such thing: others relay.
     */
    boolean onAck(final long joined, final long nowNs) {
        if (joined > Math.max(everClaimed, log.lastVersion() + offset)) {
            return false;
        }
        acked = Math.max(acked, joined);
        if (acked >= endWhenSent) {
            whole = acked;
        }
        acknowledge(0, joined, nowNs);
        return true;
    }

    /**
     * The peer has a range beyond a gap.
     *
     * @param low version before it, on the wire.
     * @param high its last version, on the wire.
     * @param nowNs now.
     */
    void onAckRange(final long low, final long high, final long nowNs) {
        acknowledge(low, high, nowNs);
    }

    private void acknowledge(final long low, final long high, final long nowNs) {
        int kept = 0;
        long newestNs = 0;
        for (int i = 0; i < segments; i++) {
            if (lows[i] >= low && highs[i] <= high) {
                ackedOrder = Math.max(ackedOrder, orders[i]);
                newestNs = times[i] == 1 ? Math.max(newestNs, sentAtNs[i]) : newestNs;
                log.releaseMarker(markers[i]);
                continue;
            }
            if (lows[i] >= low && lows[i] < high) {
                lows[i] = high;
            }
            keepSegment(i, kept++);
        }
        if (kept < segments) {
            window = Math.min(MAX_WINDOW, window + segments - kept);
            progressAtNs = nowNs;
            segments = kept;
        }
        if (newestNs != 0) {
            roundTrip.sample(nowNs - newestNs);
        }
    }

    private void keepSegment(final int from, final int to) {
        if (from != to) {
            lows[to] = lows[from];
            highs[to] = highs[from];
            sentAtNs[to] = sentAtNs[from];
            orders[to] = orders[from];
            times[to] = times[from];
            markers[to] = markers[from];
        }
    }

    private void dropSegments() {
        for (int i = 0; i < segments; i++) {
            log.releaseMarker(markers[i]);
        }
        segments = 0;
        writing = ChangeLog.NONE;
    }
}
