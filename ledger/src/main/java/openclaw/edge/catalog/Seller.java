package openclaw.edge.catalog;

import java.util.List;

/**
 * Who invoices, and how to pay.
 *
 * @param party name and address
 * @param paymentTerms for example {@code Payable within 14 days}; empty when nothing is said
 * @param bank where to pay to, line by line
 */
public record Seller(Party party, String paymentTerms, List<String> bank) {
    /** Nothing is known. */
    public static final Seller UNKNOWN = new Seller(Party.UNKNOWN, "", List.of());

    /** With an unmodifiable copy of the lines. */
    public Seller {
        bank = List.copyOf(bank);
    }
}
