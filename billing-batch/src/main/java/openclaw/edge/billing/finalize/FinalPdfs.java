package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.invoice.FinalFolder;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.invoice.FinalSheet;
import openclaw.edge.billing.pdf.Sheet;
import openclaw.edge.billing.pdf.SheetPrinter;
import openclaw.edge.billing.store.Document;

/** Prints final documents, some at a time by all cores: the same bytes whenever it is done. */
final class FinalPdfs {
    private static final String JSON = ".json";
    private static final String PDF = ".pdf";
    private static final int BATCH = 512;

    private final SheetPrinter printer = new SheetPrinter();
    private final InvoiceFiles files;

    /** Into these files. */
    FinalPdfs(InvoiceFiles files) {
        this.files = files;
    }

    private record Print(String name, Sheet sheet) {}

    private record Done(String name, SheetPrinter.Printed printed) {}

    /**
     * Prints and writes.
     *
     * @param documents of a whole cycle
     * @return how many were not there with these bytes
     */
    int write(List<Document> documents) throws IOException {
        Map<String, FinalInvoice> firstByTenant = new HashMap<>();
        List<Print> waiting = new ArrayList<>();
        int written = 0;
        for (Document document : documents) {
            if (!document.name().endsWith(JSON) || document.name().endsWith(FinalFolder.MANIFEST)) {
                continue;
            }
            FinalInvoice invoice = FinalInvoice.parse(document.content());
            firstByTenant.putIfAbsent(invoice.tenantId(), invoice);
            String name = document.name().substring(0, document.name().length() - JSON.length()) + PDF;
            waiting.add(new Print(name, FinalSheet.of(invoice, firstByTenant.get(invoice.tenantId()))));
            if (waiting.size() == BATCH) {
                written += print(waiting);
            }
        }
        return written + print(waiting);
    }

    private int print(List<Print> waiting) throws IOException {
        List<Done> all = waiting.parallelStream()
                .map(print -> new Done(print.name(), printer.print(print.sheet())))
                .toList();
        waiting.clear();
        int written = 0;
        for (Done done : all) {
            written += files.write(done.name(), done.printed().bytes()) ? 1 : 0;
        }
        return written;
    }
}
