package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames on streams that are not open (RFC 9113 sections 5.1 and 5.1.1), and those that are spared for being on their way. */
class H2StreamStatesTest extends H2Fixture {
    private final CountDownLatch go = new CountDownLatch(1);

    /** The upstream answers "/hang" only when it may. */
    private void hang() {
        upstream.script = (request, out, socket) -> {
            if (request.head().contains("/hang")) {
                go.await(20, TimeUnit.SECONDS);
            }
            ScriptedUpstream.ok(out, "ok");
        };
    }

    private static void assertEnd(final FrameClient client, final int error, final int lastStream) throws IOException {
        final FrameClient.Frame goAway = client.read(FrameClient.GOAWAY);
        assertThat(goAway.error()).isEqualTo(error);
        assertThat(goAway.lastStream()).isEqualTo(lastStream);
        assertThat(client.read()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndStreamForHeadersBehindTheEndOfItsRequest(final boolean end) throws Exception {
        hang();
        try (FrameClient client = open()) {
            client.get(1, "/hang");
            eventually("the request is there", () -> upstream.received.size() == 1);
            client.headers(1, end, request("GET", "/again"));
            final FrameClient.Answer answer = client.answer(1);
            assertThat(answer.heads).isEmpty();
            assertThat(answer.reset).isEqualTo(STREAM_CLOSED);
            client.get(3, "/good");
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
        go.countDown();
        assertThat(count(EdgeCounter.H2_RESETS_SENT)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"answered", "reset by its client", "answered long ago"})
    void shouldEndConnectionForHeadersOnStreamThatIsClosed(final String how) throws Exception {
        hang();
        int last = 1;
        try (FrameClient client = open()) {
            if (how.startsWith("reset")) {
                client.get(1, "/hang");
                client.frame(FrameClient.RST_STREAM, 0, 1, FrameClient.intBytes(CANCEL));
            } else {
                client.get(1, "/");
                assertThat(client.answer(1).status()).isEqualTo(200);
            }
            while (how.endsWith("long ago") && last < 4_001) {
                last += 2;
                client.get(last, "/");
                assertThat(client.answer(last).status()).isEqualTo(200);
            }
            client.get(1, "/again");
            assertEnd(client, STREAM_CLOSED, last);
        }
        go.countDown();
        assertThat(upstream.received).noneMatch(request -> request.head().contains("/again"));
        assertThat(count(EdgeCounter.H2_GOAWAY_ERROR)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndConnectionForHeadersWithASmallerId(final boolean open) throws Exception {
        hang();
        try (FrameClient client = open()) {
            client.get(5, open ? "/hang" : "/");
            if (!open) {
                assertThat(client.answer(5).status()).isEqualTo(200);
            }
            client.get(3, "/skipped");
            assertEnd(client, PROTOCOL_ERROR, 5);
        }
        go.countDown();
        assertThat(upstream.received).noneMatch(request -> request.head().contains("/skipped"));
    }

    /** An open block comes first: a HEADERS frame within it is a connection error of its own, whatever its stream. */
    @Test
    void shouldEndConnectionForHeadersWithinABlock() throws Exception {
        try (FrameClient client = open()) {
            client.get(1, "/");
            assertThat(client.answer(1).status()).isEqualTo(200);
            client.frame(FrameClient.HEADERS, 0, 3, FrameClient.block(request("GET", "/")));
            client.get(1, "/again");
            assertThat(client.read(FrameClient.GOAWAY).error()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    /** What was on its way when we reset the stream changes the table all the same (RFC 9113 section 4.3). */
    @Test
    void shouldSpareStreamThatWasResetAndKeepItsFieldsInTheTable() throws Exception {
        final byte[] indexed = FrameClient.block("x-kept: 1");
        indexed[0] = 0x40;
        final byte[] plain = FrameClient.block(request("GET", "/good"));
        final byte[] named = new byte[plain.length + 1];
        System.arraycopy(plain, 0, named, 0, plain.length);
        named[plain.length] = (byte) (0x80 | 62);
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/", "X-Upper: 1"));
            client.data(1, false, "late");
            client.frame(FrameClient.HEADERS, FrameClient.END_HEADERS | FrameClient.END_STREAM, 1, indexed);
            assertThat(client.answer(1).reset).isEqualTo(PROTOCOL_ERROR);
            client.frame(FrameClient.HEADERS, FrameClient.END_HEADERS | FrameClient.END_STREAM, 3, named);
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
        assertThat(upstream.received).hasSize(1);
        assertThat(upstream.received.get(0).head()).contains("\r\nx-kept: 1\r\n");
        assertThat(count(EdgeCounter.H2_RESETS_SENT)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSpareStreamsAboveTheLimit(final boolean settingsAcknowledged) throws Exception {
        try (FrameClient client = settingsAcknowledged ? open() : new FrameClient(proxy.port())) {
            if (!settingsAcknowledged) {
                client.write(FrameClient.PREFACE);
                client.settings();
            }
            for (int stream = 1; stream < 200; stream += 2) {
                // No upstream is needed for those that wait for their bodies.
                client.headers(stream, false, request("POST", "/need"));
            }
            for (int stream = 201; stream < 800; stream += 2) {
                client.headers(stream, false, request("POST", "/refused"));
                client.data(stream, false, "late");
            }
            for (int stream = 201; stream < 800; stream += 2) {
                client.headers(stream, true, "x-sum: 1");
                assertThat(client.answer(stream).reset).as("%s", stream).isEqualTo(REFUSED_STREAM);
            }
            client.data(1, true, "whole");
            assertThat(client.answer(1).text()).isEqualTo("whole");
            client.get(801, "/good");
            assertThat(client.answer(801).status()).isEqualTo(200);
            assertThat(count(EdgeCounter.H2_STREAMS_REFUSED)).isEqualTo(300);
            assertThat(count(EdgeCounter.H2_RESETS_SENT)).isZero();
        }
    }

    @Test
    void shouldSpareStreamThatWasRefusedForWantOfRoom() throws Exception {
        try (FrameClient client = open()) {
            client.get(1, "/");
            assertThat(client.answer(1).status()).isEqualTo(200);
            proxy.onLoop(() -> {
                proxy.loop.budget().add(60 << 20);
                return null;
            });
            client.headers(3, false, request("POST", "/refused"));
            client.data(3, false, "late");
            client.headers(3, true, "x-sum: 1");
            assertThat(client.answer(3).reset).isEqualTo(REFUSED_STREAM);
            proxy.onLoop(() -> {
                proxy.loop.budget().add(-(60 << 20));
                return null;
            });
            client.get(5, "/good");
            assertThat(client.answer(5).status()).isEqualTo(200);
        }
        assertThat(count(EdgeCounter.H2_RESETS_SENT)).isZero();
    }

    @Test
    void shouldSpareStreamsThatCameBehindTheLastGoAway() throws Exception {
        hang();
        try (FrameClient client = open()) {
            client.get(1, "/hang");
            eventually("the request is there", () -> upstream.received.size() == 1);
            proxy.listener.fire(ConnectionEvent.DRAIN);
            final FrameClient.Frame ping = client.read(FrameClient.PING);
            client.frame(FrameClient.PING, FrameClient.ACK, 0, ping.payload());
            FrameClient.Frame goAway = client.read(FrameClient.GOAWAY);
            while (goAway.lastStream() == Integer.MAX_VALUE) {
                goAway = client.read(FrameClient.GOAWAY);
            }
            assertThat(goAway.lastStream()).isEqualTo(1);
            for (int stream = 3; stream <= 5; stream += 2) {
                client.headers(stream, false, request("POST", "/too-late"));
                client.data(stream, false, "late");
                client.headers(stream, true, "x-sum: 1");
            }
            final Map<Integer, FrameClient.Answer> refused = client.answers(3, 5);
            assertThat(refused.values()).extracting(answer -> answer.reset).containsOnly(REFUSED_STREAM);
            go.countDown();
            assertThat(client.answer(1).text()).isEqualTo("ok");
            assertThat(client.read()).as("closed when all is answered").isNull();
        }
        assertThat(upstream.received).hasSize(1);
    }
}
