package openclaw.edge.billing.store;

import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * What is to be appended.
 *
 * @param finalization with the id that it must get, so that nothing came after what it was made of; or with 0 for any
 * @param cutOff what was read
 * @param accepted what is answered for anew, with its kind
 * @param tenants of the documents, each once
 * @param invoices in tenant order
 * @param manifest the manifest's document of the numbered invoices
 * @param outbox what other systems are to be told of a document
 * @param consumption of the whole cycle, in place of what was there; called anew for each attempt
 */
public record NewFinalization(
        Finalization finalization,
        List<CutOffLife> cutOff,
        List<AcceptedItem> accepted,
        List<TenantRow> tenants,
        List<Numberable> invoices,
        Function<List<Issued>, Document> manifest,
        Function<Issued, List<OutboxEntry>> outbox,
        Iterable<ConsumptionRow> consumption) {
    /** Something missing that is accepted, and what kind of thing it is. */
    public record AcceptedItem(String kind, AcceptedMissing missing) {}

    /** A tenant's row. */
    public record TenantRow(String tenantId, String currency, int minorDigits, String timeZone) {}

    /** A numbered invoice with its documents. */
    public record Issued(IssuedInvoice invoice, List<Document> documents) {
        /** With an unmodifiable copy of the documents. */
        public Issued {
            documents = List.copyOf(documents);
        }
    }

    /** What becomes an invoice with its number. */
    public interface Numberable {
        /** Whose it is. */
        String tenantId();

        /** The series that its number is of. */
        String series();

        /** With its number; the same for the same number. */
        Issued numbered(String number);
    }

    /** The consumption as it is to be written. */
    Iterator<ConsumptionRow> rows() {
        return consumption.iterator();
    }
}
