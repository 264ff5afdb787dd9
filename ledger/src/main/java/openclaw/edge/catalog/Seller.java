package openclaw.edge.catalog;

import java.util.List;

/**
 * Who invoices, and how to pay.
 *
 * @param party name and address
 * @param paymentTerms for example {@code Payable within 14 days}; empty when nothing is said
 * @param paymentDays from the issue date to the day on which payment is due, from 0; {@link #NO_DUE_DATE} when it is not said
 * @param iban account to pay to, without spaces; empty when it is not stated
 * @param bic of the account's bank; empty when it is not stated
 * @param bank where to pay to, line by line
 */
public record Seller(Party party, String paymentTerms, int paymentDays, String iban, String bic, List<String> bank) {
    /** {@link #paymentDays} where nothing is said. */
    public static final int NO_DUE_DATE = -1;

    /** Nothing is known. */
    public static final Seller UNKNOWN = new Seller(Party.UNKNOWN, "", List.of());

    /** With an unmodifiable copy of the lines. */
    public Seller {
        bank = List.copyOf(bank);
    }

    /** With terms and bank as they are printed. */
    public Seller(Party party, String paymentTerms, List<String> bank) {
        this(party, paymentTerms, NO_DUE_DATE, "", "", bank);
    }
}
