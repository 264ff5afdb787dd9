package openclaw.edge.billing.invoice;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.pdf.Sheet;

/** A final document as it is printed: the figures of its JSON, as the same strings. */
public final class FinalSheet {
    private FinalSheet() {}

    /**
     * Of a document.
     *
     * @param invoice what is printed
     * @param first the tenant's first invoice of the cycle, whose seller and customer stand on corrections too
     */
    public static Sheet of(FinalInvoice invoice, FinalInvoice first) {
        return new Sheet(
                title(invoice),
                invoice.number(),
                false,
                first.seller(),
                first.customer(),
                facts(invoice, first),
                invoice.currency(),
                invoice.lines().stream()
                        .map(line -> new Sheet.Line(
                                line.description(),
                                line.quantity(),
                                line.unitPrice(),
                                line.amount().toPlainString()))
                        .toList(),
                invoice.taxes().stream()
                        .map(tax -> new Sheet.Tax(
                                tax.name(),
                                tax.percent(),
                                tax.base().toPlainString(),
                                tax.amount().toPlainString()))
                        .toList(),
                sums(invoice),
                invoice.exempt());
    }

    private static String title(FinalInvoice invoice) {
        if (invoice.corrects() == null) {
            return "Invoice";
        }
        return invoice.isCreditNote() ? "Credit note" : "Correction";
    }

    private static List<Sheet.Fact> facts(FinalInvoice invoice, FinalInvoice first) {
        List<Sheet.Fact> facts = new ArrayList<>();
        facts.add(new Sheet.Fact("Number", invoice.number()));
        if (invoice.corrects() != null) {
            facts.add(new Sheet.Fact("To invoice", invoice.corrects()));
        }
        facts.add(new Sheet.Fact("Issue date", invoice.issueDate()));
        LocalDate due = invoice.dueDate(first.seller());
        if (due != null && invoice.amountDue().signum() > 0) {
            facts.add(new Sheet.Fact("Due date", due.toString()));
        }
        facts.add(new Sheet.Fact("Period", invoice.firstDay() + " to " + invoice.lastDay()));
        facts.add(new Sheet.Fact("Time zone", invoice.period().timeZone()));
        facts.add(new Sheet.Fact("Customer id", invoice.tenantId()));
        return facts;
    }

    private static List<Sheet.Sum> sums(FinalInvoice invoice) {
        List<Sheet.Sum> sums = new ArrayList<>();
        add(sums, "Net", invoice.net());
        add(sums, "Tax", invoice.tax());
        add(sums, "Total", invoice.total());
        for (FinalInvoice.Credit credit : invoice.credits()) {
            add(sums, credit.description(), credit.applied().negate());
        }
        String label = invoice.isCreditNote() ? "Given back" : "Amount due";
        BigDecimal amount = invoice.isCreditNote() ? invoice.amountDue().negate() : invoice.amountDue();
        sums.add(new Sheet.Sum(label + " (" + invoice.currency() + ")", amount.toPlainString(), true));
        if (invoice.carriedForward().signum() > 0) {
            add(sums, "Credit carried to the next invoice", invoice.carriedForward());
        }
        return sums;
    }

    private static void add(List<Sheet.Sum> sums, String label, BigDecimal amount) {
        sums.add(new Sheet.Sum(label, amount.toPlainString(), false));
    }
}
