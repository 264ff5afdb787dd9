package openclaw.edge.billing.invoice;

import java.math.BigDecimal;
import java.util.List;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.Tenant;

/**
 * A draft invoice of one tenant and cycle.
 *
 * @param tenant whose it is
 * @param cycle what it is for
 * @param usage what was used
 * @param lines what it costs
 * @param total the sum of the lines' amounts
 */
public record Invoice(Tenant tenant, BillingCycle cycle, UsageTotal usage, List<InvoiceLine> lines, BigDecimal total) {
    /** With an unmodifiable copy of the lines. */
    public Invoice {
        lines = List.copyOf(lines);
    }

    /** The number that it has until the cycle is finalized. */
    public String number() {
        return "DRAFT-" + cycle.id() + "-" + tenant.id();
    }

    /** The currency's code. */
    public String currency() {
        return tenant.billing().currency();
    }

    /** Decimals of the currency's minor unit. */
    public int minorDigits() {
        return tenant.billing().minorDigits();
    }
}
