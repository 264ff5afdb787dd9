package openclaw.edge.load.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What a node must not hold once all clients have left. */
public final class Leftovers {
    private static final List<String> HELD = List.of("exchanges_open", "buffers_held_bytes");
    private static final List<String> ALL = List.of("client_connections", "exchanges_open", "buffers_held_bytes");
    private static final int TRIES = 300;
    private static final long PAUSE_MS = 50;

    private Leftovers() {}

    /**
     * Fails unless open connections of clients, open exchanges and held bytes come to be 0, all of them, within 15 s.
     *
     * @return the scrape that says so
     */
    public static Metrics assertNone(final EdgeProcess node) {
        return assertZero(node, ALL);
    }

    /** As {@link #assertNone}, for clients that are done and keep their connections. */
    public static Metrics assertNothingHeld(final EdgeProcess node) {
        return assertZero(node, HELD);
    }

    private static Metrics assertZero(final EdgeProcess node, final List<String> gauges) {
        Metrics metrics = node.metrics();
        for (int i = 0; i < TRIES && isAnyLeft(metrics, gauges); i++) {
            Pause.ms(PAUSE_MS);
            metrics = node.metrics();
        }
        for (final String gauge : gauges) {
            assertThat(gauge(metrics, gauge))
                    .as("%s after all clients were done%n%s", gauge, metrics)
                    .isZero();
        }
        return metrics;
    }

    private static boolean isAnyLeft(final Metrics metrics, final List<String> gauges) {
        return gauges.stream().anyMatch(gauge -> gauge(metrics, gauge) != 0);
    }

    private static long gauge(final Metrics metrics, final String name) {
        return metrics.get("openclaw_edge_" + name);
    }
}
