package openclaw.edge.billing.finalize;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.catalog.Tax;
import openclaw.edge.rating.Money;
import openclaw.edge.rating.RatedLine;
import openclaw.edge.rating.TaxLine;

/** The taxes of a correction: those on the invoice as it is now, less those that were finalized. */
final class CorrectionTaxes {
    private CorrectionTaxes() {}

    private record Key(String name, BigDecimal percent) {}

    private static final class Change {
        BigDecimal base = BigDecimal.ZERO;
        BigDecimal amount = BigDecimal.ZERO;
    }

    /** By name and percentage, without those that stay as they are; null where what was finalized does not name its taxes. */
    static List<FinalInvoice.Tax> of(Invoice invoice, EarlierDocuments earlier) {
        if (!earlier.nameTaxes()) {
            return null;
        }
        SortedMap<Key, Change> changes =
                new TreeMap<>(Comparator.comparing(Key::name).thenComparing(Key::percent));
        for (TaxLine tax : invoice.totals().taxes()) {
            Change change = change(changes, tax.rate().name(), tax.rate().percent());
            change.base = change.base.add(tax.base());
            change.amount = change.amount.add(tax.amount());
        }
        for (FinalInvoice document : earlier.documents()) {
            for (FinalInvoice.Tax tax : document.taxes()) {
                Change change = change(changes, tax.name(), new BigDecimal(tax.percent()));
                change.base = change.base.subtract(tax.base());
                change.amount = change.amount.subtract(tax.amount());
            }
        }
        List<FinalInvoice.Tax> taxes = new ArrayList<>();
        changes.forEach((key, change) -> {
            if (change.base.signum() != 0 || change.amount.signum() != 0) {
                taxes.add(new FinalInvoice.Tax(
                        key.name(), Money.quantityText(key.percent()), change.base, change.amount));
            }
        });
        return taxes;
    }

    /** Whether taxes change by more than the lines of some items, whose sum each one's base grows by. */
    static boolean areOfMoreThan(List<RatedLine> items, List<FinalInvoice.Tax> taxes) {
        SortedMap<Key, Change> changes =
                new TreeMap<>(Comparator.comparing(Key::name).thenComparing(Key::percent));
        for (RatedLine item : items) {
            for (Tax.Rate rate : item.tax().rates()) {
                Change change = change(changes, rate.name(), rate.percent());
                change.base = change.base.add(item.amount());
            }
        }
        for (FinalInvoice.Tax tax : taxes) {
            Change change = change(changes, tax.name(), new BigDecimal(tax.percent()));
            change.base = change.base.subtract(tax.base());
        }
        return changes.values().stream().anyMatch(change -> change.base.signum() != 0);
    }

    private static Change change(SortedMap<Key, Change> changes, String name, BigDecimal percent) {
        return changes.computeIfAbsent(new Key(name, percent), absent -> new Change());
    }
}
