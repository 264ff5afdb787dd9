package openclaw.edge.proxy.admin;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.proxy.forward.UpstreamGroup;
import openclaw.edge.proxy.forward.UpstreamServer;

/** {@code openclaw_upstream_*{server}}: servers, and the node's connections to them, at scrape time. */
final class UpstreamCollector extends Collector {
    private static final List<String> LABELS = List.of("server");
    private static final String PREFIX = "openclaw_upstream_";

    /** Servers whose counters are kept after nothing goes to them any more, those in use among them. */
    private static final int MOST_COUNTED = 1_024;

    private final AdminSources sources;
    /** By label, in the order of their last use. */
    private final Map<String, Counted> counted = new LinkedHashMap<>(16, 0.75f, true);

    UpstreamCollector(final AdminSources sources) {
        this.sources = sources;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        final Families families = new Families();
        final long nowNs = System.nanoTime();
        merged().forEach((server, view) -> {
            final List<String> labels = List.of(server.label());
            Samples.add(families.connections, labels, view.connections());
            Samples.add(families.idle, labels, view.idle());
            Samples.add(families.waiting, labels, view.waiting());
            Samples.add(families.up, labels, server.isUp(nowNs) ? 1 : 0);
            Samples.add(families.healthy, labels, server.isHealthy() ? 1 : 0);
            Samples.add(families.ejected, labels, server.isEjected(nowNs) ? 1 : 0);
            counted.computeIfAbsent(server.label(), unused -> new Counted()).use(server);
        });
        final Iterator<String> oldest = counted.keySet().iterator();
        for (int excess = counted.size() - MOST_COUNTED; excess > 0; excess--) {
            oldest.next();
            oldest.remove();
        }
        counted.forEach((label, counts) -> {
            Samples.add(families.ejections, List.of(label), counts.ejections());
            Samples.add(families.healthChanges, List.of(label), counts.healthChanges());
        });
        return families.all();
    }

    /** Over all loops. A server that came back under its old name stands once, as the newest. */
    private Map<UpstreamServer, UpstreamGroup.View> merged() {
        final Map<String, UpstreamGroup.View> byLabel = new LinkedHashMap<>();
        for (final UpstreamGroup.View view : sources.others().upstreams().get()) {
            byLabel.merge(
                    view.server().label(),
                    view,
                    (a, b) -> new UpstreamGroup.View(
                            b.server(),
                            a.connections() + b.connections(),
                            a.idle() + b.idle(),
                            a.waiting() + b.waiting()));
        }
        final Map<UpstreamServer, UpstreamGroup.View> merged = new LinkedHashMap<>();
        byLabel.values().forEach(view -> merged.put(view.server(), view));
        return merged;
    }

    /** The counters of a server under one label: they go on when it leaves, and when it comes back as another object. */
    private static final class Counted {
        private UpstreamServer server;
        private long earlierEjections;
        private long earlierHealthChanges;

        void use(final UpstreamServer now) {
            if (server != now && server != null) {
                earlierEjections = ejections();
                earlierHealthChanges = healthChanges();
            }
            server = now;
        }

        long ejections() {
            return earlierEjections + server.ejections();
        }

        long healthChanges() {
            return earlierHealthChanges + server.healthChanges();
        }
    }

    private static final class Families {
        private final GaugeMetricFamily connections =
                gauge("connections", "Connections to a server that are open or being made");
        private final GaugeMetricFamily idle = gauge("idle", "Connections to a server without a request");
        private final GaugeMetricFamily waiting = gauge("waiting", "Requests that wait for a connection to a server");
        private final GaugeMetricFamily up = gauge("up", "1 while requests are sent to a server: healthy, not ejected");
        private final GaugeMetricFamily healthy = gauge("healthy", "1 while a server's checks do not say otherwise");
        private final GaugeMetricFamily ejected =
                gauge("ejected", "1 while a server is left out because requests to it failed");
        private final CounterMetricFamily ejections =
                new CounterMetricFamily(PREFIX + "ejections", "Times that a server was ejected", LABELS);
        private final CounterMetricFamily healthChanges = new CounterMetricFamily(
                PREFIX + "health_changes", "Times that the checks of a server changed their verdict", LABELS);

        private static GaugeMetricFamily gauge(final String name, final String help) {
            return new GaugeMetricFamily(PREFIX + name, help, LABELS);
        }

        List<MetricFamilySamples> all() {
            return List.of(connections, idle, waiting, up, healthy, ejected, ejections, healthChanges);
        }
    }
}
