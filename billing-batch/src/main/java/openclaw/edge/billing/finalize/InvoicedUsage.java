package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.billing.invoice.InvoiceMaker;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.Catalog;

/**
 * What a tenant used in a cycle, and what of it was invoiced.
 *
 * @param tenantId whose
 * @param requests billed requests in the journals
 * @param tokens charged tokens in the journals
 * @param lateRequests of those, what no finalization had read
 * @param lateTokens the same in tokens
 * @param invoicedRequests sum of all documents of the cycle
 * @param invoicedTokens the same in tokens
 */
public record InvoicedUsage(
        String tenantId,
        long requests,
        long tokens,
        long lateRequests,
        long lateTokens,
        long invoicedRequests,
        long invoicedTokens) {
    /**
     * Compares all tenants of a finalized cycle.
     *
     * @throws IllegalArgumentException when it is not finalized
     */
    public static List<InvoicedUsage> of(
            Store store, Catalog catalog, List<Path> journals, String cycle, PrintWriter log) throws IOException {
        CycleHistory history = new FinalizedCycles(store).history(cycle);
        if (history.revisions().isEmpty()) {
            throw new IllegalArgumentException("cycle " + cycle + " is not finalized in " + store);
        }
        BillingCells cells = new BillingCells(catalog.tenants(), cycle);
        Reading reading = Reading.read(cells, journals, null, CutOff.of(history.cutOffs()), null, log);
        InvoiceMaker all = new InvoiceMaker(cells, reading.usage().usage().lanes());
        InvoiceMaker late = new InvoiceMaker(cells, reading.late().lanes());
        List<InvoicedUsage> usages = new ArrayList<>();
        for (int tenant = 0; tenant < cells.tenants().size(); tenant++) {
            String id = cells.tenants().get(tenant).id();
            UsageTotal used = all.make(tenant, BigDecimal.ZERO).usage();
            UsageTotal lateUsed = late.make(tenant, BigDecimal.ZERO).usage();
            List<IssuedInvoice> documents = history.invoices().getOrDefault(id, List.of());
            usages.add(new InvoicedUsage(
                    id,
                    used.requests(),
                    used.tokens(),
                    lateUsed.requests(),
                    lateUsed.tokens(),
                    documents.stream().mapToLong(IssuedInvoice::requests).sum(),
                    documents.stream().mapToLong(IssuedInvoice::tokens).sum()));
        }
        return usages;
    }
}
