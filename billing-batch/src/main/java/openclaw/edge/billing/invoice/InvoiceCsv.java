package openclaw.edge.billing.invoice;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import openclaw.edge.rating.AppliedCredit;
import openclaw.edge.rating.Money;
import openclaw.edge.rating.TaxLine;
import openclaw.edge.rating.Totals;

/** An invoice as CSV (RFC 4180, line feeds): a header, a row per line, and rows with taxes, total and credits. */
public final class InvoiceCsv {
    private final CsvWriter csv;
    private final Invoice invoice;
    private final String number;

    private InvoiceCsv(CsvWriter csv, Invoice invoice, String number) {
        this.csv = csv;
        this.invoice = invoice;
        this.number = number;
    }

    static String write(Invoice invoice) {
        return write(invoice, invoice.number());
    }

    /** Under a number of its own, in place of the draft's. */
    public static String write(Invoice invoice, String number) {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            new InvoiceCsv(csv, invoice, number).rows();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void rows() {
        csv.writeRecord(
                "invoice_number",
                "tenant_id",
                "billing_cycle_id",
                "currency",
                "description",
                "quantity",
                "unit_price",
                "amount");
        for (InvoiceLine line : invoice.lines()) {
            row(
                    line.description(),
                    Money.quantityText(line.rated().quantity()),
                    Money.priceText(line.rated().unitPrice(), invoice.minorDigits()),
                    line.rated().amount().toPlainString());
        }
        totals(invoice.totals());
    }

    /** The total alone where there are neither taxes nor credits. */
    private void totals(Totals totals) {
        if (!totals.taxes().isEmpty()) {
            sum("Net", totals.net());
            for (TaxLine tax : totals.taxes()) {
                row(
                        tax.rate().name() + " "
                                + Money.quantityText(tax.rate().percent()) + " % of "
                                + tax.base().toPlainString(),
                        "",
                        "",
                        tax.amount().toPlainString());
            }
        }
        sum("Total", totals.total());
        if (totals.broughtForward().signum() > 0) {
            sum("Credit brought forward", totals.broughtForwardApplied().negate());
        }
        for (AppliedCredit credit : totals.credits()) {
            sum("Credit: " + credit.item().description(), credit.applied().negate());
        }
        if (totals.amountDue().compareTo(totals.total()) != 0) {
            sum("Amount due", totals.amountDue());
        }
        if (totals.carriedForward().signum() > 0) {
            sum("Credit carried forward", totals.carriedForward());
        }
    }

    private void sum(String description, BigDecimal amount) {
        row(description, "", "", amount.toPlainString());
    }

    private void row(String description, String quantity, String unitPrice, String amount) {
        csv.writeRecord(
                number,
                invoice.tenant().id(),
                invoice.cycle().id(),
                invoice.currency(),
                description,
                quantity,
                unitPrice,
                amount);
    }
}
