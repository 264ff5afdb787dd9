package openclaw.edge.sync.wire;

/**
 * One incarnation's word about one key, between the tables and the bytes: reusable, so that neither writing nor reading
 * allocates. What a {@link FrameHandler} receives is valid during the call. Not thread-safe.
 */
public final class EntryFlyweight {

    private int kind;
    private long keyHigh;
    private long keyLow;
    private long ownerHigh;
    private long ownerLow;
    private long cycle;
    private long notices;
    private long incarnation;
    private long generation;
    private long consumedTokens;
    private long refundedTokens;
    private long deficitUnits;
    private long firstVersion;

    /** An entry to be filled. */
    public EntryFlyweight() {}

    /**
     * A bucket of a tenant, or an overflow bucket. Clears owner, cycle and notices.
     *
     * @param bucketKind {@link WireDescriptor#KIND_TENANT} or {@link WireDescriptor#KIND_OVERFLOW}.
     * @param high first half of the key.
     * @param low second half of the key.
     * @return this.
     */
    public EntryFlyweight bucket(final int bucketKind, final long high, final long low) {
        return key(bucketKind, high, low);
    }

    /**
     * An agent's bucket. Clears cycle and notices.
     *
     * @param high first half of the key.
     * @param low second half of the key.
     * @param overflowHigh first half of the key of the overflow bucket that it belongs to.
     * @param overflowLow second half of that key.
     * @return this.
     */
    public EntryFlyweight agent(final long high, final long low, final long overflowHigh, final long overflowLow) {
        key(WireDescriptor.KIND_AGENT, high, low);
        ownerHigh = overflowHigh;
        ownerLow = overflowLow;
        return this;
    }

    /**
     * A quota row. Clears the owner.
     *
     * @param high first half of the key.
     * @param low second half of the key.
     * @param billingCycle at least 0.
     * @param noticesMask thresholds about which a notice was sent, at least 0.
     * @return this.
     */
    public EntryFlyweight quota(final long high, final long low, final long billingCycle, final long noticesMask) {
        key(WireDescriptor.KIND_QUOTA, high, low);
        cycle = billingCycle;
        notices = noticesMask;
        return this;
    }

    /**
     * The key's state at the sender.
     *
     * @param units how far its bucket is from full, {@code tat - v} in units of 1/16 ns, at least 0; not sent for quota
     *     rows.
     * @return this.
     */
    public EntryFlyweight deficitUnits(final long units) {
        deficitUnits = units;
        return this;
    }

    /**
     * Whose counters they are.
     *
     * @param id of the incarnation, any; not sent in the sender's own stream, where it is the sender's own.
     * @return this.
     */
    public EntryFlyweight incarnation(final long id) {
        incarnation = id;
        return this;
    }

    /**
     * The counters.
     *
     * @param birth the slot's birth number at its owner, 0 (only for a row without counters) to
     *     {@link WireDescriptor#GENERATION_LIMIT} - 1.
     * @param consumed tokens since that birth, at least 0.
     * @param refunded tokens since that birth, at least 0; may be above {@code consumed} after a renewal.
     * @return this.
     */
    public EntryFlyweight counters(final long birth, final long consumed, final long refunded) {
        generation = birth;
        consumedTokens = consumed;
        refundedTokens = refunded;
        firstVersion = 0;
        return this;
    }

    /**
     * When the generation's first token was counted; to be set after {@link #counters}.
     *
     * @param version of the incarnation, at least 1; 0 where that is not known or not worth telling, and for quota rows.
     * @return this.
     */
    public EntryFlyweight firstVersion(final long version) {
        firstVersion = version;
        return this;
    }

    private EntryFlyweight key(final int newKind, final long high, final long low) {
        kind = newKind;
        keyHigh = high;
        keyLow = low;
        ownerHigh = 0;
        ownerLow = 0;
        cycle = 0;
        notices = 0;
        deficitUnits = 0;
        return this;
    }

    /** One of {@link WireDescriptor#KIND_TENANT}, KIND_OVERFLOW, KIND_AGENT, KIND_QUOTA. */
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

    /** First half of the key of an agent's overflow bucket, else 0. */
    public long ownerHigh() {
        return ownerHigh;
    }

    /** Second half of the key of an agent's overflow bucket, else 0. */
    public long ownerLow() {
        return ownerLow;
    }

    /** Billing cycle of a quota row, at least 0, else 0. */
    public long cycle() {
        return cycle;
    }

    /** Notices sent for a quota row, at least 0, else 0. */
    public long notices() {
        return notices;
    }

    /** Whose counters they are; 0 in the sender's own stream. */
    public long incarnation() {
        return incarnation;
    }

    /** Birth number of the slot at its owner, 0 to {@link WireDescriptor#GENERATION_LIMIT} - 1. */
    public long generation() {
        return generation;
    }

    /** Tokens consumed, at least 0. */
    public long consumedTokens() {
        return consumedTokens;
    }

    /** Tokens refunded, at least 0. */
    public long refundedTokens() {
        return refundedTokens;
    }

    /** The bucket's distance from full at the sender, units of 1/16 ns, at least 0; 0 for quota rows. */
    public long deficitUnits() {
        return deficitUnits;
    }

    /** Version of the incarnation at which it counted the first token of this generation; 0 if that is not told. */
    public long firstVersion() {
        return firstVersion;
    }

    /** Whether both are about the same row, in the same state. */
    boolean isSameRow(final EntryFlyweight other) {
        return kind == other.kind
                && keyHigh == other.keyHigh
                && keyLow == other.keyLow
                && ownerHigh == other.ownerHigh
                && ownerLow == other.ownerLow
                && cycle == other.cycle
                && notices == other.notices
                && deficitUnits == other.deficitUnits;
    }

    /** Takes over all fields. */
    void set(final EntryFlyweight other) {
        key(other.kind, other.keyHigh, other.keyLow);
        ownerHigh = other.ownerHigh;
        ownerLow = other.ownerLow;
        cycle = other.cycle;
        notices = other.notices;
        deficitUnits = other.deficitUnits;
        incarnation = other.incarnation;
        counters(other.generation, other.consumedTokens, other.refundedTokens);
        firstVersion = other.firstVersion;
    }
}
