package openclaw.edge.catalog;

/**
 * One rate limit of a plan: {@code refillRate} tokens per {@code intervalSeconds}, at most {@code capacity} at once.
 *
 * @param name unique among the limits of a plan, 1 to 64 of {@code A-Z a-z 0-9 . _ -}
 * @param per what has a bucket of its own
 * @param capacity in tokens, at least 1
 * @param refillRate tokens per interval, at least 1 and at most 1e9 per second
 * @param intervalSeconds at least 1; a full refill takes at most 365 days
 * @param onPartition what it does while members of the cluster are silent; null: what {@code cluster.on_partition} says
 */
public record LimitRule(
        String name, Per per, long capacity, long refillRate, long intervalSeconds, OnPartition onPartition) {
    /** Most limits that one plan may have; together with the quota, 8 guard a request. */
    public static final int MAX_LIMITS = 7;

    /** Largest capacity and refill rate. */
    public static final long MAX_TOKENS = 1_000_000_000_000_000L;

    /** Most tokens that may be refilled in a second. */
    public static final long MAX_REFILL_PER_SECOND = 1_000_000_000L;

    /** Longest time for a full refill, in seconds. */
    public static final long MAX_FULL_REFILL_SECONDS = 365L * 86_400;
}
