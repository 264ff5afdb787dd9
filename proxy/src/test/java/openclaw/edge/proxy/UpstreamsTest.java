package openclaw.edge.proxy;

import static openclaw.edge.proxy.UpstreamsUnderTest.eventually;
import static openclaw.edge.proxy.UpstreamsUnderTest.get;
import static openclaw.edge.proxy.UpstreamsUnderTest.head;
import static openclaw.edge.proxy.UpstreamsUnderTest.label;
import static openclaw.edge.proxy.UpstreamsUnderTest.servers;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several upstream servers behind a whole node, over real sockets: choice, failures, ejection, bounds, health. */
@Timeout(60)
final class UpstreamsTest {
    @TempDir
    private Path directory;

    private ScriptedUpstream a;
    private ScriptedUpstream b;

    @BeforeEach
    void start() throws IOException {
        a = new ScriptedUpstream();
        b = new ScriptedUpstream();
        a.script = (request, out, socket) -> ScriptedUpstream.ok(out, "a");
        b.script = (request, out, socket) -> ScriptedUpstream.ok(out, "b");
    }

    @AfterEach
    void stop() throws IOException {
        a.close();
        b.close();
    }

    @Test
    void shouldShareLoadBetweenServers() throws Exception {
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers(a, b));
                RawClient client = edge.client()) {
            for (int i = 0; i < 200; i++) {
                assertThat(get(client, "/").status()).isEqualTo(200);
            }
            assertThat(a.received.size()).isBetween(50, 150);
            assertThat(a.received.size() + b.received.size()).isEqualTo(200);
            assertThat(edge.metric("connections", label(a))).isEqualTo(1);
            assertThat(edge.metric("idle", label(b))).isEqualTo(1);
            assertThat(edge.metric("up", label(b))).isEqualTo(1);
            assertThat(edge.count(EdgeCounter.UPSTREAM_RETRIES)).isZero();
        }
    }

    @Test
    void shouldSendLessToASlowServer() throws Exception {
        final CountDownLatch slow = new CountDownLatch(1);
        a.script = (request, out, socket) -> {
            slow.await();
            ScriptedUpstream.ok(out, "a");
        };
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers(a, b))) {
            final List<RawClient> stuck = new ArrayList<>();
            while (a.received.isEmpty()) {
                final RawClient client = edge.client();
                stuck.add(client);
                client.send(head("GET", "/", ""));
                // One at a time, so that each choice knows what became of the one before.
                final int sent = stuck.size();
                eventually(() -> a.received.size() + b.received.size() == sent);
            }
            try (RawClient client = edge.client()) {
                for (int i = 0; i < 50; i++) {
                    assertThat(get(client, "/").body()).isEqualTo("b");
                }
            }
            assertThat(a.received).hasSize(1);
            slow.countDown();
            for (final RawClient client : stuck) {
                assertThat(client.read().status()).isEqualTo(200);
                client.close();
            }
        }
    }

    @Test
    void shouldLoseNoRequestToADeadServerAndEjectIt() throws Exception {
        final int dead = FreePorts.next();
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory,
                        1,
                        "servers: ['http://127.0.0.1:" + dead + "', 'http://" + label(b)
                                + "'], health: {eject_for: 300ms}");
                RawClient client = edge.client()) {
            for (int i = 0; i < 60; i++) {
                // A failed connect is safe to repeat whatever the method; the body waits until there is a connection.
                assertThat(client.send(head("POST", "/", "Content-Length: 3\r\n") + "abc")
                                .read()
                                .body())
                        .isEqualTo("b");
            }
            assertThat(b.received)
                    .hasSize(60)
                    .allMatch(request -> request.bodyText().equals("abc"));
            assertThat(edge.count(EdgeCounter.UPSTREAM_EJECTED)).isPositive();
            assertThat(edge.metric("ejections_total", "127.0.0.1:" + dead)).isPositive();
            assertThat(edge.count(EdgeCounter.UPSTREAM_RETRIES))
                    .isEqualTo(edge.count(EdgeCounter.UPSTREAM_CONNECT_FAILED));

            // It comes back at the same place, and is found once its time is over.
            try (ScriptedUpstream back =
                    new ScriptedUpstream(new ServerSocket(dead, 50, InetAddress.getLoopbackAddress()))) {
                eventually(() -> get(client, "/").status() == 200 && !back.received.isEmpty());
                assertThat(edge.metric("ejected", "127.0.0.1:" + dead)).isZero();
            }
        }
    }

    @Test
    void shouldAnswer502WhenAllAreDownAndNeverEjectTheLast() throws Exception {
        final int one = FreePorts.next();
        final int two = FreePorts.next();
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory,
                        1,
                        "servers: ['http://127.0.0.1:" + one + "', 'http://127.0.0.1:" + two
                                + "'], health: {eject_for: 10m}");
                RawClient client = edge.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(get(client, "/").status()).isEqualTo(502);
            }
            assertThat(edge.metric("ejections_total", "127.0.0.1:" + one)
                            + edge.metric("ejections_total", "127.0.0.1:" + two))
                    .isEqualTo(1);
            // The one that is left is found again at once, without a wait for the end of an ejection.
            final boolean oneIsLeft = edge.metric("up", "127.0.0.1:" + one) == 1;
            try (ScriptedUpstream back = new ScriptedUpstream(
                    new ServerSocket(oneIsLeft ? one : two, 50, InetAddress.getLoopbackAddress()))) {
                assertThat(get(client, "/").status()).isEqualTo(200);
                assertThat(back.received).hasSize(1);
            }
        }
    }

    @Test
    void shouldEjectAServerThatBreaksOffOrTalksNonsense() throws Exception {
        final AtomicInteger times = new AtomicInteger();
        a.script = (request, out, socket) -> {
            if (times.incrementAndGet() % 2 == 0) {
                ScriptedUpstream.write(out, "SMTP ready\r\n\r\n");
            }
            socket.close();
        };
        try (UpstreamsUnderTest edge =
                        new UpstreamsUnderTest(directory, 1, servers(a, b) + ", health: {eject_for: 10m}");
                RawClient client = edge.client()) {
            int bad = 0;
            for (int i = 0; i < 60; i++) {
                final int status = get(client, "/").status();
                bad += status == 502 ? 1 : 0;
                assertThat(status).isIn(200, 502);
            }
            // The connections are fresh ones: what was sent may have been executed, so that nothing is repeated.
            assertThat(bad).isEqualTo(3);
            assertThat(edge.metric("ejected", label(a))).isEqualTo(1);
            assertThat(edge.metric("up", label(a))).isZero();
        }
    }

    @Test
    void shouldNotEjectForAnswersOfAnyStatus() throws Exception {
        a.script =
                (request, out, socket) -> ScriptedUpstream.write(out, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers(a, b));
                RawClient client = edge.client()) {
            for (int i = 0; i < 60; i++) {
                assertThat(get(client, "/").status()).isIn(200, 503);
            }
            assertThat(edge.count(EdgeCounter.UPSTREAM_EJECTED)).isZero();
        }
    }

    @Test
    void shouldKeepToMaxConnectionsOverAllLoopsAndQueueInOrder() throws Exception {
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final ScriptedUpstream.Script slowly = (request, out, socket) -> {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            Thread.sleep(3);
            open.decrementAndGet();
            ScriptedUpstream.ok(out, "x");
        };
        a.script = slowly;
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                directory, 2, servers(a) + ", max_connections: 3, queue: 100, queue_timeout: 20s")) {
            final List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(edge.client());
            }
            for (int round = 0; round < 10; round++) {
                for (final RawClient client : clients) {
                    client.send(head("GET", "/", ""));
                }
                for (final RawClient client : clients) {
                    assertThat(client.read().status()).isEqualTo(200);
                }
            }
            assertThat(most.get()).isBetween(2, 3);
            assertThat(a.accepted.get()).isEqualTo(3);
            assertThat(edge.count(EdgeCounter.UPSTREAM_QUEUE_REFUSED)).isZero();
            for (final RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldAnswer503WithRetryAfterBeyondTheQueue() throws Exception {
        final CountDownLatch held = new CountDownLatch(1);
        a.script = (request, out, socket) -> {
            held.await();
            ScriptedUpstream.ok(out, "late");
        };
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory, 1, servers(a) + ", max_connections: 1, queue: 1, queue_timeout: 1m");
                RawClient served = edge.client();
                RawClient queued = edge.client();
                RawClient refused = edge.client()) {
            served.send(head("GET", "/served", ""));
            eventually(() -> a.received.size() == 1);
            queued.send(head("GET", "/queued", ""));
            eventually(() -> edge.metric("waiting", label(a)) == 1);

            isUnavailable(get(refused, "/beyond"));

            held.countDown();
            assertThat(served.read().body()).isEqualTo("late");
            assertThat(queued.read().body()).isEqualTo("late");
            assertOneRefunded(edge, served, 3);
        }
    }

    @Test
    void shouldAnswer503WithRetryAfterBehindTheTimeInTheQueue() throws Exception {
        final CountDownLatch held = new CountDownLatch(1);
        a.script = (request, out, socket) -> {
            held.await();
            ScriptedUpstream.ok(out, "late");
        };
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory, 1, servers(a) + ", max_connections: 1, queue: 1, queue_timeout: 300ms");
                RawClient served = edge.client();
                RawClient queued = edge.client()) {
            served.send(head("GET", "/served", ""));
            eventually(() -> a.received.size() == 1);
            isUnavailable(get(queued, "/queued"));

            held.countDown();
            assertThat(served.read().body()).isEqualTo("late");
            assertOneRefunded(edge, served, 2);
        }
    }

    private static void isUnavailable(final RawClient.Response response) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.has("Retry-After: 1")).isTrue();
    }

    /** The {@code number}-th that is served counts as that many, since a refill of one in half a minute did not bring the other back. */
    private static void assertOneRefunded(final UpstreamsUnderTest edge, final RawClient client, final int number)
            throws IOException {
        assertThat(get(client, "/").head()).contains("RateLimit: \"tenant\";r=" + (1_000_000 - number) + ";");
        assertThat(edge.count(EdgeCounter.UPSTREAM_QUEUE_REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldQueueNobodyWithAQueueOfNoneAndStillConnect() throws Exception {
        final CountDownLatch held = new CountDownLatch(1);
        a.script = (request, out, socket) -> {
            held.await();
            ScriptedUpstream.ok(out, "a");
        };
        try (UpstreamsUnderTest edge =
                        new UpstreamsUnderTest(directory, 1, servers(a) + ", max_connections: 1, queue: 0");
                RawClient served = edge.client();
                RawClient refused = edge.client()) {
            served.send(head("GET", "/", ""));
            eventually(() -> a.received.size() == 1);
            assertThat(get(refused, "/").status()).isEqualTo(503);
            held.countDown();
            assertThat(served.read().status()).isEqualTo(200);
        }
    }

    @Test
    void shouldServeWhoWaitsForABusyServerFromAnotherThatIsFree() throws Exception {
        final CountDownLatch held = new CountDownLatch(1);
        final AtomicBoolean holdB = new AtomicBoolean(true);
        a.script = (request, out, socket) -> {
            held.await();
            ScriptedUpstream.ok(out, "a");
        };
        final CountDownLatch heldB = new CountDownLatch(1);
        b.script = (request, out, socket) -> {
            if (holdB.getAndSet(false)) {
                heldB.await();
            }
            ScriptedUpstream.ok(out, "b");
        };
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory, 1, servers(a, b) + ", max_connections: 1, queue_timeout: 20s");
                RawClient first = edge.client();
                RawClient second = edge.client()) {
            first.send(head("GET", "/", ""));
            second.send(head("GET", "/", ""));
            eventually(() -> a.received.size() == 1 && b.received.size() == 1);
            final List<RawClient> waiting = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                final RawClient client = edge.client();
                waiting.add(client);
                client.send(head("GET", "/", ""));
            }
            eventually(() -> edge.metric("waiting", label(a)) + edge.metric("waiting", label(b)) == 6);
            heldB.countDown();
            for (final RawClient client : waiting) {
                assertThat(client.read().body()).isEqualTo("b");
                client.close();
            }
            held.countDown();
            first.read();
            second.read();
        }
    }

    @Test
    void shouldLeaveOutAServerWhoseChecksFailAndTakeItBack() throws Exception {
        final AtomicBoolean ill = new AtomicBoolean();
        final AtomicInteger checks = new AtomicInteger();
        a.script = (request, out, socket) -> {
            if (request.head().startsWith("GET /health?deep=1 HTTP/1.1\r\n")) {
                checks.incrementAndGet();
                ScriptedUpstream.write(
                        out, ill.get() ? "HTTP/1.1 500 Ill\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 302 Well\r\n\r\n");
            } else {
                ScriptedUpstream.ok(out, "a");
            }
        };
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory,
                        1,
                        servers(a, b) + ", health: {path: '/health?deep=1', interval: 20ms, fall: 3, rise: 2}");
                RawClient client = edge.client()) {
            eventually(() -> checks.get() >= 5);
            assertThat(edge.metric("healthy", label(a))).isEqualTo(1);
            ill.set(true);
            eventually(() -> edge.metric("healthy", label(a)) == 0);
            assertThat(edge.metric("up", label(a))).isZero();
            for (int i = 0; i < 30; i++) {
                assertThat(get(client, "/").body()).isEqualTo("b");
            }
            ill.set(false);
            eventually(() -> edge.metric("healthy", label(a)) == 1);
            eventually(() -> get(client, "/").body().equals("a"));
            assertThat(edge.metric("health_changes_total", label(a))).isEqualTo(2);
        }
    }

    @Test
    void shouldTryAllTheSameWhenAllChecksFail() throws Exception {
        final ScriptedUpstream.Script ill = (request, out, socket) -> {
            if (request.head().contains("openclaw-edge-health")) {
                socket.close();
            } else {
                ScriptedUpstream.ok(out, "served");
            }
        };
        a.script = ill;
        b.script = ill;
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory, 1, servers(a, b) + ", health: {path: /h, interval: 20ms, fall: 1}");
                RawClient client = edge.client()) {
            eventually(() -> edge.metric("up", label(a)) + edge.metric("up", label(b)) == 0);
            for (int i = 0; i < 20; i++) {
                assertThat(get(client, "/").body()).isEqualTo("served");
            }
        }
    }

    @Test
    void shouldSendTheChosenServersOwnHost() throws Exception {
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers(a, b) + ", host: upstream");
                RawClient client = edge.client()) {
            for (int i = 0; i < 30; i++) {
                get(client, "/");
            }
            assertThat(a.received).isNotEmpty().allMatch(r -> r.head().contains("\r\nHost: " + label(a) + "\r\n"));
            assertThat(b.received).isNotEmpty().allMatch(r -> r.head().contains("\r\nHost: " + label(b) + "\r\n"));
        }
    }

    @Test
    void shouldHoldARouteToItsOwnTimeForTheHead() throws Exception {
        a.script = (request, out, socket) -> {
            Thread.sleep(600);
            ScriptedUpstream.ok(out, "slow");
        };
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory,
                        1,
                        servers(a) + ", timeouts: {response_head: 150ms}",
                        "routes: [{path: /slow/*, timeouts: {response_head: 20s}}]");
                RawClient client = edge.client()) {
            assertThat(get(client, "/fast").status()).isEqualTo(504);
            assertThat(get(client, "/slow/1").body()).isEqualTo("slow");
        }
    }

    @Test
    void shouldNotUseAConnectionInItsLastSecondByTheUpstreamsHint() throws Exception {
        a.script = (request, out, socket) -> ScriptedUpstream.write(
                out,
                "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=" + (request.head().contains("/one") ? 1 : 4)
                        + "\r\nContent-Length: 0\r\n\r\n");
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers(a) + ", pool_idle: 10m");
                RawClient client = edge.client()) {
            get(client, "/one");
            eventually(() -> edge.metric("connections", label(a)) == 0);
            get(client, "/two");
            get(client, "/two");
            assertThat(a.accepted.get()).isEqualTo(2);
            // Four seconds less one: far less than pool_idle.
            eventually(() -> edge.metric("connections", label(a)) == 0);
        }
    }
}
