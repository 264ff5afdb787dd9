package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the rules for requests that only two sockets and time can show; what a head says is {@link RequestRulesTest}'s. */
@Timeout(60)
class RequestRowsTest extends OverSockets {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @ParameterizedTest(name = "{0}")
    @DisplayName("CONNECT, TRACE: 405 with Allow; the connection closes")
    @ValueSource(strings = {"CONNECT h:443 HTTP/1.1", "TRACE / HTTP/1.1"})
    void shouldAnswer405AndClose(final String line) throws Exception {
        try (RawClient client = client()) {
            final String all = client.send(line + "\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
                    .readToEnd();
            assertThat(all)
                    .startsWith("HTTP/1.1 405 ")
                    .containsOnlyOnce("HTTP/1.1")
                    .contains("Connection: close\r\n");
        }
        assertThat(upstream.received).isEmpty();
    }

    @Test
    @DisplayName("Unknown method tokens are forwarded")
    void shouldForwardUnknownMethods() throws Exception {
        try (RawClient client = client()) {
            assertThat(client.send("BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).startsWith("BREW /pot HTTP/1.1\r\n");
    }

    @Test
    @DisplayName("absolute-form: Host replaced by the target's authority, forwarded as origin-form")
    void shouldForwardAbsoluteFormAsOriginForm() throws Exception {
        try (RawClient client = client()) {
            client.send("GET http://target.test:81?q HTTP/1.1\r\nHost: other\r\n\r\n")
                    .read();
        }
        assertThat(upstream.received.get(0).head())
                .startsWith("GET /?q HTTP/1.1\r\nHost: target.test:81\r\n")
                .doesNotContain("other");
    }

    @Test
    @DisplayName("Connection naming framing fields, Host or identity fields: nomination ignored")
    void shouldIgnoreNominationsOfFramingAndHost() throws Exception {
        try (RawClient client = client()) {
            assertThat(client.send(
                                    "POST /n HTTP/1.1\r\nHost: h\r\nConnection: content-length, host, transfer-encoding,"
                                            + " x-request-id, x-mine\r\nX-Request-Id: r\r\nX-Mine: 1\r\nContent-Length: 2\r\n\r\nhi")
                            .read()
                            .body())
                    .isEqualTo("hi");
        }
        assertThat(upstream.received.get(0).head())
                .contains("Host: h\r\n", "Content-Length: 2\r\n", "X-Request-Id: r\r\n")
                .doesNotContain("X-Mine");
    }

    @Test
    @DisplayName("Content-Length: 0 stays; none is invented")
    void shouldInventNoContentLength() throws Exception {
        try (RawClient client = client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\n\r\n").read();
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                    .read();
        }
        assertThat(upstream.received.get(0).head()).doesNotContainIgnoringCase("content-length", "transfer-encoding");
        assertThat(upstream.received.get(1).head()).containsOnlyOnce("Content-Length: 0\r\n");
    }

    // ---- pipelining ----

    @Test
    @DisplayName(
            "pipelining: the next head is parsed after the last byte before it was written; at most 64 KiB of input is held")
    void shouldHoldAtMost64KiBOfFurtherRequests() throws Exception {
        final CountDownLatch answer = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            answer.await();
            ScriptedUpstream.ok(out, "first");
        };
        final int more = 1_000;
        final String next = "GET /refuse HTTP/1.1\r\nHost: h\r\nX-Pad: " + "p".repeat(1_000) + "\r\n\r\n";
        try (RawClient client = client()) {
            client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
            final CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    client.send(next.repeat(more));
                } catch (final IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            eventually(() -> proxy.budget.heldBytes() >= 64 * 1024);
            Thread.sleep(50);
            assertThat(proxy.budget.heldBytes()).isLessThan(200 * 1024);
            answer.countDown();
            assertThat(client.read().body()).isEqualTo("first");
            for (int i = 0; i < more; i++) {
                assertThat(client.read().status()).isEqualTo(429);
            }
            sent.get(20, TimeUnit.SECONDS);
        }
        assertThat(upstream.received).hasSize(1);
    }

    @Test
    @DisplayName("bytes after a close are dropped")
    void shouldDropBytesAfterAClose() throws Exception {
        try (RawClient client = client()) {
            final String all = client.send("GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                            + "GET /after HTTP/1.1\r\nHost: h\r\n\r\n")
                    .readToEnd();
            assertThat(all).containsOnlyOnce("HTTP/1.1 200").contains("Connection: close\r\n");
        }
        assertThat(upstream.received).hasSize(1);
    }

    // ---- Expect ----

    @Test
    @DisplayName("Expect: ignored in 1.0 and without a body")
    void shouldIgnoreExpectIn10AndWithoutBody() throws Exception {
        try (RawClient client = client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
            assertThat(client.send("POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
        assertThat(upstream.received)
                .allSatisfy(request -> assertThat(request.head()).doesNotContainIgnoringCase("expect"));
    }

    @Test
    @DisplayName("Another expectation: 417")
    void shouldAnswer417ToAnotherExpectation() throws Exception {
        try (RawClient client = client()) {
            assertThat(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 200-ok\r\n\r\nhi")
                            .readToEnd())
                    .startsWith("HTTP/1.1 417 ")
                    .containsOnlyOnce("HTTP/1.1");
        }
        assertThat(upstream.received).isEmpty();
    }

    @Test
    @DisplayName("Framing never depends on Expect: a body that comes unasked is that request's body")
    void shouldTakeABodyThatDoesNotWaitForThe100() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 36\r\nExpect: 100-continue\r\n\r\n"
                    + "GET /inner HTTP/1.1\r\nHost: inner\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.read().body()).startsWith("GET /inner");
        }
        assertThat(upstream.received).hasSize(1);
    }

    // ---- a final answer before the body is whole ----

    @Test
    @DisplayName(
            "final answer while the body is pending: closed so that the answer arrives, though the client goes on sending")
    void shouldDeliverTheAnswerToAClientThatGoesOnSending() throws Exception {
        final byte[] body = new byte[200 * 1024];
        Arrays.fill(body, (byte) 'b');
        for (int i = 0; i < 5; i++) {
            try (RawClient client = client()) {
                client.send("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n");
                final int answered = 2 * i + 1;
                eventually(() -> proxy.handler.ends.size() == answered);
                client.socket.getOutputStream().write(body, 0, 90_000);
                final String all = client.readToEnd();
                assertThat(all).startsWith("HTTP/1.1 429 ").endsWith("refused").contains("Connection: close\r\n");
            }
            try (RawClient client = client()) {
                client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n\r\n");
                client.socket.getOutputStream().write(body);
                assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ").endsWith("LARGE");
            }
        }
    }

    @Test
    @DisplayName("upstream answers early: relayed at once; the body goes on while the upstream reads")
    void shouldRelayAnEarlyAnswerWhileTheBodyGoesOn() throws Exception {
        upstream.beforeBody = (request, out, socket) ->
                ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n");
        upstream.script = (request, out, socket) -> {
            final String body = request.bodyText();
            ScriptedUpstream.write(out, Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
        };
        try (RawClient client = client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nfirst");
            assertThat(ScriptedUpstream.readHead(client.in)).startsWith("HTTP/1.1 200");
            assertThat(new String(client.in.readNBytes(10), StandardCharsets.US_ASCII))
                    .isEqualTo("5\r\nearly\r\n");
            client.send("end");
            assertThat(new String(client.in.readNBytes(18), StandardCharsets.US_ASCII))
                    .isEqualTo("8\r\nfirstend\r\n0\r\n\r\n");
            upstream.beforeBody = null;
            upstream.script = (request, out, socket) -> ScriptedUpstream.write(out, OK);
            assertThat(client.get("/next").status()).isEqualTo(200);
        }
        assertThat(upstream.accepted.get()).as("both messages were whole").isEqualTo(1);
        assertThat(proxy.ends()).containsOnly(Outcome.COMPLETE);
    }

    @Test
    @DisplayName(
            "upstream answers early, response over and a short body not: upstream closed, the rest discarded, client kept")
    void shouldKeepTheClientWhenTheRestIsShort() throws Exception {
        upstream.beforeBody = (request, out, socket) -> ScriptedUpstream.write(out, OK);
        upstream.script = (request, out, socket) -> socket.close();
        try (RawClient client = client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 30000\r\n\r\nbegun");
            final var response = client.read();
            assertThat(response.body()).isEqualTo("ok");
            assertThat(response.has("Connection: close")).isFalse();
            eventually(() -> proxy.onLoop(() -> proxy.pool.connections()) == 0);
            upstream.beforeBody = null;
            upstream.script = (request, out, socket) -> ScriptedUpstream.write(out, OK);
            client.send("x".repeat(29_995));
            assertThat(client.get("/next").status()).isEqualTo(200);
        }
        assertThat(upstream.accepted.get()).isEqualTo(2);
    }

    @Test
    @DisplayName("upstream answers early, response over and a long body not: Connection: close")
    void shouldCloseTheClientWhenTheRestIsLong() throws Exception {
        upstream.beforeBody = (request, out, socket) -> ScriptedUpstream.write(out, OK);
        upstream.script = (request, out, socket) -> socket.close();
        try (RawClient client = client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\nbegun");
            final var response = client.read();
            assertThat(response.body()).isEqualTo("ok");
            assertThat(response.has("Connection: close")).isTrue();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        eventually(() -> proxy.onLoop(() -> proxy.pool.connections()) == 0);
    }

    @Test
    @DisplayName("the rest of a discarded body is waited for a while only")
    void shouldNotWaitLongForADiscardedBody() throws Exception {
        waits(Waits.SHORT_DISCARD);
        try (RawClient client = client()) {
            client.send("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc");
            assertThat(client.read().status()).isEqualTo(429);
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test
    @DisplayName("a client that does not close behind its last answer is waited for a while only")
    void shouldNotWaitLongForAClientThatStaysOpen() throws Exception {
        waits(Waits.SHORT_LINGER);
        try (RawClient client = client()) {
            client.send("GET /refuse HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 429 ");
            eventually(() -> proxy.connections.open() == 0);
        }
    }

    @Test
    @DisplayName("a body that breaks its framing while the response is under way aborts both sides")
    void shouldAbortBothSidesOnABadChunkUnderAResponse() throws Exception {
        upstream.beforeBody = (request, out, socket) ->
                ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n");
        try (RawClient client = client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            assertThat(ScriptedUpstream.readHead(client.in)).startsWith("HTTP/1.1 200");
            client.send("zz\r\nmore after it\r\n0\r\n\r\n");
            assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
        }
        assertThat(upstream.received).isEmpty();
        assertThat(proxy.ends()).containsExactly(Outcome.CLIENT_ABORT);
        assertThat(count(EdgeCounter.RESPONSES_ABORTED)).isEqualTo(1);
    }

    // ---- FIN and RST ----

    @Test
    @DisplayName("FIN in flight: answer delivered, then close, nothing further parsed")
    void shouldParseNothingAfterAFin() throws Exception {
        upstream.script = (request, out, socket) -> {
            Thread.sleep(100);
            ScriptedUpstream.ok(out, "wanted");
        };
        try (RawClient client = client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
            client.socket.shutdownOutput();
            assertThat(client.readToEnd()).endsWith("wanted").containsOnlyOnce("HTTP/1.1");
        }
        assertThat(upstream.received).hasSize(1);
    }

    @ParameterizedTest(name = "response begun: {0}")
    @DisplayName("RDHUP never re-arms: no busy loop")
    @ValueSource(booleans = {false, true})
    void shouldNotSpinOnAHalfClosedClient(final boolean begun) throws Exception {
        final CountDownLatch answer = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            if (begun) {
                ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbe");
                answer.await();
                ScriptedUpstream.write(out, "gun");
            } else {
                answer.await();
                ScriptedUpstream.ok(out, "begun");
            }
        };
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").socket.shutdownOutput();
            eventually(() -> upstream.received.size() == 1);
            Thread.sleep(30);
            final long before = proxy.loopCpuNs();
            Thread.sleep(300);
            // Spinning would take all of it; a tick now and then is nothing.
            assertThat(proxy.loopCpuNs() - before).isLessThan(150_000_000L);
            answer.countDown();
            assertThat(client.readToEnd()).endsWith("begun");
        }
    }

    @Test
    @DisplayName("RST: CLIENT_ABORT, upstream closed")
    void shouldEndTheExchangeOnARstBeforeTheResponse() throws Exception {
        final CompletableFuture<Integer> end = new CompletableFuture<>();
        upstream.script =
                (request, out, socket) -> end.complete(socket.getInputStream().read());
        final RawClient client = client().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually(() -> upstream.received.size() == 1);
        client.socket.setSoLinger(true, 0);
        client.close();
        assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
        eventually(() -> !proxy.handler.ends.isEmpty());
        assertThat(proxy.ends()).containsExactly(Reason.CLIENT_GONE.outcome());
    }
}
