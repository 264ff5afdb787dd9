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
import java.util.concurrent.atomic.AtomicInteger;
import openclaw.edge.proxy.demo.DemoSite;
import openclaw.edge.proxy.demo.RatingStub;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody removes a node's tables, or cuts one short, while it runs. */
final class LostTablesTest {
    private static final String KEY = "ock_of_this_test";
    private static final int LOOPS = 2;
    private static final int CAPACITY = 100;

    @TempDir
    private Path directory;

    private volatile HttpClient client = newClient();
    private int port;
    private int adminPort;

    @BeforeEach
    void begin() throws IOException {
        port = FreePorts.next();
        adminPort = FreePorts.next();
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
    }

    @Test
    void shouldServeWithoutTheFilesAndWriteThemBack() throws Exception {
        try (RatingStub rating = RatingStub.start(DemoSite.loopback(0))) {
            configure(rating.port());
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                for (int i = 0; i < CAPACITY / 2; i++) {
                    assertThat(get()).isEqualTo(200);
                }
                Files.delete(directory.resolve("data/buckets"));
                Files.delete(directory.resolve("data/quotas"));
                edge.awaitErr("/buckets: was removed or replaced");
                edge.awaitErr("/quotas: was removed or replaced");

                assertThat(admin("/health/ready")).contains("\"status\":\"ready\"", "\"tables\":\"removed\"");
                assertThat(admin("/v1/cluster")).contains("TABLES REMOVED");
                assertThat(get()).isEqualTo(200);
                edge.signal("TERM");
                assertThat(edge.exitCode()).as(edge.err()).isZero();
                assertThat(edge.err()).doesNotContain("\tat ");
            }
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                int admitted = 0;
                while (get() == 200) {
                    admitted++;
                }
                assertThat(admitted).isLessThan(CAPACITY / 2);
                assertThat(admin("/health/ready")).contains("\"tables\":\"whole\"");
                assertThat(edge.err()).doesNotContain("ERROR", "\tat ");
            }
        }
    }

    @Test
    void shouldRefuseEverythingOnAllLoopsOnceATableIsCutShort() throws Exception {
        try (RatingStub rating = RatingStub.start(DemoSite.loopback(0))) {
            configure(rating.port());
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                while (get() == 200) {
                    // Until the bucket is empty: whatever is admitted from here on is too much.
                }
                final AtomicInteger admitted = new AtomicInteger();
                final Thread busy = new Thread(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        admitted.addAndGet(tryGet() == 200 ? 1 : 0);
                    }
                });
                busy.start();
                try (FileChannel buckets =
                        FileChannel.open(directory.resolve("data/buckets"), StandardOpenOption.WRITE)) {
                    buckets.truncate(0);
                }
                edge.awaitErr("/buckets: is 0 bytes long, expected");
                busy.interrupt();
                busy.join();
                assertThat(admitted).hasValueLessThanOrEqualTo(1);

                for (int i = 0; i < 8 * LOOPS; i++) {
                    // A connection of its own, on the loop whose turn it is.
                    client = newClient();
                    assertThat(get()).isEqualTo(503);
                }
                assertThat(detail()).contains("changed this node's file of buckets or quotas", "until it is restarted");
                assertThat(admin("/health/ready")).contains("\"status\":\"not ready\"", "\"tables\":\"lost\"");
                assertThat(admin("/metrics"))
                        .contains("openclaw_limits_files_lost_total 1.0")
                        .containsPattern("openclaw_edge_decisions_total.decision=\"refused\",reason=\"lost\",. [1-9]");
                edge.signal("TERM");
                assertThat(edge.exitCode()).as(edge.err()).isZero();
            }
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                // Nobody knows what was admitted: it begins empty, and refills in an hour.
                assertThat(get()).isEqualTo(429);
                assertThat(admin("/health/ready")).contains("\"status\":\"ready\"", "\"tables\":\"whole\"");
            }
        }
    }

    private static HttpClient newClient() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private void configure(final int ratingPort) throws IOException {
        Files.writeString(
                directory.resolve("edge.yaml"),
                "listen: 127.0.0.1:" + port + "\nevent_loops: " + LOOPS + "\nupstream: {servers: [http://127.0.0.1:"
                        + ratingPort + "]}\ncatalog: [billing.yaml]\nadmin: {listen: 127.0.0.1:" + adminPort + "}\n");
        Files.writeString(
                directory.resolve("billing.yaml"),
                "plans: {free: {monthly_quota: 10_000, limits: [{name: tenant, per: tenant, capacity: " + CAPACITY
                        + ", refill_rate: 10, interval_seconds: 3600}]}}\n"
                        + "tenants: [{id: acme, plan: free, api_keys: [\"" + ApiKey.hash(KEY) + "\"]}]\n");
    }

    private int get() throws IOException, InterruptedException {
        return send("http://127.0.0.1:" + port + "/v1/rate?subject=example.com").statusCode();
    }

    private String detail() throws IOException, InterruptedException {
        return send("http://127.0.0.1:" + port + "/v1/rate?subject=example.com").body();
    }

    private int tryGet() {
        try {
            return get();
        } catch (final IOException e) {
            // A connection on which the fault came to light is closed.
            return 0;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private String admin(final String path) throws IOException, InterruptedException {
        return send("http://127.0.0.1:" + adminPort + path).body();
    }

    private HttpResponse<String> send(final String uri) throws IOException, InterruptedException {
        final HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .header("Authorization", "Bearer " + KEY)
                .header("Accept", uri.endsWith("/v1/cluster") ? "text/plain" : "*/*")
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
