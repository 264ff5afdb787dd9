package openclaw.edge.load.harness;

import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.proxy.exchange.EdgeCounter;

/** One scrape in Prometheus' text format. */
public final class Metrics {
    private static final String PREFIX = "openclaw_edge_";
    private static final String DECISIONS = PREFIX + "decisions_total";

    private final Map<String, Long> values = new TreeMap<>();

    private Metrics() {}

    /** What a scrape's body says. */
    public static Metrics parse(final String text) {
        final Metrics metrics = new Metrics();
        for (final String line : text.lines().toList()) {
            final int space = line.lastIndexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                metrics.values.put(line.substring(0, space).replace(",}", "}"), (long)
                        Double.parseDouble(line.substring(space + 1)));
            }
        }
        return metrics;
    }

    /** A counter of the event loops that is no decision. */
    public long get(final EdgeCounter counter) {
        return get(PREFIX + counter.label() + "_total");
    }

    /** A value by its whole name, labels included. */
    public long get(final String name) {
        final Long value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no metric " + name + " among " + values.keySet());
        }
        return value;
    }

    /** The sum of all values of one name whose labels hold this text; 0 without any. */
    public long sum(final String name, final String labels) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().equals(name)
                        || (entry.getKey().startsWith(name + "{")
                                && entry.getKey().contains(labels)))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Everything that only ever grows, by whole name. */
    public Map<String, Long> counters() {
        final Map<String, Long> counters = new TreeMap<>(values);
        counters.keySet()
                .removeIf(name ->
                        !name.replaceFirst("\\{.*", "").matches("(openclaw|token_bucket)_.*_(total|count|bucket)"));
        return counters;
    }

    public long malformed() {
        return get(EdgeCounter.REQUESTS_MALFORMED);
    }

    public long admitted() {
        return get(DECISIONS + "{decision=\"admitted\",reason=\"none\"}");
    }

    /** Requests refused for one reason. */
    public long refused(final String reason) {
        return get(DECISIONS + "{decision=\"refused\",reason=\"" + reason + "\"}");
    }

    /** Requests whose head was legal and which were not admitted. */
    public long refused() {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(DECISIONS + "{decision=\"refused\""))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && value != 0) {
                text.append(name).append(' ').append(value).append('\n');
            }
        });
        return text.toString();
    }
}
