package openclaw.edge.rating;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.catalog.Item;
import openclaw.edge.catalog.Tax;

/**
 * What lines come to. A tax is computed once on the sum of all lines that bear it. Credits pay for the total, tax included: what
 * was brought forward first, then by date. They never make the amount due negative; what they, or a total below zero, leave is
 * carried to the next invoice.
 *
 * <pre>
 *   total = net + tax;   brought forward + credits + amount due = total + carried forward
 * </pre>
 *
 * @param net the sum of the lines
 * @param taxes by name and percentage
 * @param exempt why some lines bear no tax, sorted; empty when there is nothing to say
 * @param tax the sum of the taxes
 * @param total net and tax; below zero when disputes exceed everything else
 * @param broughtForward credit that earlier invoices left
 * @param broughtForwardApplied what of that pays for this invoice
 * @param credits of this cycle, by date
 * @param carriedForward credit that is left
 * @param amountDue what has to be paid; never below zero
 */
public record Totals(
        BigDecimal net,
        List<TaxLine> taxes,
        List<String> exempt,
        BigDecimal tax,
        BigDecimal total,
        BigDecimal broughtForward,
        BigDecimal broughtForwardApplied,
        List<AppliedCredit> credits,
        BigDecimal carriedForward,
        BigDecimal amountDue) {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** With unmodifiable copies of the lists. */
    public Totals {
        taxes = List.copyOf(taxes);
        exempt = List.copyOf(exempt);
        credits = List.copyOf(credits);
    }

    /**
     * Adds lines up.
     *
     * @param lines rounded
     * @param items of the cycle, of which the credits count; the others are among the lines
     * @param broughtForward credit that earlier invoices left, from 0
     * @param minorDigits decimals of the currency's minor unit
     */
    public static Totals of(List<RatedLine> lines, List<Item> items, BigDecimal broughtForward, int minorDigits) {
        BigDecimal zero = BigDecimal.ZERO.setScale(minorDigits);
        BigDecimal net = lines.stream().map(RatedLine::amount).reduce(zero, BigDecimal::add);
        List<TaxLine> taxes = taxes(lines, zero);
        BigDecimal tax = taxes.stream().map(TaxLine::amount).reduce(zero, BigDecimal::add);
        BigDecimal total = net.add(tax);
        BigDecimal open = total.max(zero);
        BigDecimal left = open.subtract(total);
        BigDecimal brought = broughtForward.setScale(minorDigits);
        BigDecimal broughtApplied = brought.min(open);
        open = open.subtract(broughtApplied);
        left = left.add(brought).subtract(broughtApplied);
        List<AppliedCredit> credits = new ArrayList<>();
        for (Item item : items) {
            if (item.kind() == Item.Kind.CREDIT) {
                BigDecimal amount = item.amount().setScale(minorDigits);
                BigDecimal applied = amount.min(open);
                credits.add(new AppliedCredit(item, applied));
                open = open.subtract(applied);
                left = left.add(amount).subtract(applied);
            }
        }
        return new Totals(net, taxes, exempt(lines), tax, total, brought, broughtApplied, credits, left, open);
    }

    private static List<TaxLine> taxes(List<RatedLine> lines, BigDecimal zero) {
        Map<Tax.Rate, BigDecimal> bases = new LinkedHashMap<>();
        for (RatedLine line : lines) {
            for (Tax.Rate rate : line.tax().rates()) {
                bases.merge(rate, line.amount(), BigDecimal::add);
            }
        }
        List<TaxLine> taxes = new ArrayList<>();
        bases.forEach((rate, base) -> taxes.add(
                new TaxLine(rate, base, base.multiply(rate.percent()).divide(HUNDRED, zero.scale(), Money.ROUNDING))));
        taxes.sort(Comparator.comparing((TaxLine line) -> line.rate().name())
                .thenComparing(line -> line.rate().percent()));
        return taxes;
    }

    private static List<String> exempt(List<RatedLine> lines) {
        return lines.stream()
                .map(line -> line.tax().exempt())
                .filter(reason -> !reason.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }
}
