package openclaw.edge.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.bench.BenchMain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadTest {
    private static final long STANDSTILL_NS = 400_000_000L;

    @TempDir
    private Path directory;

    private record Ran(int exitCode, String out, String err) {}

    private static Ran run(final String... arguments) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = BenchMain.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private static LoadResult load(
            final ScriptedServer server, final int rate, final int warmUp, final int connections, final int threads)
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
                answered -> {});
    }

    @Test
    void shouldSendAndCountEachRequestThatIsDueOnce() throws Exception {
        try (ScriptedServer server = new ScriptedServer(i -> ScriptedServer.OK)) {
            final LoadResult result = load(server, 700, 1, 5, 2);

            assertThat(result.sent()).isEqualTo(700);
            assertThat(result.answered()).isEqualTo(700);
            assertThat(result.byStatus().get(200).getTotalCount()).isEqualTo(700);
            assertThat(result.latency().getTotalCount()).isEqualTo(700);
            assertThat(result.failed()).isZero();
            assertThat(result.neverSent()).isZero();
            assertThat(server.requests()).as("with the warm-up's").isEqualTo(1400);
        }
    }

    @Test
    void shouldCountAStandstillForEveryRequestThatWasDueInIt() throws Exception {
        try (ScriptedServer server = new ScriptedServer(i -> {
            if (i == 0) {
                LockSupport.parkNanos(STANDSTILL_NS);
            }
            return ScriptedServer.OK;
        })) {
            // One connection: all that is due meanwhile has to wait for it.
            final LoadResult result = load(server, 500, 0, 1, 1);

            final long late = result.latency().getCountBetweenValues(STANDSTILL_NS / 2, Long.MAX_VALUE / 2);
            assertThat(late).as("due in the first half of the standstill").isGreaterThanOrEqualTo(95);
            assertThat(result.lateness().getMaxValue()).isGreaterThan(STANDSTILL_NS / 2);
            assertThat(result.answered() + result.neverSent()).isEqualTo(500);
        }
    }

    @Test
    void shouldTellStatusesAndFailuresApart() throws Exception {
        try (ScriptedServer server = new ScriptedServer(i -> switch (i % 10) {
            case 1, 2 -> "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n";
            case 3 -> null;
            case 4 -> "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            case 5 -> "no response at all\r\n\r\n";
            case 6 -> "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
            default -> ScriptedServer.OK;
        })) {
            final LoadResult result = load(server, 200, 0, 4, 1);

            assertThat(result.sent()).isEqualTo(200);
            assertThat(server.requests()).isEqualTo(200);
            assertThat(result.byStatus().get(429).getTotalCount()).isEqualTo(40);
            assertThat(result.byStatus().get(204).getTotalCount()).isEqualTo(20);
            assertThat(result.byStatus().get(200).getTotalCount()).isEqualTo(100);
            assertThat(result.failures())
                    .containsEntry(LoadResult.Failure.CLOSED, 20L)
                    .containsEntry(LoadResult.Failure.MALFORMED, 20L);
            assertThat(result.latency().getTotalCount())
                    .as("who waited in vain has waited")
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldGiveUpWhatIsNotAnsweredAndSayWhatWasNeverSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(i -> "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalf")) {
            final LoadResult result = load(server, 100, 0, 3, 1);

            assertThat(result.failures().get(LoadResult.Failure.TIMED_OUT)).isGreaterThanOrEqualTo(3);
            assertThat(result.neverSent()).isPositive();
            assertThat(result.failed() + result.neverSent()).isEqualTo(100);
            assertThat(result.answered()).isZero();
        }
    }

    @Test
    void shouldPrintATableAndTheDistribution() throws Exception {
        try (ScriptedServer server = new ScriptedServer(i -> ScriptedServer.OK)) {
            final Path hdr = directory.resolve("latency.hdr");
            final Ran ran = run(
                    "load",
                    "--rate",
                    "100",
                    "--seconds",
                    "1",
                    "--warm-up",
                    "0",
                    "-c",
                    "2",
                    "-H",
                    "Authorization: Bearer k",
                    "-d",
                    "body",
                    "--hdr",
                    hdr.toString(),
                    server.url("/v1/rate?x=1"));

            assertThat(ran.exitCode()).as(ran.err()).isZero();
            assertThat(ran.out())
                    .contains("100 requests/s for 1 s over 2 connections")
                    .contains("due 100, sent 100, answered 100, failed 0, never sent 0")
                    .contains("status 200");
            assertThat(Files.readString(hdr)).contains("Percentile").contains("#[Max");
            assertThat(server.lastHead())
                    .startsWith("bodyPOST /v1/rate?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")
                    .contains("\r\nAuthorization: Bearer k\r\n", "\r\nContent-Length: 4\r\n");
        }
    }

    @Test
    void shouldPrintJson() throws Exception {
        try (ScriptedServer server = new ScriptedServer(i -> ScriptedServer.OK)) {
            final Ran ran = run("load", "--rate", "50", "--seconds", "1", "--warm-up", "0", "--json", server.url("/"));

            assertThat(ran.exitCode()).as(ran.err()).isZero();
            assertThat(ran.out())
                    .contains(
                            "\"due\":50,\"sent\":50,\"answered\":50",
                            "\"statuses\":{\"200\":{\"count\":50,",
                            "\"p99.99\":");
        }
    }

    @Test
    void shouldSayThatNobodyListens() throws Exception {
        final String url;
        try (ScriptedServer gone = new ScriptedServer(i -> null)) {
            url = gone.url("/");
        }
        final Ran ran = run("load", "--rate", "10", url);

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("cannot connect to " + url).doesNotContain("\tat ");
    }

    @Test
    void shouldRefuseWhatCannotBeSent() {
        assertThat(run("load", "--rate", "0", "http://127.0.0.1:1/").err()).contains("--rate=0: expected 1 to 1000000");
        assertThat(run("load", "--rate", "5", "ftp://127.0.0.1/").err()).contains("expected a URL like http://");
        assertThat(run("load", "--rate", "5", "--threads", "65", "http://127.0.0.1:1/")
                        .err())
                .contains("--threads=65: expected 1 to 64");
        assertThat(run("load", "--rate", "5", "-H", "no field", "http://127.0.0.1:1/")
                        .err())
                .contains("--header='no field': expected a field like 'Name: value'");
        assertThat(run("load", "--rate", "5", "-X", "HEAD", "http://127.0.0.1:1/")
                        .exitCode())
                .isEqualTo(2);
        assertThat(run("load", "http://127.0.0.1:1/").exitCode()).isEqualTo(2);
        assertThatThrownBy(() -> LoadPlan.request(
                        URI.create("http://h/"),
                        "GET",
                        List.of("A: b\r\nEvil: c"),
                        "".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
