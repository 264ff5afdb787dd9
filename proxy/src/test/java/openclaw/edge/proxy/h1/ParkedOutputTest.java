package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.OutputGate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP/1 responses over sockets whose records are durable when the test says so. */
final class ParkedOutputTest {
    private static final int QUIET_MS = 100;

    private final TestJournal journal = new TestJournal();
    private ScriptedUpstream upstream;
    private ProxyUnderTest proxy;

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
        proxy = new ProxyUnderTest(upstream.address(), journal, Waits.LONG);
    }

    @AfterEach
    void stop() throws Exception {
        journal.force();
        proxy.close();
        upstream.close();
    }

    @Test
    void shouldEndNoResponseBeforeItsRecordIsDurable() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "abc");
        try (RawClient client = new RawClient(proxy.port())) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            parked(1);
            assertNothingComes(client);
            journal.durable(1);
            assertThat(client.read().body()).isEqualTo("abc");
        }
    }

    @Test
    void shouldReleaseEachOfSeveralConnectionsByItsOwnRecord() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "abc");
        try (RawClient first = new RawClient(proxy.port());
                RawClient second = new RawClient(proxy.port())) {
            first.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            parked(1);
            second.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
            parked(2);
            journal.durable(1);
            assertThat(first.read().body()).isEqualTo("abc");
            assertNothingComes(second);
            journal.durable(2);
            assertThat(second.read().body()).isEqualTo("abc");
        }
    }

    @Test
    void shouldSendWhatEndsNoResponseWithoutWaiting() throws Exception {
        final CountDownLatch goOn = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            if (request.head().startsWith("GET /short")) {
                ScriptedUpstream.ok(out, "abc");
                return;
            }
            ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            goOn.await();
            ScriptedUpstream.write(out, "0\r\n\r\n");
        };
        try (RawClient client = new RawClient(proxy.port());
                RawClient other = new RawClient(proxy.port())) {
            other.send("GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
            parked(1);
            client.send("GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
            readUntil(client, "abc\r\n");
            goOn.countDown();
            parked(2);
            assertNothingComes(client);
            journal.force();
            readUntil(client, "0\r\n\r\n");
            assertThat(other.read().body()).isEqualTo("abc");
        }
    }

    @Test
    void shouldReleasePipelinedResponsesInOrder() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(
                out, request.head().substring(5, request.head().indexOf(" HTTP")));
        try (RawClient client = new RawClient(proxy.port())) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            parked(1);
            client.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
            parked(2);
            journal.durable(1);
            assertThat(client.read().body()).isEqualTo("a");
            assertNothingComes(client);
            journal.durable(2);
            assertThat(client.read().body()).isEqualTo("b");
        }
    }

    @Test
    void shouldCloseOnlyBehindTheLastResponse() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "abc");
        try (RawClient client = new RawClient(proxy.port());
                RawClient ended = new RawClient(proxy.port())) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            ended.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            ended.socket.shutdownOutput();
            parked(2);
            assertNothingComes(client);
            assertNothingComes(ended);
            journal.force();
            assertThat(client.readToEnd()).endsWith("\r\n\r\nabc");
            assertThat(ended.readToEnd()).endsWith("\r\n\r\nabc");
        }
    }

    @Test
    void shouldCloseWhenTheJournalDoesNotGetOn() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "abc");
        try (RawClient client = new RawClient(proxy.port())) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            parked(1);
            // The idle connection is closed: that waits for the response, but not for ever.
            client.socket.shutdownOutput();
            assertNothingComes(client);
            proxy.onLoop(() -> proxy.loop.timers().poll(proxy.loop.clock().nowNs() + 2 * OutputGate.CLOSE_WAIT_NS));
            assertThat(client.readToEnd()).isEmpty();
            assertThat(proxy.count(EdgeCounter.OUTPUT_PARKED_GIVEN_UP)).isOne();
        }
    }

    @Test
    void shouldDropWhatWaitsForAClientThatLeft() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "abc".repeat(10_000));
        try (RawClient client = new RawClient(proxy.port())) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            parked(1);
            assertThat(proxy.budget.heldBytes()).isPositive();
            client.socket.setSoLinger(true, 0);
        }
        eventually(() -> proxy.connections.open() == 0 && proxy.budget.heldBytes() == 0);
        assertThat(proxy.count(EdgeCounter.OUTPUT_PARKED_GIVEN_UP)).isZero();
    }

    @Test
    void shouldHoldLittleOfWhatWaits() throws Exception {
        final String large = "0123456789abcdef".repeat(1_000);
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, large);
        final int requests = 60;
        try (RawClient client = new RawClient(proxy.port())) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n".repeat(requests));
            eventually(() -> proxy.budget.heldBytes() >= 64 * 1024);
            Thread.sleep(QUIET_MS);
            assertThat(upstream.received).hasSizeLessThan(requests / 4);
            assertThat(proxy.budget.heldBytes()).isLessThan(192 * 1024);
            final Thread forcing = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    journal.force();
                    Thread.onSpinWait();
                }
            });
            forcing.start();
            for (int i = 0; i < requests; i++) {
                assertThat(client.read().body()).isEqualTo(large);
            }
            forcing.interrupt();
            forcing.join();
        }
    }

    private void parked(final long times) throws Exception {
        eventually(() -> proxy.count(EdgeCounter.OUTPUT_PARKED) >= times);
    }

    private static void assertNothingComes(final RawClient client) throws IOException {
        client.socket.setSoTimeout(QUIET_MS);
        assertThatThrownBy(client.in::read).isInstanceOf(SocketTimeoutException.class);
        client.socket.setSoTimeout(20_000);
    }

    private static void readUntil(final RawClient client, final String end) throws IOException {
        final StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            final int next = client.in.read();
            assertThat(next).as("after: %s", read).isNotNegative();
            read.append((char) next);
        }
    }

    private static void eventually(final Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 15_000 && !condition.call(); i++) {
            Thread.sleep(2);
        }
        assertThat(condition.call()).isTrue();
    }
}
