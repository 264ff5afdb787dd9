package openclaw.edge.crdt;

/**
 * What {@link ReplicaTable#join} did, packed into a long.
 *
 * <pre>
 *  63     62 35   34     33      32      31                                0
 *  +-----+-----+-------+--------+-------+-----------------------------------+
 *  |none | 0   |dropped|own more|changed| row                               |
 *  +-----+-----+-------+--------+-------+-----------------------------------+
 * </pre>
 */
public final class JoinResult {

    /** Nothing was kept, and nothing is to be relayed: why is counted. */
    public static final long NOTHING = Long.MIN_VALUE;

    private static final long CHANGED = 1L << 32;
    private static final long OWN_MORE = 1L << 33;
    private static final long DROPPED = 1L << 34;

    private JoinResult() {}

    /** The row into which the entry was joined, or -1. */
    public static int row(final long result) {
        return result < 0 ? -1 : (int) result;
    }

    /** True if a counter, generation or notice of the row changed, so that the row is to be relayed. */
    public static boolean isChanged(final long result) {
        return (result & CHANGED) != 0;
    }

    /**
     * True if the entry is of this node's own incarnation and says more than this node knows of itself: its state went
     * back in time, and it must take a new incarnation at once.
     */
    public static boolean isOwnMore(final long result) {
        return (result & OWN_MORE) != 0;
    }

    /**
     * True if the entry was to be kept and was not, for want of room: this node must not tell third nodes that it has all
     * that the entry's incarnation has counted.
     */
    public static boolean isDropped(final long result) {
        return (result & DROPPED) != 0;
    }

    static long of(final int row, final boolean changed) {
        return changed ? row | CHANGED : row;
    }

    static long dropped() {
        return NOTHING | DROPPED;
    }

    /** The counters were dropped, but something else of the row changed. */
    static long droppedAt(final int row) {
        return of(row, true) | DROPPED;
    }

    static long ownMore() {
        return NOTHING | OWN_MORE;
    }
}
