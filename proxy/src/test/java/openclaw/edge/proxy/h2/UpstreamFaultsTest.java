package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.FrameClient.intBytes;
import static openclaw.edge.proxy.h2.H2Fixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.Waits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that refuse, reset, go away, die or talk nonsense: what becomes of the exchange, and of the others beside it. */
class UpstreamFaultsTest extends UpstreamFixture {
    private static byte[] goAway(final int lastStream, final int error) {
        return ByteBuffer.allocate(8).putInt(lastStream).putInt(error).array();
    }

    // ---- what the upstream has not looked at ----

    @Test
    void shouldRepeatARefusedRequestWithItsBody() throws Exception {
        final AtomicInteger refused = new AtomicInteger();
        upstream.script = request -> {
            if (refused.getAndIncrement() == 0) {
                request.on.frame(FrameClient.RST_STREAM, 0, request.stream, intBytes(H2Fixture.REFUSED_STREAM));
            } else {
                request.ok(request.text());
            }
        };
        assertThat(client().send(post("/", "the body")).read().body()).isEqualTo("the body");
        assertThat(proxy.failures()).containsExactly(Reason.REFUSED);
        assertThat(proxy.ends()).containsExactly(Outcome.COMPLETE);
        assertThat(count(EdgeCounter.UPSTREAM_H2_REFUSED)).isEqualTo(1);
        assertThat(count(EdgeCounter.UPSTREAM_RETRIES)).isEqualTo(1);
    }

    @Test
    void shouldRepeatAtOnceOnAnotherConnection() throws Exception {
        upstream.settings = new int[] {3, 1};
        final CompletableFuture<FrameServer.Request> again = new CompletableFuture<>();
        final List<FrameServer.Request> held = Collections.synchronizedList(new ArrayList<>());
        upstream.script = request -> {
            switch (request.path()) {
                case "/held" -> held.add(request);
                case "/again" -> {
                    if (request.connection == 1) {
                        request.on.frame(FrameClient.RST_STREAM, 0, request.stream, intBytes(H2Fixture.REFUSED_STREAM));
                    } else {
                        again.complete(request);
                    }
                }
                default -> request.ok("");
            }
        };
        final RawClient first = client();
        final RawClient second = client();
        first.send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually("the first connection is taken", () -> held.size() == 1);
        second.get("/");
        held.get(0).ok("");
        first.read();
        assertThat(upstream.accepted.get()).isEqualTo(2);

        first.send("GET /again HTTP/1.1\r\nHost: h\r\n\r\n");
        again.get(20, TimeUnit.SECONDS);
        // A PING in the same write would be read by then: that of the liveness check, which took the request along.
        Thread.sleep(100);
        assertThat(upstream.pings.get()).isZero();
        again.get().ok("at once");
        assertThat(first.read().body()).isEqualTo("at once");
        assertThat(proxy.failures()).containsExactly(Reason.REFUSED);
    }

    @Test
    void shouldRepeatARefusedRequestOnce() throws Exception {
        upstream.script = request ->
                request.on.frame(FrameClient.RST_STREAM, 0, request.stream, intBytes(H2Fixture.REFUSED_STREAM));
        assertThat(client().get("/").status()).isEqualTo(502);
        assertThat(upstream.received).hasSize(2);
        assertThat(proxy.failures()).containsExactly(Reason.REFUSED, Reason.REFUSED);
    }

    @Test
    void shouldNotRepeatALongBodyThatIsNotWholeHere() throws Exception {
        upstream.onHead = request ->
                request.on.frame(FrameClient.RST_STREAM, 0, request.stream, intBytes(H2Fixture.REFUSED_STREAM));
        upstream.credits = false;
        final RawClient client = client();
        client.send(post("/", "x".repeat(90_000)));
        // It may be refused before anything of the body was sent, then the second attempt fails as the first one did.
        assertThat(client.read().status()).isEqualTo(502);
    }

    @Test
    void shouldRepeatWhatIsBehindTheLastStreamOfAGoAwayAndFinishTheOthers() throws Exception {
        final List<FrameServer.Request> held = new ArrayList<>();
        upstream.script = request -> {
            if (request.connection > 1) {
                request.ok("again " + request.text());
            } else if (held.size() < 2) {
                held.add(request);
            } else {
                request.on.frame(FrameClient.GOAWAY, 0, 0, goAway(held.get(0).stream, 0));
                held.get(0).ok("first");
            }
        };
        final List<RawClient> clients = List.of(client(), client(), client());
        for (int i = 0; i < 3; i++) {
            clients.get(i).send(post("/" + i, "b" + i));
            final int sent = i + 1;
            eventually("it has come", () -> upstream.received.size() >= sent);
        }
        assertThat(clients.get(0).read().body()).isEqualTo("first");
        assertThat(clients.get(1).read().body()).isEqualTo("again b1");
        assertThat(clients.get(2).read().body()).isEqualTo("again b2");
        assertThat(proxy.failures()).containsOnly(Reason.PASSED_OVER).hasSize(2);
        assertThat(proxy.ends()).hasSize(3).containsOnly(Outcome.COMPLETE);
        eventually("the first connection is closed", () -> proxy.onLoop(proxy.streams::connections) == 1);
        assertThat(count(EdgeCounter.UPSTREAM_H2_GOAWAYS)).isEqualTo(1);
    }

    /** Each connection serves one or two, and leaves the rest to the next one: who comes last is passed over again and again. */
    @Test
    void shouldRepeatAsOftenAsConnectionsThatServeOthersAreEnded() throws Exception {
        upstream.onHead = request -> {
            final int last = request.connection % 2 == 0 ? 1 : 3;
            if (request.stream == last) {
                request.on.frame(FrameClient.GOAWAY, 0, 0, goAway(last, 0));
            }
        };
        upstream.script = request -> {
            if (request.stream <= (request.connection % 2 == 0 ? 1 : 3)) {
                request.ok(request.text());
            }
        };
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(client());
        }
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).send(post("/", (round + "/" + i).repeat(2_000)));
            }
            for (int i = 0; i < clients.size(); i++) {
                assertThat(clients.get(i).read().body()).isEqualTo((round + "/" + i).repeat(2_000));
            }
        }
        assertThat(proxy.ends()).hasSize(60).containsOnly(Outcome.COMPLETE);
        assertThat(proxy.failures()).containsOnly(Reason.PASSED_OVER).hasSizeGreaterThan(60);
    }

    /** Long bodies cannot be sent again: after two connections that end behind as many requests, no later one is given more. */
    @Test
    void shouldGiveConnectionsNoMoreThanTheirServerTakes() throws Exception {
        upstream.onHead = request -> {
            final int told = request.connection == 1 ? 23 : request.connection == 2 ? 17 : 5;
            if (request.stream == told) {
                request.on.frame(FrameClient.GOAWAY, 0, 0, goAway(5, 0));
            }
        };
        upstream.script = request -> {
            if (request.stream <= 5) {
                request.ok("ok");
            }
        };
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(client());
        }
        all(clients, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(proxy.failures()).containsOnly(Reason.PASSED_OVER).hasSize(9 + 6);
        for (int round = 0; round < 5; round++) {
            all(clients, post("/", "x".repeat(60_000)));
        }
        assertThat(proxy.failures()).hasSize(9 + 6);
        final int three = upstream.accepted.get();
        assertThat(three).isGreaterThanOrEqualTo((12 + 60) / 3);

        // It takes more from now on: who was given all of its few shows it, and those that are made later get more.
        upstream.onHead = null;
        upstream.script = request -> request.ok("ok");
        for (int round = 0; round < 10; round++) {
            all(clients, post("/", "x".repeat(60_000)));
        }
        assertThat(proxy.failures()).hasSize(9 + 6);
        assertThat(upstream.accepted.get()).isLessThan(three + 20);
    }

    private static void all(final List<RawClient> clients, final String request) throws IOException {
        for (final RawClient client : clients) {
            client.send(request);
        }
        for (final RawClient client : clients) {
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    /** One connection is allowed, and it ends with a long response under way: another takes its place, also for who waited before. */
    @Test
    void shouldServeOthersWhileAConnectionThatEndsServesItsLast() throws Exception {
        proxy(1, Waits.LONG);
        upstream.settings = new int[] {3, 1};
        final List<FrameServer.Request> held = Collections.synchronizedList(new ArrayList<>());
        upstream.script = request -> {
            if (request.path().equals("/long")) {
                held.add(request);
            } else {
                request.ok("short");
            }
        };
        final RawClient first = client().send("GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually("it has come", () -> held.size() == 1);
        final RawClient waited = client().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually("it waits", () -> proxy.onLoop(proxy.streams::waiting) == 1);
        held.get(0).on.frame(FrameClient.GOAWAY, 0, 0, goAway(1, 0));
        assertThat(waited.read().body()).isEqualTo("short");

        // The second one ends too: as many again are made, no more.
        waited.send("GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually("it has come", () -> held.size() == 2);
        held.get(1).on.frame(FrameClient.GOAWAY, 0, 0, goAway(held.get(1).stream, 0));
        eventually("it is noted", () -> count(EdgeCounter.UPSTREAM_H2_GOAWAYS) == 2);
        final RawClient last = client().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually("it waits", () -> proxy.onLoop(proxy.streams::waiting) == 1);
        assertThat(proxy.onLoop(proxy.streams::connections)).isEqualTo(2);
        held.get(0).ok("long");
        assertThat(first.read().body()).isEqualTo("long");
        assertThat(last.read().body()).isEqualTo("short");
        held.get(1).ok("long");
        assertThat(waited.read().body()).isEqualTo("long");
    }

    /** One that serves nobody on any connection is not asked forever. */
    @Test
    void shouldRepeatOnceWhereConnectionsAreEndedUnused() throws Exception {
        upstream.onHead = request -> request.on.frame(FrameClient.GOAWAY, 0, 0, goAway(0, 0));
        upstream.script = request -> {};
        assertThat(client().get("/").status()).isEqualTo(502);
        assertThat(proxy.failures()).containsExactly(Reason.REFUSED, Reason.REFUSED);
        assertThat(upstream.accepted.get()).isEqualTo(2);
    }

    @Test
    void shouldLoseNothingToGoAwaysUnderLoad() throws Exception {
        upstream.script = request -> {
            if (request.stream > 101) {
                return;
            }
            if (request.stream == 101) {
                request.on.frame(FrameClient.GOAWAY, 0, 0, goAway(101, 0));
            }
            request.ok(request.text());
        };
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(client());
        }
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).send(post("/", round + "/" + i));
            }
            for (int i = 0; i < clients.size(); i++) {
                assertThat(clients.get(i).read().body()).isEqualTo(round + "/" + i);
            }
        }
        assertThat(upstream.accepted.get()).isBetween(8, 12);
        assertThat(proxy.ends()).hasSize(480).containsOnly(Outcome.COMPLETE);
    }

    // ---- what it may have looked at ----

    @ParameterizedTest
    @CsvSource({"0", "2", "8", "11"})
    void shouldAnswer502ToAResetAndGoOnWithOthers(final int code) throws Exception {
        upstream.script = request -> {
            if (request.path().equals("/bad")) {
                request.on.frame(FrameClient.RST_STREAM, 0, request.stream, intBytes(code));
            } else {
                request.ok("good");
            }
        };
        assertThat(client().get("/bad").status()).isEqualTo(502);
        assertThat(client().get("/").body()).isEqualTo("good");
        assertThat(upstream.accepted.get()).isEqualTo(1);
        assertThat(upstream.received).hasSize(2);
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_GONE);
    }

    @Test
    void shouldCutAResponseThatIsResetInItsMidst() throws Exception {
        upstream.script = request -> {
            request.on.headers(request.stream, false, ":status: 200", "content-length: 10");
            request.on.data(request.stream, false, "12345");
            request.on.frame(FrameClient.RST_STREAM, 0, request.stream, intBytes(H2Fixture.INTERNAL_ERROR));
        };
        assertThat(client().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readToEnd())
                .endsWith("12345");
        assertThat(proxy.ends()).containsExactly(Outcome.UPSTREAM_FAILED);
    }

    /** A client must not see a whole response before its end is known. */
    @Test
    void shouldHoldTheLastByteBackUntilTheStreamEnds() throws Exception {
        upstream.script = request -> {
            request.on.headers(request.stream, false, ":status: 200", "content-length: 5");
            request.on.data(request.stream, false, "12345");
            if (request.path().equals("/ends")) {
                request.on.data(request.stream, true, "");
            } else if (request.path().equals("/trailers")) {
                request.on.headers(request.stream, true, "x-t: 1");
            } else {
                request.on.socket.close();
            }
        };
        assertThat(client().get("/ends").body()).isEqualTo("12345");
        assertThat(client().get("/trailers").body()).isEqualTo("12345");
        assertThat(client().send("GET /dies HTTP/1.1\r\nHost: h\r\n\r\n").readToEnd())
                .endsWith("\r\n\r\n1234");
        assertThat(proxy.ends()).containsExactly(Outcome.COMPLETE, Outcome.COMPLETE, Outcome.UPSTREAM_FAILED);
    }

    @Test
    void shouldRepeatWhatIsSafeWhenAUsedConnectionDies() throws Exception {
        upstream.script = request -> {
            if (request.path().equals("/kill") && request.connection == 1) {
                request.on.socket.close();
            } else {
                request.ok(request.text());
            }
        };
        assertThat(client().get("/").status()).isEqualTo(200);
        assertThat(client().get("/kill").status()).isEqualTo(200);
        assertThat(proxy.failures()).containsExactly(Reason.STALE_CONNECTION);
        assertThat(upstream.accepted.get()).isEqualTo(2);
    }

    @Test
    void shouldAnswer502WhenAFreshConnectionDies() throws Exception {
        upstream.script = request -> request.on.socket.close();
        assertThat(client().get("/").status()).isEqualTo(502);
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_GONE);
        assertThat(upstream.received).hasSize(1);
    }

    @Test
    void shouldKeepTheBooksWhenConnectionsDieUnderLoad() throws Exception {
        final AtomicInteger seen = new AtomicInteger();
        upstream.script = request -> {
            if (seen.incrementAndGet() % 37 == 0) {
                request.on.socket.close();
            } else {
                request.ok("x");
            }
        };
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            clients.add(client());
        }
        int complete = 0;
        for (int round = 0; round < 40; round++) {
            for (final RawClient client : clients) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            for (int i = 0; i < clients.size(); i++) {
                try {
                    complete += clients.get(i).read().status() == 200 ? 1 : 0;
                } catch (final IOException e) {
                    // Cut behind its head, as it was on the other side.
                    clients.set(i, client());
                }
            }
        }
        assertThat(complete).isGreaterThan(500);
        assertThat(proxy.ends()).hasSize(16 * 40);
        assertThat(proxy.ends().stream().filter(Outcome.COMPLETE::equals).count())
                .isEqualTo(complete);
    }

    // ---- what is no response ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-type: a",
                ":status: 99",
                ":status: 20",
                ":status: 2x0",
                ":status: 101",
                ":status: 200|:status: 200",
                ":status: 200|:path: /",
                "x: y|:status: 200",
                ":status: 200|Upper: x",
                ":status: 200|connection: close",
                ":status: 200|transfer-encoding: chunked",
                ":status: 200|keep-alive: x",
                ":status: 200|upgrade: x",
                ":status: 200|x: a\nb",
                ":status: 200|x:  a",
                ":status: 200|x y: a",
                ":status: 200|content-length: 5",
                ":status: 200|content-length: -1",
                ":status: 200|content-length: 0|content-length: 1"
            })
    void shouldAnswer502ToAHeadThatIsNone(final String fields) throws Exception {
        upstream.script = request -> {
            if (request.path().equals("/good")) {
                request.ok("good");
            } else {
                request.on.headers(request.stream, true, fields.split("\\|"));
            }
        };
        assertThat(client().get("/").status()).isEqualTo(502);
        assertThat(client().get("/good").body()).isEqualTo("good");
        assertThat(upstream.accepted.get()).isEqualTo(1);
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_MALFORMED);
        eventually("it is told", () -> upstream.resets.size() == 1);
        assertThat(upstream.resets.get(0).error()).isEqualTo(H2Fixture.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @CsvSource({"3,12345", "9,12345"})
    void shouldCutAResponseWhoseLengthIsWrong(final int declared, final String data) throws Exception {
        upstream.script = request -> {
            request.on.headers(request.stream, false, ":status: 200", "content-length: " + declared);
            request.on.data(request.stream, true, data);
        };
        final String all = client().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readToEnd();
        assertThat(all.substring(all.indexOf("\r\n\r\n") + 4)).hasSizeLessThan(declared);
        assertThat(proxy.ends()).containsExactly(Outcome.UPSTREAM_FAILED);
        assertThat(count(EdgeCounter.UPSTREAM_MALFORMED)).isEqualTo(1);
    }

    @Test
    void shouldRefuseAHeadThatIsTooLarge() throws Exception {
        upstream.script = request -> {
            final List<String> fields = new ArrayList<>(List.of(":status: 200"));
            for (int i = 0; i < 90; i++) {
                fields.add("x-" + i + ": " + "v".repeat(800));
            }
            final byte[] block = FrameClient.block(fields.toArray(String[]::new));
            int at = 0;
            while (at < block.length) {
                final int count = Math.min(16_384, block.length - at);
                final byte[] part = Arrays.copyOfRange(block, at, at + count);
                final int end = at + count == block.length ? FrameClient.END_HEADERS : 0;
                request.on.frame(
                        at == 0 ? FrameClient.HEADERS : FrameClient.CONTINUATION,
                        end | (at == 0 ? FrameClient.END_STREAM : 0),
                        request.stream,
                        part);
                at += count;
            }
        };
        assertThat(client().get("/").status()).isEqualTo(502);
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_MALFORMED);
        upstream.script = request -> request.ok("x");
        assertThat(client().get("/").body()).isEqualTo("x");
        assertThat(upstream.accepted.get()).isEqualTo(1);
    }

    /** The connection cannot be trusted; whose requests are on it are told so, and the next ones get another. */
    @ParameterizedTest
    @ValueSource(
            strings = {"push", "idle", "even", "hpack", "continuation", "window", "large", "flood", "size", "data0"})
    void shouldEndAConnectionThatBreaksTheProtocol(final String breach) throws Exception {
        upstream.script = request -> {
            if (request.path().equals("/good")) {
                request.ok("good");
                return;
            }
            switch (breach) {
                case "push" -> request.on.frame(5, 4, request.stream, new byte[] {0, 0, 0, 2});
                case "idle" -> request.on.data(request.stream + 2, true, "x");
                case "even" -> request.on.data(2, true, "x");
                case "hpack" ->
                    request.on.frame(FrameClient.HEADERS, 5, request.stream, new byte[] {(byte) 0xFF, 0x7F});
                case "continuation" -> request.on.frame(FrameClient.CONTINUATION, 4, request.stream, new byte[0]);
                case "window" -> request.on.window(0, Integer.MAX_VALUE);
                case "large" -> request.on.frame(FrameClient.DATA, 0, request.stream, new byte[16_385]);
                case "size" -> request.on.frame(FrameClient.PING, 0, 0, new byte[7]);
                case "data0" -> request.on.data(0, true, "x");
                default -> {
                    for (int i = 0; i < 2_000; i++) {
                        request.on.frame(FrameClient.PING, 0, 0, new byte[8]);
                    }
                }
            }
        };
        assertThat(client().get("/").status()).isEqualTo(502);
        assertThat(client().get("/good").body()).isEqualTo("good");
        assertThat(upstream.accepted.get()).isEqualTo(2);
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_MALFORMED);
        assertThat(count(EdgeCounter.UPSTREAM_H2_ERRORS)).isEqualTo(1);
    }

    @Test
    void shouldResetAStreamThatSendsMoreThanItsWindow() throws Exception {
        upstream.script = request -> {
            if (request.path().equals("/good")) {
                request.ok("good");
                return;
            }
            request.on.headers(request.stream, false, ":status: 200");
            // Not read: the client's side takes what fits into the sockets' buffers and no more.
            for (int i = 0; i < 2_000 && upstream.resets.isEmpty(); i++) {
                request.on.data(request.stream, false, "x".repeat(16_000));
            }
        };
        final RawClient slow = client();
        slow.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually("it is cut", () -> !proxy.ends().isEmpty());
        assertThat(proxy.ends()).containsExactly(Outcome.UPSTREAM_FAILED);
        assertThat(client().get("/good").body()).isEqualTo("good");
        assertThat(upstream.accepted.get()).isEqualTo(1);
    }
}
