package openclaw.edge.proxy.admin;

import openclaw.edge.ledger.journal.TickSource;
import openclaw.edge.proxy.exchange.EdgeCounter;

/** The totals that TICK records carry, so that journal and metrics can be reconciled afterwards. Called by the journal's thread. */
public final class MetricTotals implements TickSource {
    private final AdminSources sources;

    /** @param sources of the totals */
    public MetricTotals(final AdminSources sources) {
        this.sources = sources;
    }

    @Override
    public void collect(final Sink sink) {
        long refused = 0;
        for (final EdgeCounter counter : EdgeCounter.values()) {
            final boolean isRefusal = counter.name().startsWith("REFUSED_") || counter == EdgeCounter.ANSWERED_HERE;
            refused += isRefusal ? sources.sum(counter) : 0;
        }
        sink.metric("requests", sources.sum(EdgeCounter.REQUESTS));
        sink.metric("requests_malformed", sources.sum(EdgeCounter.REQUESTS_MALFORMED));
        sink.metric("requests_refused", refused);
        sink.metric("requests_admitted", sources.sum(EdgeCounter.ADMITTED));
        sink.metric("requests_admitted_unrecorded", sources.sum(EdgeCounter.ADMITTED_UNRECORDED));
    }
}
