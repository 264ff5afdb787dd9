package openclaw.edge.bench.sums;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.yaml.FailureWords;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench/sums}. Exit codes: 0 all agree with what is expected; 1 not, or it failed; 2 usage. */
@Command(
        name = "sums",
        mixinStandardHelpOptions = true,
        description = "Sums up a generated journal by the project, by DuckDB over Parquet and by PostgreSQL, in turns.")
public final class SumsCommand implements Callable<Integer> {
    private static final double SECOND_NS = 1e9;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "as ./edge journal generate has left it")
    private Path folder;

    @Option(names = "--cycle", defaultValue = "2026-11", paramLabel = "YYYY-MM", description = "of the journal")
    private String cycle;

    @Option(names = "--rounds", defaultValue = "5", paramLabel = "R", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--threads", paramLabel = "T", description = "most for each; all cores when not said")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--no-postgres", description = "without PostgreSQL, which takes long to load")
    private boolean noPostgres;

    @Option(
            names = "--work",
            required = true,
            paramLabel = "WORK",
            description = "folder for exports; it is there and empty")
    private Path work;

    /**
     * Runs it and ends the process with its exit code.
     *
     * @param arguments its options
     */
    public static void main(final String[] arguments) {
        System.exit(run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    static int run(final PrintWriter out, final PrintWriter err, final String... arguments) {
        final CommandLine command =
                new CommandLine(new SumsCommand()).setOut(out).setErr(err);
        command.setExecutionExceptionHandler((exception, failed, parsed) -> {
            if (exception instanceof IOException || exception instanceof SQLException) {
                err.println("sums: " + FailureWords.withFile(exception));
            } else {
                exception.printStackTrace(err);
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return command.execute(arguments);
    }

    @Override
    public Integer call() throws IOException, SQLException {
        check("--rounds", rounds);
        check("--threads", threads);
        for (final String file : List.of("journal", "billing.yaml", "expected.json")) {
            if (!Files.exists(folder.resolve(file))) {
                throw new ParameterException(
                        spec.commandLine(),
                        folder + " has no " + file + ": expected what ./edge journal generate makes");
            }
        }
        final Source source;
        try {
            source = Source.read(folder, cycle);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return measure(source);
    }

    private int measure(final Source source) throws IOException, SQLException {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final ReadReport report = source.read(List.of(record -> {}));
        out.printf(
                Locale.ROOT,
                "%,d records of %,d tenants; all files in the page cache, read once before the first round that counts%n",
                report.usageRecords(),
                source.expected().size());
        final List<Contender> contenders = new ArrayList<>();
        try {
            final SumsRun run = new SumsRun(source, err);
            contenders.add(new JournalSums(source));
            final long startNs = System.nanoTime();
            contenders.add(DuckDbSums.export(source, work));
            final long parquetNs = System.nanoTime();
            out.printf(Locale.ROOT, "export to Parquet: %.1f s%n", (parquetNs - startNs) / SECOND_NS);
            if (!noPostgres) {
                contenders.add(PostgresSums.export(source, work, threads));
                out.printf(
                        Locale.ROOT,
                        "start of PostgreSQL, COPY and VACUUM: %.1f s%n",
                        (System.nanoTime() - parquetNs) / SECOND_NS);
            }
            contenders.forEach(contender -> run.add(contender, threads));
            final boolean agree = run.run(rounds);
            SumsTable.print(out, run.entries(), report.usageRecords());
            out.println(agree ? "all agree with expected.json, every tenant, every round" : "DIFFERENCES, named above");
            return agree ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        } finally {
            for (final Contender contender : contenders) {
                contender.close();
            }
        }
    }

    private void check(final String what, final int value) {
        if (value < 1 || value > 1000) {
            throw new ParameterException(spec.commandLine(), what + "=" + value + ": expected 1 to 1000");
        }
    }
}
