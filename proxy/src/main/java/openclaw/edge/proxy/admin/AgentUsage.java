package openclaw.edge.proxy.admin;

import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.proxy.record.UsageTotals;

/** Usage by tenant and agent since the start of the process, added up over the event loops. */
final class AgentUsage {
    private AgentUsage() {}

    /**
     * What one agent used.
     *
     * @param requests that ended
     * @param tokens charged
     */
    record Used(long requests, long tokens) {
        Used plus(final Used other) {
            return new Used(Math.addExact(requests, other.requests), Math.addExact(tokens, other.tokens));
        }
    }

    /** By agent's name; of one tenant. */
    static Map<String, Used> of(final AdminSources sources, final String tenant) {
        return all(sources).getOrDefault(tenant, Map.of());
    }

    /** By tenant's id and agent's name. */
    static Map<String, Map<String, Used>> all(final AdminSources sources) {
        final Map<String, Map<String, Used>> sums = new TreeMap<>();
        for (final AdminSources.Loop loop : sources.loops()) {
            final UsageTotals totals = loop.totals();
            final int size = totals.size();
            for (int i = 0; i < size; i++) {
                final UsageTotals.Entry entry = totals.entry(i);
                sums.computeIfAbsent(entry.tenant(), tenant -> new TreeMap<>())
                        .merge(entry.agent(), new Used(entry.requests(), entry.tokens()), Used::plus);
            }
        }
        return sums;
    }
}
