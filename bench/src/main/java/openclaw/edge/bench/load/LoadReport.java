package openclaw.edge.bench.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What people and scripts are told of a run. Times are printed in microseconds, and are nanoseconds in JSON. */
final class LoadReport {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final double US = 1_000.0;

    private LoadReport() {}

    /** Prints a table. */
    static void print(final PrintWriter out, final LoadPlan plan, final LoadResult result) {
        out.printf(
                Locale.ROOT,
                "%,d requests/s for %d s over %d connections to %s%n",
                plan.rate(),
                plan.seconds(),
                plan.connections(),
                plan.target());
        if (result.hasEndedEarly()) {
            out.printf(
                    Locale.ROOT,
                    "ended early: measured for %.1f s of these %d s%n",
                    result.measuredSeconds(plan),
                    plan.seconds());
        }
        out.printf(
                Locale.ROOT,
                "due %,d, sent %,d, answered %,d, failed %,d, never sent %,d%n",
                result.due(),
                result.sent(),
                result.answered(),
                result.failed(),
                result.neverSent());
        out.printf(
                Locale.ROOT,
                "achieved %,.0f requests/s, %,d sent within %.2f s, %.1f %% of the rate; success (2xx) %s %% of what was"
                        + " due; busiest thread %.0f %% of its time%n",
                result.sentPerSecond(plan),
                result.sent(),
                result.sendingSeconds(plan),
                100 * result.sentPerSecond(plan) / plan.rate(),
                percent(result.successRatio()),
                100 * result.busy());
        result.failures().forEach((failure, count) -> out.printf(Locale.ROOT, "  %s: %,d%n", failure.text(), count));
        if (result.failedConnects() > 0) {
            out.printf(Locale.ROOT, "  connections that could not be made: %,d%n", result.failedConnects());
        }
        latencies(out, result);
    }

    private static void latencies(final PrintWriter out, final LoadResult result) {
        out.printf(Locale.ROOT, "%n%-32s", "us");
        for (final double percentile : PERCENTILES) {
            out.printf(Locale.ROOT, "%11s", "p" + number(percentile));
        }
        out.printf(Locale.ROOT, "%11s %13s%n", "max", "count");
        row(out, "latency, from when it was due", result.latency());
        for (final Map.Entry<Integer, Histogram> each : result.byStatus().entrySet()) {
            row(out, "  of these, status " + each.getKey(), each.getValue());
        }
        if (result.atLeast().getTotalCount() > 0) {
            row(out, "  of these, at least so long", result.atLeast());
        }
        row(out, "service time, from when sent", result.service());
        row(out, "sent later than due by", result.lateness());
        row(out, "  with a connection free", result.ownLateness());
        if (result.atLeast().getTotalCount() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%nlatency holds %,d requests without an answer (%,d timed out, %,d cut off at the end, %,d never sent)"
                            + " with the time until they were given up: at least so long, in truth longer%n",
                    result.atLeast().getTotalCount(),
                    result.failures().getOrDefault(LoadResult.Failure.TIMED_OUT, 0L),
                    result.failures().getOrDefault(LoadResult.Failure.CUT_OFF, 0L),
                    result.neverSent());
        }
    }

    private static void row(final PrintWriter out, final String what, final Histogram times) {
        out.printf(Locale.ROOT, "%-32s", what);
        for (final double percentile : PERCENTILES) {
            out.printf(Locale.ROOT, "%11.1f", times.getValueAtPercentile(percentile) / US);
        }
        out.printf(Locale.ROOT, "%11.1f %,13d%n", times.getMaxValue() / US, times.getTotalCount());
    }

    /** Three digits behind the point, cut off: only what is whole is called 100. */
    private static String percent(final double ratio) {
        return String.format(Locale.ROOT, "%.3f", Math.floor(ratio * 100_000) / 1_000);
    }

    private static String number(final double percentile) {
        return percentile == Math.rint(percentile)
                ? Long.toString(Math.round(percentile))
                : Double.toString(percentile);
    }

    /** The same as one JSON object on one line. */
    static String json(final LoadPlan plan, final LoadResult result) throws IOException {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("url", plan.target().toString());
            json.writeNumberField("rate", plan.rate());
            json.writeNumberField("seconds", plan.seconds());
            json.writeNumberField("connections", plan.connections());
            json.writeBooleanField("ended_early", result.hasEndedEarly());
            json.writeNumberField("measured_seconds", result.measuredSeconds(plan));
            json.writeNumberField("due", result.due());
            json.writeNumberField("sent", result.sent());
            json.writeNumberField("answered", result.answered());
            json.writeNumberField("failed", result.failed());
            json.writeNumberField("never_sent", result.neverSent());
            json.writeNumberField("sending_seconds", result.sendingSeconds(plan));
            json.writeNumberField("achieved_rate", result.sentPerSecond(plan));
            json.writeNumberField("success_ratio", result.successRatio());
            json.writeNumberField("client_busy", result.busy());
            json.writeArrayFieldStart("warnings");
            for (final String warning : LoadWarnings.of(plan, result)) {
                json.writeString(warning);
            }
            json.writeEndArray();
            json.writeNumberField("failed_connects", result.failedConnects());
            json.writeObjectFieldStart("failures");
            for (final Map.Entry<LoadResult.Failure, Long> each :
                    result.failures().entrySet()) {
                json.writeNumberField(each.getKey().name().toLowerCase(Locale.ROOT), each.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("statuses");
            for (final Map.Entry<Integer, Histogram> each : result.byStatus().entrySet()) {
                times(json, each.getKey().toString(), each.getValue());
            }
            json.writeEndObject();
            times(json, "latency_ns", result.latency());
            times(json, "latency_at_least_ns", result.atLeast());
            times(json, "service_ns", result.service());
            times(json, "lateness_ns", result.lateness());
            times(json, "client_lateness_ns", result.ownLateness());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void times(final JsonGenerator json, final String name, final Histogram times) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", times.getTotalCount());
        for (final double percentile : PERCENTILES) {
            json.writeNumberField("p" + number(percentile), times.getValueAtPercentile(percentile));
        }
        json.writeNumberField("max", times.getMaxValue());
        json.writeEndObject();
    }
}
