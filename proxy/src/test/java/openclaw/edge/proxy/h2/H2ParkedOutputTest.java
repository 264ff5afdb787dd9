package openclaw.edge.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.ProxyUnderTest;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import openclaw.edge.proxy.h1.TestJournal;
import openclaw.edge.proxy.h1.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 responses over sockets whose records are durable when the test says so. */
final class H2ParkedOutputTest {
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
    void shouldEndNoStreamBeforeItsRecordIsDurable() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(
                out, request.head().substring(5, request.head().indexOf(" HTTP")));
        try (FrameClient client = FrameClient.open(proxy.port())) {
            client.get(1, "/one");
            parked(1);
            client.get(3, "/three");
            parked(2);
            assertNoStreamEnds(client);
            journal.durable(1);
            assertThat(client.answer(1).text()).isEqualTo("one");
            assertNoStreamEnds(client);
            journal.durable(2);
            assertThat(client.answer(3).text()).isEqualTo("three");
        }
    }

    @Test
    void shouldWaitForTheRecordWhenTheWindowOpensLater() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "0123456789");
        // SETTINGS_INITIAL_WINDOW_SIZE
        try (FrameClient client = FrameClient.open(proxy.port(), 4, 4)) {
            client.get(1, "/one");
            parked(1);
            client.window(1, 100);
            assertNoStreamEnds(client);
            journal.force();
            assertThat(client.answer(1).text()).isEqualTo("0123456789");
        }
    }

    @Test
    void shouldGoOnWithStreamsThatHaveNotEnded() throws Exception {
        final CountDownLatch goOn = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            goOn.await();
            ScriptedUpstream.write(out, "0\r\n\r\n");
        };
        try (FrameClient client = FrameClient.open(proxy.port())) {
            client.get(1, "/one");
            FrameClient.Frame frame = client.read(FrameClient.DATA);
            assertThat(frame.payload()).hasSize(3);
            goOn.countDown();
            parked(1);
            assertNoStreamEnds(client);
            journal.force();
            frame = client.read(FrameClient.DATA);
            assertThat(frame.isEnd()).isTrue();
        }
    }

    private static void assertNoStreamEnds(final FrameClient client) throws IOException {
        client.socket.setSoTimeout(QUIET_MS);
        assertThatThrownBy(() -> {
                    FrameClient.Frame frame = client.read();
                    while (frame != null && !frame.isEnd()) {
                        frame = client.read();
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no frame came");
        client.socket.setSoTimeout(20_000);
    }

    private void parked(final long times) throws Exception {
        H2Fixture.eventually("output parked", () -> proxy.count(EdgeCounter.OUTPUT_PARKED) >= times);
    }
}
