package openclaw.edge.load.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short simulation from end to end, so that none of them rots: its books, its report, its exit code. */
final class GatlingSmokeTest {
    @TempDir
    private Path directory;

    @Test
    void shouldRunTheDefaultSimulationAndCallNobody() throws Exception {
        try (Elsewhere elsewhere = new Elsewhere()) {
            final GatlingRun run = GatlingRun.of(
                    directory,
                    SteadySimulation.class,
                    "seconds=1",
                    "warmUp=1",
                    "rate=40",
                    // Where whatever asks the network for a name that is not the target's ends up.
                    "https.proxyHost=127.0.0.1",
                    "https.proxyPort=" + elsewhere.port());
            assertThat(run.exitCode()).as("%s", run).isZero();
            assertThat(run.report()).as("%s", run).isNotNull();
            assertThat(run.output())
                    .contains(
                            "tokens invoiced = tokens of the records", "answered 2xx, by request id, without a record")
                    .doesNotContain("VIOLATED");
            assertThat(elsewhere.calls()).as("connections to other hosts").isZero();
        }
    }

    @Test
    void shouldFailARunBeforeATargetThatAnswers5xx() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(LoadUpstream::answer);
                EdgeProcess node =
                        EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), ""), "-XX:TieredStopAtLevel=1")) {
            final GatlingRun run = GatlingRun.unreported(
                    directory,
                    SteadySimulation.class,
                    "seconds=1",
                    "warmUp=1",
                    "rate=20",
                    "path=/fail",
                    "target=http://127.0.0.1:" + node.port(),
                    "admin=http://127.0.0.1:" + node.files().adminPort(),
                    "keys=" + EdgeFiles.KEY);
            assertThat(run.exitCode()).as("%s", run).isNotZero();
            assertThat(run.output()).containsPattern("answers of status 5xx .*VIOLATED");
            // Only that: what was asked and failed is in the books all the same.
            assertThat(run.output()).containsPattern("malformed \\+ refused \\+ admitted = sent .*ok");
            assertThat(run.output().lines().filter(line -> line.contains("VIOLATED")))
                    .hasSize(1);
        }
    }

    /** Counts who connects. */
    private static final class Elsewhere implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicInteger calls = new AtomicInteger();
        private final Thread thread = new Thread(this::accept, "elsewhere");

        Elsewhere() throws IOException {
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            while (!listener.isClosed()) {
                try (Socket caller = listener.accept()) {
                    System.err.println("a call from " + caller);
                    calls.incrementAndGet();
                } catch (final IOException closed) {
                    return;
                }
            }
        }

        int port() {
            return listener.getLocalPort();
        }

        int calls() {
            return calls.get();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
