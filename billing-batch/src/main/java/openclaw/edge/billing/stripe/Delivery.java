package openclaw.edge.billing.stripe;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.store.Outbox;
import openclaw.edge.billing.store.OutboxEntry;
import openclaw.edge.billing.store.OutboxEntry.State;

/**
 * Delivers one entry, once: it looks at Stripe first, does what is missing there, and throws where that fails. Called again it
 * goes on from where Stripe is, whatever became of the earlier call.
 */
final class Delivery {
    /** Identifiers of events are kept for 24 hours at least; past this, one that was sent may be taken a second time. */
    static final long IDENTIFIER_MS = 23 * 3_600_000L;

    private final StripeApi api;
    private final Outbox outbox;

    Delivery(StripeApi api, Outbox outbox) {
        this.api = api;
        this.outbox = outbox;
    }

    /** It cannot be sent before something else is: the entry goes on waiting. */
    static final class NotYet extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean isForAnother;

        NotYet(String message, boolean isForAnother) {
            super(message);
            this.isForAnother = isForAnother;
        }

        /** Whether what it waits for may be delivered in the same run. */
        boolean isForAnother() {
            return isForAnother;
        }
    }

    /** What was sent long ago may be there or not. */
    static final class InDoubt extends Exception {
        private static final long serialVersionUID = 1L;

        InDoubt(String message) {
            super(message);
        }
    }

    /**
     * Delivers.
     *
     * @param invoice the document
     * @param settings as they were when the entry was first tried, or are now
     */
    void deliver(Held held, FinalInvoice invoice, StripeSettings settings)
            throws IOException, StripeFailure, Refusal, NotYet, InDoubt, Held.Lost {
        switch (held.entry().operation()) {
            case StripeOutbox.INVOICE -> invoice(held, invoice, settings);
            case StripeOutbox.CREDIT_NOTE -> creditNote(held, invoice, settings);
            case StripeOutbox.METER_EVENT -> meterEvent(held, invoice, settings);
            default ->
                throw new Refusal("this release does not know the operation '"
                        + held.entry().operation() + "'");
        }
    }

    private void invoice(Held held, FinalInvoice invoice, StripeSettings settings)
            throws IOException, StripeFailure, Refusal, Held.Lost {
        Map<String, StripeItems.Item> items = StripeItems.of(invoice);
        long due = StripeItems.due(invoice);
        begin(held, settings);
        String id = held.entry().externalId();
        if (id == null) {
            id = api.findInvoice(settings.customer(), invoice.number());
            if (id == null) {
                held.renew();
                id = api.createInvoice(invoice, settings, held.key("invoice"));
            }
            held.save(held.entry().withExternalId(id));
        }
        StripeApi.Sent sent = api.invoice(id);
        if (sent.isDraft()) {
            addMissing(held, id, invoice, settings.customer(), items);
            checkTotal(api.invoice(id), due);
            held.renew();
            sent = api.finish(id, settings.autoAdvance(), held.key("finalize"));
        }
        checkTotal(sent, due);
    }

    /** Keeps that it is tried, before anything goes out. */
    private static void begin(Held held, StripeSettings settings) throws IOException, Held.Lost {
        held.save(held.entry().attempted(settings.text(), held.nowMs()));
    }

    private void addMissing(
            Held held, String id, FinalInvoice invoice, String customer, Map<String, StripeItems.Item> items)
            throws IOException, StripeFailure, Refusal, Held.Lost {
        Map<String, StripeItems.Item> missing = new HashMap<>(items);
        List<String> strange = new ArrayList<>();
        for (StripeApi.SentItem there : api.items(id)) {
            StripeItems.Item ours = missing.remove(there.key());
            if (ours == null || ours.amount() != there.amount()) {
                strange.add((there.key() == null ? "an item of others" : there.key()) + " of " + there.amount());
            }
        }
        if (!strange.isEmpty()) {
            throw new Refusal("the draft " + id + " holds what does not belong to it: " + String.join(", ", strange)
                    + "; delete the draft at Stripe and send again");
        }
        for (StripeItems.Item item : items.values()) {
            if (missing.containsKey(item.key())) {
                held.renew();
                api.addItem(id, invoice, customer, item, held.key(item.key()));
            }
        }
    }

    private static void checkTotal(StripeApi.Sent sent, long due) throws Refusal {
        if (sent.total() != due) {
            throw new Refusal(sent.id() + " (" + sent.status() + ") comes to " + sent.total() + " at Stripe, expected "
                    + due + " in the smallest unit");
        }
    }

    private void creditNote(Held held, FinalInvoice note, StripeSettings settings)
            throws IOException, StripeFailure, Refusal, NotYet, Held.Lost {
        long amount = Math.negateExact(StripeItems.due(note));
        String invoiceId = corrected(note);
        StripeSettings frozen = settings;
        begin(held, frozen);
        String id = api.findCreditNote(invoiceId, note.number());
        if (id == null) {
            if (!frozen.hasToBalance()) {
                long open = api.invoice(invoiceId).amountRemaining();
                frozen = frozen.withToBalance(Math.max(0, amount - open));
                held.save(held.entry().attempted(frozen.text(), held.nowMs()));
            }
            held.renew();
            id = api.createCreditNote(invoiceId, note, amount, frozen.toBalance(), held.key("credit-note"));
        }
        held.save(held.entry().withExternalId(id));
    }

    /** What the invoice that is corrected is called at Stripe. */
    private String corrected(FinalInvoice note) throws IOException, Refusal, NotYet {
        for (OutboxEntry entry : outbox.entries(note.corrects())) {
            if (entry.operation().equals(StripeOutbox.INVOICE)) {
                if (entry.state() == State.DELIVERED && entry.externalId() != null) {
                    return entry.externalId();
                }
                if (entry.state() != State.NOTHING && entry.state() != State.DELIVERED) {
                    throw new NotYet("waits for " + note.corrects() + ", which it corrects", true);
                }
            }
        }
        throw new Refusal(note.corrects() + " was not sent to Stripe as an invoice, so nothing can be credited there");
    }

    private void meterEvent(Held held, FinalInvoice invoice, StripeSettings settings)
            throws IOException, StripeFailure, InDoubt, Refusal, Held.Lost {
        if (settings.event().isEmpty()) {
            throw new Refusal("billing.stripe names no event for what it was finalized with");
        }
        long firstMs = held.entry().firstSentMs();
        if (firstMs != 0 && held.nowMs() - firstMs > IDENTIFIER_MS) {
            throw new InDoubt("was sent at " + Instant.ofEpochMilli(firstMs)
                    + " without an answer, and Stripe keeps identifiers for a day: look at the meter's events, then"
                    + " --sent or --again");
        }
        begin(held, settings);
        held.renew();
        long value = held.entry().line() == StripeOutbox.REQUESTS ? invoice.requests() : invoice.tokens();
        // The last second of what it was used in, so that it falls into Stripe's own period of that time.
        long timestamp = Instant.parse(invoice.period().to()).getEpochSecond() - 1;
        String identifier = held.entry().key();
        try {
            api.meterEvent(settings.event(), settings.customer(), value, timestamp, identifier);
        } catch (StripeFailure e) {
            if (e.kind() != StripeFailure.Kind.DUPLICATE) {
                throw e;
            }
        }
        held.save(held.entry().withExternalId(identifier));
    }
}
