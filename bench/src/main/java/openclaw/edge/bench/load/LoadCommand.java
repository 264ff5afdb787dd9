package openclaw.edge.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import openclaw.edge.yaml.FailureWords;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ./edge load}. Exit codes: 0 the run is over, whatever was answered; 1 it could not begin, or a file not be written; 2
 * usage; 130 it was ended early, by Ctrl-C.
 */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = {
            "Sends requests at a constant rate over HTTP/1.1 and prints how long answers took, counted from when each"
                    + " request was due.",
            "An open model: when requests are due does not depend on answers, so a server that stops for a second shows"
                    + " as a second's worth of late requests."
        })
public final class LoadCommand implements Callable<Integer> {
    /** What shells make of an interrupt. */
    private static final int ENDED_EARLY = 130;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "where to, like http://127.0.0.1:8080/v1/rate; http or https")
    private URI target;

    @Option(
            names = "--rate",
            required = true,
            paramLabel = "N",
            description = "requests per second, like 20000 or 20k; up to 1M")
    private String rate;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            paramLabel = "S",
            description = "measured, like 30, 30s or 2m (${DEFAULT-VALUE})")
    private String seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "3",
            paramLabel = "S",
            description = "seconds before, at the same rate, not counted (${DEFAULT-VALUE})")
    private String warmUp;

    @Option(
            names = {"-c", "--connections"},
            defaultValue = "64",
            paramLabel = "C",
            description = "kept open, each with one request at a time (${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--threads", defaultValue = "1", paramLabel = "T", description = "that send (${DEFAULT-VALUE})")
    private int threads;

    @Option(
            names = "--timeout",
            defaultValue = "10",
            paramLabel = "S",
            description = "seconds after which an answer is not waited for (${DEFAULT-VALUE})")
    private String timeout;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "FIELD",
            description = "like 'Authorization: Bearer ock_...'; repeatable")
    private List<String> fields = new ArrayList<>();

    @Option(
            names = {"-X", "--method"},
            paramLabel = "M",
            description = "GET, or POST where there is a body")
    private String method;

    @Option(
            names = {"-d", "--data"},
            paramLabel = "TEXT",
            description = "the body; @FILE for that of a file")
    private String data;

    @Option(
            names = {"-k", "--insecure"},
            description = "accept any certificate")
    private boolean insecure;

    @Option(names = "--json", description = "one JSON object instead of the table, times in nanoseconds")
    private boolean json;

    @Option(
            names = "--hdr",
            paramLabel = "FILE",
            description = "also writes the whole distribution of latencies, in us, as HdrHistogram's plotters read it")
    private Path hdr;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final LoadPlan plan;
        try {
            plan = plan();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        final PrintWriter err = spec.commandLine().getErr();
        try {
            LoadFiles.checkWritable(hdr);
        } catch (final IOException e) {
            err.println("load: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        try (LoadStop stop = LoadStop.atShutdown()) {
            return run(plan, stop, err);
        }
    }

    private int run(final LoadPlan plan, final LoadStop stop, final PrintWriter err)
            throws IOException, InterruptedException {
        final LoadResult result;
        try {
            result = LoadRun.run(
                    plan,
                    (isWarmUp, answered) ->
                            err.println(isWarmUp ? "warm-up" : String.format(Locale.ROOT, "%,d answered", answered)),
                    stop.wanted());
        } catch (final IOException e) {
            err.println("load: cannot connect to " + plan.target() + ": " + FailureWords.of(e)
                    + "; expected a server that takes " + plan.connections() + " connections");
            return CommandLine.ExitCode.SOFTWARE;
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(LoadReport.json(plan, result));
        } else {
            LoadReport.print(out, plan, result);
        }
        out.flush();
        LoadWarnings.of(plan, result).forEach(warning -> err.println("load: " + warning));
        if (hdr != null) {
            try {
                LoadFiles.write(hdr, result.latency());
            } catch (final IOException e) {
                err.println("load: " + e.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
            }
        }
        return result.hasEndedEarly() ? ENDED_EARLY : CommandLine.ExitCode.OK;
    }

    private LoadPlan plan() throws IOException {
        final int timeoutSeconds = LoadNumbers.seconds("--timeout", timeout);
        if (timeoutSeconds < 1 || timeoutSeconds > 600) {
            throw new IllegalArgumentException("--timeout=" + timeout + ": expected 1 to 600 seconds");
        }
        final byte[] body = body();
        final String verb = method != null ? method : body.length > 0 ? "POST" : "GET";
        return new LoadPlan(
                target,
                LoadNumbers.rate("--rate", rate),
                LoadNumbers.seconds("--seconds", seconds),
                LoadNumbers.seconds("--warm-up", warmUp),
                connections,
                threads,
                timeoutSeconds * LoadPlan.SECOND_NS,
                insecure,
                LoadPlan.request(target, verb, fields, body));
    }

    private byte[] body() throws IOException {
        if (data == null) {
            return new byte[0];
        }
        return data.startsWith("@")
                ? Files.readAllBytes(Path.of(data.substring(1)))
                : data.getBytes(StandardCharsets.UTF_8);
    }
}
