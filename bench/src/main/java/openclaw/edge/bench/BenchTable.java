package openclaw.edge.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonIOException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
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
    private static final int MOST_DIGITS = 400;
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Map<String, String> rows = new TreeMap<>();

    /**
     * Adds the results of one file.
     *
     * @param file made by JMH with {@code -rf json}
     * @throws IOException when it cannot be read, or is something else
     */
    void add(final Path file) throws IOException {
        final JsonElement results;
        try (Reader in = Files.newBufferedReader(file)) {
            results = JsonParser.parseReader(in);
        } catch (final JsonIOException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException("it cannot be read", e);
        } catch (final JsonParseException e) {
            throw new IOException("no JSON is in it, or not all of it", e);
        }
        if (!results.isJsonArray()) {
            throw new IOException("no list of results is in it");
        }
        int number = 0;
        for (final JsonElement result : results.getAsJsonArray()) {
            number++;
            if (!result.isJsonObject()) {
                throw new IOException("result " + number + " has no keys with values");
            }
            try {
                add(result.getAsJsonObject());
            } catch (final IllegalArgumentException e) {
                throw new IOException("result " + number + " has " + e.getMessage(), e);
            }
        }
    }

    /** Throws IllegalArgumentException with what the result has not. */
    private void add(final JsonObject result) {
        final String benchmark = text(result, "benchmark");
        final int method = benchmark.lastIndexOf('.');
        final String name = benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
        final StringJoiner parameters = new StringJoiner(", ");
        if (result.has("params")) {
            final Map<String, String> sorted = new TreeMap<>();
            final JsonObject written = object(result, "params");
            written.keySet().forEach(key -> sorted.put(key, text(written, key)));
            sorted.forEach((key, value) -> parameters.add(key + "=" + value));
        }
        final int threads = number(result, "threads").intValue();
        final JsonObject primary = object(result, "primaryMetric");
        final boolean isMetered = result.has("secondaryMetrics")
                && object(result, "secondaryMetrics").has(ALLOCATED);
        final String allocated =
                isMetered ? figure(object(object(result, "secondaryMetrics"), ALLOCATED), "score") : "";
        rows.put(
                name + " " + parameters + String.format(" %04d", threads),
                "| " + name + " | " + parameters + " | " + threads + " | " + figure(primary, "score") + " | "
                        + figure(primary, "scoreError") + " | "
                        + text(primary, "scoreUnit") + " | " + allocated + " |");
    }

    private static JsonObject object(final JsonObject of, final String key) {
        if (of.get(key) instanceof JsonObject object) {
            return object;
        }
        throw new IllegalArgumentException("no keys with values at '" + key + "'");
    }

    private static String text(final JsonObject of, final String key) {
        if (of.get(key) instanceof JsonPrimitive text) {
            return text.getAsString();
        }
        throw new IllegalArgumentException("no value at '" + key + "'");
    }

    private static BigDecimal number(final JsonObject of, final String key) {
        final String text = text(of, key);
        final BigDecimal number;
        try {
            number = new BigDecimal(text);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("no number at '" + key + "'", e);
        }
        if (Math.abs((long) number.precision() - number.scale()) > MOST_DIGITS) {
            throw new IllegalArgumentException("a number at '" + key + "' that nothing measures");
        }
        return number;
    }

    /** Four digits; nothing where JMH has no number, such as an error of a single iteration. */
    private static String figure(final JsonObject metric, final String name) {
        if (text(metric, name).equals("NaN")) {
            return "";
        }
        final BigDecimal value = number(metric, name);
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
