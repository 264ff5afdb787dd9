package openclaw.edge.billing.einvoice;

import java.math.BigDecimal;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.rating.Money;

/**
 * The figures of one line as the standard takes them: a price from zero (BR-27), and a quantity whose product with it, rounded to
 * the minor unit, is the line's amount (BT-131). A line whose own figures do not come to its amount, as a difference of two
 * rounded amounts, is one unit at that amount, and says its figures as attributes (BG-32). The base quantity (BT-149) is one
 * throughout: packages are counted as packages, at the price of a package.
 *
 * @param line the document's
 * @param quantity BT-129
 * @param price BT-146
 * @param amount BT-131
 * @param isRestated whether quantity and price are not those of the line
 */
record LineFigures(
        FinalInvoice.Line line, BigDecimal quantity, BigDecimal price, BigDecimal amount, boolean isRestated) {
    /** Of a line; those of credit notes change their signs. */
    static LineFigures of(FinalInvoice.Line line, boolean isCredit) {
        BigDecimal amount = isCredit ? line.amount().negate() : line.amount();
        BigDecimal quantity = new BigDecimal(line.quantity());
        BigDecimal price = new BigDecimal(line.unitPrice());
        if (price.signum() < 0 != isCredit) {
            quantity = quantity.negate();
        }
        BigDecimal product = Money.round(quantity.multiply(price.abs()), amount.scale());
        if (product.compareTo(amount) == 0) {
            return new LineFigures(line, quantity, price.abs(), amount, false);
        }
        BigDecimal one = amount.signum() < 0 ? BigDecimal.ONE.negate() : BigDecimal.ONE;
        return new LineFigures(line, one, amount.abs(), amount, true);
    }
}
