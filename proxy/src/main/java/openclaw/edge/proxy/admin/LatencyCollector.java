package openclaw.edge.proxy.admin;

import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.record.Latencies;
import org.HdrHistogram.Histogram;

/** {@code openclaw_edge_latency_seconds{part}}: what requests took in all, at the upstream, and in the proxy itself. */
final class LatencyCollector extends Collector {
    private static final String NAME = "openclaw_edge_latency_seconds";
    private static final double US_PER_SECOND = 1e6;
    private static final long[] BOUNDS_US = {
        50,
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        30_000_000,
        60_000_000,
        600_000_000
    };

    private final List<AdminSources.Loop> loops;
    private final Histogram total = Latencies.histogram();
    private final Histogram upstream = Latencies.histogram();
    private final Histogram own = Latencies.histogram();

    LatencyCollector(final AdminSources sources) {
        this.loops = sources.loops();
    }

    @Override
    public List<MetricFamilySamples> collect() {
        for (final AdminSources.Loop loop : loops) {
            loop.latencies().drainTo(total, upstream, own);
        }
        final List<MetricFamilySamples.Sample> samples = new ArrayList<>();
        add(samples, "total", total);
        add(samples, "upstream", upstream);
        add(samples, "own", own);
        return List.of(new MetricFamilySamples(
                NAME,
                Type.HISTOGRAM,
                "Time of requests that were answered by the upstream, at the resolution of an event loop's turn",
                samples));
    }

    private static void add(
            final List<MetricFamilySamples.Sample> samples, final String part, final Histogram histogram) {
        final List<String> label = List.of("part");
        final List<String> value = List.of(part);
        for (final long bound : BOUNDS_US) {
            samples.add(new MetricFamilySamples.Sample(
                    NAME + "_bucket",
                    List.of("part", "le"),
                    List.of(part, doubleToGoString(bound / US_PER_SECOND)),
                    (double) histogram.getCountBetweenValues(0, bound)));
        }
        final long count = histogram.getTotalCount();
        samples.add(new MetricFamilySamples.Sample(
                NAME + "_bucket", List.of("part", "le"), List.of(part, "+Inf"), (double) count));
        samples.add(new MetricFamilySamples.Sample(NAME + "_count", label, value, (double) count));
        samples.add(new MetricFamilySamples.Sample(
                NAME + "_sum", label, value, count == 0 ? 0 : histogram.getMean() * count / US_PER_SECOND));
    }
}
