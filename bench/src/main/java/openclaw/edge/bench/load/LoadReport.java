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
        out.printf(
                Locale.ROOT,
                "due %,d, sent %,d, answered %,d, failed %,d, never sent %,d%n",
                plan.offered(),
                result.sent(),
                result.answered(),
                result.failed(),
                result.neverSent());
        out.printf(
                Locale.ROOT,
                "achieved %,.0f requests/s sent, %.1f %% of the rate; success (2xx) %s %% of what was due; busiest thread"
                        + " %.0f %% of its time%n",
                result.sentPerSecond(plan.seconds()),
                100 * result.sentPerSecond(plan.seconds()) / plan.rate(),
                percent(result.successRatio()),
                100 * result.busy());
        result.failures().forEach((failure, count) -> out.printf(Locale.ROOT, "  %s: %,d%n", failure.text(), count));
        if (result.failedConnects() > 0) {
            out.printf(Locale.ROOT, "  connections that could not be made: %,d%n", result.failedConnects());
        }
        out.printf(Locale.ROOT, "%n%-32s", "us");
        for (final double percentile : PERCENTILES) {
            out.printf(Locale.ROOT, "%11s", "p" + number(percentile));
        }
        out.printf(Locale.ROOT, "%11s %13s%n", "max", "count");
        row(out, "latency, from when it was due", result.latency());
        for (final Map.Entry<Integer, Histogram> each : result.byStatus().entrySet()) {
            row(out, "  of these, status " + each.getKey(), each.getValue());
        }
        row(out, "service time, from when sent", result.service());
        row(out, "sent later than due by", result.lateness());
        row(out, "  with a connection free", result.ownLateness());
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
            json.writeNumberField("due", plan.offered());
            json.writeNumberField("sent", result.sent());
            json.writeNumberField("answered", result.answered());
            json.writeNumberField("failed", result.failed());
            json.writeNumberField("never_sent", result.neverSent());
            json.writeNumberField("achieved_rate", result.sentPerSecond(plan.seconds()));
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
