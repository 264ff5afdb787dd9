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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.EdgeTls;
import openclaw.edge.load.harness.Leftovers;
import openclaw.edge.load.harness.MemoryWatch;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.load.harness.ScriptedUpstream.Turn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who does not read stops who writes, through the proxy, which holds next to nothing meanwhile. */
final class SlowPeerTest {
    private static final long BLOCKS = Payload.blocksOfMib(64);

    /** Of the test's own sockets. The kernel doubles it, and sizes those of the proxy as it likes: to megabytes each. */
    private static final int SOCKET_BYTES = 64 * 1024;

    /** What may be under way when nothing moves: above what kernels hold (5 to 9 MiB were seen), far below the body. */
    private static final long UNDER_WAY_BYTES = 32L * 1024 * 1024;

    /** What the node may hold for one exchange: 64 KiB in flight, and a few pieces that were being read. */
    private static final long HELD_BYTES = 512 * 1024;

    /** The JDK's HTTP/2 client lets 16 MiB come that nobody has read, unless it is told this. */
    private static final String CLIENT_WINDOW = "jdk.httpclient.windowsize";

    private static final int STILL_MS = 400;
    private static final int PATIENCE_MS = 60_000;
    private static final String MORE = "event_loops: 1\nlimits: {body: 1GiB}";

    private final AtomicLong written = new AtomicLong();
    private final Semaphore mayRead = new Semaphore(0);
    private final ExecutorService writer = Executors.newSingleThreadExecutor();

    @TempDir
    private Path directory;

    @BeforeEach
    void narrowTheClientsWindow() {
        System.setProperty(CLIENT_WINDOW, Integer.toString(SOCKET_BYTES));
    }

    @AfterEach
    void end() {
        System.clearProperty(CLIENT_WINDOW);
        mayRead.release();
        writer.shutdownNow();
    }

    @Test
    void shouldStopEitherSide() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(this::answer);
                EdgeProcess node = EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), MORE))) {
            for (final boolean chunked : List.of(false, true)) {
                try (RawClient client = RawClient.connect(node.port(), SOCKET_BYTES)) {
                    downloadLate(node, client, chunked);
                }
            }
            try (RawClient client = RawClient.connect(node.port(), SOCKET_BYTES)) {
                uploadLate(node, client, true);
            }
            Leftovers.assertNone(node);
        }
    }

    @Test
    void shouldStopEitherSideByTlsAndByHttp2() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(this::answer)) {
            final EdgeFiles files = EdgeFiles.write(directory, upstream.port(), MORE);
            final SSLContext tls = EdgeTls.enable(files);
            try (EdgeProcess node = EdgeProcess.start(files)) {
                try (RawClient client = RawClient.connectTls(node.port(), tls, SOCKET_BYTES)) {
                    downloadLate(node, client, false);
                }
                try (RawClient client = RawClient.connectTls(node.port(), tls, SOCKET_BYTES)) {
                    uploadLate(node, client, false);
                }
                Leftovers.assertNone(node);
                final HttpClient client = HttpClient.newBuilder()
                        .sslContext(tls)
                        .version(HttpClient.Version.HTTP_2)
                        .build();
                downloadLate(node, client);
                uploadLate(node, client);
                Leftovers.assertNothingHeld(node);
            }
        }
    }

    private void downloadLate(final EdgeProcess node, final RawClient client, final boolean chunked) throws Exception {
        written.set(0);
        try (MemoryWatch watch = MemoryWatch.of(node)) {
            client.send(RawClient.get(EdgeFiles.KEY, chunked ? "/chunked" : "/length"));
            final List<String> head = client.readHead();
            assertStopped(watch, "download, " + (chunked ? "chunked" : "length"));
            final Payload.Check check = new Payload.Check();
            assertThat(client.readBody(head, check)).isEqualTo(Payload.bytes(BLOCKS));
            assertThat(watch.mostHeldBytes()).isLessThan(HELD_BYTES);
        }
    }

    private void uploadLate(final EdgeProcess node, final RawClient client, final boolean chunked) throws Exception {
        written.set(0);
        try (MemoryWatch watch = MemoryWatch.of(node)) {
            client.send("POST /sum HTTP/1.1\r\nHost: rating.test\r\nAuthorization: Bearer " + EdgeFiles.KEY + "\r\n"
                    + Payload.framing(BLOCKS, chunked) + "\r\n");
            final Future<?> writing = writer.submit(() -> {
                Payload.write(client.output(), BLOCKS, chunked, written);
                return null;
            });
            assertStopped(watch, "upload, " + (chunked ? "chunked" : "length"));
            mayRead.release();
            writing.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            assertThat(client.read().body()).isEqualTo(Long.toString(Payload.bytes(BLOCKS)));
            assertThat(watch.mostHeldBytes()).isLessThan(HELD_BYTES);
        }
    }

    private void downloadLate(final EdgeProcess node, final HttpClient client) throws Exception {
        written.set(0);
        try (MemoryWatch watch = MemoryWatch.of(node)) {
            final HttpResponse<InputStream> response =
                    client.send(request(node, "/length").build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertStopped(watch, "download, HTTP/2");
            final Payload.Check check = new Payload.Check();
            try (InputStream body = response.body()) {
                final byte[] piece = new byte[16 * 1024];
                for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                    check.accept(piece, count);
                }
            }
            assertThat(check.bytes()).isEqualTo(Payload.bytes(BLOCKS));
            assertThat(watch.mostHeldBytes()).isLessThan(HELD_BYTES);
        }
    }

    private void uploadLate(final EdgeProcess node, final HttpClient client) throws Exception {
        written.set(0);
        try (MemoryWatch watch = MemoryWatch.of(node)) {
            final CompletableFuture<HttpResponse<String>> response = client.sendAsync(
                    request(node, "/sum")
                            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> Payload.stream(BLOCKS, written)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertStopped(watch, "upload, HTTP/2");
            mayRead.release();
            assertThat(response.get(PATIENCE_MS, TimeUnit.MILLISECONDS).body())
                    .isEqualTo(Long.toString(Payload.bytes(BLOCKS)));
            assertThat(watch.mostHeldBytes()).isLessThan(HELD_BYTES);
        }
    }

    private static HttpRequest.Builder request(final EdgeProcess node, final String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + node.port() + path))
                .header("Authorization", "Bearer " + EdgeFiles.KEY);
    }

    /** Waits until nothing more is written for a while, which must come to be before much was. */
    private void assertStopped(final MemoryWatch watch, final String what) {
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        long before = -1;
        long now = written.get();
        while (now == 0 || now != before) {
            assertThat(System.nanoTime() - endNs)
                    .as("%s: still written to after %d bytes", what, now)
                    .isNegative();
            Pause.ms(STILL_MS);
            before = now;
            now = written.get();
        }
        System.out.println("SlowPeerTest: " + what + ": " + now / 1024 + " KiB written to a peer that does not read, "
                + watch.mostHeldBytes() + " B of them held");
        assertThat(now).as("%s: written to a peer that does not read", what).isLessThan(UNDER_WAY_BYTES);
        assertThat(watch.mostHeldBytes()).as("%s: held", what).isLessThan(HELD_BYTES);
    }

    private boolean answer(final Turn turn) throws IOException {
        turn.bufferBytes(SOCKET_BYTES);
        if (turn.path().equals("/sum")) {
            if (!isReadingAllowed()) {
                return turn.reset();
            }
            return turn.respond(200, Long.toString(turn.readBody(new Payload.Check())));
        }
        final boolean chunked = turn.path().equals("/chunked");
        turn.send("HTTP/1.1 200 OK\r\n" + Payload.framing(BLOCKS, chunked) + "\r\n");
        Payload.write(turn.output(), BLOCKS, chunked, written);
        return true;
    }

    private boolean isReadingAllowed() {
        try {
            return mayRead.tryAcquire(2L * PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException over) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
