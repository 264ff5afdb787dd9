package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import openclaw.edge.billing.einvoice.EInvoices;
import openclaw.edge.billing.invoice.FinalFolder;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.invoice.FinalSheet;
import openclaw.edge.billing.pdf.SheetPrinter;
import openclaw.edge.billing.store.Document;

/** Prints final documents, some at a time by all cores: the same bytes whenever it is done. */
final class FinalPdfs {
    private static final String JSON = ".json";
    private static final String PDF = ".pdf";
    private static final int BATCH = 512;
    private static final int MOST_NAMED = 10;

    private final SheetPrinter printer = new SheetPrinter();
    private final InvoiceFiles files;
    private final PdfKind kind;

    /** Into these files. */
    FinalPdfs(InvoiceFiles files, PdfKind kind) {
        this.files = files;
        this.kind = kind;
    }

    /** A document, and the tenant's first one of the cycle. */
    private record Print(String name, FinalInvoice invoice, FinalInvoice first) {}

    private record Done(String name, SheetPrinter.Printed printed) {}

    private interface Each {
        void take(Print print) throws IOException;
    }

    /**
     * Checks that each document can be printed so, before anything is written.
     *
     * @param documents of a whole cycle
     * @throws IllegalArgumentException that names tenants and keys otherwise
     */
    static void check(List<Document> documents, PdfKind kind) throws IOException {
        if (kind != PdfKind.FACTURX) {
            return;
        }
        Map<String, Set<String>> tenantsByProblem = new LinkedHashMap<>();
        each(documents, print -> {
            List<String> lacking = EInvoices.problems(print.invoice(), print.first());
            lacking.forEach(problem -> tenantsByProblem
                    .computeIfAbsent(problem, absent -> new LinkedHashSet<>())
                    .add(print.invoice().tenantId()));
            if (lacking.isEmpty() && EInvoices.isPossible(print.invoice())) {
                // Made and thrown away: what would fail fails here.
                EInvoices.enclosure(print.invoice(), print.first());
            }
        });
        if (!tenantsByProblem.isEmpty()) {
            StringBuilder text =
                    new StringBuilder("--facturx: nothing was written, since electronic invoices need more:");
            tenantsByProblem.forEach((problem, tenants) -> text.append("\n  tenant ")
                    .append(tenants.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")))
                    .append(tenants.size() > MOST_NAMED ? " and " + (tenants.size() - MOST_NAMED) + " more" : "")
                    .append(": ")
                    .append(problem));
            throw new IllegalArgumentException(text
                    + "\nState it in the catalog before a cycle is finalized; what is final can be printed with --pdf");
        }
    }

    /**
     * Prints and writes.
     *
     * @param documents of a whole cycle
     * @return how many were not there with these bytes
     */
    int write(List<Document> documents) throws IOException {
        List<Print> waiting = new ArrayList<>();
        int[] written = {0};
        each(documents, print -> {
            waiting.add(print);
            if (waiting.size() == BATCH) {
                written[0] += print(waiting);
            }
        });
        return written[0] + print(waiting);
    }

    private static void each(List<Document> documents, Each each) throws IOException {
        Map<String, FinalInvoice> firstByTenant = new HashMap<>();
        for (Document document : documents) {
            if (document.name().endsWith(JSON) && !document.name().endsWith(FinalFolder.MANIFEST)) {
                FinalInvoice invoice = FinalInvoice.parse(document.content());
                firstByTenant.putIfAbsent(invoice.tenantId(), invoice);
                String name = document.name().substring(0, document.name().length() - JSON.length()) + PDF;
                each.take(new Print(name, invoice, firstByTenant.get(invoice.tenantId())));
            }
        }
    }

    private int print(List<Print> waiting) throws IOException {
        List<Done> all = waiting.parallelStream()
                .map(print -> new Done(print.name(), printed(print)))
                .toList();
        waiting.clear();
        int written = 0;
        for (Done done : all) {
            written += files.write(done.name(), done.printed().bytes()) ? 1 : 0;
        }
        return written;
    }

    private SheetPrinter.Printed printed(Print print) {
        boolean withXml = kind == PdfKind.FACTURX && EInvoices.isPossible(print.invoice());
        return printer.print(
                FinalSheet.of(print.invoice(), print.first()),
                withXml ? EInvoices.enclosure(print.invoice(), print.first()) : null);
    }
}
