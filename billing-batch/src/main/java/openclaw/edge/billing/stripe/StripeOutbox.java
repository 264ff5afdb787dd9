package openclaw.edge.billing.stripe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.Outbox;
import openclaw.edge.billing.store.OutboxEntry;
import openclaw.edge.billing.store.OutboxEntry.State;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.StripeTerms;
import openclaw.edge.catalog.Tenant;

/** What Stripe is to be told of a finalized document. */
public final class StripeOutbox {
    /** The outbox's target. */
    public static final String TARGET = "stripe";

    /** An invoice, or a correction that costs something. */
    static final String INVOICE = "invoice";

    /** A correction that gives something back. */
    static final String CREDIT_NOTE = "credit_note";

    /** An event of a meter. */
    static final String METER_EVENT = "meter_event";

    /** {@link OutboxEntry#line()} of a meter's event that carries tokens. */
    static final int TOKENS = 1;

    /** {@link OutboxEntry#line()} of a meter's event that carries requests. */
    static final int REQUESTS = 2;

    private StripeOutbox() {}

    /**
     * Entries of one document: a function of its arguments.
     *
     * @param cycle of the document
     * @param terms of its tenant when it is finalized; which customer it goes to is found out when it is sent
     */
    public static List<OutboxEntry> entries(IssuedInvoice invoice, String cycle, StripeTerms terms) {
        String key = "edge/" + invoice.tenantId() + "/" + cycle + "/" + invoice.revision();
        List<OutboxEntry> entries = new ArrayList<>();
        switch (terms.mode()) {
            case NONE -> {
                // Nothing is sent, nothing is kept.
            }
            case INVOICES -> {
                boolean isCredit = invoice.kind().equals(CREDIT_NOTE);
                boolean isNothing =
                        invoice.lines().isEmpty() || (invoice.corrects() != null && invoice.totalMinor() == 0);
                entries.add(entry(key, invoice, isCredit ? CREDIT_NOTE : INVOICE, 0, isNothing));
            }
            case METER_EVENTS -> {
                if (!terms.tokensEvent().isEmpty()) {
                    entries.add(entry(key + "/tokens", invoice, METER_EVENT, TOKENS, invoice.tokens() == 0));
                }
                if (!terms.requestsEvent().isEmpty()) {
                    entries.add(entry(key + "/requests", invoice, METER_EVENT, REQUESTS, invoice.requests() == 0));
                }
            }
        }
        return entries;
    }

    private static OutboxEntry entry(String key, IssuedInvoice invoice, String operation, int line, boolean isNothing) {
        return OutboxEntry.of(
                TARGET, key, invoice.number(), operation, line, isNothing ? State.NOTHING : State.WAITING);
    }

    /**
     * Puts documents of a cycle there that were finalized before the catalog spoke of Stripe.
     *
     * @return how many entries that made
     * @throws IllegalArgumentException when the cycle is not finalized
     */
    public static int add(Store store, Catalog catalog, String cycle) throws IOException {
        CycleHistory history = new FinalizedCycles(store).history(cycle);
        if (history.revisions().isEmpty()) {
            throw new IllegalArgumentException("cycle " + cycle + " is not finalized in this store");
        }
        List<OutboxEntry> entries = new ArrayList<>();
        for (int revision = 0; revision < history.nextRevision(); revision++) {
            for (List<IssuedInvoice> ofTenant : history.invoices().values()) {
                for (IssuedInvoice invoice : ofTenant) {
                    Tenant tenant = catalog.tenant(invoice.tenantId());
                    if (invoice.revision() == revision && tenant != null) {
                        entries.addAll(entries(invoice, cycle, tenant.billing().stripe()));
                    }
                }
            }
        }
        return new Outbox(store, TARGET).add(entries);
    }
}
