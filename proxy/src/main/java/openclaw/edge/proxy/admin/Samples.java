package openclaw.edge.proxy.admin;

import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;

/** Counts as samples: the format knows doubles only, so that beyond 2^53 the last digits are lost, here and nowhere else. */
final class Samples {
    private Samples() {}

    static CounterMetricFamily counter(final String name, final String help, final long value) {
        return new CounterMetricFamily(name, help, (double) value);
    }

    static GaugeMetricFamily gauge(final String name, final String help, final long value) {
        return new GaugeMetricFamily(name, help, (double) value);
    }

    static void add(final CounterMetricFamily family, final List<String> labels, final long value) {
        family.addMetric(labels, (double) value);
    }

    static void add(final GaugeMetricFamily family, final List<String> labels, final long value) {
        family.addMetric(labels, (double) value);
    }
}
