package openclaw.edge.billing.aggregate;

import java.math.BigDecimal;

/** Says that a figure is larger than what can be kept, whose it is, and what to do. */
public final class BeyondRange {
    private BeyondRange() {}

    /** Requests or tokens of a tenant, or of all where the id is null, that a long cannot count. */
    public static IllegalArgumentException usage(String tenant, String cycle) {
        return new IllegalArgumentException((tenant == null ? "all tenants" : "tenant " + tenant) + ", cycle " + cycle
                + ": tokens add up to more than " + Long.MAX_VALUE
                + ", the most that can be counted; find the records with 'journal cat"
                + (tenant == null ? "" : " --tenant " + tenant)
                + "', and the journal that should not hold them, and leave it out");
    }

    /**
     * An amount whose minor units a long cannot hold.
     *
     * @param what line or sum it is of
     */
    public static IllegalArgumentException amount(
            String tenant, String cycle, String what, BigDecimal amount, String currency, int minorDigits) {
        return new IllegalArgumentException("tenant " + tenant + ", cycle " + cycle + ", " + what + ": "
                + amount.toPlainString() + " " + currency + " is beyond the largest amount that can be final, "
                + BigDecimal.valueOf(Long.MAX_VALUE, minorDigits).toPlainString()
                + "; 'preview --tenant " + tenant
                + "' shows price and usage: mend the catalog's price, or leave out the"
                + " journal that should not hold such usage");
    }
}
