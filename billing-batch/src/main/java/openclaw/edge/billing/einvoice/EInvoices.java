package openclaw.edge.billing.einvoice;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.pdf.Enclosure;

/** Makes electronic invoices of final documents. */
public final class EInvoices {
    /** Name that Factur-X gives the file in the PDF. */
    private static final String FILE = "factur-x.xml";

    private EInvoices() {}

    /** Whether a document can be one at all: EN 16931 knows none without lines (BR-16). */
    public static boolean isPossible(FinalInvoice invoice) {
        return !invoice.lines().isEmpty();
    }

    /**
     * What a document lacks to be one, by the catalog's keys; empty when it lacks nothing.
     *
     * @param first the tenant's first invoice of the cycle, which may be the same
     */
    public static List<String> problems(FinalInvoice invoice, FinalInvoice first) {
        return isPossible(invoice) ? EInvoiceCheck.problems(EInvoice.of(invoice, first)) : List.of();
    }

    /**
     * The file that a document's PDF encloses.
     *
     * @throws IllegalArgumentException when it lacks something or is not possible
     */
    public static Enclosure enclosure(FinalInvoice invoice, FinalInvoice first) {
        List<String> problems = new ArrayList<>(problems(invoice, first));
        if (!problems.isEmpty() || !isPossible(invoice)) {
            throw new IllegalArgumentException(
                    invoice.number() + " cannot be an electronic invoice: " + String.join("; ", problems));
        }
        return new Enclosure(
                FILE,
                "text/xml",
                "Electronic invoice " + invoice.number() + " (Factur-X, EN 16931)",
                EInvoice.of(invoice, first).xml(),
                LocalDate.parse(invoice.issueDate()),
                FacturXMetadata.of(FILE));
    }
}
