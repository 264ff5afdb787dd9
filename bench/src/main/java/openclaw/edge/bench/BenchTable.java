package openclaw.edge.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Results of JMH as one Markdown table: a row for each benchmark with its parameters and number of threads, sorted; time or rate
 * with JMH's error (99.9 % confidence), and bytes allocated per operation where {@code -prof gc} was on.
 */
final class BenchTable {
    private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_UP);
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Map<String, String> rows = new TreeMap<>();

    /**
     * Adds the results of one file.
     *
     * @param file made by JMH with {@code -rf json}
     * @throws IOException when it cannot be read, or is something else
     */
    void add(final Path file) throws IOException {
        try (Reader in = Files.newBufferedReader(file)) {
            for (final JsonElement result : JsonParser.parseReader(in).getAsJsonArray()) {
                add(result.getAsJsonObject());
            }
        } catch (final JsonParseException | IllegalStateException | NullPointerException | NumberFormatException e) {
            throw new IOException("no results of JMH: " + e.getMessage(), e);
        }
    }

    private void add(final JsonObject result) {
        final String benchmark = result.get("benchmark").getAsString();
        final int method = benchmark.lastIndexOf('.');
        final String name = benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
        final StringJoiner parameters = new StringJoiner(", ");
        if (result.has("params")) {
            final Map<String, String> sorted = new TreeMap<>();
            result.getAsJsonObject("params")
                    .entrySet()
                    .forEach(
                            entry -> sorted.put(entry.getKey(), entry.getValue().getAsString()));
            sorted.forEach((key, value) -> parameters.add(key + "=" + value));
        }
        final int threads = result.get("threads").getAsInt();
        final JsonObject primary = result.getAsJsonObject("primaryMetric");
        final JsonObject secondary = result.getAsJsonObject("secondaryMetrics");
        final String allocated = secondary != null && secondary.has(ALLOCATED)
                ? figure(secondary.getAsJsonObject(ALLOCATED), "score")
                : "";
        rows.put(
                name + " " + parameters + String.format(" %04d", threads),
                "| " + name + " | " + parameters + " | " + threads + " | " + figure(primary, "score") + " | "
                        + figure(primary, "scoreError") + " | "
                        + primary.get("scoreUnit").getAsString() + " | " + allocated + " |");
    }

    /** Four digits; nothing where JMH has no number, such as an error of a single iteration. */
    private static String figure(final JsonObject metric, final String name) {
        final String text = metric.get(name).getAsString();
        if (text.equals("NaN")) {
            return "";
        }
        final BigDecimal value = new BigDecimal(text);
        // Below a thousandth there is nothing but noise.
        final BigDecimal rounded = value.round(DIGITS)
                .setScale(Math.min(3, Math.max(0, value.round(DIGITS).scale())), RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.toPlainString();
    }

    /** The table, its head included. */
    @Override
    public String toString() {
        final StringBuilder text =
                new StringBuilder("| benchmark | parameters | threads | score | error | unit | B/op |\n"
                        + "|---|---|---|---|---|---|---|\n");
        rows.values().forEach(row -> text.append(row).append('\n'));
        return text.toString();
    }
}
