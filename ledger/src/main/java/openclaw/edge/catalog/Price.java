package openclaw.edge.catalog;

import java.math.BigDecimal;

/**
 * What a plan costs, in units of the billing currency with up to 12 decimals.
 *
 * @param subscriptionFee per whole cycle; zero when there is none
 * @param overageRate per token beyond the quota; zero when there is none
 * @param per1000Requests per started thousand of requests beyond the quota; null when the plan does not sell packages
 */
public record Price(BigDecimal subscriptionFee, BigDecimal overageRate, BigDecimal per1000Requests) {
    /** Most decimals of a price. */
    public static final int MAX_DECIMALS = 12;

    /** Nothing costs anything. */
    public static final Price FREE = new Price(BigDecimal.ZERO, BigDecimal.ZERO, null);

    /** Whether requests are sold in packages of 1,000, and the quota counts requests. */
    public boolean hasPackages() {
        return per1000Requests != null;
    }
}
