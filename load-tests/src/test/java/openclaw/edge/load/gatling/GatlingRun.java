package openclaw.edge.load.gatling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import openclaw.edge.load.harness.JavaProcess;

/**
 * A simulation in a process of its own, as Gatling's Maven plugin starts it.
 *
 * @param exitCode 0 when every assertion held
 * @param output all that it printed
 * @param report its HTML page, or null when it came to none
 */
record GatlingRun(int exitCode, String output, Path report) {
    private static final int PATIENCE_SECONDS = 600;

    /**
     * Runs it to its end.
     *
     * @param directory for its report and log
     * @param properties {@code NAME=VALUE}
     */
    static GatlingRun of(
            final Path directory, final Class<? extends EdgeSimulation> simulation, final String... properties)
            throws IOException {
        return of(directory, simulation, flags(properties), List.of());
    }

    /** As above, without a report. */
    static GatlingRun unreported(
            final Path directory, final Class<? extends EdgeSimulation> simulation, final String... properties)
            throws IOException {
        return of(directory, simulation, flags(properties), List.of("-nr"));
    }

    private static List<String> flags(final String... properties) {
        final List<String> flags = new ArrayList<>(
                List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "--add-opens=java.base/java.lang=ALL-UNNAMED"));
        Stream.of(properties).map(each -> "-D" + each).forEach(flags::add);
        return flags;
    }

    private static GatlingRun of(
            final Path directory,
            final Class<? extends EdgeSimulation> simulation,
            final List<String> flags,
            final List<String> more)
            throws IOException {
        final Path results = Files.createTempDirectory(directory, simulation.getSimpleName());
        final List<String> arguments = new ArrayList<>(List.of("-s", simulation.getName(), "-rf", results.toString()));
        arguments.addAll(more);
        try (JavaProcess process = JavaProcess.start(
                results.resolve("gatling.log"), flags, "io.gatling.app.Gatling", arguments.toArray(new String[0]))) {
            final int exit = process.exitCode(PATIENCE_SECONDS);
            try (Stream<Path> files = Files.walk(results)) {
                final Path report = files.filter(file -> file.endsWith("index.html"))
                        .findAny()
                        .orElse(null);
                return new GatlingRun(exit, process.output(), report);
            }
        }
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + ", report " + report + ":\n" + output;
    }
}
