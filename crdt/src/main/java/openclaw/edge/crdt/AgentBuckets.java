package openclaw.edge.crdt;

/**
 * One limit of which every agent of a tenant has a bucket of its own, at most {@code maxAgents} live ones; agents beyond
 * share the overflow bucket. Immutable; kept in the snapshot that the catalog belongs to.
 */
public final class AgentBuckets {

    private final LimitSpec spec;
    private final int maxAgents;
    private final ReservedBucket overflow;
    private final long[] hashState;

    AgentBuckets(final LimitSpec spec, final int maxAgents, final ReservedBucket overflow, final long[] hashState) {
        this.spec = spec;
        this.maxAgents = maxAgents;
        this.overflow = overflow;
        this.hashState = hashState;
    }

    /** Capacity and pace of each agent's bucket, and of the overflow bucket. */
    public LimitSpec spec() {
        return spec;
    }

    /** Most agents that have a bucket of their own at once. */
    public int maxAgents() {
        return maxAgents;
    }

    /** The bucket that all agents beyond {@link #maxAgents} share. */
    public ReservedBucket overflow() {
        return overflow;
    }

    /** Hash state from which agents' keys continue; not to be changed. */
    long[] hashState() {
        return hashState;
    }
}
