package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both sides of HTTP/1 over real sockets: framing, connections, time-outs, failures. */
@Timeout(60)
class H1ConnectionsTest extends OverSockets {
    @Test
    void shouldForwardAndReuseBothConnections() throws Exception {
        try (RawClient client = client()) {
            for (int i = 0; i < 5; i++) {
                final var response = client.get("/a/" + i + "?q=1");
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.head()).containsIgnoringCase("\r\nDate: ");
            }
        }
        assertThat(upstream.accepted.get()).isEqualTo(1);
        assertThat(upstream.received.get(4).head())
                .startsWith("GET /a/4?q=1 HTTP/1.1\r\nHost: h\r\n")
                .contains("Via: 1.1 edge-test\r\n", "X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Proto: http\r\n");
        assertThat(proxy.ends()).hasSize(5).containsOnly(Outcome.COMPLETE);
    }

    @Test
    void shouldNotForwardWhatIsForOneConnectionOrForTheProxy() throws Exception {
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: x-mine, keep-alive\r\nX-Mine: 1\r\nKeep-Alive: 3\r\n"
                            + "Authorization: Bearer k\r\nX-Api-Key: k\r\nX_Api_Key: k\r\nX-Secret-Thing: 1\r\nX-Forwarded-For: 6.6.6.6\r\n"
                            + "X-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nTE: trailers\r\nX-Other: stays\r\n\r\n")
                    .read();
        }
        assertThat(upstream.received.get(0).head())
                .contains("X-Other: stays\r\n", "X-Forwarded-For: 127.0.0.1\r\n")
                .doesNotContainIgnoringCase(
                        "x-mine", "6.6.6.6", "bearer", "api-key", "api_key", "secret", "keep-alive: 3");
    }

    @Test
    void shouldForwardBodiesByLengthAndByChunks() throws Exception {
        try (RawClient client = client()) {
            assertThat(client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
                            .read()
                            .body())
                    .isEqualTo("hello");
            assertThat(client.send("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n")
                            .send("2\r\nde\r\n0\r\n\r\n")
                            .read()
                            .body())
                    .isEqualTo("abcde");
            assertThat(client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                            .read()
                            .body())
                    .isEmpty();
        }
        assertThat(upstream.received.get(1).head()).contains("Transfer-Encoding: chunked\r\n");
        assertThat(upstream.received.get(2).head()).contains("Content-Length: 0\r\n");
    }

    @Test
    void shouldCarryLargeBodiesBothWays() throws Exception {
        final String large = "0123456789abcdef".repeat(6000);
        try (RawClient client = client()) {
            assertThat(client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: " + large.length() + "\r\n\r\n"
                                    + large)
                            .read()
                            .body())
                    .isEqualTo(large);
        }
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(
                out, request.head().substring(4, request.head().indexOf(" HTTP")));
        try (RawClient client = client()) {
            final StringBuilder many = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                many.append("GET ")
                        .append(i % 3 == 0 ? "/refuse/" : "/ok/")
                        .append(i)
                        .append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            client.send(many.toString());
            for (int i = 0; i < 50; i++) {
                final var response = client.read();
                assertThat(response.status()).isEqualTo(i % 3 == 0 ? 429 : 200);
                assertThat(response.body()).isEqualTo(i % 3 == 0 ? "refused" : "/ok/" + i);
            }
        }
    }

    @Test
    void shouldRechunkResponsesAndPassTrailersOnlyWhereWanted() throws Exception {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(
                    out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3;e=1\r\nabc\r\n");
            Thread.sleep(30);
            ScriptedUpstream.write(out, "2\r\nde\r\n0\r\nX-T: 1\r\n\r\n");
        };
        try (RawClient client = client()) {
            final var plain = client.get("/c");
            assertThat(plain.body()).isEqualTo("abcde");
            client.send("GET /c HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE\r\n\r\n");
            assertThat(ScriptedUpstream.readHead(client.in)).contains("Transfer-Encoding: chunked");
            final StringBuilder rest = new StringBuilder();
            while (!rest.toString().endsWith("\r\n\r\n")) {
                rest.append((char) client.in.read());
            }
            assertThat(rest.toString()).endsWith("0\r\nX-T: 1\r\n\r\n");
        }
    }

    @Test
    void shouldGiveCloseDelimitedResponsesAChunkedEnd() throws Exception {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.0 200 OK\r\n\r\nuntil the end");
            socket.close();
        };
        try (RawClient client = client()) {
            assertThat(client.get("/x").body()).isEqualTo("until the end");
            assertThat(client.get("/x").body()).isEqualTo("until the end");
            client.send("GET /x HTTP/1.0\r\n\r\n");
            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 200")
                    .endsWith("\r\n\r\nuntil the end")
                    .contains("Connection: close");
        }
        assertThat(upstream.received.get(2).head()).contains("Host: up.test\r\n");
    }

    @Test
    void shouldAbortTheClientWhenTheUpstreamDiesHalfWay() throws Exception {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            socket.close();
        };
        try (RawClient client = client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readToEnd())
                    .endsWith("half");
        }
        assertThat(proxy.ends()).containsExactly(Outcome.UPSTREAM_FAILED);
        assertThat(count(EdgeCounter.RESPONSES_ABORTED)).isEqualTo(1);
    }

    @Test
    void shouldAnswer502ToNonsenseAndToAClosedConnection() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.write(out, "BOGUS\r\n\r\n");
        try (RawClient client = client()) {
            assertThat(client.get("/").status()).isEqualTo(502);
            upstream.script = (request, out, socket) -> socket.close();
            assertThat(client.get("/").status()).isEqualTo(502);
        }
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_MALFORMED, Reason.UPSTREAM_GONE);
    }

    @Test
    void shouldRetryOnceOnAFreshConnectionWhenAPooledOneDied() throws Exception {
        upstream.script = (request, out, socket) -> {
            if (request.connection() == 1 && upstream.received.size() == 2) {
                socket.close();
            } else {
                ScriptedUpstream.ok(out, "conn " + request.connection());
            }
        };
        try (RawClient client = client()) {
            assertThat(client.get("/").body()).isEqualTo("conn 1");
            assertThat(client.get("/").body()).isEqualTo("conn 2");
        }
        assertThat(proxy.failures()).containsExactly(Reason.STALE_CONNECTION);
    }

    @Test
    void shouldAnswer504WhenTheUpstreamIsSilentAnd502WhenItIsDown() throws Exception {
        upstream.script = (request, out, socket) -> {};
        try (RawClient client = client()) {
            proxy.handler.upstreamTimeoutNs = 500_000_000L;
            assertThat(client.get("/").status()).isEqualTo(504);
            proxy.handler.upstreamTimeoutNs = Waits.LONG_NS;
            upstream.close();
            assertThat(client.get("/").status()).isEqualTo(502);
        }
        assertThat(proxy.failures()).containsExactly(Reason.RESPONSE_HEAD_TIMEOUT, Reason.CONNECT_FAILED);
        assertThat(proxy.ends()).containsExactly(Outcome.TIMEOUT, Outcome.UPSTREAM_FAILED);
    }

    @Test
    void shouldQueueAndRefuseBeyondThePool() throws Exception {
        final CountDownLatch release = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            release.await();
            ScriptedUpstream.ok(out, "late");
        };
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(client().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        eventually(() -> upstream.received.size() == 8 && proxy.onLoop(() -> proxy.pool.waiting()) == 4);
        for (int i = 0; i < 2; i++) {
            try (RawClient beyond = client()) {
                assertThat(beyond.get("/").status()).isEqualTo(503);
            }
        }
        release.countDown();
        for (final RawClient client : clients) {
            assertThat(client.read().body()).isEqualTo("late");
            client.close();
        }
        assertThat(proxy.failures()).containsExactly(Reason.QUEUE_FULL, Reason.QUEUE_FULL);
    }

    @Test
    void shouldRefuseMalformedHeadsAndClose() throws Exception {
        for (final String bad : new String[] {
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\n\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "\u0000"
        }) {
            try (RawClient client = client()) {
                final String all = client.send(bad).readToEnd();
                assertThat(all).startsWith("HTTP/1.1 400 ").contains("Connection: close\r\n");
            }
        }
        assertThat(upstream.received).isEmpty();
        assertThat(proxy.ends()).hasSize(4);
    }

    @Test
    void shouldAbortBothSidesOnABadChunk() throws Exception {
        try (RawClient client = client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            eventually(() -> upstream.accepted.get() == 1);
            final String all = client.send("zz\r\n").readToEnd();
            assertThat(all).startsWith("HTTP/1.1 400 ").contains("Connection: close");
        }
        assertThat(upstream.received).isEmpty();
        assertThat(proxy.failures()).containsExactly(Reason.CLIENT_BODY_MALFORMED);
    }

    @Test
    void shouldAnswer413ToBodiesOverTheLimit() throws Exception {
        try (RawClient client = client()) {
            assertThat(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\nx")
                            .read()
                            .status())
                    .isEqualTo(413);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        try (RawClient client = client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            final String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
            for (int i = 0; i < 7; i++) {
                client.send(chunk);
            }
            assertThat(client.read().status()).isEqualTo(413);
        }
    }

    @Test
    void shouldKeepTheConnectionWhenARefusedBodyIsShort() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc");
            assertThat(client.read().status()).isEqualTo(429);
            assertThat(client.send("def").get("/next").status()).isEqualTo(200);
            client.send("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\nabc");
            final var response = client.read();
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.has("Connection: close")).isTrue();
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void shouldDecideOnTheBodyWhenAsked() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /need HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nre");
            Thread.sleep(50);
            assertThat(client.send("fuse..").read().status()).isEqualTo(403);
            assertThat(client.send("POST /need HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ngood")
                            .read()
                            .body())
                    .isEqualTo("good");
        }
    }

    @Test
    void shouldContinueOnlyWhenAdmitted() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send("ok").read().body()).isEqualTo("ok");
            client.send("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            final var response = client.read();
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.has("Connection: close")).isTrue();
        }
        assertThat(upstream.received.get(0).head()).doesNotContainIgnoringCase("expect");
    }

    @Test
    void shouldForwardInterimResponses() throws Exception {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            ScriptedUpstream.ok(out, "final");
        };
        try (RawClient client = client()) {
            assertThat(client.get("/").status()).isEqualTo(103);
            assertThat(client.read().body()).isEqualTo("final");
        }
    }

    @Test
    void shouldSendNoBodyForHeadAnd204() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.write(
                out,
                request.head().startsWith("HEAD")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                        : "HTTP/1.1 204 No Content\r\n\r\n");
        try (RawClient client = client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(ScriptedUpstream.readHead(client.in)).contains("Content-Length: 5\r\n");
            assertThat(client.get("/").status()).isEqualTo(204);
            assertThat(client.get("/").status()).isEqualTo(204);
        }
        assertThat(upstream.accepted.get()).isEqualTo(1);
    }

    @Test
    void shouldDropBytesThatBelongToNoResponse() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.write(
                out, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevil!");
        try (RawClient client = client()) {
            assertThat(client.get("/1").body()).isEqualTo("a");
            assertThat(client.get("/2").body()).isEqualTo("a");
        }
        eventually(() -> count(EdgeCounter.UPSTREAM_SURPLUS) == 2);
        assertThat(upstream.accepted.get()).isEqualTo(2);
    }

    @Test
    void shouldAnswerAHalfClosedClient() throws Exception {
        upstream.script = (request, out, socket) -> {
            Thread.sleep(150);
            ScriptedUpstream.ok(out, "still wanted");
        };
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            client.socket.shutdownOutput();
            assertThat(client.readToEnd()).endsWith("still wanted");
        }
    }

    /** More than the kernel's buffers take: the rest must still find its way when nothing is read from the client any more. */
    @Test
    void shouldAnswerAHalfClosedClientInFullWhateverTheLength() throws Exception {
        final String body = "0123456789abcdef".repeat(1 << 19);
        upstream.script = (request, out, socket) -> {
            Thread.sleep(150);
            ScriptedUpstream.ok(out, body);
        };
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            client.socket.shutdownOutput();
            Thread.sleep(400);
            assertThat(client.readToEnd()).endsWith(body);
        }
    }

    @Test
    void shouldCloseTheUpstreamWhenTheClientIsGone() throws Exception {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun");
            Thread.sleep(1500);
        };
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            ScriptedUpstream.readHead(client.in);
            final Socket socket = client.socket;
            socket.setSoLinger(true, 0);
        }
        eventually(() -> proxy.handler.ends.size() == 1);
        assertThat(proxy.ends()).containsExactly(Outcome.CLIENT_ABORT);
        eventually(() -> proxy.onLoop(() -> proxy.pool.connections()) == 0);
    }

    @Test
    void shouldTimeOutHeads() throws Exception {
        waits(Waits.SHORT_HEAD);
        try (RawClient client = client()) {
            client.send("GET / HT");
            assertThat(client.read().status()).isEqualTo(408);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        assertThat(count(EdgeCounter.HEAD_TIMEOUTS)).isEqualTo(1);
    }

    @Test
    void shouldTimeOutBodies() throws Exception {
        waits(Waits.SHORT_BODY);
        try (RawClient client = client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
            assertThat(client.read().status()).isEqualTo(408);
        }
        assertThat(count(EdgeCounter.BODY_TIMEOUTS)).isEqualTo(1);
    }

    @Test
    void shouldCloseIdleConnections() throws Exception {
        waits(Waits.SHORT_KEEP_ALIVE);
        try (RawClient client = client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        assertThat(count(EdgeCounter.KEEP_ALIVE_TIMEOUTS)).isEqualTo(1);
    }

    @Test
    void shouldReadHeadsThatComeByteByByte() throws Exception {
        try (RawClient client = client()) {
            for (final byte b :
                    "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc".getBytes(StandardCharsets.US_ASCII)) {
                client.socket.getOutputStream().write(b);
                client.socket.getOutputStream().flush();
            }
            assertThat(client.read().body()).isEqualTo("abc");
        }
    }

    @Test
    void shouldRefuseAtAcceptBeyondTheConnectionLimit() throws Exception {
        final ConnectionHog hog = new ConnectionHog(proxy);
        try (RawClient client = client()) {
            assertThatThrownBy(() -> client.get("/")).isInstanceOf(IOException.class);
        } finally {
            hog.release();
        }
        assertThat(count(EdgeCounter.CONNECTIONS_REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldGiveUpTheOldestUnfinishedHeadWhenThereIsNoRoom() throws Exception {
        final RawClient slow = client().send("GET / HT");
        eventually(() -> proxy.budget.heldBytes() > 0);
        final ConnectionHog hog = new ConnectionHog(proxy);
        try (RawClient client = client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
        } finally {
            hog.release();
        }
        assertThat(slow.readToEnd()).startsWith("HTTP/1.1 408 ");
        slow.close();
        assertThat(count(EdgeCounter.HEAD_EVICTIONS)).isEqualTo(1);
    }

    /** Takes every place that there is for connections. */
    private static final class ConnectionHog {
        private final ProxyUnderTest proxy;
        private int taken;

        ConnectionHog(final ProxyUnderTest proxy) {
            this.proxy = proxy;
            while (proxy.connections.tryAcquire()) {
                taken++;
            }
        }

        void release() {
            for (; taken > 0; taken--) {
                proxy.connections.release();
            }
        }
    }
}
