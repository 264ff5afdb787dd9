package openclaw.edge.ledger.retain;

/**
 * What a node would rather not keep of its journal: closed files beyond an age, and the oldest ones while all together are
 * beyond a size. Only what every registered reader has committed goes, and nothing while none is registered.
 *
 * @param ageNs since the end of the hour that a file is of; {@link Long#MAX_VALUE} for any
 * @param sizeBytes written to all files together; {@link Long#MAX_VALUE} for any
 */
public record RetentionPolicy(long ageNs, long sizeBytes) {
    /** Everything is kept. */
    public static final RetentionPolicy KEEP = new RetentionPolicy(Long.MAX_VALUE, Long.MAX_VALUE);

    /** Checks the ranges. */
    public RetentionPolicy {
        if (ageNs < 0 || sizeBytes < 0) {
            throw new IllegalArgumentException("ageNs=" + ageNs + ", sizeBytes=" + sizeBytes + ": expected 0 or more");
        }
    }

    /**
     * Whether everything is kept.
     *
     * @return true for {@link #KEEP}
     */
    public boolean isKeep() {
        return ageNs == Long.MAX_VALUE && sizeBytes == Long.MAX_VALUE;
    }
}
