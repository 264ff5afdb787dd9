package openclaw.edge.billing.stripe;

import java.io.IOException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.Outbox;
import openclaw.edge.billing.store.OutboxEntry;
import openclaw.edge.billing.store.OutboxEntry.State;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.StripeTerms;
import openclaw.edge.catalog.Tenant;

/**
 * Delivers what waits in the outbox, in its order. One document that cannot be delivered does not hold up the others. May be ended
 * at any instant and run again, and be run by several threads and processes at once.
 */
public final class Push {
    /** How often an entry is tried in one run. */
    static final int MAX_ATTEMPTS = 6;

    private final Outbox outbox;
    private final FinalizedCycles cycles;
    private final Catalog catalog;
    private final StripeApi api;
    private final Delivery delivery;
    private final Listener listener;
    private final Surroundings surroundings;
    private final AtomicLong cursor = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final Set<String> aboutTheKey = ConcurrentHashMap.newKeySet();
    private final AtomicReference<String> keyProblem = new AtomicReference<>();
    private final AtomicReference<String> silence = new AtomicReference<>();
    private long deliveredBefore;
    private volatile boolean isStopped;
    private volatile boolean isWaitingForAnother;

    /** Told of each entry that a run is done with, as it is then. Called by several threads, one at a time. */
    @FunctionalInterface
    public interface Listener {
        /** An entry was delivered, refused, or waits on. */
        void done(OutboxEntry entry);
    }

    /** What a push has around it, and what tests put in its place. */
    interface Surroundings {
        /** Names this process, and this alone. */
        String owner();

        /** Whether a process of that name is known to be no more. */
        boolean isGone(String owner);

        /** Milliseconds since 1970. */
        LongSupplier clockMs();

        /** Waits; answers whether it may go on. */
        boolean pause(long ms);

        /** Spreads the waits. */
        Random random();
    }

    /**
     * A push of what a store's outbox holds.
     *
     * @param catalog that knows the tenants' customers at Stripe
     */
    public Push(Store store, Catalog catalog, StripeApi api, Listener listener) {
        this(store, catalog, api, listener, new ThisProcess());
    }

    Push(Store store, Catalog catalog, StripeApi api, Listener listener, Surroundings surroundings) {
        this.outbox = new Outbox(store, StripeOutbox.TARGET);
        this.cycles = new FinalizedCycles(store);
        this.catalog = catalog;
        this.api = api;
        this.delivery = new Delivery(api, outbox);
        this.listener = listener;
        this.surroundings = surroundings;
    }

    /**
     * Delivers until nothing is left that can be; by the thread that calls, beside others that call too.
     *
     * @throws IOException when the store cannot be read or written
     */
    public void run() throws IOException {
        while (!isStopped) {
            OutboxEntry entry = take();
            if (entry == null) {
                return;
            }
            Held held = new Held(outbox, entry, surroundings.clockMs());
            try {
                deliver(held);
                if (!isTheKeys(held.entry())) {
                    tell(held.entry());
                }
            } catch (Held.Lost e) {
                // Whoever took it over tells of it.
            }
        }
    }

    /** Back to the beginning, when something waited for what may be delivered by now; otherwise false. For one thread. */
    public boolean rewind() {
        boolean isOfUse = isWaitingForAnother && !isStopped && delivered.get() > deliveredBefore;
        deliveredBefore = delivered.get();
        isWaitingForAnother = false;
        cursor.set(0);
        return isOfUse;
    }

    /** How many were delivered. */
    public long delivered() {
        return delivered.get();
    }

    /** Stripe's words about the API key, of the first entry that met them; null while it takes the key. */
    public String keyProblem() {
        return keyProblem.get();
    }

    /** What came in the way of the entry at which nothing was heard of Stripe any more, by any thread; null while something is. */
    public String silence() {
        return silence.get();
    }

    /** What waits because of the API key alone is told once, and not for each entry. */
    private boolean isTheKeys(OutboxEntry entry) {
        return isStopped && entry.state() == State.WAITING && aboutTheKey.contains(entry.key());
    }

    /** Whether it ended early since Stripe does not know the API key, or does not answer. */
    public boolean isStopped() {
        return isStopped;
    }

    private synchronized OutboxEntry take() throws IOException {
        long now = surroundings.clockMs().getAsLong();
        Predicate<String> isGone = surroundings::isGone;
        OutboxEntry entry = outbox.take(surroundings.owner(), isGone, now, now + Held.LEASE_MS, cursor.get());
        if (entry != null) {
            cursor.set(entry.position());
        }
        return entry;
    }

    private synchronized void tell(OutboxEntry entry) {
        if (entry.state() == State.DELIVERED) {
            delivered.incrementAndGet();
        }
        listener.done(entry);
    }

    private void deliver(Held held) throws IOException, Held.Lost {
        Backoff backoff = new Backoff(surroundings.random());
        long answers = api.answers();
        for (int failures = 1; ; failures++) {
            try {
                attempt(held);
                held.release(State.DELIVERED, null);
                return;
            } catch (Refusal e) {
                held.release(State.REFUSED, e.getMessage());
                return;
            } catch (Delivery.InDoubt e) {
                held.release(State.IN_DOUBT, e.getMessage());
                return;
            } catch (Delivery.NotYet e) {
                isWaitingForAnother |= e.isForAnother();
                held.release(State.WAITING, e.getMessage());
                return;
            } catch (StripeFailure e) {
                boolean isOver = isOver(held, e, failures);
                if (failures >= MAX_ATTEMPTS && api.answers() == answers) {
                    // Every entry would wait as long for nothing.
                    silence.compareAndSet(null, e.getMessage());
                    isStopped = true;
                }
                if (isOver || !surroundings.pause(backoff.beforeMs(failures, e.retryAfterMs()))) {
                    return;
                }
            }
        }
    }

    /** Keeps what a failure means for the next attempt; whether there is none in this run, and it was let go. */
    private boolean isOver(Held held, StripeFailure e, int failures) throws IOException, Held.Lost {
        boolean isUnauthorized = e.kind() == StripeFailure.Kind.UNAUTHORIZED;
        boolean isRefused = e.kind() == StripeFailure.Kind.REFUSED;
        OutboxEntry entry = held.entry();
        boolean isMeter = entry.operation().equals(StripeOutbox.METER_EVENT);
        if (e.answersKey() || (isMeter && (isRefused || (isUnauthorized && entry.attempts() == 1)))) {
            entry = entry.answered(isRefused || isUnauthorized);
        }
        if (isUnauthorized) {
            aboutTheKey.add(entry.key());
            keyProblem.compareAndSet(null, e.getMessage());
            isStopped = true;
        }
        boolean isOver = isRefused || isUnauthorized || failures >= MAX_ATTEMPTS;
        State state = isRefused ? State.REFUSED : State.WAITING;
        if (isOver) {
            held.release(entry, state, e.getMessage());
        } else {
            held.save(entry.withState(state, e.getMessage()));
        }
        return isOver;
    }

    private void attempt(Held held)
            throws IOException, StripeFailure, Refusal, Delivery.NotYet, Delivery.InDoubt, Held.Lost {
        String number = held.entry().invoiceNumber();
        Document document = cycles.document(number);
        if (document == null) {
            throw new Refusal("the store holds no document of it");
        }
        FinalInvoice invoice = FinalInvoice.parse(document.content());
        delivery.deliver(held, invoice, settings(held.entry(), invoice.tenantId()));
    }

    private StripeSettings settings(OutboxEntry entry, String tenantId) throws Delivery.NotYet {
        if (entry.settings() != null) {
            return StripeSettings.parse(entry.settings());
        }
        Tenant tenant = catalog.tenant(tenantId);
        StripeTerms terms = tenant == null ? StripeTerms.NONE : tenant.billing().stripe();
        if (terms.customer().isEmpty()) {
            throw new Delivery.NotYet("the catalog has no billing.stripe.customer of tenant " + tenantId, false);
        }
        return StripeSettings.of(terms, entry.line());
    }
}
