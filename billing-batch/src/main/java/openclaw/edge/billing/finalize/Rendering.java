package openclaw.edge.billing.finalize;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.catalog.CanonicalJson;

/** The files of corrections and credit notes. */
final class Rendering {
    private Rendering() {}

    /**
     * As JSON and CSV.
     *
     * @param taxes null where they are not known by name
     * @param sums what stands below the total
     */
    static List<Document> documents(
            IssuedInvoice invoice,
            List<FinalInvoice.Tax> taxes,
            Map<String, BigDecimal> sums,
            String cycle,
            Map<String, Object> fields,
            String folder) {
        String name = folder + invoice.tenantId();
        return List.of(
                new Document(name + ".json", CanonicalJson.write(fields) + "\n"),
                new Document(name + ".csv", csv(invoice, taxes, sums, cycle)));
    }

    /** The columns of drafts. */
    private static String csv(
            IssuedInvoice invoice, List<FinalInvoice.Tax> taxes, Map<String, BigDecimal> sums, String cycle) {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            csv.writeRecord(
                    "invoice_number",
                    "tenant_id",
                    "billing_cycle_id",
                    "currency",
                    "description",
                    "quantity",
                    "unit_price",
                    "amount");
            for (IssuedLine line : invoice.lines()) {
                row(csv, invoice, cycle, line.description(), line.quantity(), line.unitPrice(), line.amountMinor());
            }
            long net = 0;
            for (IssuedLine line : invoice.lines()) {
                net = Math.addExact(net, line.amountMinor());
            }
            if (net != invoice.totalMinor()) {
                row(csv, invoice, cycle, "Net", "", "", net);
                taxes(csv, invoice, taxes, cycle, Math.subtractExact(invoice.totalMinor(), net));
            }
            row(csv, invoice, cycle, "Total", "", "", invoice.totalMinor());
            sums.forEach((what, amount) -> sum(csv, invoice, cycle, what, amount));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** As on invoices, by name; one row where names are not known. */
    private static void taxes(
            CsvWriter csv, IssuedInvoice invoice, List<FinalInvoice.Tax> taxes, String cycle, long sumMinor) {
        if (taxes == null) {
            row(csv, invoice, cycle, "Tax", "", "", sumMinor);
            return;
        }
        for (FinalInvoice.Tax tax : taxes) {
            String description =
                    tax.name() + " " + tax.percent() + " % of " + tax.base().toPlainString();
            sum(csv, invoice, cycle, description, tax.amount());
        }
    }

    private static void sum(CsvWriter csv, IssuedInvoice invoice, String cycle, String description, BigDecimal amount) {
        csv.writeRecord(
                invoice.number(),
                invoice.tenantId(),
                cycle,
                invoice.currency(),
                description,
                "",
                "",
                amount.toPlainString());
    }

    private static void row(
            CsvWriter csv,
            IssuedInvoice invoice,
            String cycle,
            String description,
            String quantity,
            String unitPrice,
            long amountMinor) {
        csv.writeRecord(
                invoice.number(),
                invoice.tenantId(),
                cycle,
                invoice.currency(),
                description,
                quantity,
                unitPrice,
                amount(amountMinor, invoice.minorDigits()));
    }

    /** Minor units as a decimal. */
    static String amount(long minor, int minorDigits) {
        return BigDecimal.valueOf(minor, minorDigits).toPlainString();
    }
}
