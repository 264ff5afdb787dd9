package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the rules for responses, over sockets; what a head says is {@link ResponseRulesTest}'s. */
@Timeout(60)
class ResponseRowsTest extends OverSockets {
    private void answer(final String response) {
        upstream.script = (request, out, socket) -> ScriptedUpstream.write(out, response);
    }

    private void answerAndClose(final String response) {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, response);
            socket.close();
        };
    }

    private String readAll(final String request) throws IOException {
        try (RawClient client = client()) {
            return client.send(request).readToEnd();
        }
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName(
            "bad status line, TE+CL, bad or differing CL, obs-fold, bare LF, CTL, head over 64 KiB: 502 if nothing was sent")
    @ValueSource(
            strings = {
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
                "HTTP/1.1 200 OK\r\nX: \u0001\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok",
            })
    void shouldAnswer502ToABadHead(final String response) throws Exception {
        answer(response);
        try (RawClient client = client()) {
            assertThat(client.get("/").status()).isEqualTo(502);
            answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(client.get("/").status())
                    .as("the client's connection is none the worse")
                    .isEqualTo(200);
        }
        assertThat(upstream.accepted.get()).isEqualTo(2);
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_MALFORMED);
    }

    @Test
    @DisplayName("head over 64 KiB: 502")
    void shouldAnswer502ToAHeadOver64KiB() throws Exception {
        answer("HTTP/1.1 200 OK\r\nX: " + "x".repeat(66_000) + "\r\nContent-Length: 0\r\n\r\n");
        try (RawClient client = client()) {
            assertThat(client.get("/").status()).isEqualTo(502);
        }
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName(
            "a response that breaks its framing, or is truncated, once begun: the client is aborted, never a clean end")
    @ValueSource(strings = {"zz\r\n", "5\r\nabc", "5\r\nabcdeX", "0\r\nbad trailer\r\n\r\n", "0\r\n", ""})
    void shouldAbortTheClientOnceBegun(final String rest) throws Exception {
        answerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n" + rest);
        final String all = readAll("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(all).contains("5\r\nbegun\r\n").doesNotContain("\r\n0\r\n");
        assertThat(proxy.ends()).containsExactly(Outcome.UPSTREAM_FAILED);
        assertThat(count(EdgeCounter.RESPONSES_ABORTED)).isEqualTo(1);
    }

    @Test
    @DisplayName("a truncated chunked response to a client that reads until the end: reset, so that the end is none")
    void shouldResetA10ClientWhoseResponseIsTruncated() throws Exception {
        final CountDownLatch begun = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n");
            begun.await();
            socket.close();
        };
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(ScriptedUpstream.readHead(client.in)).startsWith("HTTP/1.1 200 ");
            begun.countDown();
            assertThatThrownBy(client::readToEnd)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    @DisplayName("space before the colon: removed; equal CLs collapse")
    void shouldRemoveSpaceBeforeTheColonAndCollapseEqualLengths() throws Exception {
        answer("HTTP/1.1 200 OK\r\nContent-Length : 2\r\nX-Odd\t: 1\r\nContent-Length: 2\r\n\r\nok");
        try (RawClient client = client()) {
            final var response = client.get("/");
            assertThat(response.head())
                    .containsOnlyOnce("Content-Length: 2\r\n")
                    .contains("\r\nX-Odd: 1\r\n");
            assertThat(response.body()).isEqualTo("ok");
        }
    }

    @Test
    @DisplayName("a response without a request: connection closed, bytes dropped")
    void shouldDropAResponseWithoutARequest() throws Exception {
        final CountDownLatch served = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.ok(out, "mine");
            served.await();
            ScriptedUpstream.ok(out, "evil");
        };
        try (RawClient client = client()) {
            assertThat(client.get("/1").body()).isEqualTo("mine");
            served.countDown();
            eventually(() -> count(EdgeCounter.UPSTREAM_SURPLUS) == 1);
            assertThat(client.get("/2").body()).isEqualTo("mine");
        }
        assertThat(upstream.accepted.get()).isEqualTo(2);
        assertThat(count(EdgeCounter.UPSTREAM_REUSE_STOPPED)).isEqualTo(1);
    }

    @Test
    @DisplayName("surplus: a server that sent an unasked response serves one request on each connection from then on")
    void shouldNotReuseConnectionsToAServerThatSentAnUnaskedResponse() throws Exception {
        final AtomicInteger answered = new AtomicInteger();
        final CountDownLatch served = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.ok(out, "mine");
            if (answered.incrementAndGet() == 1) {
                // Apart from the answer, but before anybody else's request.
                served.await();
                ScriptedUpstream.ok(out, "nobody's");
            }
        };
        try (RawClient client = client()) {
            assertThat(client.get("/1").body()).isEqualTo("mine");
            served.countDown();
            eventually(() -> count(EdgeCounter.UPSTREAM_REUSE_STOPPED) == 1);
            for (int i = 2; i <= 5; i++) {
                assertThat(client.get("/" + i).body()).isEqualTo("mine");
            }
        }
        assertThat(upstream.accepted.get()).isEqualTo(5);
        assertThat(count(EdgeCounter.UPSTREAM_REUSE_STOPPED)).isEqualTo(1);
    }

    @Test
    @DisplayName("surplus: a 408 on an idle connection is no unasked response (RFC 9110 section 15.5.9)")
    void shouldGoOnReusingConnectionsAfterATimeoutNotice() throws Exception {
        final CountDownLatch served = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.ok(out, "mine");
            if (request.head().startsWith("GET /1 ")) {
                served.await();
                ScriptedUpstream.write(out, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
                socket.close();
            }
        };
        try (RawClient client = client()) {
            assertThat(client.get("/1").body()).isEqualTo("mine");
            served.countDown();
            eventually(() -> count(EdgeCounter.UPSTREAM_SURPLUS) == 1);
            assertThat(client.get("/2").body()).isEqualTo("mine");
            assertThat(client.get("/3").body()).isEqualTo("mine");
        }
        assertThat(upstream.accepted.get()).isEqualTo(2);
        assertThat(count(EdgeCounter.UPSTREAM_REUSE_STOPPED)).isZero();
    }

    // ---- 1xx ----

    @Test
    @DisplayName("1xx: at most 16 are forwarded, then the final one")
    void shouldForward16Informationals() throws Exception {
        answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(16)
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            for (int i = 0; i < 16; i++) {
                assertThat(client.read().status()).isEqualTo(103);
            }
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("1xx: a 17th is one too many: 502")
    void shouldAnswer502ToASeventeenthInformational() throws Exception {
        answer("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(17) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            for (int i = 0; i < 16; i++) {
                assertThat(client.read().status()).isEqualTo(103);
            }
            assertThat(client.read().status()).isEqualTo(502);
        }
    }

    @Test
    @DisplayName("1xx: never to 1.0; CL removed; none takes the place of the final one")
    void shouldForwardNoInformationalTo10() throws Exception {
        answer("HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(readAll("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200").doesNotContain("103");
        try (RawClient client = client()) {
            final var interim = client.get("/");
            assertThat(interim.status()).isEqualTo(103);
            assertThat(interim.head()).doesNotContainIgnoringCase("content-length");
            assertThat(client.read().body()).isEqualTo("ok");
        }
    }

    // ---- bodies ----

    @Test
    @DisplayName("304 and HEAD have no body whatever the fields say; 205 by its framing")
    void shouldFrame304And205() throws Exception {
        try (RawClient client = client()) {
            answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 700\r\n\r\n");
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(ScriptedUpstream.readHead(client.in)).contains("Content-Length: 700\r\n");
            answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(ScriptedUpstream.readHead(client.in)).startsWith("HTTP/1.1 200");
            answer("HTTP/1.1 205 Reset Content\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.get("/").body()).isEqualTo("abc");
            answer("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.get("/").head()).doesNotContainIgnoringCase("content-length");
        }
        assertThat(upstream.accepted.get()).isEqualTo(1);
    }

    @Test
    @DisplayName("close-delimited: chunked to 1.1 clients, as it is to 1.0 ones; upstream not reused")
    void shouldChunkCloseDelimitedTo11AndNotTo10() throws Exception {
        answerAndClose("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        try (RawClient client = client()) {
            final var response = client.get("/");
            assertThat(response.has("Transfer-Encoding: chunked")).isTrue();
            assertThat(response.body()).isEqualTo("until the end");
        }
        final String all = readAll("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(all)
                .endsWith("\r\n\r\nuntil the end")
                .contains("Connection: close\r\n")
                .doesNotContainIgnoringCase("chunked");
        assertThat(upstream.accepted.get()).isEqualTo(2);
    }

    @Test
    @DisplayName("HTTP/1.0 client: no chunked, de-chunked and closed; keep-alive only when asked")
    void shouldSpeak10To10() throws Exception {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n");
        assertThat(readAll("GET / HTTP/1.0\r\nConnection: keep-alive\r\nTE: trailers\r\n\r\n"))
                .endsWith("\r\n\r\nabcde")
                .contains("Connection: close\r\n")
                .doesNotContainIgnoringCase("chunked");
        answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(readAll("GET / HTTP/1.0\r\n\r\n")).endsWith("ok").contains("Connection: close\r\n");
        try (RawClient client = client()) {
            for (int i = 0; i < 2; i++) {
                final var response = client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                        .read();
                assertThat(response.has("Connection: keep-alive")).isTrue();
                assertThat(response.body()).isEqualTo("ok");
            }
        }
    }

    @Test
    @DisplayName("trailers: framing, routing, auth and identity fields in them dropped, never merged")
    void shouldDropDangerousTrailers() throws Exception {
        answer(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n"
                        + "Content-Length: 7\r\nHost: evil\r\nAuthorization: evil\r\nTransfer-Encoding: evil\r\nX-Tenant-Id: evil\r\n\r\n");
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n");
            final String all = client.readToEnd();
            assertThat(all).endsWith("2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n").doesNotContain("evil");
            assertThat(all.substring(0, all.indexOf("\r\n\r\n")))
                    .contains("Trailer: X-Sum")
                    .doesNotContain("X-Sum: 1");
        }
        assertThat(upstream.received.get(0).head()).contains("TE: trailers\r\n", "Connection: TE\r\n");
        assertThat(readAll("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                .endsWith("2\r\nok\r\n0\r\n\r\n")
                .doesNotContain("X-Sum");
    }

    @Test
    @DisplayName("Date: added when absent, else the upstream's")
    void shouldAddDateOnlyWhenAbsent() throws Exception {
        try (RawClient client = client()) {
            answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.get("/").head()).containsOnlyOnce("\r\nDate: ");
            answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: Tue, 15 Nov 1994 08:12:31 GMT\r\n\r\n");
            assertThat(client.get("/").head())
                    .containsOnlyOnce("\r\nDate: ")
                    .contains("Date: Tue, 15 Nov 1994 08:12:31 GMT");
        }
    }

    // ---- the pool ----

    @Test
    @DisplayName("Retry: a retry that finds the pool at its bound and nothing idle: 503 at once")
    void shouldAnswer503AtOnceWhenARetryFindsNoRoom() throws Exception {
        // Eight connections: seven are busy, the eighth dies under its second request while another exchange waits for
        // room.
        final CountDownLatch die = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            if (request.head().startsWith("GET /hold")) {
                release.await();
            } else if (request.head().startsWith("GET /die")) {
                die.await();
                socket.close();
                return;
            }
            ScriptedUpstream.ok(out, "served");
        };
        final List<RawClient> held = new ArrayList<>();
        try (RawClient client = client();
                RawClient waiting = client()) {
            assertThat(client.get("/warm").body()).isEqualTo("served");
            client.send("GET /die HTTP/1.1\r\nHost: h\r\n\r\n");
            eventually(() -> upstream.received.size() == 2);
            for (int i = 0; i < 7; i++) {
                held.add(client().send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
            }
            eventually(() -> upstream.received.size() == 9);
            waiting.send("GET /waits HTTP/1.1\r\nHost: h\r\n\r\n");
            eventually(() -> proxy.onLoop(() -> proxy.pool.waiting()) == 1);
            die.countDown();
            assertThat(client.read().status()).isEqualTo(503);
            assertThat(waiting.read().body()).isEqualTo("served");
            release.countDown();
            for (final RawClient other : held) {
                assertThat(other.read().body()).isEqualTo("served");
                other.close();
            }
        }
        assertThat(proxy.failures()).containsExactly(Reason.STALE_CONNECTION, Reason.QUEUE_FULL);
    }
}
