package openclaw.edge.proxy.decide;

import java.nio.charset.StandardCharsets;
import openclaw.edge.crdt.AgentBuckets;
import openclaw.edge.crdt.ReservedBucket;

/**
 * One limit of a plan with where its tokens are: a bucket of the tenant, or one for each of its agents. Immutable.
 */
public final class GuardingLimit {
    private final String name;
    private final byte[] nameBytes;
    private final ReservedBucket bucket;
    private final AgentBuckets agents;

    private GuardingLimit(final String name, final ReservedBucket bucket, final AgentBuckets agents) {
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.US_ASCII);
        this.bucket = bucket;
        this.agents = agents;
    }

    /** A limit of the tenant as a whole. */
    public static GuardingLimit ofTenant(final String name, final ReservedBucket bucket) {
        return new GuardingLimit(name, bucket, null);
    }

    /** A limit that each agent of the tenant has for itself. */
    public static GuardingLimit ofAgents(final String name, final AgentBuckets agents) {
        return new GuardingLimit(name, null, agents);
    }

    /** Name of the limit. */
    public String name() {
        return name;
    }

    byte[] nameBytes() {
        return nameBytes;
    }

    /** The tenant's bucket; null for a limit per agent. */
    public ReservedBucket bucket() {
        return bucket;
    }

    /** The agents' buckets; null for a limit of the tenant. */
    public AgentBuckets agents() {
        return agents;
    }

    long capacityTokens() {
        return bucket != null ? bucket.spec().capacityTokens() : agents.spec().capacityTokens();
    }

    long fullRefillNs() {
        return bucket != null ? bucket.spec().fullRefillNs() : agents.spec().fullRefillNs();
    }
}
