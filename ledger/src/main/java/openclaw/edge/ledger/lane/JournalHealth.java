package openclaw.edge.ledger.lane;

/**
 * Whether the journal takes records: one volatile word, written by the journal thread, read by every lane at each claim.
 */
public final class JournalHealth {
    private volatile boolean healthy = true;

    /** Healthy until told otherwise: records wait in the lanes while the journal opens. */
    public JournalHealth() {}

    /**
     * Whether permits are given.
     *
     * @return false from a failed append or opening until the next success
     */
    public boolean isHealthy() {
        return healthy;
    }

    /**
     * Sets whether permits are given. Called by the journal thread.
     *
     * @param nowHealthy the new state
     */
    public void healthy(final boolean nowHealthy) {
        healthy = nowHealthy;
    }
}
