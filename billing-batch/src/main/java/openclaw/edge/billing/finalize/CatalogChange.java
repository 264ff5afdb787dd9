package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.NewFinalization.Numberable;

/**
 * What a catalog that was edited in the past does to documents that are final: those that would change though nothing arrived
 * late. Charges, disputes and credits that were added since are no such change.
 */
final class CatalogChange {
    private CatalogChange() {}

    /**
     * Rates what the finalizations so far have read, and nothing else, by the catalog as it is.
     *
     * @param history with at least one finalization
     * @param issued documents of the cycle by number
     * @return a line for each document, in tenant order; empty when none changes
     */
    static List<String> of(
            BillingCells cells,
            List<Path> journals,
            CycleHistory history,
            Map<String, FinalInvoice> issued,
            PrintWriter log)
            throws IOException {
        CutOff known = CutOff.of(history.cutOffs());
        Reading reading = Reading.read(cells, journals, known, known, null, log);
        String lastDate = history.revisions().get(history.nextRevision() - 1).issueDate();
        List<String> changes = new ArrayList<>();
        for (Numberable planned : Plan.of(reading, history, issued, lastDate).documents()) {
            if (planned instanceof Correction correction && correction.isOfTerms()) {
                changes.add(correction.summary());
            }
        }
        return changes;
    }
}
