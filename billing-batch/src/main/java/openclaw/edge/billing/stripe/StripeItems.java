package openclaw.edge.billing.stripe;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.invoice.FinalInvoice;

/**
 * The items of an invoice at Stripe: its lines, taxes and credits, which come to exactly what is due. Taxes are items of their own,
 * since Stripe would compute them anew and round them its own way. A function of the document.
 */
final class StripeItems {
    /** Stripe takes no more on one invoice. */
    static final int MAX_ITEMS = 250;

    private static final int MAX_DESCRIPTION = 500;
    private static final String CUT = "...";

    private final FinalInvoice invoice;
    private final Map<String, Item> items = new LinkedHashMap<>();

    /**
     * One item.
     *
     * @param key tells it from the others of its invoice
     * @param description at most 500 characters
     * @param amount in Stripe's unit
     */
    record Item(String key, String description, long amount) {}

    private StripeItems(FinalInvoice invoice) {
        this.invoice = invoice;
    }

    /** By key, in their order. */
    static Map<String, Item> of(FinalInvoice invoice) throws Refusal {
        StripeItems made = new StripeItems(invoice);
        made.make();
        return made.items;
    }

    /** What has to be paid, in Stripe's unit. */
    static long due(FinalInvoice invoice) throws Refusal {
        return StripeAmounts.of(invoice.amountDue(), invoice.currency());
    }

    private void make() throws Refusal {
        List<Item> sums = sums();
        lines(MAX_ITEMS - sums.size());
        sums.forEach(item -> items.put(item.key(), item));
        long sum = 0;
        for (Item item : items.values()) {
            sum = Math.addExact(sum, item.amount());
        }
        if (sum != due(invoice)) {
            throw new Refusal("its items come to " + sum + ", what is due to " + due(invoice)
                    + " in the smallest unit of " + invoice.currency());
        }
    }

    private void lines(int room) throws Refusal {
        List<FinalInvoice.Line> lines = invoice.lines();
        int whole = lines.size() <= room ? lines.size() : room - 1;
        if (whole < 0) {
            throw new Refusal(
                    "Stripe takes " + MAX_ITEMS + " items on one invoice; its taxes and credits alone are more");
        }
        for (int i = 0; i < whole; i++) {
            FinalInvoice.Line line = lines.get(i);
            add(
                    "line-" + (i + 1),
                    line.description() + " (" + line.quantity() + " x " + line.unitPrice() + ")",
                    line.amount());
        }
        if (whole < lines.size()) {
            BigDecimal rest = lines.subList(whole, lines.size()).stream()
                    .map(FinalInvoice.Line::amount)
                    .reduce(BigDecimal.ZERO.setScale(invoice.net().scale()), BigDecimal::add);
            add(
                    "lines-" + (whole + 1) + "-" + lines.size(),
                    "Lines " + (whole + 1) + " to " + lines.size() + " of " + invoice.number(),
                    rest);
        }
    }

    /** What stands below the lines. */
    private List<Item> sums() throws Refusal {
        List<Item> sums = new ArrayList<>();
        int number = 0;
        for (FinalInvoice.Tax tax : invoice.taxes()) {
            String name =
                    tax.name() + " " + tax.percent() + " % on " + tax.base().toPlainString();
            sums.add(item("tax-" + ++number, name, tax.amount()));
        }
        if (invoice.taxes().isEmpty() && invoice.tax().signum() != 0) {
            sums.add(item("tax-1", "Tax", invoice.tax()));
        }
        BigDecimal rest = invoice.total().subtract(invoice.amountDue());
        number = 0;
        for (FinalInvoice.Credit credit : invoice.credits()) {
            rest = rest.subtract(credit.applied());
            if (credit.applied().signum() > 0) {
                sums.add(item(
                        "credit-" + ++number,
                        credit.description(),
                        credit.applied().negate()));
            }
        }
        if (rest.signum() < 0) {
            sums.add(item("carried", "Carried to the next invoice", rest.negate()));
        }
        return sums;
    }

    private void add(String key, String description, BigDecimal amount) throws Refusal {
        items.put(key, item(key, description, amount));
    }

    private Item item(String key, String description, BigDecimal amount) throws Refusal {
        String text = description.length() <= MAX_DESCRIPTION
                ? description
                : description.substring(0, MAX_DESCRIPTION - CUT.length()) + CUT;
        return new Item(key, text, StripeAmounts.of(amount, invoice.currency()));
    }
}
