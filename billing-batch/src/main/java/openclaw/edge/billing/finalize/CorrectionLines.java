package openclaw.edge.billing.finalize;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.billing.invoice.FinalInvoice.LineTax;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.rating.Money;
import openclaw.edge.rating.RatedLine;

/**
 * The lines of a correction: each line as it is now, less what was finalized of it. Where all documents name the taxes of their
 * lines, a line whose tax has changed is taken back at the old one and added at the new one: a line of an electronic invoice bears
 * one tax.
 */
final class CorrectionLines {
    private final EarlierDocuments earlier;
    private final List<IssuedLine> lines = new ArrayList<>();
    private final List<List<LineTax>> taxes = new ArrayList<>();
    private final List<RatedLine> lateItems = new ArrayList<>();

    private record Key(String line, List<LineTax> taxes) {}

    /** What the documents so far say of one line, added up. */
    private static final class Finalized {
        final IssuedLine first;
        final String number;
        final List<LineTax> taxes;
        BigDecimal quantity = BigDecimal.ZERO;
        long amountMinor;

        Finalized(IssuedLine first, String number, List<LineTax> taxes) {
            this.first = first;
            this.number = number;
            this.taxes = taxes;
        }
    }

    private CorrectionLines(EarlierDocuments earlier) {
        this.earlier = earlier;
    }

    /** Compares an invoice as it would be now with what was issued. */
    static CorrectionLines of(
            Invoice invoice,
            List<CyclePart> parts,
            Function<RatedLine, List<JournalRange>> late,
            EarlierDocuments earlier) {
        CorrectionLines made = new CorrectionLines(earlier);
        boolean byTax = invoice.namesLineTaxes() && earlier.nameLineTaxes();
        Map<Key, Finalized> finalized = made.finalized(byTax);
        List<IssuedLine> now = Issue.lines(invoice, parts);
        for (int i = 0; i < now.size(); i++) {
            RatedLine rated = invoice.lines().get(i).rated();
            List<LineTax> taxes = invoice.namesLineTaxes() ? LineTax.of(rated.tax()) : List.of();
            IssuedLine line = now.get(i);
            Finalized before = finalized.remove(new Key(line.key(), byTax ? taxes : List.of()));
            made.add(line, before, late.apply(rated), taxes);
            if (before == null && rated.item() != null) {
                made.lateItems.add(rated);
            }
        }
        // What is no longer on the invoice at all.
        for (Finalized gone : finalized.values()) {
            made.add(null, gone, List.of(), gone.taxes);
        }
        return made;
    }

    private Map<Key, Finalized> finalized(boolean byTax) {
        Map<Key, Finalized> byKey = new LinkedHashMap<>();
        for (IssuedInvoice document : earlier.issued()) {
            for (IssuedLine line : document.lines()) {
                List<LineTax> of = earlier.taxes(document, line);
                Finalized sum = byKey.computeIfAbsent(
                        new Key(line.key(), byTax ? of : List.of()),
                        absent -> new Finalized(line, document.number(), of));
                sum.quantity = sum.quantity.add(new BigDecimal(line.quantity()));
                sum.amountMinor = Math.addExact(sum.amountMinor, line.amountMinor());
            }
        }
        return byKey;
    }

    private void add(IssuedLine now, Finalized before, List<JournalRange> journal, List<LineTax> lineTaxes) {
        BigDecimal quantity = now == null ? BigDecimal.ZERO : new BigDecimal(now.quantity());
        long amountMinor = now == null ? 0 : now.amountMinor();
        if (before != null) {
            quantity = quantity.subtract(before.quantity);
            amountMinor = Math.subtractExact(amountMinor, before.amountMinor);
        }
        if (quantity.signum() == 0 && amountMinor == 0) {
            return;
        }
        IssuedLine like = now == null ? before.first : now;
        String plain = like.key().substring(0, like.key().indexOf('|'));
        String description = before == null
                ? "Addition to " + earlier.number() + ": " + plain
                : "Correction of " + before.number + ", line " + before.first.line() + ": " + plain;
        lines.add(new IssuedLine(
                lines.size() + 1,
                like.key(),
                description,
                Money.quantityText(quantity),
                like.unitPrice(),
                amountMinor,
                before == null ? null : before.number,
                before == null ? 0 : before.first.line(),
                like.fromNs(),
                like.toNs(),
                journal));
        taxes.add(lineTaxes);
    }

    /** The lines in their order. */
    List<IssuedLine> lines() {
        return lines;
    }

    /** Charges and disputes that were added since; each is among the lines. */
    List<RatedLine> lateItems() {
        return lateItems;
    }

    /** The taxes of a line; empty where they are not known. */
    List<LineTax> taxes(IssuedLine line) {
        return taxes.get(line.line() - 1);
    }

    /** Their sum in minor units. */
    long netMinor() {
        long net = 0;
        for (IssuedLine line : lines) {
            net = Math.addExact(net, line.amountMinor());
        }
        return net;
    }
}
