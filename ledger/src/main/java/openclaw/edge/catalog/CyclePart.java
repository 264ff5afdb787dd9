package openclaw.edge.catalog;

/**
 * The part of one cycle in which a tenant's terms do not change.
 *
 * @param cycle the cycle
 * @param index of the part in the cycle, from 0
 * @param fromNs first instant
 * @param toNs first instant after it
 * @param terms what holds
 * @param cycleQuota tokens that the whole cycle includes: the quotas of all its parts, each by its share of the cycle's
 *     time, added and rounded down; {@link Quota#NONE} when no part has one. The same in all parts of a cycle, since usage
 *     is counted in one row per tenant and cycle
 */
public record CyclePart(BillingCycle cycle, int index, long fromNs, long toNs, Terms terms, long cycleQuota) {
    /** Length in nanoseconds. */
    public long lengthNs() {
        return toNs - fromNs;
    }

    /** Whether a request that finds the cycle's quota used up is refused. */
    public boolean deniesOverage() {
        return terms.quota().isSet() && terms.quota().overage() == Overage.DENY;
    }
}
