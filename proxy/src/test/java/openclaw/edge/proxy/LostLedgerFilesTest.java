package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.proxy.demo.DemoSite;
import openclaw.edge.proxy.demo.RatingStub;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody removes a node's lock or lanes while it runs, or starts another one where it cannot run. */
final class LostLedgerFilesTest {
    private static final String KEY = "ock_of_this_test";

    @TempDir
    private Path directory;

    private Path data;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int port;
    private int adminPort;

    @BeforeEach
    void begin() throws IOException {
        data = directory.resolve("data");
        port = FreePorts.next();
        adminPort = FreePorts.next();
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
    }

    @Test
    void shouldKeepASecondNodeOutWhoseLockWasRemovedAndPutItBack() throws Exception {
        try (RatingStub rating = RatingStub.start(DemoSite.loopback(0))) {
            configure(rating.port());
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                assertThat(get()).isEqualTo(200);
                // So that it cannot put it back before the other one looks.
                edge.signal("STOP");
                Files.delete(data.resolve("ledger.lock"));
                final List<Path> lanes = lanes();
                final Path elsewhere = Files.createDirectory(directory.resolve("second"));
                try (EdgeProcess second = EdgeProcess.start(elsewhere, "run", "-c", "../edge.yaml")) {
                    assertThat(second.exitCode()).isOne();
                    assertThat(second.err())
                            .contains(
                                    "lane-0.dat is in use by another process, whose ledger.lock was removed or replaced")
                            .doesNotContain("Recovered", "expected a directory", "\tat ");
                }
                assertThat(lanes()).isEqualTo(lanes);
                edge.signal("CONT");
                edge.awaitErr("/ledger.lock was removed or replaced while this process has it; put back.");
                assertThat(data.resolve("ledger.lock")).exists();
                assertThat(get()).isEqualTo(200);
                assertThat(admin("/health/ready")).contains("\"status\":\"ready\"", "\"journal\":\"healthy\"");
                edge.signal("TERM");
                assertThat(edge.exitCode()).as(edge.err()).isZero();
            }
        }
        assertWholeBooks(2);
    }

    @Test
    void shouldRefuseRequestsOnceTheLanesAreGoneAndLoseNothingByAStopInOrder() throws Exception {
        try (RatingStub rating = RatingStub.start(DemoSite.loopback(0))) {
            configure(rating.port());
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                assertThat(get()).isEqualTo(200);
                deleteTree(data.resolve("lanes"));
                edge.awaitErr("lane-0.dat was removed or replaced while this process has it.");
                assertThat(get()).isEqualTo(503);
                assertThat(admin("/health/ready"))
                        .contains("\"status\":\"not ready\"", "\"journal\":\"lanes or lock removed\"");
                assertThat(admin("/metrics")).contains("openclaw_journal_lane_files_removed_total 1.0");
                edge.signal("TERM");
                assertThat(edge.exitCode()).as(edge.err()).isZero();
            }
        }
        assertWholeBooks(1);
    }

    @Test
    void shouldRecoverNothingWhereSomethingElseKeepsItFromStarting() throws Exception {
        try (RatingStub rating = RatingStub.start(DemoSite.loopback(0))) {
            configure(rating.port());
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                assertThat(get()).isEqualTo(200);
                edge.signal("KILL");
                edge.exitCode();
            }
            final List<Path> lanes = lanes();
            try (FileChannel buckets =
                    FileChannel.open(data.resolve("buckets"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                assertThat(buckets.tryLock()).isNotNull();
                try (EdgeProcess refused = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                    assertThat(refused.exitCode()).isOne();
                    assertThat(refused.err())
                            .contains(data.toRealPath() + "/buckets: is in use by another process; stop that one")
                            .doesNotContain("Recovered", "expected a directory", "\tat ");
                }
            }
            assertThat(lanes()).isEqualTo(lanes);
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                edge.signal("TERM");
                assertThat(edge.exitCode()).as(edge.err()).isZero();
            }
        }
        assertWholeBooks(1);
    }

    private List<Path> lanes() throws IOException {
        try (var paths = Files.walk(data.resolve("lanes"))) {
            return paths.sorted().toList();
        }
    }

    private static void deleteTree(final Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private void assertWholeBooks(final int records) throws IOException {
        final ReadReport report = new JournalReader(List.of(data.resolve("journal"))).read(record -> {});
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(records);
        assertThat(report.lives()).allMatch(ReadReport.LifeSummary::closed);
    }

    private void configure(final int ratingPort) throws IOException {
        Files.writeString(
                directory.resolve("edge.yaml"),
                "listen: 127.0.0.1:" + port + "\nevent_loops: 1\nupstream: {servers: [http://127.0.0.1:" + ratingPort
                        + "]}\ndata: " + data + "\ncatalog: [billing.yaml]\nadmin: {listen: 127.0.0.1:" + adminPort
                        + "}\n");
        Files.writeString(
                directory.resolve("billing.yaml"), "tenants: [{id: acme, api_keys: [\"" + ApiKey.hash(KEY) + "\"]}]\n");
    }

    private int get() throws IOException, InterruptedException {
        return send("http://127.0.0.1:" + port + "/v1/rate?subject=example.com").statusCode();
    }

    private String admin(final String path) throws IOException, InterruptedException {
        return send("http://127.0.0.1:" + adminPort + path).body();
    }

    private HttpResponse<String> send(final String uri) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(uri))
                        .header("Authorization", "Bearer " + KEY)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
