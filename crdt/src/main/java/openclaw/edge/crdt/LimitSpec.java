package openclaw.edge.crdt;

/**
 * Capacity and pace of one limit: at most {@code capacity} tokens at once, refilled continuously at
 * {@code refillTokens} per {@code intervalNs}. Immutable; made when a catalog is read, shared by all threads.
 *
 * <p>The pace is kept as T, the time that one token takes, in <em>units</em> of 1/16 ns, rounded up, that is against
 * the tenant. T has 41 significant bits: up to 137 s per token it is exact to the unit, above that to 1 part in 10^12.
 * So a refill of up to 10^6 tokens/s is met within 0.007 %, up to 10^8 within 0.7 %, up to the largest, 10^9 tokens/s,
 * within 6 % (rates that divide 16 * 10^9, such as 10^9 itself, exactly); {@link #effectiveRefillPpm()} tells.
 */
public final class LimitSpec {

    private final long capacityTokens;
    private final long unitsPerToken;
    private final long capacityUnits;
    private final long limitWord;
    private final int version;
    private final long effectiveRefillPpm;
    private final PartitionPolicy policy;

    private LimitSpec(
            final long capacityTokens,
            final long unitsPerToken,
            final int version,
            final long effectiveRefillPpm,
            final PartitionPolicy policy) {
        this.capacityTokens = capacityTokens;
        this.unitsPerToken = unitsPerToken;
        this.capacityUnits = Math.multiplyExact(capacityTokens, unitsPerToken);
        this.limitWord = LimitWord.of(version, unitsPerToken) | (policy == PartitionPolicy.OPEN ? LimitWord.OPEN : 0);
        this.policy = policy;
        this.version = version;
        this.effectiveRefillPpm = effectiveRefillPpm;
    }

    /**
     * A limit.
     *
     * @param capacityTokens tokens of a full bucket, at least 1.
     * @param refillTokens tokens refilled per interval, at least 1, at most one per nanosecond.
     * @param intervalNs the interval in nanoseconds, at least 1.
     * @param version of this limit, raised whenever capacity or refill change; the order matters only within one life
     *     of the process. Compared modulo 32,767: more than 16,383 changes must not separate two versions in use.
     * @return the limit.
     * @throws IllegalArgumentException if a value is out of range, the refill is faster than one token per nanosecond,
     *     or a full refill would take more than 366 days; the message says the value and what to do.
     */
    public static LimitSpec of(
            final long capacityTokens, final long refillTokens, final long intervalNs, final int version) {
        requirePositive("capacity", capacityTokens);
        requirePositive("refill_rate", refillTokens);
        requirePositive("interval (ns)", intervalNs);
        if (refillTokens > intervalNs) {
            throw new IllegalArgumentException("refill_rate=" + refillTokens + " per " + intervalNs
                    + " ns is more than one token per nanosecond (1000000000 per second); lower refill_rate");
        }
        final long exactUnits = VirtualTime.mulDivCeil(intervalNs, VirtualTime.UNITS_PER_NS, refillTokens);
        final long unitsPerToken = LimitWord.roundUp(Math.min(exactUnits, VirtualTime.MAX_REFILL_UNITS + 1));
        if (unitsPerToken > VirtualTime.MAX_REFILL_UNITS / capacityTokens) {
            throw new IllegalArgumentException("a full refill of capacity=" + capacityTokens + " at refill_rate="
                    + refillTokens + " per " + intervalNs
                    + " ns takes more than a year (366 days); raise refill_rate or lower capacity");
        }
        return new LimitSpec(
                capacityTokens, unitsPerToken, version, effectivePpm(refillTokens, intervalNs, unitsPerToken), null);
    }

    /**
     * The same limit with a policy of its own, whatever the cluster's. A change of it needs a new version, as any change
     * does: buckets follow at their next decision.
     *
     * @param own null: the cluster's.
     * @return the limit.
     */
    public LimitSpec under(final PartitionPolicy own) {
        return new LimitSpec(capacityTokens, unitsPerToken, version, effectiveRefillPpm, own);
    }

    private static long effectivePpm(final long refillTokens, final long intervalNs, final long unitsPerToken) {
        if (unitsPerToken >= 16 * 1_000_000) {
            return 1_000_000;
        }
        return VirtualTime.mulDivFloor(intervalNs, VirtualTime.UNITS_PER_NS * 1_000_000, refillTokens) / unitsPerToken;
    }

    private static void requirePositive(final String name, final long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + "=" + value + ", expected at least 1");
        }
    }

    /** Tokens of a full bucket. */
    public long capacityTokens() {
        return capacityTokens;
    }

    /** T: time per token in units of 1/16 ns, 16 to 366 days. */
    public long unitsPerToken() {
        return unitsPerToken;
    }

    /** Time of a full refill in units of 1/16 ns, at most 366 days. */
    public long capacityUnits() {
        return capacityUnits;
    }

    /** Time of a full refill in nanoseconds, rounded up. */
    public long fullRefillNs() {
        return VirtualTime.toNsCeil(capacityUnits);
    }

    /** The version given. */
    public int version() {
        return version;
    }

    /** Refill after rounding T, in millionths of what was asked for; 1,000,000 when exact. */
    public long effectiveRefillPpm() {
        return effectiveRefillPpm;
    }

    /** True if the limit follows the cluster's policy. */
    boolean isFollowing() {
        return policy == null;
    }

    /** The limit's own policy, or the one given if it has none. */
    PartitionPolicy policyOr(final PartitionPolicy ofCluster) {
        return policy == null ? ofCluster : policy;
    }

    /** Version, T and clock as a slot stores them, for a limit that has its own policy, or a cluster that shares. */
    long limitWord() {
        return limitWord;
    }

    /** Version, T and clock as a slot stores them. */
    long limitWord(final VirtualClock.Pace pace) {
        if (policy != null || pace.policyVersions() == 0) {
            return limitWord;
        }
        final long word = LimitWord.later(limitWord, pace.policyVersions());
        return pace.isOpen() ? word | LimitWord.OPEN : word;
    }

    @Override
    public String toString() {
        return "LimitSpec{capacity=" + capacityTokens + ", unitsPerToken=" + unitsPerToken + ", version=" + version
                + '}';
    }
}
