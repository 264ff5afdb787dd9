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
final class InvoiceCsv {
    private InvoiceCsv() {}

    static String write(Invoice invoice) {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            rows(csv, invoice);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void rows(CsvWriter csv, Invoice invoice) {
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
                    csv,
                    invoice,
                    line.description(),
                    Money.quantityText(line.rated().quantity()),
                    Money.priceText(line.rated().unitPrice(), invoice.minorDigits()),
                    line.rated().amount().toPlainString());
        }
        totals(csv, invoice, invoice.totals());
    }

    /** The total alone where there are neither taxes nor credits. */
    private static void totals(CsvWriter csv, Invoice invoice, Totals totals) {
        if (!totals.taxes().isEmpty()) {
            sum(csv, invoice, "Net", totals.net());
            for (TaxLine tax : totals.taxes()) {
                row(
                        csv,
                        invoice,
                        tax.rate().name() + " "
                                + Money.quantityText(tax.rate().percent()) + " % of "
                                + tax.base().toPlainString(),
                        "",
                        "",
                        tax.amount().toPlainString());
            }
        }
        sum(csv, invoice, "Total", totals.total());
        if (totals.broughtForward().signum() > 0) {
            sum(
                    csv,
                    invoice,
                    "Credit brought forward",
                    totals.broughtForwardApplied().negate());
        }
        for (AppliedCredit credit : totals.credits()) {
            sum(
                    csv,
                    invoice,
                    "Credit: " + credit.item().description(),
                    credit.applied().negate());
        }
        if (totals.amountDue().compareTo(totals.total()) != 0) {
            sum(csv, invoice, "Amount due", totals.amountDue());
        }
        if (totals.carriedForward().signum() > 0) {
            sum(csv, invoice, "Credit carried forward", totals.carriedForward());
        }
    }

    private static void sum(CsvWriter csv, Invoice invoice, String description, BigDecimal amount) {
        row(csv, invoice, description, "", "", amount.toPlainString());
    }

    private static void row(
            CsvWriter csv, Invoice invoice, String description, String quantity, String unitPrice, String amount) {
        csv.writeRecord(
                invoice.number(),
                invoice.tenant().id(),
                invoice.cycle().id(),
                invoice.currency(),
                description,
                quantity,
                unitPrice,
                amount);
    }
}
