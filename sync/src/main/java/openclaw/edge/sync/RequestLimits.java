package openclaw.edge.sync;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.crdt.AgentBuckets;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.ReservedBucket;

/**
 * The limits that guard a tenant's requests, in the order in which they are debited: buckets of the tenant, buckets of
 * which each of its agents has one, and last the cycle's quota, if there is one. Immutable; kept in the snapshot that the
 * catalog belongs to.
 */
public final class RequestLimits {

    // Of each place one is null.
    private final ReservedBucket[] buckets;
    private final AgentBuckets[] agents;
    private final QuotaRow quota;

    private RequestLimits(final ReservedBucket[] buckets, final AgentBuckets[] agents, final QuotaRow quota) {
        this.buckets = buckets;
        this.agents = agents;
        this.quota = quota;
    }

    /** A way to gather them. */
    public static Builder builder() {
        return new Builder();
    }

    /** Number of limits, the quota not among them. */
    public int size() {
        return buckets.length;
    }

    /** The tenant's bucket at a place, or null if that is a limit of agents. */
    ReservedBucket bucket(final int index) {
        return buckets[index];
    }

    /** The agents' buckets at a place, or null if that is a bucket of the tenant. */
    AgentBuckets agents(final int index) {
        return agents[index];
    }

    /** The row of the quota, or null. */
    QuotaRow quota() {
        return quota;
    }

    /** Capacity and pace of the limit at a place. */
    public LimitSpec spec(final int index) {
        return buckets[index] == null ? agents[index].spec() : buckets[index].spec();
    }

    /** Gathers limits; for one thread. */
    public static final class Builder {

        private final List<ReservedBucket> buckets = new ArrayList<>();
        private final List<AgentBuckets> agents = new ArrayList<>();

        private Builder() {}

        /** Next, a bucket of the tenant. */
        public Builder bucket(final ReservedBucket bucket) {
            buckets.add(bucket);
            agents.add(null);
            return this;
        }

        /** Next, a bucket of each agent's own. */
        public Builder agents(final AgentBuckets each) {
            buckets.add(null);
            agents.add(each);
            return this;
        }

        /**
         * Makes the limits of requests.
         *
         * @param quota debited last; null: there is none.
         * @return the limits.
         * @throws IllegalArgumentException if they are more than {@link LimitSet#MAX_ENTRIES}.
         */
        public RequestLimits build(final QuotaRow quota) {
            final int entries = buckets.size() + (quota == null ? 0 : 1);
            if (entries > LimitSet.MAX_ENTRIES) {
                throw new IllegalArgumentException(
                        entries + " limits guard one request, expected at most " + LimitSet.MAX_ENTRIES);
            }
            return new RequestLimits(
                    buckets.toArray(new ReservedBucket[0]), agents.toArray(new AgentBuckets[0]), quota);
        }
    }
}
