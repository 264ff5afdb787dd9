package openclaw.edge.proxy.admin;

import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.ledger.journal.TickSource;
import openclaw.edge.proxy.exchange.EdgeCounter;

/**
 * The totals that TICK records carry, so that journal, metrics and buckets can be reconciled afterwards. Called by the journal's
 * thread, while the event loops go on counting.
 *
 * <p>Of two counters the one that is counted later is read first: a request is counted, then its tokens are consumed, then it is
 * admitted, then perhaps told apart as unrecorded, in the end refunded. So no total is ever behind one that is a part of it.
 */
public final class MetricTotals implements TickSource {
    private final AdminSources sources;

    /** @param sources of the totals */
    public MetricTotals(final AdminSources sources) {
        this.sources = sources;
    }

    @Override
    public void collect(final Sink sink) {
        final long refundedUnrecorded = sources.sum(EdgeCounter.REFUNDED_UNRECORDED);
        final long refunded = sources.sum(CrdtCounter.REFUNDED_TOKENS);
        final long tokensUnrecorded = sources.sum(EdgeCounter.TOKENS_UNRECORDED);
        final long unrecorded = sources.sum(EdgeCounter.ADMITTED_UNRECORDED);
        final long admitted = sources.sum(EdgeCounter.ADMITTED);
        final long consumed = sources.sum(CrdtCounter.SETTLED_ABOVE_TOKENS) + sources.sum(CrdtCounter.ADMITTED_TOKENS);
        final long refused = refused();
        sink.metric("requests", sources.sum(EdgeCounter.REQUESTS));
        sink.metric("requests_malformed", sources.sum(EdgeCounter.REQUESTS_MALFORMED));
        sink.metric("requests_refused", refused);
        sink.metric("requests_admitted", admitted);
        sink.metric("requests_admitted_unrecorded", unrecorded);
        sink.metric("tokens_consumed", consumed);
        sink.metric("tokens_refunded", refunded);
        sink.metric("tokens_consumed_unrecorded", tokensUnrecorded);
        sink.metric("tokens_refunded_unrecorded", refundedUnrecorded);
    }

    private long refused() {
        long refused = 0;
        for (final EdgeCounter counter : EdgeCounter.values()) {
            final boolean isRefusal = counter.name().startsWith("REFUSED_") || counter == EdgeCounter.ANSWERED_HERE;
            refused += isRefusal ? sources.sum(counter) : 0;
        }
        return refused;
    }
}
