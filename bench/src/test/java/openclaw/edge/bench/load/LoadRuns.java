package openclaw.edge.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import openclaw.edge.bench.BenchMain;

/** Short runs, by the command line or without it. */
final class LoadRuns {
    private LoadRuns() {}

    /** What a command has printed. */
    record Ran(int exitCode, String out, String err) {}

    static Ran run(final String... arguments) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = BenchMain.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    static LoadResult load(
            final ScriptedServer server, final int rate, final int warmUp, final int connections, final int threads)
            throws IOException, InterruptedException {
        return load(server, rate, warmUp, connections, threads, (isWarmUp, answered) -> {});
    }

    static LoadResult load(
            final ScriptedServer server,
            final int rate,
            final int warmUp,
            final int connections,
            final int threads,
            final LoadProgress progress)
            throws IOException, InterruptedException {
        final URI target = URI.create(server.url("/"));
        return LoadRun.run(
                new LoadPlan(
                        target,
                        rate,
                        1,
                        warmUp,
                        connections,
                        threads,
                        LoadPlan.SECOND_NS,
                        false,
                        LoadPlan.request(target, "GET", List.of(), new byte[0])),
                progress,
                new CompletableFuture<>());
    }

    static LoadPlan plan(final int rate) {
        return new LoadPlan(
                URI.create("http://127.0.0.1:1/"),
                rate,
                1,
                0,
                64,
                1,
                LoadPlan.SECOND_NS,
                false,
                "GET / HTTP/1.1\r\n\r\n");
    }
}
