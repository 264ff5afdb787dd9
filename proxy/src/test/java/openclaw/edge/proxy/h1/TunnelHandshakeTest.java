package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The row "Upgrade" of the HTTP rules, clause by clause: when a tunnel is opened, and what becomes of early bytes. */
@Timeout(60)
class TunnelHandshakeTest extends OverTunnels {
    @Test
    void shouldMakeUpgradeAnewInBothDirectionsAndPassTheRestOfTheHandshake() throws Exception {
        agreeAndEcho();
        try (RawClient client = client()) {
            final var response = client.send(HANDSHAKE).read();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.has("Connection: Upgrade")).isTrue();
            assertThat(response.has("Upgrade: websocket")).isTrue();
            assertThat(response.has("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
                    .isTrue();
            assertThat(response.head()).doesNotContainIgnoringCase("content-length", "transfer-encoding");
            assertThat(read(client.send("hello").in, 5)).isEqualTo("hello");
        }
        assertThat(upstream.received.get(0).head())
                .contains(
                        "\r\nConnection: Upgrade\r\n",
                        "\r\nUpgrade: websocket\r\n",
                        "\r\nSec-WebSocket-Version: 13\r\n")
                .contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
                .doesNotContain("WebSocket\r\nU", "keep-alive");
        endedWith(Outcome.COMPLETE);
        assertThat(count(EdgeCounter.TUNNELS_OPENED)).isEqualTo(1);
        assertThat(count(EdgeCounter.TUNNEL_BYTES_IN)).isEqualTo(5);
        assertThat(count(EdgeCounter.TUNNEL_BYTES_OUT)).isEqualTo(5);
    }

    @Test
    void shouldTakeAContentLengthOfZeroForNoBody() throws Exception {
        agreeAndEcho();
        try (RawClient client = client()) {
            client.send(HANDSHAKE.replace("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\nearly"));
            assertThat(client.read().status()).isEqualTo(101);
            assertThat(read(client.in, 5)).isEqualTo("early");
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldPassInterimResponsesBeforeThe101() throws Exception {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + SWITCHING + "and at once");
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        };
        try (RawClient client = client()) {
            assertThat(client.send(HANDSHAKE).read().status()).isEqualTo(103);
            assertThat(client.read().status()).isEqualTo(101);
            assertThat(client.readToEnd()).isEqualTo("and at once");
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldNeverUseTheUpstreamsConnectionAgain() throws Exception {
        agreeAndEcho();
        tunnel().close();
        eventually(() -> proxy.handler.ends.size() == 1);
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "conn " + request.connection());
        try (RawClient client = client()) {
            assertThat(client.get("/").body()).isEqualTo("conn 2");
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Connection: Upgrade\r\nUpgrade: h2c\r\n",
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n",
                "Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket/13\r\n",
                "Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n",
                "Connection: keep-alive\r\nUpgrade: websocket\r\n",
                "Upgrade: websocket\r\n",
                "Connection: Upgrade\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            })
    void shouldSendARequestForAnythingElseOnAsAnOrdinaryOne(final String fields) throws Exception {
        staysOrdinary("GET /ws HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"POST /ws HTTP/1.1", "HEAD /ws HTTP/1.1", "GET /other HTTP/1.1"})
    void shouldTunnelOnlyForGetWhereTheRouteAllowsIt(final String line) throws Exception {
        staysOrdinary(line + "\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    }

    @Test
    void shouldTunnelOnlyWithoutABody() throws Exception {
        staysOrdinary("GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Content-Length: 2\r\n\r\nhi");
    }

    @Test
    void shouldTunnelOnlyForHttp11() throws Exception {
        staysOrdinary("GET /ws HTTP/1.0\r\nHost: h\r\nConnection: Upgrade, keep-alive\r\nUpgrade: websocket\r\n\r\n");
    }

    /** The upgrade is removed, the request answered, and the connection serves another. */
    private void staysOrdinary(final String request) throws Exception {
        upstream.script =
                (received, out, socket) -> ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (RawClient client = client()) {
            assertThat(client.send(request).read().status()).isEqualTo(200);
            assertThat(client.get("/next").status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).doesNotContainIgnoringCase("upgrade", "http2-settings");
        assertThat(count(EdgeCounter.TUNNELS_OPENED)).isZero();
    }

    @Test
    void shouldAnswerARefusedHandshakeAsAnyRequestAndServeNoBytesAfterIt() throws Exception {
        try (RawClient client = client()) {
            client.send(HANDSHAKE.replace("/ws", "/ws/refuse") + "GET /early HTTP/1.1\r\nHost: h\r\n\r\n");
            final var response = client.read();
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.has("Connection: close")).isTrue();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        assertThat(upstream.received).isEmpty();
    }

    @Test
    void shouldCloseAndDropEarlyBytesWhenTheUpstreamDoesNotAgree() throws Exception {
        upstream.script = (request, out, socket) -> {
            Thread.sleep(50);
            ScriptedUpstream.ok(out, "no");
        };
        try (RawClient client = client()) {
            client.send(HANDSHAKE + "GET /early HTTP/1.1\r\nHost: h\r\n\r\n");
            final var response = client.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.has("Connection: close")).isTrue();
            assertThat(response.body()).isEqualTo("no");
            assertThat(client.isClosedByPeer()).isTrue();
        }
        assertThat(upstream.received).hasSize(1);
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldAnswer502AndCloseWhenA101WasNotAskedFor() throws Exception {
        agreeAndEcho();
        try (RawClient client = client()) {
            final var response = client.get("/plain");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.has("Connection: close")).isTrue();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_MALFORMED);
        eventually(() -> proxy.onLoop(() -> proxy.pool.connections()) == 0);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Connection: Upgrade\r\n",
                "Upgrade: websocket\r\n",
                "Connection: close\r\nUpgrade: websocket\r\n",
                "Connection: Upgrade\r\nUpgrade: h2c\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n",
                "",
            })
    void shouldAnswer502AndCloseWhenThe101DoesNotSwitchToWebSocket(final String fields) throws Exception {
        upstream.script = (request, out, socket) ->
                ScriptedUpstream.write(out, "HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\n");
        try (RawClient client = client()) {
            final var response = client.send(HANDSHAKE).read();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.has("Connection: close")).isTrue();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.UPSTREAM_FAILED);
        assertThat(count(EdgeCounter.TUNNELS_OPENED)).isZero();
    }

    // ---- early bytes ----

    @Test
    void shouldHoldEarlyBytesUntilThe101() throws Exception {
        final CompletableFuture<String> before = new CompletableFuture<>();
        upstream.script = (request, out, socket) -> {
            socket.setSoTimeout(100);
            try {
                before.complete("got " + socket.getInputStream().read());
            } catch (final SocketTimeoutException e) {
                before.complete("nothing");
            }
            socket.setSoTimeout(0);
            ScriptedUpstream.write(out, SWITCHING);
            socket.getInputStream().transferTo(out);
            socket.close();
        };
        try (RawClient client = client()) {
            assertThat(client.send(HANDSHAKE + "early").read().status()).isEqualTo(101);
            assertThat(before.get(20, TimeUnit.SECONDS)).isEqualTo("nothing");
            assertThat(read(client.in, 5)).isEqualTo("early");
            assertThat(read(client.send("late").in, 4)).isEqualTo("late");
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldHoldAtMost64KiBOfEarlyBytesAndLoseNone() throws Exception {
        final CountDownLatch agree = new CountDownLatch(1);
        final CompletableFuture<Long> sum = new CompletableFuture<>();
        upstream.script = (request, out, socket) -> {
            agree.await();
            ScriptedUpstream.write(out, SWITCHING);
            sum.complete(sumOf(socket.getInputStream(), MEGABYTES, 0));
            socket.close();
        };
        try (RawClient client = client()) {
            final CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> {
                try {
                    client.send(HANDSHAKE);
                    return send(client.socket.getOutputStream(), MEGABYTES, 1);
                } catch (final IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            eventually(() -> proxy.budget.heldBytes() >= 64 * 1024);
            Thread.sleep(50);
            // At most the bound, one read more, and the room of the buffer that grew for it.
            assertThat(proxy.budget.heldBytes()).isLessThan(200 * 1024);
            agree.countDown();
            assertThat(client.read().status()).isEqualTo(101);
            assertThat(sum.get(20, TimeUnit.SECONDS)).isEqualTo(sent.get(20, TimeUnit.SECONDS));
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void shouldPassTheClientsEarlyEndThrough() throws Exception {
        upstream.script = (request, out, socket) -> {
            Thread.sleep(50);
            ScriptedUpstream.write(out, SWITCHING);
            out.write(socket.getInputStream().readAllBytes());
            socket.close();
        };
        try (RawClient client = client()) {
            client.send(HANDSHAKE + "all I say").socket.shutdownOutput();
            assertThat(client.read().status()).isEqualTo(101);
            assertThat(client.readToEnd()).isEqualTo("all I say");
        }
        endedWith(Outcome.COMPLETE);
    }
}
