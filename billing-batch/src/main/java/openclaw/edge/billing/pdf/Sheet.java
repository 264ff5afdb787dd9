package openclaw.edge.billing.pdf;

import java.util.List;
import openclaw.edge.catalog.Party;
import openclaw.edge.catalog.Seller;

/**
 * What stands on one invoice. Figures are plain decimal strings as in its JSON; the printer only puts commas into them.
 *
 * @param title what it is, for example {@code Draft invoice}
 * @param number its number
 * @param draft whether it says on every page that it is none yet
 * @param seller who invoices; unknown parts are left out
 * @param customer who is invoiced; unknown parts are left out
 * @param facts dates and references
 * @param currency ISO 4217 code of all amounts
 * @param lines what is invoiced
 * @param taxes on the lines
 * @param sums from net to what is due
 * @param notes sentences below the sums
 */
public record Sheet(
        String title,
        String number,
        boolean draft,
        Seller seller,
        Party customer,
        List<Fact> facts,
        String currency,
        List<Line> lines,
        List<Tax> taxes,
        List<Sum> sums,
        List<String> notes) {
    /** A label and its text. */
    public record Fact(String label, String text) {}

    /** A line; the description may be of any length. */
    public record Line(String description, String quantity, String unitPrice, String amount) {}

    /** A tax. */
    public record Tax(String name, String percent, String base, String amount) {}

    /**
     * A sum.
     *
     * @param label what it is
     * @param amount what it comes to
     * @param strong whether it stands out
     */
    public record Sum(String label, String amount, boolean strong) {}

    /** With unmodifiable copies of the lists. */
    public Sheet {
        facts = List.copyOf(facts);
        lines = List.copyOf(lines);
        taxes = List.copyOf(taxes);
        sums = List.copyOf(sums);
        notes = List.copyOf(notes);
    }
}
