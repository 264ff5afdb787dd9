package openclaw.edge.proxy.record;

import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.Exchange;

/** What the recorder keeps with one exchange; reused with it, owned by its event loop. */
public final class OpenUsage {
    int slot = Lane.NO_SLOT;
    boolean admitted;
    Phase phase = Phase.ADMITTED;
    long admittedNs;
    long recordedNs;

    private final Deadline due = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            fallDue(nowNs);
        }
    };

    private UsageRecorder watcher;
    private Exchange watched;

    /** Forgets everything. */
    public void reset() {
        slot = Lane.NO_SLOT;
        admitted = false;
        phase = Phase.ADMITTED;
        admittedNs = 0;
        recordedNs = 0;
    }

    /** Whether the exchange was admitted and has not ended. */
    public boolean isAdmitted() {
        return admitted;
    }

    /** Whether it will leave a record of its own; if not, it is counted as a loss. */
    public boolean isRecorded() {
        return slot != Lane.NO_SLOT;
    }

    /** Whether an interim record falls due some time without further bytes. */
    boolean isWatched() {
        return watched != null;
    }

    /** An interim record falls due at {@code atNs} if there is something new then. */
    void watch(final UsageRecorder recorder, final Exchange exchange, final long atNs) {
        watcher = recorder;
        watched = exchange;
        exchange.loop().timers().set(due, atNs);
    }

    /** The exchange ends. */
    void unwatch(final Exchange exchange) {
        if (watched != null) {
            watched = null;
            watcher = null;
            exchange.loop().timers().clear(due);
        }
    }

    private void fallDue(final long nowNs) {
        final Exchange exchange = watched;
        watched = null;
        if (exchange != null) {
            watcher.due(exchange, this, nowNs);
        }
    }
}
