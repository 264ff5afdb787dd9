package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.Session;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Ever more requests per second, until a step is not held any more: less than 95 of 100 of its requests answered by its end, or the
 * 99th percentile beyond {@code -Dp99=} (250) ms. Nothing is sent after that. On one machine it is client, upstream and node together
 * that break.
 *
 * <p>{@code -Drate=} (500) requests per second at first and so many more with each step, {@code -Dsteps=} (12) of {@code -DstepSeconds=}
 * (3). Asserts that the first step was held, that all were answered 200 in the end, those of the step that broke too, and the books.
 */
public final class RampSimulation extends EdgeSimulation {
    private static final int HELD_PERCENT = 95;
    private static final long SECOND_NS = 1_000_000_000L;

    private final int rate = Knobs.rate(500);
    private final int steps = Knobs.number("steps", 12, 1, 200);
    private final int stepSeconds = Knobs.number("stepSeconds", 3, 1, 3_600);
    private final int mostMs = Knobs.number("p99", 250, 1, 60_000);
    private final List<String> held = new ArrayList<>();
    private String broken = "";
    private long firstNs;
    private int step;

    /** Sets it up. */
    public RampSimulation() {
        super(OwnNode::make);
        final List<OpenInjectionStep> load = new ArrayList<>();
        for (int i = 1; i <= steps; i++) {
            load.add(constantUsersPerSec((double) rate * i).during(stepSeconds));
        }
        run(
                warmUp(rate),
                scenario("ramp")
                        .exitHereIf(this::isOver)
                        .exec(counted(
                                http("ramp")
                                        .get(path("/v1/rate"))
                                        .header("x-api-key", target.keys().get(0)),
                                200))
                        .injectOpen(load.toArray(new OpenInjectionStep[0])));
    }

    /** Asked as each request is due: judges the step before when another one has begun. */
    private synchronized boolean isOver(final Session session) {
        final long nowNs = System.nanoTime();
        firstNs = firstNs == 0 ? nowNs : firstNs;
        final int now = (int) ((nowNs - firstNs) / SECOND_NS) / stepSeconds;
        if (now > step) {
            judge();
            step = now;
        }
        return !broken.isEmpty();
    }

    private void judge() {
        if (!broken.isEmpty() || step >= steps) {
            return;
        }
        final Histogram answered = latencies.between(step * stepSeconds, (step + 1) * stepSeconds);
        final long asked = (long) rate * (step + 1) * stepSeconds;
        final String found = rate * (step + 1) + "/s: " + answered.getTotalCount() + " of " + asked
                + " answered by its end, " + Timeline.text(answered);
        if (answered.getTotalCount() * 100 < asked * HELD_PERCENT
                || answered.getValueAtPercentile(99) > mostMs * 1000L) {
            broken = found;
        } else {
            held.add(found);
        }
    }

    @Override
    synchronized List<Row> more() {
        judge();
        final List<Row> rows = new ArrayList<>();
        held.forEach(each -> rows.add(Row.told("held   " + each, "")));
        rows.add(Row.told(broken.isEmpty() ? "no step broke it" : "broke  " + broken, ""));
        rows.add(Row.atLeast("steps that were held", held.size(), 1));
        return rows;
    }
}
