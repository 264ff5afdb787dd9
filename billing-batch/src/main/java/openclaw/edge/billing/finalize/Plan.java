package openclaw.edge.billing.finalize;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.InvoiceMaker;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.NewFinalization.Numberable;

/**
 * What a finalization would issue: a function of what was read and of what was finalized before.
 *
 * @param rated every tenant's invoice as it is now, in tenant order
 * @param documents what is to be numbered, in tenant order
 */
record Plan(List<Invoice> rated, List<Numberable> documents) {
    /**
     * Plans the next revision.
     *
     * @param history the cycle's finalizations before it
     */
    static Plan of(Reading reading, CycleHistory history, String issueDate) {
        BillingCells cells = reading.usage().cells();
        InvoiceMaker maker = new InvoiceMaker(cells, reading.usage().usage().lanes());
        InvoiceMaker lateMaker = new InvoiceMaker(cells, reading.late().lanes());
        int revision = history.nextRevision();
        List<Invoice> rated = new ArrayList<>();
        List<Numberable> documents = new ArrayList<>();
        for (int tenant = 0; tenant < cells.tenants().size(); tenant++) {
            Invoice invoice = maker.make(
                    tenant,
                    history.broughtForward()
                            .getOrDefault(cells.tenants().get(tenant).id(), BigDecimal.ZERO));
            rated.add(invoice);
            List<IssuedInvoice> earlier =
                    history.invoices().getOrDefault(invoice.tenant().id(), List.of());
            Numberable document = earlier.isEmpty()
                    ? Issue.of(invoice, cells.parts(tenant), issueDate, revision)
                    : Correction.of(invoice, cells.parts(tenant), tenant, lateMaker, earlier, issueDate, revision);
            boolean isNewAndEmpty =
                    earlier.isEmpty() && revision > 0 && invoice.lines().isEmpty();
            if (document != null && !isNewAndEmpty) {
                documents.add(document);
            }
        }
        return new Plan(rated, documents);
    }

    /** The folder of a revision's documents in the cycle's. */
    static String folder(int revision) {
        return revision == 0 ? "" : "correction-" + revision + "/";
    }
}
