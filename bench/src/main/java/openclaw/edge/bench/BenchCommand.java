package openclaw.edge.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.yaml.FailureWords;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./edge bench}: JMH, behind a help of our own. Exit codes: 0 done, 1 failed, 2 usage. */
@Command(name = "bench", description = "the microbenchmarks (JMH)")
final class BenchCommand implements Runnable {
    private static final String HEAD = """
            usage: ./edge bench [PATTERN]... [OPTION]...
                   ./edge bench --table FILE...

            Runs the microbenchmarks (JMH) whose names match a regular expression; without one, all, which takes long.
            With --table, prints the results in those files (made by -rf json -rff FILE) as one table.

            """;
    private static final String OPTIONS = """

            Options of JMH that matter here (-h prints all of them, -l the benchmarks):
              -prof gc           what each operation allocates (gc.alloc.rate.norm, bytes)
              -f 1               forks: JVMs in which each is run anew
              -wi 3 -w 1s        warm-up: how many iterations, how long each
              -i 5 -r 1s         measured: how many, how long
              -t 2               threads, for those that do not say it themselves
              -p name=a,b        values of a parameter
              -rf json -rff FILE results as JSON
              -jvmArgsAppend ... flags for the forks
              --profile cpu      a profile of each benchmark in profiles/: cpu, alloc or lock; a flame graph by async-profiler where
                                 $ASYNC_PROFILER names it or it is in /opt/async-profiler, else a recording of the flight recorder

            For example: ./edge bench ReplicaBench -f 1 -wi 3 -i 5 -w 500ms -r 500ms -prof gc

            All of them, decisions also with 2, 4 and 8 threads, results and table in a folder: bench/jmh.
            Other measurements: bench/peers (beside HAProxy and nginx), bench/sums (beside DuckDB and PostgreSQL),
            bench/invoice-run, bench/cluster, bench/start-time and ./edge load; each takes --help or says its use at its top.
            """;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PATTERN|OPTION", description = "as JMH takes them")
    private List<String> arguments = new ArrayList<>();

    /** Takes every argument as it is; what options there are is JMH's affair. */
    static void addTo(final CommandLine commands) {
        final CommandLine bench = new CommandLine(new BenchCommand());
        bench.setUnmatchedOptionsArePositionalParams(true);
        commands.addSubcommand(bench);
    }

    @Override
    public void run() {
        if (arguments.contains("--help")) {
            help(spec.commandLine().getOut());
            return;
        }
        if (!arguments.isEmpty() && arguments.get(0).equals("--table")) {
            table(arguments.subList(1, arguments.size()));
            return;
        }
        try {
            org.openjdk.jmh.Main.main(BenchProfile.jmhArguments(arguments, System.getenv("ASYNC_PROFILER"))
                    .toArray(String[]::new));
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (final IOException e) {
            throw new IllegalStateException("JMH: " + e.getMessage(), e);
        }
    }

    private void table(final List<String> files) {
        if (files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--table: expected files made by -rf json -rff FILE");
        }
        final BenchTable table = new BenchTable();
        for (final String file : files) {
            try {
                table.add(Path.of(file));
            } catch (final IOException e) {
                throw new ParameterException(
                        spec.commandLine(), file + ": " + FailureWords.of(e) + "; expected a file made by -rf json", e);
            }
        }
        spec.commandLine().getOut().print(table);
        spec.commandLine().getOut().flush();
    }

    private static void help(final PrintWriter out) {
        out.print(HEAD);
        suites().forEach((suite, benchmarks) -> {
            out.println("  " + suite);
            benchmarks.forEach((name, parameters) -> out.println("    " + name + parameters));
        });
        out.print(OPTIONS);
        out.flush();
    }

    /** Benchmarks by the class that holds them, each with its parameters; from what JMH has found while compiling. */
    private static Map<String, Map<String, String>> suites() {
        final Map<String, Map<String, String>> suites = new TreeMap<>();
        final PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        for (final BenchmarkListEntry entry : BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT), List.of())) {
            final String name = entry.getUsername();
            final int method = name.lastIndexOf('.');
            final String suite = name.substring(name.lastIndexOf('.', method - 1) + 1, method);
            suites.computeIfAbsent(suite, any -> new TreeMap<>()).put(name.substring(method + 1), parameters(entry));
        }
        return suites;
    }

    private static String parameters(final BenchmarkListEntry entry) {
        final StringBuilder text = new StringBuilder();
        if (entry.getParams().hasValue()) {
            new TreeMap<>(entry.getParams().get())
                    .forEach((name, values) ->
                            text.append(String.format(Locale.ROOT, "  %s=%s", name, String.join(",", values))));
        }
        return text.toString();
    }
}
