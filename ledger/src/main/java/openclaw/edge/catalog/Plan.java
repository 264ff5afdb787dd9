package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The terms that one place of the catalog states, a plan's or a tenant's own; null where it says nothing.
 *
 * @param name the plan's name, or the tenant's id
 * @param money prices and quota, which may change with time
 * @param limits rate limits
 * @param costs tokens per request
 * @param maxAgents most live agents
 */
record Plan(String name, Money money, List<LimitRule> limits, CostRules costs, Integer maxAgents) {
    /** Says nothing at all. */
    static final Plan EMPTY = new Plan("", Money.NOTHING, null, null, null);

    /** What may carry {@code from:}. */
    record Money(
            Dated<BigDecimal> fee,
            Dated<Long> quota,
            Dated<Overage> overage,
            Dated<BigDecimal> overageRate,
            Dated<PackagePrice> packages,
            Dated<TierPrice> tiers,
            Dated<BigDecimal> minimumCommitment,
            Dated<List<Multiplier>> multipliers,
            Dated<Tax> tax,
            Dated<BillMode> bill) {
        private static final Money NOTHING = new Money(null, null, null, null, null, null, null, null, null, null);
    }

    void addBoundaries(Set<Long> boundaries, BillingCalendar calendar) {
        Stream.of(
                        money.fee,
                        money.quota,
                        money.overage,
                        money.overageRate,
                        money.packages,
                        money.tiers,
                        money.minimumCommitment,
                        money.multipliers,
                        money.tax,
                        money.bill)
                .filter(dated -> dated != null)
                .forEach(dated -> dated.addBoundaries(boundaries, calendar));
    }
}
