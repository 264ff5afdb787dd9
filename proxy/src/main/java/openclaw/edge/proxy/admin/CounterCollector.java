package openclaw.edge.proxy.admin;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.crdt.CrdtCounters;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.proxy.config.ReloadCounters;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.notice.NoticeCounter;

/**
 * The counters of event loops, limits and ledger at scrape time. Decisions stand in one family by reason, so that
 * {@code openclaw_edge_requests_total} is the sum of {@code openclaw_edge_decisions_total} but for requests in between.
 */
final class CounterCollector extends Collector {
    private static final String EDGE = "openclaw_edge_";
    private static final String TOTAL = "_total";
    private static final String REFUSED = "REFUSED_";
    private static final long MS_PER_SECOND = 1000;

    private final AdminSources sources;

    CounterCollector(final AdminSources sources) {
        this.sources = sources;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        final List<MetricFamilySamples> families = new ArrayList<>();
        addEdge(families);
        addCrdt(families);
        addLedger(families);
        addUsage(families);
        addReloads(families);
        addNotices(families);
        addGauges(families);
        return families;
    }

    private void addEdge(final List<MetricFamilySamples> families) {
        final CounterMetricFamily decisions = new CounterMetricFamily(
                EDGE + "decisions", "Requests by what was decided about them", List.of("decision", "reason"));
        for (final EdgeCounter counter : EdgeCounter.values()) {
            final long value = sources.sum(counter);
            if (counter == EdgeCounter.ADMITTED) {
                Samples.add(decisions, List.of("admitted", "none"), value);
            } else if (counter == EdgeCounter.ANSWERED_HERE) {
                Samples.add(decisions, List.of("refused", "answered_here"), value);
            } else if (counter.name().startsWith(REFUSED)) {
                final String reason = counter.name().substring(REFUSED.length()).toLowerCase(Locale.ROOT);
                Samples.add(decisions, List.of("refused", reason), value);
            } else {
                families.add(Samples.counter(EDGE + counter.label(), counter.help(), value));
            }
        }
        families.add(decisions);
    }

    private void addCrdt(final List<MetricFamilySamples> families) {
        final List<CrdtCounters> all = new ArrayList<>();
        all.add(sources.tables().buckets().counters());
        all.add(sources.tables().quotas().counters());
        for (final AdminSources.Loop loop : sources.loops()) {
            all.add(loop.crdt());
        }
        for (final CrdtCounter counter : CrdtCounter.values()) {
            families.add(Samples.counter(
                    "openclaw_limits_" + counter.label(),
                    "Limits: " + counter.label().replace('_', ' '),
                    CrdtCounters.sum(counter, all)));
        }
    }

    private void addLedger(final List<MetricFamilySamples> families) {
        for (final LedgerCounter counter : LedgerCounter.values()) {
            final String label = counter.label();
            final String name = label.endsWith(TOTAL) ? label.substring(0, label.length() - TOTAL.length()) : label;
            families.add(Samples.counter(
                    "openclaw_" + name,
                    "Ledger: " + name.replace('_', ' '),
                    sources.ledger().get(counter)));
        }
    }

    private void addUsage(final List<MetricFamilySamples> families) {
        final CounterMetricFamily tokens = new CounterMetricFamily(
                "openclaw_tokens_used", "Tokens charged since the start", List.of("tenant", "agent_id"));
        final CounterMetricFamily requests = new CounterMetricFamily(
                "openclaw_requests_recorded",
                "Admitted requests that ended since the start",
                List.of("tenant", "agent_id"));
        for (final Map.Entry<String, Map<String, AgentUsage.Used>> tenant :
                AgentUsage.all(sources).entrySet()) {
            for (final Map.Entry<String, AgentUsage.Used> agent :
                    tenant.getValue().entrySet()) {
                final List<String> labels = List.of(tenant.getKey(), agent.getKey());
                Samples.add(tokens, labels, agent.getValue().tokens());
                Samples.add(requests, labels, agent.getValue().requests());
            }
        }
        families.add(tokens);
        families.add(requests);
    }

    private void addReloads(final List<MetricFamilySamples> families) {
        final ReloadCounters reloads = sources.snapshots().reloads();
        final CounterMetricFamily results = new CounterMetricFamily(
                EDGE + "reloads",
                "Reloads of configuration and catalog: ok came into force, refused changed nothing, unchanged had nothing to do",
                List.of("result"));
        Samples.add(results, List.of("ok"), reloads.appliedCount());
        Samples.add(results, List.of("refused"), reloads.refusedCount());
        Samples.add(results, List.of("unchanged"), reloads.unchangedCount());
        families.add(results);
        families.add(Samples.gauge(
                EDGE + "reload_refused",
                "1 while the files say something that is not in force, because it was refused",
                reloads.isLastRefused() ? 1 : 0));
        families.add(Samples.gauge(
                EDGE + "reload_last_success_timestamp_seconds",
                "When what is in force was last known to be what the files say",
                reloads.lastSuccessMs() / MS_PER_SECOND));
    }

    private void addNotices(final List<MetricFamilySamples> families) {
        for (final NoticeCounter counter : NoticeCounter.values()) {
            families.add(Samples.counter(
                    EDGE + "quota_notices_" + counter.label(),
                    counter.help(),
                    sources.others().notices().applyAsLong(counter)));
        }
    }

    private void addGauges(final List<MetricFamilySamples> families) {
        families.add(Samples.gauge(
                EDGE + "client_connections",
                "Connections of clients that are open",
                sources.sum(EdgeCounter.CONNECTIONS_ACCEPTED) - sources.sum(EdgeCounter.CONNECTIONS_CLOSED)));
        families.add(Samples.gauge(
                EDGE + "tunnels",
                "Tunnels that are open",
                sources.sum(EdgeCounter.TUNNELS_OPENED) - sources.sum(EdgeCounter.TUNNELS_CLOSED)));
        families.add(Samples.gauge(
                EDGE + "exchanges_open",
                "Requests that are not answered to the end",
                sources.sum(EdgeCounter.EXCHANGES_BEGUN) - sources.sum(EdgeCounter.EXCHANGES_ENDED)));
        families.add(Samples.gauge(
                EDGE + "upstream_connections",
                "Connections to upstreams that are open",
                sources.sum(EdgeCounter.UPSTREAM_CONNECTS) - sources.sum(EdgeCounter.UPSTREAM_CLOSED)));
        families.add(Samples.gauge(
                EDGE + "buffers_held_bytes",
                "Bytes held for clients",
                sources.buffers().heldBytes()));
        families.add(Samples.gauge(
                EDGE + "buffers_limit_bytes",
                "limits.buffers",
                sources.buffers().limitBytes()));
        families.add(Samples.gauge(
                EDGE + "ready",
                "1 while requests are taken and can be recorded",
                sources.ready().getAsBoolean() ? 1 : 0));
        families.add(Samples.gauge(
                "openclaw_journal_healthy",
                "1 while usage can be recorded",
                sources.others().journal().get() == JournalHealth.State.HEALTHY ? 1 : 0));
        families.add(Samples.gauge(
                EDGE + "snapshot",
                "Number of the snapshot of configuration and catalog in force",
                sources.snapshots().current().number()));
    }
}
