package openclaw.edge.load.gatling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Figures by the time at which they were taken, as CSV and as one drawing. Not thread-safe. */
final class SoakLog {
    private static final int WIDTH = 900;
    private static final int PLOT = 90;
    private static final int LEFT = 10;
    private static final int TEXT = 18;
    private static final int GAP = 16;

    private final List<Double> seconds = new ArrayList<>();
    private final Map<String, List<Double>> series = new LinkedHashMap<>();

    /** Adds what was found at one moment; the same figures each time. */
    void add(final double second, final Map<String, Double> figures) {
        seconds.add(second);
        figures.forEach((name, figure) ->
                series.computeIfAbsent(name, any -> new ArrayList<>()).add(figure));
    }

    /** All of one kind, in their order. */
    List<Double> of(final String name) {
        return List.copyOf(series.getOrDefault(name, List.of()));
    }

    int size() {
        return seconds.size();
    }

    /** Writes {@code soak.csv} and {@code soak.svg} into a directory. */
    void write(final Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve("soak.csv"), csv());
        Files.writeString(directory.resolve("soak.svg"), svg());
    }

    private List<String> csv() {
        final List<String> lines = new ArrayList<>();
        lines.add("seconds," + String.join(",", series.keySet()));
        for (int i = 0; i < seconds.size(); i++) {
            final StringBuilder line = new StringBuilder(figure(seconds.get(i)));
            for (final List<Double> one : series.values()) {
                line.append(',').append(figure(one.get(i)));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private String svg() {
        final int height = series.size() * (TEXT + PLOT + GAP) + GAP;
        final StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH
                + "\" height=\"" + height + "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        int top = GAP;
        for (final Map.Entry<String, List<Double>> one : series.entrySet()) {
            plot(svg, one.getKey(), one.getValue(), top);
            top += TEXT + PLOT + GAP;
        }
        return svg.append("</svg>\n").toString();
    }

    private void plot(final StringBuilder svg, final String name, final List<Double> values, final int top) {
        final double most =
                values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        final double last = Math.max(1, seconds.isEmpty() ? 1 : seconds.get(seconds.size() - 1));
        final int bottom = top + TEXT + PLOT;
        svg.append("<text x=\"")
                .append(LEFT)
                .append("\" y=\"")
                .append(top + 12)
                .append("\">")
                .append(name)
                .append(": most ")
                .append(figure(most))
                .append(", last ")
                .append(values.isEmpty() ? "-" : figure(values.get(values.size() - 1)))
                .append(", over ")
                .append(Math.round(last))
                .append(" s</text>\n");
        svg.append("<path d=\"M")
                .append(LEFT)
                .append(' ')
                .append(bottom)
                .append("H")
                .append(WIDTH - LEFT)
                .append("\" stroke=\"#999\"/>\n<polyline fill=\"none\" stroke=\"#06c\" stroke-width=\"1.5\" points=\"");
        IntStream.range(0, values.size())
                .forEach(i -> svg.append(figure(LEFT + (WIDTH - 2.0 * LEFT) * seconds.get(i) / last))
                        .append(',')
                        .append(figure(bottom - (most == 0 ? 0 : PLOT * values.get(i) / most)))
                        .append(' '));
        svg.append("\"/>\n");
    }

    private static String figure(final double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
