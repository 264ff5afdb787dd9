package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.EdgeTls;
import openclaw.edge.load.harness.Leftovers;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.load.harness.ScriptedUpstream.Turn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server-sent events arrive one by one: the upstream sends each only when the client has seen the one before. */
final class EventStreamTest {
    private static final int EVENTS = 70;
    private static final int PATIENCE_SECONDS = 15;

    /** Lengths around those at which the proxy treats pieces of a body differently. */
    private static final int[] LENGTHS = {1, 40, 700, 2_047, 2_049, 17_000, 66_000};

    private final Semaphore seen = new Semaphore(0);

    @TempDir
    private Path directory;

    @Test
    void shouldPassEventsOneByOneHoweverTheirEndIsTold() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(this::events);
                EdgeProcess node = EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), "event_loops: 1"))) {
            for (final String path : List.of("/chunked", "/until-close")) {
                for (final String version : List.of("1.1", "1.0")) {
                    assertThat(lastSeen(node.port(), path, version))
                            .as("%s to HTTP/%s", path, version)
                            .isEqualTo(EVENTS);
                }
            }
            Leftovers.assertNone(node);
        }
    }

    @Test
    void shouldPassEventsOneByOneByTlsAndHttp2() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(this::events)) {
            final EdgeFiles files = EdgeFiles.write(directory, upstream.port(), "event_loops: 1");
            final SSLContext tls = EdgeTls.enable(files);
            try (EdgeProcess node = EdgeProcess.start(files)) {
                for (final HttpClient.Version version : HttpClient.Version.values()) {
                    for (final String path : List.of("/chunked", "/until-close")) {
                        assertThat(lastSeen(node.port(), path, tls, version))
                                .as("%s by %s", path, version)
                                .isEqualTo(EVENTS);
                    }
                }
                Leftovers.assertNothingHeld(node);
            }
        }
    }

    /** Reads events until the stream ends, letting the upstream go on after each; how many came, in order. */
    private int lastSeen(final int port, final String path, final String version) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            seen.drainPermits();
            client.send("GET " + path + " HTTP/" + version + "\r\nHost: rating.test\r\nAuthorization: Bearer "
                    + EdgeFiles.KEY + "\r\n\r\n");
            final Reader reader = new Reader();
            assertThat(client.readBody(client.readHead(), reader::accept)).isPositive();
            return reader.count;
        }
    }

    private int lastSeen(final int port, final String path, final SSLContext tls, final HttpClient.Version version)
            throws Exception {
        seen.drainPermits();
        final HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .header("Authorization", "Bearer " + EdgeFiles.KEY)
                .build();
        final HttpResponse<Stream<String>> response = HttpClient.newBuilder()
                .sslContext(tls)
                .version(version)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofLines());
        assertThat(response.version()).isEqualTo(version);
        final Reader reader = new Reader();
        try (Stream<String> lines = response.body()) {
            lines.forEach(line -> reader.text(line + "\n"));
        }
        return reader.count;
    }

    /** Finds events in what comes. */
    private final class Reader {
        private final StringBuilder pending = new StringBuilder();
        private int count;

        void accept(final byte[] bytes, final int length) {
            text(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        }

        void text(final String text) {
            pending.append(text);
            if (pending.indexOf("\n\n", Math.max(0, pending.length() - text.length() - 1)) >= 0) {
                assertThat(pending).as("event %d, alone", count).hasToString(event(count));
                pending.setLength(0);
                count++;
                seen.release();
            }
        }
    }

    private static String event(final int number) {
        return "id: " + number + "\ndata: " + "e".repeat(LENGTHS[number % LENGTHS.length]) + "\n\n";
    }

    private boolean events(final Turn turn) throws IOException {
        final boolean chunked = turn.path().equals("/chunked");
        turn.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n"));
        for (int i = 0; i < EVENTS; i++) {
            final String event = event(i);
            turn.send(chunked ? Integer.toHexString(event.length()) + "\r\n" + event + "\r\n" : event);
            if (!isSeen()) {
                return turn.reset();
            }
        }
        if (chunked) {
            turn.send("0\r\n\r\n");
        }
        return chunked;
    }

    private boolean isSeen() {
        try {
            return seen.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException over) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
