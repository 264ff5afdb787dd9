package openclaw.edge.billing.finalize;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.yaml.VisibleText;

/** Lists what a store has finalized, and writes its files again. */
public final class CycleReport {
    private final FinalizedCycles cycles;

    /** Of a store. */
    public CycleReport(Store store) {
        this.cycles = new FinalizedCycles(store);
    }

    /**
     * Prints the documents of a cycle, or of all.
     *
     * @param cycle id, or null for all
     * @throws IllegalArgumentException when it is not finalized
     */
    public void print(String cycle, boolean isJson, PrintWriter out) throws IOException {
        for (String id : cycle == null ? cycles.cycles() : List.of(cycle)) {
            CycleHistory history = history(id);
            history.invoices()
                    .values()
                    .forEach(ofTenant ->
                            ofTenant.forEach(invoice -> out.println(isJson ? json(id, invoice) : text(id, invoice))));
        }
    }

    /**
     * Writes the files of a cycle, or of all, to the byte as they were issued.
     *
     * @param folder in which the cycles' folders are made
     * @param pdf how each document is printed too
     * @return how many were not there so
     * @throws IllegalArgumentException when a document cannot be printed so; then nothing is written
     */
    public int write(String cycle, Path folder, PdfKind pdf) throws IOException {
        List<String> ids = cycle == null ? cycles.cycles() : List.of(cycle);
        if (pdf == PdfKind.FACTURX) {
            for (String id : ids) {
                FinalPdfs.check(FinalizeRun.documents(cycles, history(id)), pdf);
            }
        }
        int written = 0;
        for (String id : ids) {
            InvoiceFiles files = new InvoiceFiles(folder.resolve(id), step -> {});
            List<Document> documents = FinalizeRun.documents(cycles, history(id));
            written += files.write(documents);
            written += pdf == PdfKind.NONE ? 0 : new FinalPdfs(files, pdf).write(documents);
        }
        return written;
    }

    private CycleHistory history(String cycle) throws IOException {
        CycleHistory history = cycles.history(cycle);
        if (history.revisions().isEmpty()) {
            throw new IllegalArgumentException("cycle " + cycle + " is not finalized in this store");
        }
        return history;
    }

    private static String text(String cycle, IssuedInvoice invoice) {
        String text = cycle + "  " + invoice.number() + "  " + invoice.issueDate() + "  "
                + String.format("%-11s", invoice.kind()) + "  "
                + String.format("%12s", Rendering.amount(invoice.totalMinor(), invoice.minorDigits())) + " "
                + invoice.currency() + "  " + invoice.tenantId()
                + (invoice.corrects() == null ? "" : "  (of " + invoice.corrects() + ")");
        return VisibleText.of(text);
    }

    private static String json(String cycle, IssuedInvoice invoice) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("billing_cycle_id", cycle);
        json.put("invoice_number", invoice.number());
        json.put("kind", invoice.kind());
        json.put("corrects", invoice.corrects());
        json.put("issue_date", invoice.issueDate());
        json.put("tenant_id", invoice.tenantId());
        json.put("currency", invoice.currency());
        json.put("total", Rendering.amount(invoice.totalMinor(), invoice.minorDigits()));
        json.put("requests", count(invoice.requests()));
        json.put("tokens", count(invoice.tokens()));
        return CanonicalJson.write(json);
    }
}
