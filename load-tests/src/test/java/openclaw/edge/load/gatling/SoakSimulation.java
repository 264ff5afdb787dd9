package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.load.harness.EdgeFiles;
import org.HdrHistogram.Histogram;

/**
 * A mixed load for as long as one likes, while heap, memory outside it, descriptors, mapped files and latencies are looked at again and
 * again: nothing of it may grow. Writes {@code soak.csv} and {@code soak.svg} to {@code -Dout=} ({@code target/soak}).
 *
 * <p>{@code -Dminutes=} (10), {@code -Drate=} (200) requests per second, of which one of ten comes on a connection of its own, and some
 * are large, refused or answered 429; {@code -Dsample=} (10) seconds between looks, each of which asks the node for a collection. Of a
 * {@code -Dtarget=} only latencies are looked at, and {@code -Dpath=} alone is asked for. Asserts that nothing drifts ({@link Drift}): live heap (2 MiB or 10 %), direct memory (4 MiB or 10 %),
 * descriptors beside live connections, mappings and threads (6 or 10 %), p50 (5 ms or double), p99 (50 ms or double); statuses; and the books.
 */
public final class SoakSimulation extends EdgeSimulation {
    private static final int LARGE_BYTES = 200_000;
    private static final double NS_PER_SECOND = 1e9;
    private static final String DESCRIPTORS = "descriptors beside live connections";

    private final int sampleSeconds = Knobs.number("sample", 10, 1, 3_600);
    private final int seconds = 60 * Knobs.number("minutes", 10, 1, 100_000);
    private final Path out = Path.of(Knobs.text("out").orElse("target/soak"));
    private final SoakLog log = new SoakLog();
    private long beganNs;
    private Deeds looks;

    /** Sets it up. */
    public SoakSimulation() {
        super(() -> OwnNode.make().flags(NodeSample.FLAG));
        final int rate = Knobs.rate(200);
        final String key = target.keys().get(0);
        run(
                warmUp(rate),
                scenario("mix")
                        .exec(target instanceof OwnNode ? mix() : get(key, path("/v1/rate"), 200))
                        .injectOpen(constantUsersPerSec(rate * 0.9).during(seconds)),
                scenario("on connections of their own")
                        .exec(get(key, path("/v1/rate"), 200))
                        .injectOpen(constantUsersPerSec(rate * 0.1).during(seconds))
                        .protocols(http.baseUrls(target.urls()).disableWarmUp()));
    }

    private ChainBuilder mix() {
        return exec(randomSwitch()
                .on(
                        percent(80).then(get(EdgeFiles.KEY, "/v1/rate", 200)),
                        percent(12).then(post()),
                        percent(4).then(get(EdgeFiles.KEY, "/bulk?bytes=" + LARGE_BYTES, 200)),
                        percent(2).then(get("nobody's", "/v1/rate", 401)),
                        percent(2).then(get(EdgeFiles.NARROW_KEY, "/v1/rate", 200, 429))));
    }

    private ChainBuilder get(final String key, final String path, final Integer... statuses) {
        return counted(
                http(path.replaceFirst("\\?.*", "") + " " + statuses[statuses.length - 1])
                        .get(path)
                        .header("x-api-key", key),
                statuses);
    }

    private ChainBuilder post() {
        return counted(
                http("post").post("/v1/rate").header("x-api-key", EdgeFiles.KEY).body(StringBody("p".repeat(3_000))),
                200);
    }

    @Override
    public void before() {
        super.before();
        beganNs = System.nanoTime();
        looks = new Deeds(sampleSeconds * 1000L, Integer.MAX_VALUE, number -> look());
    }

    private void look() throws IOException {
        final Map<String, Double> figures = new LinkedHashMap<>();
        if (target instanceof OwnNode own) {
            final NodeSample sample = NodeSample.of(
                    own.node().pid(), own.files().directory(), own.files().port(), own.upstreamPort());
            figures.put("heap MiB", sample.heapMib());
            figures.put("direct MiB", sample.directMib());
            figures.put("resident MiB", sample.residentMib());
            figures.put("connections", sample.connections());
            figures.put(DESCRIPTORS, sample.descriptors());
            figures.put("mappings", sample.mappings());
            figures.put("threads", sample.threads());
        }
        final Histogram answered = latencies.forget(latencies.size());
        figures.put("answers", (double) answered.getTotalCount());
        figures.put("p50 ms", answered.getValueAtPercentile(50) / 1000.0);
        figures.put("p99 ms", answered.getValueAtPercentile(99) / 1000.0);
        figures.put("p99.9 ms", answered.getValueAtPercentile(99.9) / 1000.0);
        log.add((System.nanoTime() - beganNs) / NS_PER_SECOND, figures);
        log.write(out);
    }

    @Override
    List<Row> more() {
        looks.close();
        try {
            log.write(out);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("soak: " + out.resolve("soak.csv").toAbsolutePath() + " and soak.svg");
        final List<Row> rows = new ArrayList<>();
        rows.add(Row.atLeast("samples", log.size(), 2L * Drift.FEWEST));
        if (target instanceof OwnNode) {
            rows.add(Drift.of(log.of("heap MiB"), 2, 10).row("live heap, MiB"));
            rows.add(Drift.of(log.of("direct MiB"), 4, 10).row("direct memory, MiB"));
            for (final String name : List.of(DESCRIPTORS, "mappings", "threads")) {
                rows.add(Drift.of(log.of(name), 6, 10).row(name));
            }
        }
        rows.add(Drift.of(log.of("p50 ms"), 5, 100).row("p50, ms"));
        rows.add(Drift.of(log.of("p99 ms"), 50, 100).row("p99, ms"));
        return rows;
    }
}
