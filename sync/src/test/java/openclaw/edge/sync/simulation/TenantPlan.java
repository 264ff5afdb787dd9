package openclaw.edge.sync.simulation;

import openclaw.edge.crdt.LimitSpec;

/**
 * One tenant of a simulated cluster: its limit and how its requests come.
 *
 * @param name of the tenant.
 * @param capacityTokens B.
 * @param refillTokens R, per interval.
 * @param intervalNs the interval.
 * @param kind what its requests do.
 */
record TenantPlan(String name, long capacityTokens, long refillTokens, long intervalNs, Kind kind) {

    /** What is special about a tenant's requests. */
    enum Kind {
        /** As much as comes. */
        GREEDY,
        /** At every node within its share of the limit, so that nothing may ever be denied. */
        MODEST,
        /** Some requests are refunded, wholly or in part. */
        REFUNDING,
        /** Some requests turn out to cost more than was charged. */
        SETTLING,
        /** The limit changes while the simulation runs. */
        CHANGING,
        /** Requests of many agents, guarded by the agent's bucket, the tenant's and a quota. */
        AGENTS
    }

    double refillPerSecond() {
        return (double) refillTokens * World.SECOND / intervalNs;
    }

    LimitSpec spec(final int version) {
        return LimitSpec.of(capacityTokens, refillTokens, intervalNs, version);
    }

    /** True if requests are refunded or settled. */
    boolean isCorrected() {
        return kind == Kind.REFUNDING || kind == Kind.SETTLING;
    }

    /** True if the tenant's bucket keeps one limit all along, so that the bound over windows applies. */
    boolean isBounded() {
        return kind != Kind.CHANGING;
    }
}
