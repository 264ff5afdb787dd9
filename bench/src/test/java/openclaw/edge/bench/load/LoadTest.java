package openclaw.edge.bench.load;

import static openclaw.edge.bench.load.LoadRuns.load;
import static openclaw.edge.bench.load.LoadRuns.plan;
import static openclaw.edge.bench.load.LoadRuns.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.bench.load.LoadRuns.Ran;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadTest {
    private static final long STANDSTILL_NS = 400_000_000L;

    @TempDir
    private Path directory;

    @Test
    void shouldSendAndCountEachRequestThatIsDueOnce() throws Exception {
        try (ScriptedServer server = new ScriptedServer(i -> ScriptedServer.OK)) {
            final List<Long> told = new ArrayList<>();
            final LoadResult result = load(server, 700, 1, 5, 2, (isWarmUp, answered) -> told.add(answered));

            assertThat(result.sent()).isEqualTo(700);
            assertThat(result.answered()).isEqualTo(700);
            assertThat(result.byStatus().get(200).getTotalCount()).isEqualTo(700);
            assertThat(result.latency().getTotalCount()).isEqualTo(700);
            assertThat(result.failed()).isZero();
            assertThat(result.neverSent()).isZero();
            assertThat(result.atLeast().getTotalCount()).isZero();
            assertThat(server.requests()).as("with the warm-up's").isEqualTo(1400);
            assertThat(told).as("without the warm-up's").isNotEmpty().allMatch(answered -> answered <= 700);
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
            assertThat(result.failures().get(LoadResult.Failure.CUT_OFF))
                    .as("on their way since less than the timeout")
                    .isBetween(1L, 3L);
            assertThat(result.latency().getTotalCount()).as("each that was due").isEqualTo(100);
            assertThat(result.atLeast().getTotalCount()).isEqualTo(100);
            assertThat(result.service().getTotalCount()).as("none was served").isZero();
            // The run ends a timeout after the last was due.
            assertThat(result.latency().getCountBetweenValues(LoadPlan.SECOND_NS * 99 / 100, Long.MAX_VALUE / 2))
                    .as("that waited for all of it")
                    .isGreaterThanOrEqualTo(result.neverSent());
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
                    .contains("requests/s, 100 sent within ", " % of the rate; success (2xx) 100.000 % of what was due")
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
            final Ran ran = run("load", "--rate", "1k", "--seconds=1s", "--warm-up", "0s", "--json", server.url("/"));

            assertThat(ran.exitCode()).as(ran.err()).isZero();
            assertThat(ran.out())
                    .contains(
                            "\"due\":1000,\"sent\":1000,\"answered\":1000",
                            "\"statuses\":{\"200\":{\"count\":1000,",
                            "\"success_ratio\":1.0,",
                            "\"achieved_rate\":",
                            "\"client_busy\":0.",
                            "\"warnings\":[",
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
    void shouldSayThatTheClientDidNotKeepUp() {
        final LoadPlan plan = plan(1_000);
        final LoadResult result = new LoadResult();
        for (int i = 0; i < 1_000; i++) {
            result.onSent(20_000_000, i < 980 ? 0 : 20_000_000, i * 1_000_000L);
            result.onAnswer(i < 900 ? 200 : 429, 100_000_000, 80_000_000);
        }
        assertThat(LoadWarnings.of(plan, result))
                .singleElement()
                .asString()
                .contains("the client itself did not keep up", "1 % of the requests 20.0 ms late", "100.0 ms");
        assertThat(result.successRatio()).isEqualTo(0.9);

        result.onBusy(0.95);
        assertThat(LoadWarnings.of(plan, result))
                .hasSize(2)
                .first()
                .asString()
                .contains("a thread of it was busy 95 % of the time");
    }

    @Test
    void shouldBlameTheClientForNothingThatTheServerDid() {
        final LoadResult slow = new LoadResult();
        for (int i = 0; i < 1_000; i++) {
            slow.onSent(900_000_000, 900_000, i * 1_000_000L);
            slow.onAnswer(200, 1_000_000_000, 100_000_000);
        }
        slow.onBusy(0.5);
        assertThat(LoadWarnings.of(plan(1_000), slow)).isEmpty();

        for (int i = 0; i < 500; i++) {
            slow.onNeverSent(1_000_000_000);
        }
        assertThat(LoadWarnings.of(plan(1_500), slow))
                .singleElement()
                .asString()
                .contains("the rate was not reached: 1,000 requests/s were sent of 1,500");
        assertThat(slow.successRatio()).isEqualTo(1_000 / 1_500.0);
        assertThat(LoadWarnings.of(plan(1_000), new LoadResult()))
                .as("nothing sent at all")
                .hasSize(1);
    }

    @Test
    void shouldTakeNumbersAsPeopleWriteThemAndRefuseNonsense() {
        assertThat(LoadNumbers.rate("--rate", "20k")).isEqualTo(20_000);
        assertThat(LoadNumbers.rate("--rate", "1M")).isEqualTo(1_000_000);
        assertThat(LoadNumbers.rate("--rate", "300/s")).isEqualTo(300);
        assertThat(LoadNumbers.seconds("--seconds", "30")).isEqualTo(30);
        assertThat(LoadNumbers.seconds("--seconds", "2m")).isEqualTo(120);
        assertThat(LoadNumbers.seconds("--seconds", "1h")).isEqualTo(3_600);
        for (final String rate : List.of("fast", "-5", "20 k", "1.5k", "", "20K")) {
            assertThat(run("load", "--rate=" + rate, "http://127.0.0.1:1/").err())
                    .contains("--rate=" + rate + ": expected requests per second like 20000, 20k or 1M")
                    .doesNotContain("\tat ");
        }
        assertThat(run("load", "--rate", "999999999M", "http://127.0.0.1:1/").err())
                .contains("--rate=2147483647: expected 1 to 1000000");
        assertThat(run("load", "--rate", "5", "--seconds", "1 day", "http://127.0.0.1:1/")
                        .err())
                .contains("--seconds=1 day: expected whole seconds like 30 or 30s, minutes like 2m");
        assertThat(run("load", "--rate", "5", "--timeout", "1h", "http://127.0.0.1:1/")
                        .err())
                .contains("--timeout=1h: expected 1 to 600 seconds");
    }

    @Test
    void shouldNameEveryBenchmarkInItsHelp() {
        final Ran ran = run("bench", "--help");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .contains("ReplicaBench", "    admit", "clustered=false,true", "LedgerBench", "GossipBench")
                .contains("-prof gc", "-rf json -rff FILE", "bench/sums");
    }

    @Test
    void shouldRefuseWhatCannotBeSent() {
        assertThat(run("load", "--rate", "0", "http://127.0.0.1:1/").err()).contains("--rate=0: expected 1 to 1000000");
        assertThat(run("load", "--rate", "5", "ftp://127.0.0.1/").err()).contains("expected a URL like http://");
        for (final String port : List.of("99999", "65536", "0")) {
            final Ran ran = run("load", "--rate", "5", "http://127.0.0.1:" + port + "/");
            assertThat(ran.err())
                    .contains("http://127.0.0.1:" + port + "/: port=" + port + ": expected 1 to 65535")
                    .doesNotContain("\tat ");
            assertThat(ran.exitCode()).isEqualTo(2);
        }
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
