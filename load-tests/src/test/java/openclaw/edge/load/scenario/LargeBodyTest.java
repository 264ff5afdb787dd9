package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.EdgeTls;
import openclaw.edge.load.harness.Leftovers;
import openclaw.edge.load.harness.MemoryWatch;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.load.harness.ScriptedUpstream.Turn;
import openclaw.edge.proxy.exchange.EdgeCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies longer than the node's memory go through whole, both ways, in memory that does not grow with them. */
final class LargeBodyTest {
    private static final long SHORT_MIB = 200;
    private static final long LONG_MIB = 4096;
    private static final String[] MEMORY = {"-Xmx256m", "-XX:MaxDirectMemorySize=192m"};
    private static final String MORE = "event_loops: 1\nlimits: {body: 16GiB}";

    /** What one exchange may hold: 64 KiB in flight each way, and pieces that are being read and written. */
    private static final long HELD_BYTES = 1024 * 1024;

    /** Less than one copy of the shortest body; a JVM that warms up grows by less. */
    private static final long GROWN_BYTES = 128L * 1024 * 1024;

    @TempDir
    private Path directory;

    @Test
    void shouldPassLargeBodiesBothWays() throws Exception {
        plain(SHORT_MIB);
    }

    @Test
    void shouldPassLargeBodiesBothWaysByHttp2() throws Exception {
        byTls(SHORT_MIB, HttpClient.Version.HTTP_2);
    }

    @Test
    @Tag("nightly")
    void shouldPassHugeBodiesBothWays() throws Exception {
        plain(LONG_MIB);
    }

    @Test
    @Tag("nightly")
    void shouldPassHugeBodiesBothWaysByHttp2() throws Exception {
        byTls(LONG_MIB, HttpClient.Version.HTTP_2);
    }

    @Test
    @Tag("nightly")
    void shouldPassHugeBodiesBothWaysByTls() throws Exception {
        byTls(LONG_MIB, HttpClient.Version.HTTP_1_1);
    }

    private void plain(final long mib) throws Exception {
        final long blocks = Payload.blocksOfMib(mib);
        try (ScriptedUpstream upstream = ScriptedUpstream.start(LargeBodyTest::answer);
                EdgeProcess node = EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), MORE), MEMORY)) {
            warmUp(node.port());
            try (MemoryWatch watch = MemoryWatch.of(node);
                    RawClient client = RawClient.connect(node.port())) {
                for (final boolean chunked : List.of(false, true)) {
                    download(client, blocks, chunked);
                    upload(client, blocks, chunked);
                }
                assertBounded(watch, "plain, " + mib + " MiB");
            }
            assertNothingWrong(node, Leftovers.assertNone(node));
        }
    }

    private void byTls(final long mib, final HttpClient.Version version) throws Exception {
        final long blocks = Payload.blocksOfMib(mib);
        try (ScriptedUpstream upstream = ScriptedUpstream.start(LargeBodyTest::answer)) {
            final EdgeFiles files = EdgeFiles.write(directory, upstream.port(), MORE);
            final SSLContext tls = EdgeTls.enable(files);
            final HttpClient client =
                    HttpClient.newBuilder().sslContext(tls).version(version).build();
            try (EdgeProcess node = EdgeProcess.start(files, MEMORY)) {
                exchange(client, node.port(), 16);
                try (MemoryWatch watch = MemoryWatch.of(node)) {
                    exchange(client, node.port(), blocks);
                    assertBounded(watch, version + ", " + mib + " MiB");
                }
                assertNothingWrong(node, Leftovers.assertNothingHeld(node));
            }
        }
    }

    private static void assertBounded(final MemoryWatch watch, final String what) throws IOException {
        System.out.println("LargeBodyTest: " + what + ": held at most " + watch.mostHeldBytes() + " B, resident "
                + watch.grownBytes() / 1024 / 1024 + " MiB more than before");
        assertThat(watch.mostHeldBytes()).as("%s: held", what).isLessThan(HELD_BYTES);
        assertThat(watch.grownBytes()).as("%s: resident memory's growth", what).isLessThan(GROWN_BYTES);
    }

    private static void assertNothingWrong(final EdgeProcess node, final Metrics metrics) {
        assertThat(metrics.get(EdgeCounter.EXCEPTIONS)).as("%s", node.log()).isZero();
        assertThat(metrics.get(EdgeCounter.RESPONSES_ABORTED)).isZero();
    }

    /** What a JVM has to load for exchanges is not to be counted as held for them. */
    private static void warmUp(final int port) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            for (final boolean chunked : List.of(false, true)) {
                download(client, 16, chunked);
                upload(client, 16, chunked);
            }
        }
    }

    private static void download(final RawClient client, final long blocks, final boolean chunked) throws IOException {
        client.send(RawClient.get(EdgeFiles.KEY, "/" + (chunked ? "chunked" : "length") + "/" + blocks));
        final Payload.Check check = new Payload.Check();
        final List<String> head = client.readHead();
        assertThat(head.get(0)).contains(" 200 ");
        assertThat(client.readBody(head, check)).isEqualTo(Payload.bytes(blocks));
    }

    private static void upload(final RawClient client, final long blocks, final boolean chunked) throws IOException {
        client.send("POST /sum HTTP/1.1\r\nHost: rating.test\r\nAuthorization: Bearer " + EdgeFiles.KEY + "\r\n"
                + Payload.framing(blocks, chunked) + "\r\n");
        Payload.write(client.output(), blocks, chunked, new AtomicLong());
        assertThat(client.read().body()).isEqualTo(Long.toString(Payload.bytes(blocks)));
    }

    private static void exchange(final HttpClient client, final int port, final long blocks) throws Exception {
        final HttpRequest.Builder request = HttpRequest.newBuilder().header("Authorization", "Bearer " + EdgeFiles.KEY);
        final HttpResponse<InputStream> down = client.send(
                request.uri(URI.create("https://localhost:" + port + "/length/" + blocks))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        final Payload.Check check = new Payload.Check();
        try (InputStream body = down.body()) {
            final byte[] piece = new byte[16 * 1024];
            for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                check.accept(piece, count);
            }
        }
        assertThat(check.bytes()).isEqualTo(Payload.bytes(blocks));

        final HttpResponse<String> up = client.send(
                request.uri(URI.create("https://localhost:" + port + "/sum"))
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> Payload.stream(blocks, new AtomicLong())))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(up.version()).isEqualTo(client.version());
        assertThat(up.body()).isEqualTo(Long.toString(Payload.bytes(blocks)));
    }

    /** Sends so many blocks, or checks those that come and says how many bytes they had. */
    private static boolean answer(final Turn turn) throws IOException {
        if (turn.path().equals("/sum")) {
            return turn.respond(200, Long.toString(turn.readBody(new Payload.Check())));
        }
        final boolean chunked = turn.path().startsWith("/chunked/");
        final long blocks = Long.parseLong(turn.path().substring(turn.path().lastIndexOf('/') + 1));
        turn.send("HTTP/1.1 200 OK\r\n" + Payload.framing(blocks, chunked) + "\r\n");
        Payload.write(turn.output(), blocks, chunked, new AtomicLong());
        return true;
    }
}
