package openclaw.edge.billing.invoice;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.pdf.Sheet;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.rating.AppliedCredit;
import openclaw.edge.rating.Money;
import openclaw.edge.rating.Totals;

/** A draft as it is printed: the figures of its JSON, as the same strings. */
final class InvoiceSheet {
    private InvoiceSheet() {}

    static Sheet of(Invoice invoice) {
        return new Sheet(
                "Draft invoice",
                invoice.number(),
                true,
                invoice.tenant().billing().seller(),
                invoice.tenant().customer(),
                facts(invoice),
                invoice.currency(),
                invoice.lines().stream()
                        .map(line -> new Sheet.Line(
                                line.description(),
                                Money.quantityText(line.rated().quantity()),
                                Money.priceText(line.rated().unitPrice(), invoice.minorDigits()),
                                line.rated().amount().toPlainString()))
                        .toList(),
                invoice.totals().taxes().stream()
                        .map(tax -> new Sheet.Tax(
                                tax.rate().name(),
                                Money.quantityText(tax.rate().percent()),
                                tax.base().toPlainString(),
                                tax.amount().toPlainString()))
                        .toList(),
                sums(invoice),
                invoice.totals().exempt());
    }

    private static List<Sheet.Fact> facts(Invoice invoice) {
        BillingCalendar calendar = invoice.tenant().billing().calendar();
        LocalDate first = date(invoice.cycle().startNs(), calendar);
        LocalDate last = date(invoice.cycle().endNs(), calendar).minusDays(1);
        return List.of(
                new Sheet.Fact("Number", invoice.number()),
                new Sheet.Fact("Issue date", "none, a draft"),
                new Sheet.Fact("Period", first + " to " + last),
                new Sheet.Fact("Time zone", calendar.zone().getId()),
                new Sheet.Fact("Customer id", invoice.tenant().id()));
    }

    private static LocalDate date(long ns, BillingCalendar calendar) {
        return LocalDate.ofInstant(BillingCalendar.instant(ns), calendar.zone());
    }

    private static List<Sheet.Sum> sums(Invoice invoice) {
        Totals totals = invoice.totals();
        List<Sheet.Sum> sums = new ArrayList<>();
        add(sums, "Net", totals.net());
        add(sums, "Tax", totals.tax());
        add(sums, "Total", totals.total());
        if (totals.broughtForward().signum() > 0) {
            add(sums, "Credit brought forward", totals.broughtForwardApplied().negate());
        }
        for (AppliedCredit credit : totals.credits()) {
            add(sums, "Credit: " + credit.item().description(), credit.applied().negate());
        }
        sums.add(new Sheet.Sum(
                "Amount due (" + invoice.currency() + ")", totals.amountDue().toPlainString(), true));
        if (totals.carriedForward().signum() > 0) {
            add(sums, "Credit carried to the next invoice", totals.carriedForward());
        }
        return sums;
    }

    private static void add(List<Sheet.Sum> sums, String label, BigDecimal amount) {
        sums.add(new Sheet.Sum(label, amount.toPlainString(), false));
    }
}
