package openclaw.edge.crdt;

/**
 * One replica's word about one key, as it arrives; reusable, so that joining allocates nothing. First {@link #bucket} or
 * {@link #quota} says which key, then {@link #counters} what its replica says; several replicas' counters of one key may
 * follow one another.
 *
 * <p>What comes from the network is compared with the ranges named here before it is set: out of range these methods
 * throw, since only a mistake of the caller can be the cause.
 */
public final class ReplicaEntry {

    /** A tenant's bucket. */
    public static final int KIND_TENANT = BucketSlotDescriptor.KIND_TENANT;

    /** The bucket that a tenant's agents beyond their bound share; owner of its agents' buckets. */
    public static final int KIND_OVERFLOW = BucketSlotDescriptor.KIND_OVERFLOW;

    /** An agent's bucket. */
    public static final int KIND_AGENT = BucketSlotDescriptor.KIND_AGENT;

    /** A tenant's quota of a billing cycle. */
    public static final int KIND_QUOTA = BucketSlotDescriptor.KIND_QUOTA;

    /** Most tokens of a counter. */
    public static final long MAX_TOKENS = VirtualTime.TIME_MASK;

    /** Highest generation. */
    public static final long MAX_GENERATION = BucketSlotDescriptor.MAX_GENERATION - 1;

    /** Largest deficit in units of 1/16 ns, four years; a larger one is not possible. */
    public static final long MAX_DEFICIT_UNITS = VirtualTime.MAX_AHEAD_UNITS;

    private int kind;
    private long keyHigh;
    private long keyLow;
    private long ownerKeyHigh;
    private long ownerKeyLow;
    private long cycle;
    private int notices;
    private int incarnationIndex;
    private long generation;
    private long consumedTokens;
    private long refundedTokens;
    private long deficitUnits;
    private boolean fromZero;

    /** An entry to be filled. */
    public ReplicaEntry() {}

    /**
     * Sets the key of a bucket.
     *
     * @param slotKind {@link #KIND_TENANT}, {@link #KIND_OVERFLOW} or {@link #KIND_AGENT}.
     * @param high first half of the key.
     * @param low second half.
     * @param ownerHigh of an agent's bucket the first half of its overflow bucket's key, else 0.
     * @param ownerLow second half.
     * @return this.
     * @throws IllegalArgumentException if the kind is none of a bucket.
     */
    public ReplicaEntry bucket(
            final int slotKind, final long high, final long low, final long ownerHigh, final long ownerLow) {
        if (slotKind < KIND_TENANT || slotKind > KIND_AGENT) {
            throw new IllegalArgumentException("kind " + slotKind + ", expected a bucket's, 1 to 3");
        }
        kind = slotKind;
        keyHigh = high;
        keyLow = low;
        ownerKeyHigh = ownerHigh;
        ownerKeyLow = ownerLow;
        cycle = 0;
        notices = 0;
        return this;
    }

    /**
     * Sets the key of a quota row.
     *
     * @param high first half of the key.
     * @param low second half.
     * @param billingCycle the cycle, at least 1.
     * @param noticesMask notices known to be sent, a bit each, at least 0.
     * @return this.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public ReplicaEntry quota(final long high, final long low, final long billingCycle, final int noticesMask) {
        if (billingCycle < 1 || noticesMask < 0) {
            throw new IllegalArgumentException(
                    "cycle " + billingCycle + ", notices " + noticesMask + ", expected cycle >= 1 and notices >= 0");
        }
        kind = KIND_QUOTA;
        keyHigh = high;
        keyLow = low;
        ownerKeyHigh = 0;
        ownerKeyLow = 0;
        cycle = billingCycle;
        notices = noticesMask;
        return this;
    }

    /**
     * Sets what one replica says of the key.
     *
     * @param incarnation index of the replica's incarnation in the table's directory,
     *     {@link ReplicaTable#incarnationIndex}, at least 1.
     * @param birth the slot's birth number at its owner, 1 to {@link #MAX_GENERATION}.
     * @param consumed tokens consumed by the incarnation since that birth, 0 to {@link #MAX_TOKENS}.
     * @param refunded tokens of these refunded, 0 to {@link #MAX_TOKENS}; above {@code consumed} where an incarnation
     *     refunds what the one before it consumed.
     * @param deficit the sender's {@code tat - v} in units of 1/16 ns, 0 to {@link #MAX_DEFICIT_UNITS}.
     * @return this.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public ReplicaEntry counters(
            final int incarnation, final long birth, final long consumed, final long refunded, final long deficit) {
        if (incarnation < 1 || incarnation >= TableHeaderDescriptor.DIRECTORY_ENTRIES) {
            throw new IllegalArgumentException("incarnation index " + incarnation + ", expected 1 to "
                    + (TableHeaderDescriptor.DIRECTORY_ENTRIES - 1));
        }
        if (birth < 1 || birth > MAX_GENERATION) {
            throw new IllegalArgumentException("generation " + birth + ", expected 1 to " + MAX_GENERATION);
        }
        if (consumed < 0 || consumed > MAX_TOKENS || refunded < 0 || refunded > MAX_TOKENS) {
            throw new IllegalArgumentException(
                    "consumed " + consumed + ", refunded " + refunded + ", expected 0 to " + MAX_TOKENS);
        }
        if (deficit < 0 || deficit > MAX_DEFICIT_UNITS) {
            throw new IllegalArgumentException("deficit " + deficit + ", expected 0 to " + MAX_DEFICIT_UNITS);
        }
        incarnationIndex = incarnation;
        generation = birth;
        consumedTokens = consumed;
        refundedTokens = refunded;
        deficitUnits = deficit;
        fromZero = false;
        return this;
    }

    /**
     * Says, after {@link #counters}, that nothing of this birth can be in this node's bucket yet: its first token was
     * counted after everything that this node has heard of the incarnation. If no counters of it are known here, its
     * whole value is growth, not a baseline.
     *
     * @param isFromZero whether that is known.
     * @return this.
     */
    public ReplicaEntry fromZero(final boolean isFromZero) {
        fromZero = isFromZero;
        return this;
    }

    /** True if nothing of this birth can be in this node's bucket yet. */
    public boolean isFromZero() {
        return fromZero;
    }

    /** One of the {@code KIND_} constants. */
    public int kind() {
        return kind;
    }

    /** First half of the key. */
    public long keyHigh() {
        return keyHigh;
    }

    /** Second half of the key. */
    public long keyLow() {
        return keyLow;
    }

    /** Of an agent's bucket the first half of its overflow bucket's key, else 0. */
    public long ownerKeyHigh() {
        return ownerKeyHigh;
    }

    /** Second half of it. */
    public long ownerKeyLow() {
        return ownerKeyLow;
    }

    /** Billing cycle of a quota row, else 0. */
    public long cycle() {
        return cycle;
    }

    /** Notices known to be sent for a quota row, a bit each, else 0. */
    public int notices() {
        return notices;
    }

    /** Index of the replica's incarnation in the table's directory. */
    public int incarnationIndex() {
        return incarnationIndex;
    }

    /** The slot's birth number at its owner. */
    public long generation() {
        return generation;
    }

    /** Tokens consumed since that birth. */
    public long consumedTokens() {
        return consumedTokens;
    }

    /** Tokens refunded since that birth. */
    public long refundedTokens() {
        return refundedTokens;
    }

    /** The sender's {@code tat - v} in units of 1/16 ns. */
    public long deficitUnits() {
        return deficitUnits;
    }
}
