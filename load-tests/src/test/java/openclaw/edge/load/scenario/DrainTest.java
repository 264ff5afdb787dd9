package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.RawResponse;
import openclaw.edge.load.harness.ScriptedUpstream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node ends: nothing that a client could know better fails, and everything that was admitted is on record. */
final class DrainTest {
    private static final int CLIENTS = 6;

    private final CountDownLatch released = new CountDownLatch(1);

    @TempDir
    private Path directory;

    @BeforeEach
    void needSignals() {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
    }

    @Test
    void shouldFailNoRequestOfClientsThatDoAsTheyAreTold() throws Exception {
        final AtomicLong complete = new AtomicLong();
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                EdgeProcess node = start(upstream, "event_loops: 2\ntimeouts: {drain_delay: 3s}")) {
            final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            try {
                final List<Future<Long>> running = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    final String path = i % 3 == 0 ? "/slow" : "/v1/rate";
                    running.add(threads.submit(() -> untilToldToClose(node.port(), path, complete)));
                }
                while (complete.get() < 200) {
                    Pause.ms(5);
                }
                node.signal("TERM");
                // Too late to change anything, and no harm.
                while (!node.log().contains("draining")) {
                    Pause.ms(10);
                }
                node.signal("HUP");
                for (final Future<Long> one : running) {
                    assertThat(one.get()).isPositive();
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(node.exitCode()).as(node.log()).isZero();
            final Journal journal = Journal.read(node.files());
            assertThat(journal.records()).isEqualTo(complete.get());
            assertThat(journal.records(Outcome.COMPLETE)).isEqualTo(complete.get());
            assertThat(journal.report().isClean()).as("%s", journal.report()).isTrue();
            assertThat(node.log()).contains("this node drains").doesNotContain("ERROR", "are cut");
        }
    }

    /** Requests one after the other on one connection, until a response says that it is the last. */
    private static long untilToldToClose(final int port, final String path, final AtomicLong complete)
            throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            for (long requests = 1; ; requests++) {
                client.send(RawClient.get(EdgeFiles.KEY, path));
                final RawResponse response = client.read();
                assertThat(response.status()).as("%s", response).isEqualTo(200);
                assertThat(response.complete()).isTrue();
                complete.incrementAndGet();
                if (response.isLast()) {
                    assertThat(client.isEnded()).isTrue();
                    return requests;
                }
            }
        }
    }

    @Test
    void shouldAcceptForADelayWithoutBeingReadyThenNoMore() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(this::answer);
                EdgeProcess node = start(upstream, "event_loops: 1\ntimeouts: {drain_delay: 6s, drain: 20s}");
                RawClient running = RawClient.connect(node.port());
                RawClient idle = RawClient.connect(node.port())) {
            running.send(RawClient.get(EdgeFiles.KEY, "/held"));
            exchange(idle, "/v1/rate");
            node.signal("TERM");
            while (node.isReady()) {
                Pause.ms(5);
            }

            try (RawClient late = RawClient.connect(node.port())) {
                final RawResponse response = exchange(late, "/v1/rate");
                assertThat(response.field("Connection")).isNull();
            }
            awaitRefusal(node.port());

            assertThat(idle.isEnded()).isTrue();
            released.countDown();
            assertThat(running.read().body()).isEqualTo(Upstreams.BODY);
            assertThat(node.exitCode()).isZero();
            assertThat(Journal.read(node.files()).records(Outcome.COMPLETE)).isEqualTo(3);
        }
    }

    @Test
    void shouldCloseIdleConnectionsAndServeOneThatWasNotToldToClose() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(this::answer);
                EdgeProcess node = start(upstream, "event_loops: 1\ntimeouts: {drain: 20s}");
                RawClient streaming = RawClient.connect(node.port());
                RawClient idle = RawClient.connect(node.port())) {
            streaming.send(RawClient.get(EdgeFiles.KEY, "/stream"));
            exchange(idle, "/v1/rate");
            final List<String> head = streaming.readHead();
            node.signal("TERM");

            assertThat(idle.isEnded()).isTrue();
            released.countDown();
            // The head of this one went out before the drain began, without a word of it.
            assertThat(streaming.readRest(head).body()).isEqualTo("hello world");
            assertThat(exchange(streaming, "/v1/rate").field("Connection")).isEqualTo("close");
            assertThat(node.exitCode()).isZero();
            assertThat(Journal.read(node.files()).records(Outcome.COMPLETE)).isEqualTo(3);
        }
    }

    @Test
    void shouldCutWhatIsLeftAtTheEndOfTheDrainAndRecordIt() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(this::answer);
                EdgeProcess node = start(upstream, "event_loops: 1\ntimeouts: {drain: 200ms}");
                RawClient silent = RawClient.connect(node.port());
                RawClient streaming = RawClient.connect(node.port())) {
            silent.send(RawClient.get(EdgeFiles.KEY, "/held"));
            streaming.send(RawClient.get(EdgeFiles.KEY, "/stream"));
            final List<String> head = streaming.readHead();
            while (upstream.requests() < 2) {
                Pause.ms(5);
            }
            node.signal("TERM");

            assertThat(silent.isEnded()).isTrue();
            assertThat(streaming.readRest(head).complete()).isFalse();
            assertThat(node.exitCode()).as(node.log()).isZero();
            assertThat(node.log()).contains("2 connections are cut");
            final Journal journal = Journal.read(node.files());
            assertThat(journal.records(Outcome.SHUTDOWN)).isEqualTo(2);
            assertThat(journal.records()).isEqualTo(2);
        } finally {
            released.countDown();
        }
    }

    @Test
    void shouldEndInOrderInTheMiddleOfAReload() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                EdgeProcess node = start(upstream, "event_loops: 1")) {
            final StringBuilder catalog =
                    new StringBuilder(Files.readString(node.files().catalog()).replaceFirst("(?m)^billing:.*\n", ""));
            for (int i = 0; i < 5_000; i++) {
                catalog.append("  - {id: more-").append(i).append(", plan: wide}\n");
            }
            Files.writeString(node.files().catalog(), catalog);
            node.signal("HUP");
            node.signal("TERM");

            assertThat(node.exitCode()).as(node.log()).isZero();
            assertThat(node.log()).doesNotContain("ERROR", "SIGSEGV");
            node.startAgain();
            assertThat(node.terminate()).isZero();
            assertThat(Journal.read(node.files()).report().isClean()).isTrue();
        }
    }

    private boolean answer(final ScriptedUpstream.Turn turn) throws IOException {
        switch (turn.path()) {
            case "/held" -> {
                hold();
                return turn.respond(200, Upstreams.BODY);
            }
            case "/stream" -> {
                turn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                hold();
                turn.send("6\r\n world\r\n0\r\n\r\n");
                return true;
            }
            default -> {
                return Upstreams.byPath(turn);
            }
        }
    }

    private void hold() throws IOException {
        try {
            if (!released.await(60, TimeUnit.SECONDS)) {
                throw new IOException("nobody released this request");
            }
        } catch (final InterruptedException e) {
            throw new IOException("the upstream is closed", e);
        }
    }

    private EdgeProcess start(final ScriptedUpstream upstream, final String more) throws IOException {
        return EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), more));
    }

    private static RawResponse exchange(final RawClient client, final String path) throws IOException {
        client.send(RawClient.get(EdgeFiles.KEY, path));
        final RawResponse response = client.read();
        assertThat(response.status()).as("%s", response).isEqualTo(200);
        return response;
    }

    private static void awaitRefusal(final int port) throws IOException {
        for (int i = 0; i < 2_000; i++) {
            try {
                RawClient.connect(port).close();
                Pause.ms(5);
            } catch (final ConnectException refused) {
                return;
            }
        }
        throw new AssertionError("connections are still accepted");
    }
}
