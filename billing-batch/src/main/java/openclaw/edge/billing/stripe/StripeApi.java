package openclaw.edge.billing.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.CreditNote;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceItem;
import com.stripe.net.RequestOptions;
import com.stripe.param.CreditNoteCreateParams;
import com.stripe.param.CreditNoteListParams;
import com.stripe.param.InvoiceCreateParams;
import com.stripe.param.InvoiceFinalizeInvoiceParams;
import com.stripe.param.InvoiceItemCreateParams;
import com.stripe.param.InvoiceItemListParams;
import com.stripe.param.InvoiceListParams;
import com.stripe.param.billing.MeterEventCreateParams;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.catalog.StripeTerms.Collection;

/**
 * What is asked of Stripe, each a request or the pages of a list. The library's own retries are off: what came of a request has to
 * be known here. Lists are as new as the last answer; Stripe's search is not, hence nothing is searched. Thread-safe.
 */
public final class StripeApi {
    /** Metadata of our invoices and credit notes: the document's number. */
    static final String INVOICE = "edge_invoice";

    /** Metadata of our invoice items: {@link StripeItems.Item#key()}. */
    static final String ITEM = "edge_item";

    /** A request is given up after this and {@link #READ_MS}. */
    static final int CONNECT_MS = 10_000;

    /** How long an answer may take. */
    static final int READ_MS = 60_000;

    private static final String TENANT = "edge_tenant";
    private static final String CYCLE = "edge_cycle";
    private static final String CORRECTS = "edge_corrects";
    private static final String DRAFT = "draft";
    private static final long PAGE = 100;

    private final StripeClient client;
    /** Where the API is; null for Stripe's own. */
    private final String base;

    private final AtomicLong answers = new AtomicLong();

    /**
     * With an account's key.
     *
     * @param key secret or restricted
     * @param base where the API is; null for Stripe's own
     * @throws IllegalArgumentException when the key would go out in the clear
     */
    public StripeApi(String key, URI base) {
        this(key, base, READ_MS);
    }

    StripeApi(String key, URI base, int readMs) {
        StripeClient.StripeClientBuilder builder = StripeClient.builder()
                .setApiKey(key)
                .setMaxNetworkRetries(0)
                .setConnectTimeout(CONNECT_MS)
                .setReadTimeout(readMs);
        if (base != null) {
            if (base.getHost() == null) {
                throw new IllegalArgumentException(
                        "'" + base + "' names no host; expected a URL like https://api.stripe.com");
            }
            boolean isLocal = List.of("127.0.0.1", "localhost", "[::1]").contains(base.getHost());
            if (!"https".equals(base.getScheme()) && !("http".equals(base.getScheme()) && isLocal)) {
                throw new IllegalArgumentException(
                        "the API key goes out by https:// alone, or by http:// to this machine; not to "
                                + base.getScheme() + "://" + base.getHost());
            }
            String url = base.toString().replaceFirst("/+$", "");
            builder.setApiBase(url).setMeterEventsBase(url);
            this.base = url;
        } else {
            this.base = null;
        }
        client = builder.build();
    }

    /**
     * An invoice at Stripe.
     *
     * @param id of Stripe's
     * @param status {@code draft}, {@code open}, {@code paid}, {@code uncollectible} or {@code void}
     * @param number on it; null of a draft that has none
     * @param total in the smallest unit
     * @param amountRemaining what is still to be paid, in the smallest unit
     */
    record Sent(String id, String status, String number, long total, long amountRemaining) {
        boolean isDraft() {
            return status.equals(DRAFT);
        }
    }

    /** An item at Stripe, with the key that we gave it; null for one of others. */
    record SentItem(String key, long amount) {}

    /** How many requests were answered by Stripe so far, whatever it said. */
    long answers() {
        return answers.get();
    }

    private interface Request<T> {
        T send() throws StripeException;
    }

    private <T> T ask(String what, boolean isKeyed, Request<T> request) throws StripeFailure {
        try {
            T answer = request.send();
            answers.incrementAndGet();
            return answer;
        } catch (StripeException e) {
            StripeFailure failure = StripeFailure.of(what, isKeyed, e).at(base);
            if (failure.kind() != StripeFailure.Kind.NO_ANSWER) {
                answers.incrementAndGet();
            }
            throw failure;
        } catch (RuntimeException e) {
            // Of a list's later pages the library throws nothing else.
            throw StripeFailure.of(what, isKeyed, e).at(base);
        }
    }

    /** Whatever is Stripe's has one; an answer without was given by something between. */
    private static String there(String id) {
        if (id == null) {
            throw new IllegalStateException("an answer without an id");
        }
        return id;
    }

    private static RequestOptions keyed(String key) {
        return RequestOptions.builder().setIdempotencyKey(key).build();
    }

    private static Sent sent(Invoice invoice) {
        return new Sent(
                there(invoice.getId()),
                invoice.getStatus() == null ? DRAFT : invoice.getStatus(),
                invoice.getNumber(),
                invoice.getTotal() == null ? 0 : invoice.getTotal(),
                invoice.getAmountRemaining() == null ? 0 : invoice.getAmountRemaining());
    }

    /** The id of our invoice of a number, or null. */
    String findInvoice(String customer, String number) throws StripeFailure {
        return ask("look for " + number, false, () -> {
            InvoiceListParams params = InvoiceListParams.builder()
                    .setCustomer(customer)
                    .setLimit(PAGE)
                    .build();
            for (Invoice invoice : client.v1().invoices().list(params).autoPagingIterable()) {
                if (invoice.getMetadata() != null
                        && number.equals(invoice.getMetadata().get(INVOICE))) {
                    return invoice.getId();
                }
            }
            return null;
        });
    }

    /** Makes a draft that Stripe leaves alone; its id. */
    String createInvoice(FinalInvoice invoice, StripeSettings settings, String key) throws StripeFailure {
        InvoiceCreateParams.Builder params = InvoiceCreateParams.builder()
                .setCustomer(settings.customer())
                .setCurrency(invoice.currency().toLowerCase(Locale.ROOT))
                .setNumber(invoice.number())
                .setAutoAdvance(false)
                .setPendingInvoiceItemsBehavior(InvoiceCreateParams.PendingInvoiceItemsBehavior.EXCLUDE)
                .putMetadata(INVOICE, invoice.number())
                .putMetadata(TENANT, invoice.tenantId())
                .putMetadata(CYCLE, invoice.cycle());
        if (invoice.corrects() != null) {
            params.setDescription("Correction of " + invoice.corrects()).putMetadata(CORRECTS, invoice.corrects());
        }
        if (settings.collection() == Collection.SEND_INVOICE) {
            params.setCollectionMethod(InvoiceCreateParams.CollectionMethod.SEND_INVOICE)
                    .setDaysUntilDue((long) settings.daysUntilDue());
        } else {
            params.setCollectionMethod(InvoiceCreateParams.CollectionMethod.CHARGE_AUTOMATICALLY);
        }
        return ask(
                "create " + invoice.number(),
                true,
                () -> there(client.v1()
                        .invoices()
                        .create(params.build(), keyed(key))
                        .getId()));
    }

    /** The invoice as it is now. */
    Sent invoice(String id) throws StripeFailure {
        return ask("read " + id, false, () -> sent(client.v1().invoices().retrieve(id)));
    }

    /** All items of an invoice. */
    List<SentItem> items(String invoiceId) throws StripeFailure {
        return ask("read the items of " + invoiceId, false, () -> {
            InvoiceItemListParams params = InvoiceItemListParams.builder()
                    .setInvoice(invoiceId)
                    .setLimit(PAGE)
                    .build();
            List<SentItem> items = new ArrayList<>();
            for (InvoiceItem item : client.v1().invoiceItems().list(params).autoPagingIterable()) {
                String key =
                        item.getMetadata() == null ? null : item.getMetadata().get(ITEM);
                items.add(new SentItem(key, item.getAmount() == null ? 0 : item.getAmount()));
            }
            return items;
        });
    }

    /** Adds an item to a draft. */
    void addItem(String invoiceId, FinalInvoice invoice, String customer, StripeItems.Item item, String key)
            throws StripeFailure {
        InvoiceItemCreateParams params = InvoiceItemCreateParams.builder()
                .setCustomer(customer)
                .setInvoice(invoiceId)
                .setCurrency(invoice.currency().toLowerCase(Locale.ROOT))
                .setAmount(item.amount())
                .setDescription(item.description())
                .setDiscountable(false)
                .putMetadata(INVOICE, invoice.number())
                .putMetadata(ITEM, item.key())
                .build();
        ask(
                "add " + item.key() + " of " + invoice.number(),
                true,
                () -> there(
                        client.v1().invoiceItems().create(params, keyed(key)).getId()));
    }

    /** Finalizes a draft; the invoice as it is then. */
    Sent finish(String id, boolean autoAdvance, String key) throws StripeFailure {
        InvoiceFinalizeInvoiceParams params = InvoiceFinalizeInvoiceParams.builder()
                .setAutoAdvance(autoAdvance)
                .build();
        return ask("finalize " + id, true, () -> sent(client.v1().invoices().finalizeInvoice(id, params, keyed(key))));
    }

    /** The id of our credit note of a number, or null. */
    String findCreditNote(String invoiceId, String number) throws StripeFailure {
        return ask("look for " + number, false, () -> {
            CreditNoteListParams params = CreditNoteListParams.builder()
                    .setInvoice(invoiceId)
                    .setLimit(PAGE)
                    .build();
            for (CreditNote note : client.v1().creditNotes().list(params).autoPagingIterable()) {
                if (note.getMetadata() != null
                        && number.equals(note.getMetadata().get(INVOICE))) {
                    return note.getId();
                }
            }
            return null;
        });
    }

    /**
     * Makes a credit note; its id.
     *
     * @param amount in the smallest unit, above zero
     * @param toBalance what of it exceeds what is still to be paid, and goes to the customer's balance
     */
    String createCreditNote(String invoiceId, FinalInvoice note, long amount, long toBalance, String key)
            throws StripeFailure {
        CreditNoteCreateParams.Builder params = CreditNoteCreateParams.builder()
                .setInvoice(invoiceId)
                .setAmount(amount)
                .setMemo("Credit note " + note.number() + " to " + note.corrects())
                .putMetadata(INVOICE, note.number())
                .putMetadata(TENANT, note.tenantId())
                .putMetadata(CYCLE, note.cycle())
                .putMetadata(CORRECTS, note.corrects());
        if (toBalance > 0) {
            params.setCreditAmount(toBalance);
        }
        return ask(
                "create " + note.number(),
                true,
                () -> there(client.v1()
                        .creditNotes()
                        .create(params.build(), keyed(key))
                        .getId()));
    }

    /** Tells a meter of usage; a repeated identifier is a {@link StripeFailure.Kind#DUPLICATE}. */
    void meterEvent(String event, String customer, long value, long timestampSeconds, String identifier)
            throws StripeFailure {
        MeterEventCreateParams params = MeterEventCreateParams.builder()
                .setEventName(event)
                .setIdentifier(identifier)
                .setTimestamp(timestampSeconds)
                .putPayload("stripe_customer_id", customer)
                .putPayload("value", Long.toString(value))
                .build();
        ask(
                "send " + identifier,
                false,
                () -> there(client.v1().billing().meterEvents().create(params).getIdentifier()));
    }
}
