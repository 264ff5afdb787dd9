package openclaw.edge.crdt;

/**
 * The answer of {@link Buckets#tryAdmit}, packed into a long; zero or more means admitted.
 *
 * <pre>
 *  63      62    60 59    56 55                                              0
 *  +-------+-------+--------+------------------------------------------------+
 *  |refused| index | reason | nanoseconds to wait, all ones: never           |
 *  +-------+-------+--------+------------------------------------------------+
 * </pre>
 */
public final class Decision {

    /** Admitted; every limit was debited. */
    public static final long ADMITTED = 0L;

    /** What {@link #waitNs} says when no wait helps. */
    public static final long NEVER_NS = (1L << 56) - 1;

    /** Longest wait that is told in nanoseconds, about 2.3 years. */
    public static final long MAX_WAIT_NS = NEVER_NS - 1;

    /** {@link #reason} of an admission. */
    public static final int REASON_NONE = 0;

    /** The bucket has not enough tokens now; {@link #waitNs} tells when it will have. */
    public static final int REASON_RATE = 1;

    /** The cost is above the bucket's capacity: no wait helps. */
    public static final int REASON_COST_ABOVE_CAPACITY = 2;

    /** The quota of the billing cycle is used up. */
    public static final int REASON_QUOTA = 3;

    /**
     * The entry's slot is gone: its reservation belonged to a catalog since replaced and the slot was reclaimed, or the
     * quota row was released. Or, which only a defect can cause, its words never came to rest. Resolve the limits again
     * from the current catalog and repeat.
     */
    public static final int REASON_STALE = 4;

    /**
     * The limit's policy is {@link PartitionPolicy#CLOSED} and a member has been silent for long; or this node is a
     * newcomer that no member has answered yet, and has no share of any limit.
     */
    public static final int REASON_PARTITION = 5;

    /**
     * What was counted is lost, since another process changed a table's file: see {@link TableFileWatch}. Everything is
     * refused until the table is closed and opened anew.
     */
    public static final int REASON_LOST = 6;

    /** How long to wait before one asks again while {@link #REASON_PARTITION} holds, in nanoseconds. */
    static final long PARTITION_RETRY_NS = 1_000_000_000L;

    private static final int INDEX_SHIFT = 60;
    private static final int REASON_SHIFT = 56;

    private Decision() {}

    /** True if every limit was debited. */
    public static boolean isAdmitted(final long decision) {
        return decision >= 0;
    }

    /** Index in the {@link LimitSet} of the limit that refused, 0 to 7; meaningless when admitted. */
    public static int limitIndex(final long decision) {
        return (int) (decision >>> INDEX_SHIFT) & 0x7;
    }

    /** Why, one of the {@code REASON_} constants. */
    public static int reason(final long decision) {
        return (int) (decision >>> REASON_SHIFT) & 0xF;
    }

    /** Nanoseconds until the refusing limit would admit, if nobody else takes; {@link #NEVER_NS} if no wait helps. */
    public static long waitNs(final long decision) {
        return decision & NEVER_NS;
    }

    /** What every limit answers once what was counted is lost. */
    public static long lost() {
        return refused(0, REASON_LOST, NEVER_NS);
    }

    static long refused(final int limitIndex, final int reason, final long waitNs) {
        return Long.MIN_VALUE | ((long) limitIndex << INDEX_SHIFT) | ((long) reason << REASON_SHIFT) | waitNs;
    }
}
