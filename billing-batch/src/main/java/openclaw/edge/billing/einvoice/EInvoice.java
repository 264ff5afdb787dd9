package openclaw.edge.billing.einvoice;

import java.math.BigDecimal;
import java.util.List;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.catalog.Party;
import openclaw.edge.catalog.Seller;

/**
 * A final document as EN 16931 has it. What a credit note gives back is above zero there, below zero in its JSON.
 *
 * @param invoice the document
 * @param seller who invoices, of the tenant's first invoice of the cycle
 * @param customer who is invoiced, of the same
 * @param correctedIssueDate issue date of the invoice that it corrects; null of an invoice
 * @param lines with quantities that their prices fit
 * @param taxes by category and rate
 */
record EInvoice(
        FinalInvoice invoice,
        Seller seller,
        Party customer,
        String correctedIssueDate,
        List<LineFigures> lines,
        List<TaxBreakdown> taxes) {
    private static final String INVOICE = "380";
    private static final String CREDIT_NOTE = "381";
    private static final String CORRECTED_INVOICE = "384";

    EInvoice {
        lines = List.copyOf(lines);
        taxes = List.copyOf(taxes);
    }

    /**
     * Of a document.
     *
     * @param first the tenant's first invoice of the cycle, whose seller and customer stand on corrections too
     */
    static EInvoice of(FinalInvoice invoice, FinalInvoice first) {
        boolean credit = invoice.isCreditNote();
        List<LineFigures> lines = invoice.lines().stream()
                .map(line -> LineFigures.of(line, credit))
                .toList();
        return new EInvoice(
                invoice,
                first.seller(),
                first.customer(),
                invoice.corrects() == null ? null : first.issueDate(),
                lines,
                TaxBreakdown.of(invoice, credit));
    }

    /** BT-3, of UNTDID 1001. */
    String typeCode() {
        if (invoice.isCreditNote()) {
            return CREDIT_NOTE;
        }
        return invoice.corrects() == null ? INVOICE : CORRECTED_INVOICE;
    }

    /** An amount of the document with the sign that the standard gives it. */
    BigDecimal signed(BigDecimal amount) {
        return invoice.isCreditNote() ? amount.negate() : amount;
    }

    /** The XML file. */
    String xml() {
        return CrossIndustryInvoice.write(this);
    }
}
