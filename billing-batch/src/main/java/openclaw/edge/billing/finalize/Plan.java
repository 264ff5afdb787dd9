package openclaw.edge.billing.finalize;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.invoice.FinalFolder;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.InvoiceMaker;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.NewFinalization.Numberable;

/**
 * What a finalization would issue: a function of what was read and of what was finalized before.
 *
 * @param rated every tenant's invoice as it is now, in tenant order
 * @param documents what is to be numbered, in tenant order
 */
record Plan(List<Invoice> rated, List<Numberable> documents) {
    private static final String JSON = ".json";

    /**
     * Plans the next revision.
     *
     * @param history the cycle's finalizations before it
     * @param issued their documents, by number
     */
    static Plan of(Reading reading, CycleHistory history, Map<String, FinalInvoice> issued, String issueDate) {
        BillingCells cells = reading.usage().cells();
        InvoiceMaker maker = new InvoiceMaker(cells, reading.usage().usage().lanes());
        InvoiceMaker lateMaker = new InvoiceMaker(cells, reading.late().lanes());
        int revision = history.nextRevision();
        List<Invoice> rated = new ArrayList<>();
        List<Numberable> documents = new ArrayList<>();
        for (int tenant = 0; tenant < cells.tenants().size(); tenant++) {
            int tenantNumber = tenant;
            Invoice invoice = maker.make(
                    tenant,
                    history.broughtForward()
                            .getOrDefault(cells.tenants().get(tenant).id(), BigDecimal.ZERO));
            rated.add(invoice);
            List<IssuedInvoice> earlier =
                    history.invoices().getOrDefault(invoice.tenant().id(), List.of());
            Numberable document = earlier.isEmpty()
                    ? Issue.of(invoice, cells.parts(tenant), issueDate, revision)
                    : Correction.of(
                            invoice,
                            cells.parts(tenant),
                            line -> lateMaker.journal(line, tenantNumber),
                            EarlierDocuments.of(earlier, issued),
                            history.creditLeft(invoice.tenant().id()),
                            issueDate,
                            revision);
            boolean isNewAndEmpty =
                    earlier.isEmpty() && revision > 0 && invoice.lines().isEmpty();
            if (document != null && !isNewAndEmpty) {
                documents.add(document);
            }
        }
        return new Plan(rated, documents);
    }

    /** The documents among files, by number. */
    static Map<String, FinalInvoice> parsed(List<Document> documents) {
        Map<String, FinalInvoice> byNumber = new HashMap<>();
        for (Document document : documents) {
            if (document.name().endsWith(JSON) && !document.name().endsWith(FinalFolder.MANIFEST)) {
                FinalInvoice invoice = FinalInvoice.parse(document.content());
                byNumber.put(invoice.number(), invoice);
            }
        }
        return byNumber;
    }

    /** The folder of a revision's documents in the cycle's. */
    static String folder(int revision) {
        return revision == 0 ? "" : "correction-" + revision + "/";
    }
}
