package openclaw.edge.billing.einvoice;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import openclaw.edge.billing.invoice.FinalInvoice;

/**
 * The lines of one tax category and rate (BG-23).
 *
 * @param category BT-118
 * @param percent BT-119
 * @param base BT-116, the sum of the lines
 * @param amount BT-117, the sum of the document's taxes of that rate
 * @param exempt BT-120; empty of S and Z
 */
record TaxBreakdown(String category, BigDecimal percent, BigDecimal base, BigDecimal amount, String exempt) {
    private record Key(String category, BigDecimal percent) {}

    private static final class Sum {
        BigDecimal base = BigDecimal.ZERO;
        final TreeSet<String> reasons = new TreeSet<>();
    }

    /** Of a document's lines, each of which bears one tax; lines that do not are left out. */
    static List<TaxBreakdown> of(FinalInvoice invoice, boolean isCredit) {
        SortedMap<Key, Sum> sums =
                new TreeMap<>(Comparator.comparing(Key::category).thenComparing(Key::percent));
        for (FinalInvoice.Line line : invoice.lines()) {
            if (line.taxes().size() == 1) {
                FinalInvoice.LineTax tax = line.taxes().get(0);
                Sum sum = sums.computeIfAbsent(
                        new Key(tax.category(), new BigDecimal(tax.percent())), absent -> new Sum());
                sum.base = sum.base.add(isCredit ? line.amount().negate() : line.amount());
                if (!tax.exempt().isEmpty()) {
                    sum.reasons.add(tax.exempt());
                }
            }
        }
        List<TaxBreakdown> all = new ArrayList<>();
        sums.forEach((key, sum) -> {
            BigDecimal amount = amount(invoice, key);
            all.add(new TaxBreakdown(
                    key.category(),
                    key.percent(),
                    sum.base,
                    isCredit ? amount.negate() : amount,
                    String.join("; ", sum.reasons)));
        });
        return all;
    }

    private static BigDecimal amount(FinalInvoice invoice, Key key) {
        BigDecimal amount = BigDecimal.ZERO.setScale(invoice.net().scale());
        if (key.category().equals("S")) {
            for (FinalInvoice.Tax tax : invoice.taxes()) {
                if (new BigDecimal(tax.percent()).compareTo(key.percent()) == 0) {
                    amount = amount.add(tax.amount());
                }
            }
        }
        return amount;
    }
}
