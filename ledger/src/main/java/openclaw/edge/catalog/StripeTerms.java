package openclaw.edge.catalog;

/**
 * How a tenant's finalized invoices reach Stripe. No secret stands here: the API key is the pushing command's alone.
 *
 * @param mode what is sent
 * @param customer the tenant's customer at Stripe, for example {@code cus_NffrFeUfNV2Hib}; empty when it is not known yet
 * @param collection how Stripe asks for the money
 * @param daysUntilDue from the day of sending, 0 to 365; of {@link Collection#SEND_INVOICE} alone
 * @param autoAdvance whether Stripe goes on by itself with a finalized invoice: sends, charges, reminds
 * @param tokensEvent name of the meter's events that carry tokens; empty for none
 * @param requestsEvent name of the meter's events that carry requests; empty for none
 */
public record StripeTerms(
        Mode mode,
        String customer,
        Collection collection,
        int daysUntilDue,
        boolean autoAdvance,
        String tokensEvent,
        String requestsEvent) {
    /** Nothing is sent. */
    public static final StripeTerms NONE = new StripeTerms(Mode.NONE, "", Collection.SEND_INVOICE, 30, true, "", "");

    /** What is sent. */
    public enum Mode {
        /** Nothing. */
        NONE,
        /** Every finalized document as an invoice or a credit note of Stripe's. */
        INVOICES,
        /** The usage of every finalized document as events of Stripe's meters, which it prices itself. */
        METER_EVENTS
    }

    /** How Stripe asks for the money. */
    public enum Collection {
        /** It mails the invoice. */
        SEND_INVOICE,
        /** It charges the customer's default payment method. */
        CHARGE_AUTOMATICALLY
    }
}
