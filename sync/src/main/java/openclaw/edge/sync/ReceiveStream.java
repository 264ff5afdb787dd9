package openclaw.edge.sync;

/**
 * What has been received of one stream of a peer's life: everything up to {@link #joinedVersion}, and up to
 * {@link #MAX_RANGES} ranges beyond a gap. The claim never runs ahead: a range (low, high] raises the joined version only
 * if it begins at or below it.
 *
 * <p>The joined version says that every row whose <em>latest</em> change lies at or below it has been received; a row that
 * changed again before it was sent comes under its later version. {@link #solidVersion} says more: every change up to it
 * has been received. It follows the joined version whenever that has reached the end that the sender's log had when
 * the ranges received were written. Only the solid version may be passed on to others. For one thread.
 */
final class ReceiveStream {

    /** Most ranges kept beyond a gap. */
    static final int MAX_RANGES = 8;

    private final long[] lows = new long[MAX_RANGES];
    private final long[] highs = new long[MAX_RANGES];
    private int ranges;
    private long joinedVersion;
    private long solidVersion;
    private long highestEnd;

    /** Nothing received. */
    void reset() {
        ranges = 0;
        joinedVersion = 0;
        solidVersion = 0;
        highestEnd = 0;
    }

    /** Up to which every change, also of rows that changed again, has been received; at most the joined version. */
    long solidVersion() {
        return solidVersion;
    }

    /** True if nothing that was received was written when the sender's log was longer than this. */
    boolean isSolidAt(final long version) {
        return joinedVersion >= version && highestEnd <= version;
    }

    /** Up to which everything has been received. */
    long joinedVersion() {
        return joinedVersion;
    }

    /** Ranges received beyond a gap. */
    int ranges() {
        return ranges;
    }

    /** Version before range i, in ascending order. */
    long low(final int i) {
        return lows[i];
    }

    /** Last version of range i. */
    long high(final int i) {
        return highs[i];
    }

    /**
     * A range whose changes have been joined.
     *
     * @param low version before the first, at least 0.
     * @param high version of the last, at least {@code low}.
     * @param end the sender's latest version when it wrote the range, at least {@code high}.
     * @return false if it lies beyond a gap and cannot be kept: it must come again.
     */
    boolean received(final long low, final long high, final long end) {
        highestEnd = Math.max(highestEnd, end);
        if (low > joinedVersion) {
            return keep(low, high);
        }
        raise(high);
        return true;
    }

    /**
     * Every change up to a version is known to have been joined, by whatever path.
     *
     * @param version any; one at or below the solid version changes nothing.
     */
    void solidUpTo(final long version) {
        solidVersion = Math.max(solidVersion, version);
        raise(version);
    }

    private void raise(final long version) {
        joinedVersion = Math.max(joinedVersion, version);
        int absorbed = 0;
        while (absorbed < ranges && lows[absorbed] <= joinedVersion) {
            joinedVersion = Math.max(joinedVersion, highs[absorbed++]);
        }
        remove(0, absorbed);
        if (joinedVersion >= highestEnd) {
            solidVersion = joinedVersion;
        }
    }

    private boolean keep(final long low, final long high) {
        int from = 0;
        while (from < ranges && highs[from] < low) {
            from++;
        }
        int to = from;
        long mergedLow = low;
        long mergedHigh = high;
        while (to < ranges && lows[to] <= high) {
            mergedLow = Math.min(mergedLow, lows[to]);
            mergedHigh = Math.max(mergedHigh, highs[to++]);
        }
        if (from == to) {
            if (ranges == MAX_RANGES) {
                return false;
            }
            System.arraycopy(lows, from, lows, from + 1, ranges - from);
            System.arraycopy(highs, from, highs, from + 1, ranges - from);
            ranges++;
        } else {
            remove(from, to - from - 1);
        }
        lows[from] = mergedLow;
        highs[from] = mergedHigh;
        return true;
    }

    private void remove(final int from, final int count) {
        if (count > 0) {
            System.arraycopy(lows, from + count, lows, from, ranges - from - count);
            System.arraycopy(highs, from + count, highs, from, ranges - from - count);
            ranges -= count;
        }
    }
}
