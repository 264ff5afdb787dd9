/**
 * Looks into usage: by hour and day, beside the cycles before, what is unlike other weeks, and what the cycle will come to.
 * Prices apply to whole tokens by the project's rating; statistics stay in their own package.
 *
 * <p>Hours are those of UTC. A cycle whose zone is not whole hours from UTC begins within one, which then counts in both.
 */
package openclaw.edge.billing.insight;
