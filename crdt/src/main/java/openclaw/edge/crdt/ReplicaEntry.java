package openclaw.edge.crdt;

/**
 * One replica's word about one key, as it arrives; reusable, so that joining allocates nothing.
 */
public final class ReplicaEntry {

    private int incarnationIndex;
    private long generation;
    private long consumedTokens;
    private long refundedTokens;
    private long deficitUnits;

    /** An entry to be filled. */
    public ReplicaEntry() {}

    /**
     * Sets all fields.
     *
     * @param incarnation index of the sender's incarnation in this table's directory, 1 to 4,095.
     * @param birth the slot's birth number at its owner, 1 to 2^48 - 1.
     * @param consumed tokens consumed by the incarnation since that birth, at least 0.
     * @param refunded tokens of these refunded, 0 to {@code consumed}.
     * @param deficit the sender's {@code tat - v} in units of 1/16 ns, at least 0.
     * @return this.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public ReplicaEntry set(
            final int incarnation, final long birth, final long consumed, final long refunded, final long deficit) {
        if (incarnation < 1 || incarnation >= TableHeaderDescriptor.DIRECTORY_ENTRIES) {
            throw new IllegalArgumentException("incarnation index " + incarnation + ", expected 1 to "
                    + (TableHeaderDescriptor.DIRECTORY_ENTRIES - 1));
        }
        if (birth < 1 || birth >= BucketSlotDescriptor.MAX_GENERATION) {
            throw new IllegalArgumentException("generation " + birth + ", expected 1 to 2^48 - 1");
        }
        if (refunded < 0 || refunded > consumed || deficit < 0) {
            throw new IllegalArgumentException("consumed " + consumed + ", refunded " + refunded + ", deficit "
                    + deficit + ", expected 0 <= refunded <= consumed and deficit >= 0");
        }
        incarnationIndex = incarnation;
        generation = birth;
        consumedTokens = consumed;
        refundedTokens = refunded;
        deficitUnits = deficit;
        return this;
    }

    int incarnationIndex() {
        return incarnationIndex;
    }

    long generation() {
        return generation;
    }

    long consumedTokens() {
        return consumedTokens;
    }

    long refundedTokens() {
        return refundedTokens;
    }

    long deficitUnits() {
        return deficitUnits;
    }
}
