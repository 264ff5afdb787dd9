package openclaw.edge.billing.store;

import java.util.List;

/**
 * A numbered document of one tenant, as it is kept for ever.
 *
 * @param number for example {@code INV-2026-000001}
 * @param revision of the finalization that issued it
 * @param kind {@code invoice}, {@code correction} or {@code credit_note}
 * @param corrects number of the tenant's first invoice of the cycle; null of an invoice
 * @param tenantId whose it is
 * @param currency code
 * @param minorDigits decimals of its minor unit
 * @param issueDate {@code YYYY-MM-DD}
 * @param requests billed requests; of corrections the change, as all that follow
 * @param exemptRequests requests that {@code bill:} exempts
 * @param inDoubtRequests requests that were open when their process died
 * @param tokens charged tokens
 * @param totalMinor total in minor units
 * @param carriedMinor credit left for the tenant's next cycle, in minor units; of corrections what came late, less what they have
 *     used of the credit that was left
 * @param lines in their order
 */
public record IssuedInvoice(
        String number,
        int revision,
        String kind,
        String corrects,
        String tenantId,
        String currency,
        int minorDigits,
        String issueDate,
        long requests,
        long exemptRequests,
        long inDoubtRequests,
        long tokens,
        long totalMinor,
        long carriedMinor,
        List<IssuedLine> lines) {
    /** With an unmodifiable copy of the lines. */
    public IssuedInvoice {
        lines = List.copyOf(lines);
    }
}
