package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.time.ZoneId;

/**
 * How a tenant is invoiced.
 *
 * @param currency ISO 4217 code
 * @param minorDigits decimals of the currency's minor unit: 0, 2 or 3
 * @param calendar when cycles begin
 * @param reminderThreshold the part of the quota at which to notify, above 0 and at most 1
 * @param alertWebhook where to notify; empty when nowhere. May hold a secret: never to be printed
 * @param alertSecret what notices are signed with; empty when they are not. Never to be printed
 * @param seller who invoices
 * @param stripe how finalized invoices reach Stripe
 */
public record BillingTerms(
        String currency,
        int minorDigits,
        BillingCalendar calendar,
        BigDecimal reminderThreshold,
        String alertWebhook,
        String alertSecret,
        Seller seller,
        StripeTerms stripe) {
    /** US dollars, cycles from the first of the month in UTC, a reminder at 0.9, no webhook, an unknown seller. */
    public static final BillingTerms DEFAULT = new BillingTerms(
            "USD",
            2,
            new BillingCalendar(1, ZoneId.of("UTC")),
            new BigDecimal("0.9"),
            "",
            "",
            Seller.UNKNOWN,
            StripeTerms.NONE);

    /** Without the webhook and its secret. */
    @Override
    public String toString() {
        return currency + ", invoice day " + calendar.invoiceDay() + ", " + calendar.zone();
    }
}
