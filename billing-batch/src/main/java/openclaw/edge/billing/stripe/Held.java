package openclaw.edge.billing.stripe;

import java.io.IOException;
import java.util.function.LongSupplier;
import openclaw.edge.billing.store.Outbox;
import openclaw.edge.billing.store.OutboxEntry;
import openclaw.edge.billing.store.OutboxEntry.State;

/** An entry that this process holds: whatever changes of it is kept at once, and before each request the lease has to last. */
final class Held {
    /** How long a lease lasts: longer than two requests. */
    static final long LEASE_MS = 200_000;

    private static final long ENOUGH_MS = StripeApi.CONNECT_MS + StripeApi.READ_MS + 10_000;

    private final Outbox outbox;
    private final LongSupplier clockMs;
    private OutboxEntry entry;

    Held(Outbox outbox, OutboxEntry entry, LongSupplier clockMs) {
        this.outbox = outbox;
        this.entry = entry;
        this.clockMs = clockMs;
    }

    /** Somebody else holds it by now: our lease ended before we did. */
    static final class Lost extends Exception {
        private static final long serialVersionUID = 1L;

        Lost(String key) {
            super("another process took " + key + " over");
        }
    }

    OutboxEntry entry() {
        return entry;
    }

    /** The idempotency key of one request. */
    String key(String request) {
        return entry.key() + "/" + request + (entry.generation() == 0 ? "" : "/" + entry.generation());
    }

    long nowMs() {
        return clockMs.getAsLong();
    }

    /** Keeps what has changed. */
    void save(OutboxEntry changed) throws IOException, Lost {
        OutboxEntry saved = outbox.save(changed, nowMs() + LEASE_MS);
        if (saved == null) {
            throw new Lost(entry.key());
        }
        entry = saved;
    }

    /** Before a request: the lease lasts until it has been answered or given up. */
    void renew() throws IOException, Lost {
        if (entry.leaseUntilMs() - nowMs() < ENOUGH_MS) {
            save(entry);
        }
    }

    /** Lets go, in a state and with what came in the way, or null. */
    void release(State state, String error) throws IOException, Lost {
        release(entry, state, error);
    }

    /** Keeps what has changed, and lets go. */
    void release(OutboxEntry changed, State state, String error) throws IOException, Lost {
        OutboxEntry released = outbox.release(changed.withState(state, error));
        if (released == null) {
            throw new Lost(entry.key());
        }
        entry = released;
    }
}
