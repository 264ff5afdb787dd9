package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;

/**
 * What a plan costs, in units of the billing currency with up to 12 decimals. At most one of overage rate, packages and tiers
 * prices what is used beyond the quota.
 *
 * @param subscriptionFee per whole cycle; zero when there is none
 * @param overageRate per token beyond the quota; zero when there is none
 * @param packages what packages beyond the quota cost; null when the plan does not sell packages
 * @param tiers what usage beyond the quota costs by its amount; null when the plan has no tiers
 * @param minimumCommitment what fee and usage of a whole cycle come to at least; zero when there is none
 * @param multipliers in the order in which they are tried
 * @param tax on everything
 */
public record Price(
        BigDecimal subscriptionFee,
        BigDecimal overageRate,
        PackagePrice packages,
        TierPrice tiers,
        BigDecimal minimumCommitment,
        List<Multiplier> multipliers,
        Tax tax) {
    /** Most decimals of a price. */
    public static final int MAX_DECIMALS = 12;

    /** Nothing costs anything. */
    public static final Price FREE =
            new Price(BigDecimal.ZERO, BigDecimal.ZERO, null, null, BigDecimal.ZERO, List.of(), Tax.NONE);

    /** With amounts in their shortest form, so that equal prices are equal, and a copy of the multipliers. */
    public Price {
        subscriptionFee = shortest(subscriptionFee);
        overageRate = shortest(overageRate);
        minimumCommitment = shortest(minimumCommitment);
        multipliers = List.copyOf(multipliers);
    }

    /** What the quota counts. */
    public Unit unit() {
        if (packages != null) {
            return packages.unit();
        }
        return tiers == null ? Unit.TOKENS : tiers.unit();
    }

    /** Whether usage beyond the quota costs the same under both. */
    public boolean hasSameUsagePrice(Price other) {
        return overageRate.compareTo(other.overageRate) == 0
                && Objects.equals(packages, other.packages)
                && Objects.equals(tiers, other.tiers);
    }

    /** The same number without zeros at the end of its decimals. */
    static BigDecimal shortest(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
