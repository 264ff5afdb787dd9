package openclaw.edge.sync;

import java.util.Arrays;

/**
 * At which version an incarnation counted the first token of a bucket's present birth. A receiver that has joined less of
 * the incarnation, and does not know the birth, can hold nothing of it: the whole value is growth for it.
 *
 * <p>Of this node's own incarnation for every bucket that was born, or counted its first token, while the process ran; of
 * others for the latest {@link #RELAYED} births that came with it, so that it can be relayed while that is news. Where it
 * is not known nothing is said, and the receiver takes the value as a baseline. For one thread; allocates only as higher
 * rows come into use.
 *
 * <pre>
 *  63      62                                    24 23                      0
 *  +-------+---------------------------------------+------------------------+
 *  | known | version, 0: counted before the start  | generation, low 24 bits|
 *  +-------+---------------------------------------+------------------------+
 * </pre>
 */
final class Firsts {

    /** Births of others that are remembered, at most. */
    static final int RELAYED = 1 << 12;

    private static final int INITIAL_ROWS = 1024;
    private static final long KNOWN = Long.MIN_VALUE;
    private static final int VERSION_SHIFT = 24;
    private static final long GENERATION_MASK = (1L << VERSION_SHIFT) - 1;
    private static final long VERSION_LIMIT = 1L << (Long.SIZE - 1 - VERSION_SHIFT);

    private long[] own = new long[INITIAL_ROWS];

    // The births of others, each at a place that its row and source say; a later one takes the place of an earlier.
    private final long[] places = new long[RELAYED];
    private final long[] generations = new long[RELAYED];
    private final long[] lives = new long[RELAYED];
    private final long[] versions = new long[RELAYED];

    /** At the start a bucket had counters of this node's own: when it counted first is not known. */
    void found(final int row, final long generation) {
        ensure(row);
        own[row] = KNOWN | (generation & GENERATION_MASK);
    }

    /** A bucket counted something of this node's own, by this version. */
    void stamped(final int row, final long generation, final long version) {
        ensure(row);
        final boolean isSameBirth = own[row] < 0 && (own[row] & GENERATION_MASK) == (generation & GENERATION_MASK);
        if (!isSameBirth) {
            final long kept = version < VERSION_LIMIT ? version : 0;
            own[row] = KNOWN | kept << VERSION_SHIFT | (generation & GENERATION_MASK);
        }
    }

    /** Version at which a bucket's present birth counted first; 0 if that is not known. */
    long own(final int row, final long generation) {
        final long word = row < own.length ? own[row] : 0;
        return (word & GENERATION_MASK) == (generation & GENERATION_MASK) ? (word & ~KNOWN) >>> VERSION_SHIFT : 0;
    }

    /** This node has a new incarnation, which has counted nothing yet. */
    void renewed() {
        Arrays.fill(own, 0);
    }

    private void ensure(final int row) {
        if (row >= own.length) {
            own = Arrays.copyOf(own, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(row + 1L, 2L * own.length)));
        }
    }

    /**
     * A birth of another incarnation came with the version at which it counted first.
     *
     * @param row of the bucket here.
     * @param source whose counters.
     * @param life of the source, in which the version counts.
     * @param generation the birth.
     * @param version at which it counted first.
     */
    void told(final int row, final int source, final long life, final long generation, final long version) {
        final long place = place(row, source);
        final int at = index(place);
        places[at] = place;
        lives[at] = life;
        generations[at] = generation;
        versions[at] = version;
    }

    /** Version at which a birth of another incarnation counted first; 0 if that is not known any more. */
    long of(final int row, final int source, final long life, final long generation) {
        final long place = place(row, source);
        final int at = index(place);
        return places[at] == place && lives[at] == life && generations[at] == generation ? versions[at] : 0;
    }

    private static long place(final int row, final int source) {
        return (long) row << Integer.SIZE | source;
    }

    private static int index(final long place) {
        return (int) ((place * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - 12));
    }
}
