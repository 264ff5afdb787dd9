package openclaw.edge.billing.finalize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.IssuedInvoice;

/** A cycle's history as it was before one of its finalizations. */
final class Revisions {
    private Revisions() {}

    /** The revision that issued a document. */
    static int of(CycleHistory history, String number) {
        for (List<IssuedInvoice> ofTenant : history.invoices().values()) {
            for (IssuedInvoice invoice : ofTenant) {
                if (invoice.number().equals(number)) {
                    return invoice.revision();
                }
            }
        }
        throw new IllegalArgumentException("no invoice " + number + " in the cycle");
    }

    /** The documents of one revision by tenant. */
    static Map<String, IssuedInvoice> issued(CycleHistory history, int revision) {
        Map<String, IssuedInvoice> issued = new LinkedHashMap<>();
        history.invoices()
                .forEach((tenant, documents) -> documents.stream()
                        .filter(document -> document.revision() == revision)
                        .forEach(document -> issued.put(tenant, document)));
        return issued;
    }

    /** What was known when a revision was made. */
    static CycleHistory before(CycleHistory history, int revision) {
        Map<String, List<IssuedInvoice>> invoices = new LinkedHashMap<>();
        history.invoices().forEach((tenant, documents) -> {
            List<IssuedInvoice> earlier = new ArrayList<>(documents);
            earlier.removeIf(document -> document.revision() >= revision);
            invoices.put(tenant, earlier);
        });
        return new CycleHistory(
                history.revisions().subList(0, revision),
                history.cutOffs().subList(0, revision),
                history.accepted(),
                invoices,
                history.settled(),
                history.known(),
                history.earlierLives(),
                history.broughtForward(),
                history.creditLeft().subList(0, revision + 1),
                history.lastId());
    }
}
