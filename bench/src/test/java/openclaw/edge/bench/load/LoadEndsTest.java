package openclaw.edge.bench.load;

import static openclaw.edge.bench.load.LoadRuns.plan;
import static openclaw.edge.bench.load.LoadRuns.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import openclaw.edge.bench.BenchMain;
import openclaw.edge.bench.load.LoadRuns.Ran;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that never begin, and the ends of those that do not go well. */
final class LoadEndsTest {
    @TempDir
    private Path directory;

    @Test
    void shouldTellHowManyLatenciesAreInTruthLonger() throws Exception {
        final LoadPlan plan = plan(10);
        final LoadResult result = new LoadResult();
        for (int i = 0; i < 6; i++) {
            result.onSent(0, 0, 2 * LoadPlan.SECOND_NS);
        }
        for (int i = 0; i < 3; i++) {
            result.onAnswer(200, 1_000_000, 1_000_000);
        }
        result.onFailure(LoadResult.Failure.CLOSED, 1_000_000);
        result.onFailure(LoadResult.Failure.TIMED_OUT, 1_000_000_000);
        result.onFailure(LoadResult.Failure.CUT_OFF, 500_000_000);
        for (int i = 0; i < 4; i++) {
            result.onNeverSent(2_000_000_000L);
        }
        final StringWriter table = new StringWriter();
        LoadReport.print(new PrintWriter(table, true), plan, result);

        assertThat(table.toString())
                .contains("due 10, sent 6, answered 3, failed 3, never sent 4")
                .contains("achieved 3 requests/s, 6 sent within 2.00 s, 30.0 % of the rate;")
                .contains("  timed out: 1", "  cut off at the end: 1", "  connection closed: 1")
                .contains(
                        "latency holds 6 requests without an answer (1 timed out, 1 cut off at the end, 4 never sent)")
                .containsPattern("latency, from when it was due .* 10\n")
                .containsPattern("of these, at least so long .* 6\n")
                .doesNotContain("ended early");
        assertThat(result.latency().getValueAtPercentile(90)).isGreaterThanOrEqualTo(2_000_000_000L);
        assertThat(LoadReport.json(plan, result))
                .contains("\"ended_early\":false", "\"sending_seconds\":2.0", "\"cut_off\":1")
                .contains("\"latency_at_least_ns\":{\"count\":6,");
    }

    @Test
    void shouldTellWhatWasMeasuredWhenItIsEndedEarly() throws Exception {
        final CompletableFuture<Void> stop = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(i -> {
            if (i == 20) {
                stop.complete(null);
            }
            return i < 20 ? ScriptedServer.OK : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalf";
        })) {
            final URI target = URI.create(server.url("/"));
            final LoadPlan plan = new LoadPlan(
                    target,
                    100,
                    3_600,
                    0,
                    1,
                    1,
                    600 * LoadPlan.SECOND_NS,
                    false,
                    LoadPlan.request(target, "GET", List.of(), new byte[0]));
            final LoadResult result = LoadRun.run(plan, (isWarmUp, answered) -> {}, stop);

            assertThat(result.hasEndedEarly()).isTrue();
            assertThat(result.answered()).isEqualTo(20);
            assertThat(result.failures()).isEqualTo(Map.of(LoadResult.Failure.CUT_OFF, 1L));
            assertThat(result.due()).isBetween(21L, 359_999L).isEqualTo(21 + result.neverSent());
            assertThat(result.latency().getTotalCount()).isEqualTo(result.due());
            final StringWriter table = new StringWriter();
            LoadReport.print(new PrintWriter(table, true), plan, result);
            assertThat(table.toString())
                    .contains("ended early: measured for ", " s of these 3600 s", "  cut off at the end: 1");
            assertThat(LoadReport.json(plan, result)).contains("\"ended_early\":true", "\"measured_seconds\":");
        }
    }

    @Test
    void shouldPrintWhatWasMeasuredWhenItIsInterrupted() throws Exception {
        final CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(i -> {
            asked.countDown();
            return ScriptedServer.OK;
        })) {
            final Process load = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            BenchMain.class.getName(),
                            "load",
                            "--rate=50",
                            "--seconds=1h",
                            "--warm-up=0",
                            server.url("/"))
                    .redirectError(directory.resolve("err").toFile())
                    .start();
            try {
                assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
                load.toHandle().destroy();

                assertThat(new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .contains("ended early: measured for ", "due ", "latency, from when it was due");
                assertThat(load.waitFor()).as("128 and the signal").isEqualTo(128 + 15);
            } finally {
                load.destroyForcibly();
            }
        }
    }

    @Test
    void shouldSayBeforeTheStartThatTheCertificateIsNotTrusted() throws Exception {
        final X509Bundle certificate = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .ecp256()
                .buildSelfSigned();
        final SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        final ServerSocket listening =
                tls.getServerSocketFactory().createServerSocket(0, 512, InetAddress.getLoopbackAddress());
        try (ScriptedServer server = new ScriptedServer(listening, i -> ScriptedServer.OK)) {
            final String url = server.url("/").replace("http:", "https:");
            final Ran refused = run("load", "--rate=20", "--seconds=1", "--warm-up=0", "-c=2", url);

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err())
                    .contains("cannot connect to " + url + ": the certificate is not trusted: ")
                    .contains("(-k to accept any)")
                    .doesNotContain("\tat ");

            final Ran accepted = run("load", "-k", "--rate=20", "--seconds=1", "--warm-up=0", "-c=2", url);
            assertThat(accepted.exitCode()).as(accepted.err()).isZero();
            assertThat(accepted.out()).contains("due 20, sent 20, answered 20, failed 0, never sent 0");
        }
    }

    @Test
    void shouldSayBeforeTheStartThatAPortDoesNotSpeakTls() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 512, InetAddress.getLoopbackAddress())) {
            final Thread answering = new Thread(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (final IOException e) {
                    // The client has gone.
                    assertThat(e).isNotNull();
                }
            });
            answering.setDaemon(true);
            answering.start();
            final Ran ran = run("load", "--rate=20", "-c=1", "https://127.0.0.1:" + plain.getLocalPort() + "/");

            assertThat(ran.exitCode()).isEqualTo(1);
            assertThat(ran.out()).isEmpty();
            assertThat(ran.err()).contains("cannot connect to https://", "does not speak TLS");
        }
    }

    @Test
    void shouldSayBeforeTheRunThatTheDistributionCannotBeWritten() throws Exception {
        try (ScriptedServer server = new ScriptedServer(i -> ScriptedServer.OK)) {
            final Path missing = directory.resolve("none").resolve("latency.hdr");
            for (final Path hdr : List.of(missing, directory)) {
                final Ran ran =
                        run("load", "--rate=5", "--seconds=1", "--warm-up=0", "--hdr", hdr.toString(), server.url("/"));

                assertThat(ran.exitCode()).isEqualTo(1);
                assertThat(ran.err()).contains("load: cannot write --hdr=" + hdr + ": ");
                assertThat(ran.out()).isEmpty();
            }
            assertThat(server.requests()).isZero();
        }
    }
}
