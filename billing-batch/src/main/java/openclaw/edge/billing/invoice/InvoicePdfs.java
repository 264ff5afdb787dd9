package openclaw.edge.billing.invoice;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import openclaw.edge.billing.pdf.SheetPrinter;
import openclaw.edge.catalog.Party;

/** Writes invoices as PDF, some at a time by all cores. Used by one thread. */
final class InvoicePdfs {
    private static final int BATCH = 512;

    private final OutputFolder folder;
    private final SheetPrinter printer = new SheetPrinter();
    private final List<Invoice> waiting = new ArrayList<>();
    private final SortedMap<String, String> missing = new ConcurrentSkipListMap<>();
    private final SortedSet<String> sellerless = new TreeSet<>();

    InvoicePdfs(OutputFolder folder) {
        this.folder = folder;
    }

    /** Takes an invoice, which is written by {@link #finish} at the latest. */
    void add(Invoice invoice) throws IOException {
        if (invoice.tenant().billing().seller().party().equals(Party.UNKNOWN)) {
            sellerless.add(invoice.tenant().id());
        }
        waiting.add(invoice);
        if (waiting.size() == BATCH) {
            writeWaiting();
        }
    }

    /** Writes what is left; answers what people should know. */
    List<String> finish() throws IOException {
        writeWaiting();
        List<String> notices = new ArrayList<>();
        if (!sellerless.isEmpty()) {
            notices.add("no seller on " + sellerless.size() + " PDF (first: " + sellerless.first()
                    + "): state billing.seller in the catalog");
        }
        missing.forEach((tenant, characters) ->
                notices.add("not in the typeface, printed as a box in " + tenant + ".pdf: " + characters));
        return notices;
    }

    private void writeWaiting() throws IOException {
        AllCores.map(0, waiting.size(), index -> write(waiting.get(index)));
        waiting.clear();
    }

    private String write(Invoice invoice) throws IOException {
        String tenant = invoice.tenant().id();
        SheetPrinter.Printed printed = printer.print(InvoiceSheet.of(invoice));
        if (!printed.missing().isEmpty()) {
            missing.put(tenant, named(printed.missing()));
        }
        folder.write(tenant + ".pdf", printed.bytes());
        return tenant;
    }

    private static String named(SortedMap<Integer, Integer> codePoints) {
        List<String> names = new ArrayList<>();
        codePoints.forEach((codePoint, count) ->
                names.add(String.format("U+%04X", codePoint) + (count > 1 ? " (" + count + " times)" : "")));
        return String.join(", ", names);
    }
}
