package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import openclaw.edge.proxy.demo.DemoSite;
import openclaw.edge.proxy.demo.RatingStub;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} as a process: what signals do to it, and its exit codes. */
final class RunProcessTest {
    private static final String KEY = "ock_of_this_test";

    @TempDir
    private Path directory;

    @BeforeEach
    void needSignals() {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
    }

    @Test
    void shouldServeThroughHangUpUntilTermAndEndWithZero() throws Exception {
        int port = FreePorts.next();
        try (RatingStub rating = RatingStub.start(DemoSite.loopback(0))) {
            configure(port, rating.port(), "");
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                edge.awaitErr("listening on");
                HttpResponse<String> proxied = get(port);
                assertThat(proxied.statusCode()).as(proxied.body()).isEqualTo(200);
                assertThat(proxied.body()).contains("\"subject\":\"example.com\"");

                edge.signal("HUP");
                edge.awaitErr("nothing to do");
                assertThat(get(port).statusCode()).isEqualTo(200);

                edge.signal("TERM");
                assertThat(edge.exitCode()).as(edge.err()).isZero();
                assertThat(edge.out()).isEmpty();
                assertThat(edge.err()).doesNotContain("ERROR", "\tat ");
            }
        }
    }

    @Test
    void shouldSayThatHangUpIsIgnoredWhereItsParentIgnoresIt() throws Exception {
        configure(FreePorts.next(), 9, "");
        try (EdgeProcess edge = EdgeProcess.startIgnoring("HUP", directory, "run", "-c", "edge.yaml")) {
            edge.awaitErr("SIGHUP is ignored");

            edge.signal("HUP");
            edge.signal("TERM");
            assertThat(edge.exitCode()).as(edge.err()).isZero();
            assertThat(edge.err()).doesNotContain("nothing to do", "ERROR", "\tat ");
        }
    }

    @Test
    void shouldEndAtOnceOnTheSecondTerm() throws Exception {
        configure(FreePorts.next(), 9, "timeouts: {drain_delay: 10m}\n");
        try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
            edge.awaitErr("listening on");

            // Two that arrive together are one to the kernel.
            while (edge.isAlive()) {
                edge.terminate();
                Thread.sleep(50);
            }

            assertThat(edge.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void shouldEndAtOnceOnTermWhileItWaitsForOthersAndStartAgain() throws Exception {
        final String peers =
                "cluster: {bind: '127.0.0.1:" + FreePorts.next() + "', peers: ['127.0.0.1:" + FreePorts.next() + "'], ";
        configure(FreePorts.next(), 9, "timeouts: {drain_delay: 10m}\n" + peers + "join_timeout: 10m}\n");
        try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
            edge.awaitErr("not yet ready: reaches nobody yet");

            edge.signal("TERM");
            assertThat(edge.exitCode()).as(edge.err()).isZero();
            assertThat(edge.err()).doesNotContain("ERROR", "\tat ", "listening on");
        }
        // What it has written is what a node can go on with.
        configure(FreePorts.next(), 9, peers + "join_timeout: 100ms}\n");
        try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
            edge.awaitErr("listening on");
            edge.signal("TERM");
            assertThat(edge.exitCode()).as(edge.err()).isZero();
            assertThat(edge.err()).doesNotContain("ERROR", "\tat ");
        }
    }

    @Test
    void shouldSayThatAnAddressIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(DemoSite.loopback(0));
            configure(taken.getLocalPort(), 9, "");
            try (EdgeProcess edge = EdgeProcess.start(directory, "run", "-c", "edge.yaml")) {
                assertThat(edge.exitCode()).isEqualTo(1);
                assertThat(edge.err())
                        .contains("127.0.0.1:" + taken.getLocalPort())
                        .doesNotContain("\tat ");
            }
        }
    }

    private void configure(int port, int ratingPort, String more) throws IOException {
        String admin = "admin: {listen: 127.0.0.1:0}\n";
        Files.writeString(
                directory.resolve("edge.yaml"),
                "listen: 127.0.0.1:" + port + "\nevent_loops: 1\nupstream: {servers: [http://127.0.0.1:" + ratingPort
                        + "]}\ncatalog: [billing.yaml]\n" + admin + more);
        Files.writeString(
                directory.resolve("billing.yaml"),
                "plans: {free: {monthly_quota: 1_000}}\ntenants: [{id: acme, plan: free, api_keys: [\""
                        + ApiKey.hash(KEY) + "\"]}]\n");
    }

    private static HttpResponse<String> get(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/v1/rate?subject=example.com"))
                .header("Authorization", "Bearer " + KEY)
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
    }
}
