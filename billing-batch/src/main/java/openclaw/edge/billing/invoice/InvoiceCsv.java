package openclaw.edge.billing.invoice;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import openclaw.edge.rating.Money;

/** An invoice as CSV (RFC 4180, line feeds): a header, a row per line, and a row with the total. */
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
        row(csv, invoice, "Total", "", "", invoice.total().toPlainString());
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
