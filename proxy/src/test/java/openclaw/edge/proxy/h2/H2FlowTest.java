package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import openclaw.edge.proxy.h1.Waits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows, time-outs, ends: who waits for whom, and what each side is told when the other goes. */
class H2FlowTest extends H2Fixture {
    @Test
    void shouldKeepToTheWindowsAndHoldLittle() throws Exception {
        final String body = "0123456789".repeat(100_000);
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, body);
        try (FrameClient client = open(4, 10)) {
            client.get(1, "/large");
            assertThat(client.read(FrameClient.HEADERS)).isNotNull();
            assertThat(client.read(FrameClient.DATA).payload()).hasSize(10);
            eventually("something is held", () -> proxy.budget.heldBytes() > 0);
            assertThat(proxy.budget.heldBytes()).as("held ahead").isLessThanOrEqualTo(3 * 64 * 1024);
            client.window(1, 1);
            assertThat(client.read(FrameClient.DATA).payload()).hasSize(1);
            client.window(1, 2_000_000);
            client.window(0, 2_000_000);
            assertThat(client.answer(1).text()).hasSize(body.length() - 11).endsWith("456789");
        }
        assertThat(proxy.ends()).containsExactly(Outcome.COMPLETE);
    }

    @Test
    void shouldServeOthersWhileOneStreamStandsStill() throws Exception {
        final String body = "x".repeat(300_000);
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, body);
        try (FrameClient client = open(4, 0)) {
            client.window(0, 10_000_000);
            client.get(1, "/stalled");
            client.get(3, "/good");
            client.window(3, 1_000_000);
            final FrameClient.Answer answer = client.answer(3);
            assertThat(answer.text()).isEqualTo(body);
            client.frame(FrameClient.RST_STREAM, 0, 1, FrameClient.intBytes(CANCEL));
            client.get(5, "/good");
            client.window(5, 1_000_000);
            assertThat(client.answer(5).text()).isEqualTo(body);
        }
        assertThat(count(EdgeCounter.H2_RESETS_RECEIVED)).isEqualTo(1);
    }

    @Test
    void shouldGiveUpResponseThatIsNotTaken() throws Exception {
        waits(Waits.SHORT_BODY);
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "x".repeat(300_000));
        try (FrameClient client = open(4, 0)) {
            client.get(1, "/large");
            client.get(3, "/small");
            final Map<Integer, FrameClient.Answer> answers = client.answers(1, 3);
            assertThat(answers.get(1).reset).isEqualTo(CANCEL);
            assertThat(answers.get(3).reset).isEqualTo(CANCEL);
        }
        assertThat(count(EdgeCounter.BODY_TIMEOUTS)).isEqualTo(2);
        assertThat(proxy.ends()).contains(Outcome.TIMEOUT);
    }

    @Test
    void shouldGiveWindowOnlyForWhatTheUpstreamTook() throws Exception {
        final CountDownLatch go = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            go.await(20, TimeUnit.SECONDS);
            ScriptedUpstream.ok(out, "done");
        };
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/need"));
            client.data(1, false, "abc");
            client.headers(3, false, request("POST", "/", "content-length: 60000"));
            for (int i = 0; i < 4; i++) {
                client.data(3, false, "x".repeat(15_000));
            }
            client.awaitWindow(3);
            client.data(3, true, "");
            eventually("uncredited bytes are counted", () -> proxy.budget.heldBytes() > 0);
            client.data(1, true, "d");
            go.countDown();
            final Map<Integer, FrameClient.Answer> answers = client.answers(1, 3);
            assertThat(answers.get(1).status()).isEqualTo(200);
            assertThat(answers.get(3).status()).isEqualTo(200);
        }
    }

    @Test
    void shouldEndStreamOfOneWhoSendsMoreThanTheWindow() throws Exception {
        final CountDownLatch over = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            over.await();
            ScriptedUpstream.ok(out, "late");
        };
        try (FrameClient client = open()) {
            // All connections that the pool may have are taken: the next body has nowhere to go.
            for (int i = 0; i < 8; i++) {
                client.get(2 * i + 1, "/");
            }
            eventually("all connections are taken", () -> upstream.received.size() == 8);
            client.headers(17, false, request("POST", "/"));
            for (int i = 0; i < 5; i++) {
                client.data(17, false, "x".repeat(16_384));
            }
            assertThat(client.answer(17).reset).isEqualTo(FLOW_CONTROL_ERROR);
            over.countDown();
        }
    }

    @Test
    void shouldTimeOutBodyThatDoesNotCome() throws Exception {
        waits(Waits.SHORT_BODY);
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/", "content-length: 5"));
            client.data(1, false, "he");
            assertThat(client.answer(1).status()).isEqualTo(408);
            client.headers(3, false, request("POST", "/", "content-length: 0"));
            assertThat(client.answer(3).status()).isEqualTo(408);
        }
        assertThat(upstream.received).noneMatch(request -> request.bodyText().length() == 5);
        assertThat(proxy.ends()).containsExactly(Outcome.TIMEOUT, Outcome.TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "half a frame", "a block without end", "half a DATA frame"})
    void shouldCloseConnectionThatStandsStill(final String which) throws Exception {
        waits(
                switch (which) {
                    case "idle" -> Waits.SHORT_KEEP_ALIVE;
                    case "half a DATA frame" -> Waits.SHORT_BODY;
                    default -> Waits.SHORT_HEAD;
                });
        try (FrameClient client = open()) {
            switch (which) {
                case "half a frame" -> client.write(new byte[] {0, 0, 9, 1});
                case "a block without end" -> client.frame(FrameClient.HEADERS, 0, 1, FrameClient.block("x: y"));
                case "half a DATA frame" -> {
                    client.headers(1, false, request("POST", "/need"));
                    client.write(new byte[] {0, 0, 9, 0, 0, 0, 0, 0, 1, 'a'});
                }
                default -> {
                    client.get(1, "/");
                    assertThat(client.answer(1).status()).isEqualTo(200);
                }
            }
            assertThat(client.read(FrameClient.GOAWAY).error()).isZero();
            assertThat(client.read()).isNull();
        }
        assertThat(count(EdgeCounter.H2_GOAWAY_TIMEOUT)).isEqualTo(1);
    }

    @Test
    void shouldResetStreamWhoseUpstreamBreaksOff() throws Exception {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhell");
            socket.close();
        };
        try (FrameClient client = open()) {
            client.get(1, "/");
            final FrameClient.Answer answer = client.answer(1);
            assertThat(answer.reset).isEqualTo(INTERNAL_ERROR);
            assertThat(answer.ended).isFalse();
            upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "ok");
            client.get(3, "/");
            assertThat(client.answer(3).text()).isEqualTo("ok");
        }
        assertThat(proxy.ends()).containsExactly(Outcome.UPSTREAM_FAILED, Outcome.COMPLETE);
    }

    @Test
    void shouldAnswerForUpstreamThatSaysNothing() throws Exception {
        upstream.script = (request, out, socket) -> socket.close();
        try (FrameClient client = open()) {
            client.get(1, "/");
            assertThat(client.answer(1).status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveUpExchangesOfClientThatGoes(final boolean wholeConnection) throws Exception {
        final CountDownLatch asked = new CountDownLatch(3);
        upstream.script = (request, out, socket) -> {
            asked.countDown();
            // Until the proxy closes.
            assertThat(socket.getInputStream().read()).isNegative();
        };
        try (FrameClient client = open()) {
            for (int stream = 1; stream <= 5; stream += 2) {
                client.get(stream, "/hang");
            }
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            if (wholeConnection) {
                client.socket.setSoLinger(true, 0);
            } else {
                for (int stream = 1; stream <= 5; stream += 2) {
                    client.frame(FrameClient.RST_STREAM, 0, stream, FrameClient.intBytes(CANCEL));
                }
                eventually("three ends", () -> proxy.handler.ends.size() == 3);
                upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "ok");
                client.get(7, "/");
                assertThat(client.answer(7).text()).isEqualTo("ok");
            }
        }
        eventually("three ends", () -> proxy.handler.ends.size() >= 3);
        assertThat(count(EdgeCounter.CLIENT_ABORTS)).isEqualTo(3);
        assertThat(proxy.handler.ends.subList(0, 3)).containsOnly(Outcome.CLIENT_ABORT);
    }

    @Test
    void shouldAnswerClientThatHasClosedItsSide() throws Exception {
        upstream.script = (request, out, socket) -> {
            Thread.sleep(100);
            ScriptedUpstream.ok(out, "late");
        };
        try (FrameClient client = open()) {
            client.get(1, "/");
            client.socket.shutdownOutput();
            assertThat(client.answer(1).text()).isEqualTo("late");
            assertThat(client.read()).isNull();
        }
    }

    @Test
    void shouldDrainByTwoGoAways() throws Exception {
        final CountDownLatch go = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            go.await(20, TimeUnit.SECONDS);
            ScriptedUpstream.ok(out, "ok");
        };
        try (FrameClient client = open()) {
            client.get(1, "/");
            eventually("the request is there", () -> upstream.received.size() == 1);
            proxy.listener.fire(ConnectionEvent.DRAIN);
            final FrameClient.Frame first = client.read(FrameClient.GOAWAY);
            assertThat(first.lastStream()).isEqualTo(Integer.MAX_VALUE);
            assertThat(first.error()).isZero();
            final FrameClient.Frame ping = client.read(FrameClient.PING);
            // Was on its way.
            client.get(3, "/");
            client.frame(FrameClient.PING, FrameClient.ACK, 0, ping.payload());
            final FrameClient.Frame second = client.read(FrameClient.GOAWAY);
            assertThat(second.lastStream()).isEqualTo(3);
            client.get(5, "/too-late");
            go.countDown();
            final Map<Integer, FrameClient.Answer> answers = client.answers(1, 3, 5);
            assertThat(answers.get(1).text()).isEqualTo("ok");
            assertThat(answers.get(3).text()).isEqualTo("ok");
            assertThat(answers.get(5).reset).isEqualTo(REFUSED_STREAM);
            assertThat(client.read()).as("closed when all is answered").isNull();
        }
        assertThat(count(EdgeCounter.H2_GOAWAY_DRAIN)).isEqualTo(1);
    }

    @Test
    void shouldDrainIdleConnectionThatDoesNotAnswer() throws Exception {
        try (FrameClient client = open()) {
            client.get(1, "/");
            assertThat(client.answer(1).status()).isEqualTo(200);
            proxy.listener.fire(ConnectionEvent.DRAIN);
            assertThat(client.read(FrameClient.GOAWAY).lastStream()).isEqualTo(Integer.MAX_VALUE);
            assertThat(client.read(FrameClient.GOAWAY).lastStream()).isEqualTo(1);
            assertThat(client.read()).isNull();
        }
    }

    @Test
    void shouldCutWhatIsInFlight() throws Exception {
        upstream.script = (request, out, socket) -> {
            assertThat(socket.getInputStream().read()).isNegative();
        };
        try (FrameClient client = open()) {
            client.get(1, "/");
            eventually("the request is there", () -> upstream.received.size() == 1);
            proxy.listener.fire(ConnectionEvent.CUT);
            assertThat(client.read(FrameClient.GOAWAY)).isNotNull();
            assertThat(client.read()).isNull();
        }
        assertThat(proxy.ends()).containsExactly(Outcome.SHUTDOWN);
    }

    /** The exchange is over, and with it the record written, before the byte that ends the response. */
    @Test
    void shouldEndExchangeBeforeTheLastByte() throws Exception {
        try (FrameClient client = open()) {
            for (int stream = 1; stream < 400; stream += 2) {
                client.get(stream, "/");
                assertThat(client.answer(stream).status()).isEqualTo(200);
                assertThat(proxy.ends()).hasSize((stream + 1) / 2);
            }
        }
    }

    @Test
    void shouldTakeRequestsInPiecesOfAnySize() throws Exception {
        final byte[] headers = FrameClient.bytes(
                FrameClient.HEADERS, FrameClient.END_HEADERS, 1, FrameClient.block(request("POST", "/")));
        final byte[] data = FrameClient.bytes(FrameClient.DATA, FrameClient.END_STREAM, 1, new byte[] {'a', 'b'});
        final byte[] all =
                Arrays.copyOf(FrameClient.PREFACE, FrameClient.PREFACE.length + 9 + headers.length + data.length);
        System.arraycopy(FrameClient.bytes(FrameClient.SETTINGS, 0, 0, FrameClient.NONE), 0, all, 24, 9);
        System.arraycopy(headers, 0, all, 33, headers.length);
        System.arraycopy(data, 0, all, 33 + headers.length, data.length);
        for (int split = 1; split < all.length; split += 3) {
            try (FrameClient client = new FrameClient(proxy.port())) {
                client.write(Arrays.copyOf(all, split));
                Thread.sleep(1);
                client.write(Arrays.copyOfRange(all, split, all.length));
                assertThat(client.answer(1).text()).as("split at %s", split).isEqualTo("ab");
            }
        }
    }
}
