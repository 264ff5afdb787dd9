package openclaw.edge.catalog;

import java.util.List;

/**
 * What holds for a tenant at one time: its plan's terms under its own.
 *
 * @param plan the plan's name; empty when there is none
 * @param price what it costs
 * @param quota what a whole cycle includes
 * @param bill which requests are charged
 * @param limits rate limits that guard every request, at most {@link LimitRule#MAX_LIMITS}
 * @param costs tokens that a request costs
 * @param maxAgents most live agents with buckets of their own
 */
public record Terms(
        String plan, Price price, Quota quota, BillMode bill, List<LimitRule> limits, CostRules costs, int maxAgents) {
    /** Agents with buckets of their own, where a plan does not say. */
    public static final int DEFAULT_MAX_AGENTS = 10_000;

    /** With an unmodifiable copy of the limits. */
    public Terms {
        limits = List.copyOf(limits);
    }
}
