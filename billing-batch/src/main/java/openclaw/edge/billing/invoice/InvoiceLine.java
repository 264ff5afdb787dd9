package openclaw.edge.billing.invoice;

import java.util.List;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.rating.RatedLine;

/**
 * One line of an invoice.
 *
 * @param description for people
 * @param rated quantity, price and amount
 * @param journal the entries behind it, by life and lane
 */
public record InvoiceLine(String description, RatedLine rated, List<JournalRange> journal) {
    /** With an unmodifiable copy of the ranges. */
    public InvoiceLine {
        journal = List.copyOf(journal);
    }
}
