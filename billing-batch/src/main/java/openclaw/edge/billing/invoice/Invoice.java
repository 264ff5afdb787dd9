package openclaw.edge.billing.invoice;

import java.math.BigDecimal;
import java.util.List;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.rating.Totals;

/**
 * A draft invoice of one tenant and cycle.
 *
 * @param tenant whose it is
 * @param cycle what it is for
 * @param usage what was used
 * @param multiplied usage that multipliers matched, by part of the cycle and multiplier; empty where there are none
 * @param lines what it costs
 * @param totals what the lines come to
 */
public record Invoice(
        Tenant tenant,
        BillingCycle cycle,
        UsageTotal usage,
        List<MultipliedUsage> multiplied,
        List<InvoiceLine> lines,
        Totals totals) {
    /** With unmodifiable copies of the lists. */
    public Invoice {
        multiplied = List.copyOf(multiplied);
        lines = List.copyOf(lines);
    }

    /** The number that it has until the cycle is finalized. */
    public String number() {
        return "DRAFT-" + cycle.id() + "-" + tenant.id();
    }

    /** The total, tax included. */
    public BigDecimal total() {
        return totals.total();
    }

    /** Whether each line says which taxes it bears: where the seller's country is stated, as electronic invoices need both. */
    public boolean namesLineTaxes() {
        return !tenant.billing().seller().party().country().isEmpty();
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
