package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The row "Upgrade" of the HTTP rules, clause by clause, over real sockets. */
@Timeout(30)
class TunnelTest extends OverSockets {
    private static final String HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: WebSocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final int MEGABYTES = 4 << 20;

    /** What an upstream does once it has agreed. */
    private interface Tunnelled {
        void run(InputStream in, OutputStream out, Socket socket) throws IOException, InterruptedException;
    }

    private void agreeAnd(final Tunnelled then) {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, SWITCHING);
            then.run(socket.getInputStream(), out, socket);
        };
    }

    private void agreeAndEcho() {
        agreeAnd((in, out, socket) -> {
            in.transferTo(out);
            socket.close();
        });
    }

    private RawClient tunnel() throws IOException {
        final RawClient client = client();
        assertThat(client.send(HANDSHAKE).read().status()).isEqualTo(101);
        return client;
    }

    private static String read(final InputStream in, final int bytes) throws IOException {
        return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    private void endedWith(final Outcome outcome) throws Exception {
        eventually(() -> !proxy.handler.ends.isEmpty());
        assertThat(proxy.handler.ends).containsExactly(outcome);
    }

    // ---- the handshake ----

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
        assertThat(proxy.handler.failures).containsExactly(Reason.UPSTREAM_MALFORMED);
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
            assertThat(before.get(5, TimeUnit.SECONDS)).isEqualTo("nothing");
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
            assertThat(sum.get(10, TimeUnit.SECONDS)).isEqualTo(sent.get(10, TimeUnit.SECONDS));
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

    // ---- bytes both ways ----

    @Test
    void shouldCarryMegabytesBothWaysAtOnceToSlowReaders() throws Exception {
        final CompletableFuture<Long> upstreamSum = new CompletableFuture<>();
        final CompletableFuture<Long> upstreamSent = new CompletableFuture<>();
        agreeAnd((in, out, socket) -> {
            final Thread reader = new Thread(() -> complete(upstreamSum, () -> sumOf(in, MEGABYTES, 3)));
            reader.start();
            upstreamSent.complete(send(out, MEGABYTES, 7));
            reader.join();
            socket.close();
        });
        try (RawClient client = tunnel()) {
            final CompletableFuture<Long> clientSent = new CompletableFuture<>();
            new Thread(() -> complete(clientSent, () -> send(client.socket.getOutputStream(), MEGABYTES, 8))).start();
            final long clientSum = sumOf(client.in, MEGABYTES, 3);
            assertThat(clientSum).isEqualTo(upstreamSent.get(20, TimeUnit.SECONDS));
            assertThat(upstreamSum.get(20, TimeUnit.SECONDS)).isEqualTo(clientSent.get(20, TimeUnit.SECONDS));
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
        assertThat(count(EdgeCounter.TUNNEL_BYTES_IN)).isEqualTo(MEGABYTES);
        assertThat(count(EdgeCounter.TUNNEL_BYTES_OUT)).isEqualTo(MEGABYTES);
        assertThat(proxy.handler.progress).isPositive();
    }

    @Test
    void shouldStopTheUpstreamWhenTheClientDoesNotRead() throws Exception {
        final AtomicLong written = new AtomicLong();
        agreeAnd((in, out, socket) -> {
            writeUntilStopped(out, written);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            standsStill(written);
            assertThat(proxy.budget.heldBytes()).isBetween(1L, 256L * 1024);
            client.in.skipNBytes(64L << 20);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldStopTheClientWhenTheUpstreamDoesNotRead() throws Exception {
        final CountDownLatch read = new CountDownLatch(1);
        final AtomicLong written = new AtomicLong();
        agreeAnd((in, out, socket) -> {
            read.await();
            in.skipNBytes(64L << 20);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            new Thread(() -> {
                        try {
                            writeUntilStopped(client.socket.getOutputStream(), written);
                        } catch (final IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .start();
            standsStill(written);
            assertThat(proxy.budget.heldBytes()).isBetween(1L, 256L * 1024);
            read.countDown();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
    }

    private static void writeUntilStopped(final OutputStream out, final AtomicLong written) throws IOException {
        final byte[] piece = new byte[64 * 1024];
        while (written.get() < 64 << 20) {
            out.write(piece);
            written.addAndGet(piece.length);
        }
    }

    /** Waits until nothing more is written, which must be before everything is. */
    private static void standsStill(final AtomicLong written) throws InterruptedException {
        long before = -1;
        while (written.get() == 0 || written.get() != before) {
            before = written.get();
            Thread.sleep(200);
        }
        assertThat(before).isLessThan(64 << 20);
    }

    // ---- ends ----

    @Test
    void shouldPassTheClientsEndOnAndKeepTheOtherDirection() throws Exception {
        agreeAnd((in, out, socket) -> {
            final byte[] all = in.readAllBytes();
            ScriptedUpstream.write(out, "after your end: ");
            Thread.sleep(50);
            out.write(all);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            client.send("last words").socket.shutdownOutput();
            assertThat(client.readToEnd()).isEqualTo("after your end: last words");
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldPassTheUpstreamsEndOnAndKeepTheOtherDirection() throws Exception {
        final CompletableFuture<String> got = new CompletableFuture<>();
        agreeAnd((in, out, socket) -> {
            ScriptedUpstream.write(out, "bye");
            socket.shutdownOutput();
            got.complete(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        });
        try (RawClient client = tunnel()) {
            assertThat(client.readToEnd()).isEqualTo("bye");
            client.send("still ").send("talking");
            client.socket.shutdownOutput();
            assertThat(got.get(5, TimeUnit.SECONDS)).isEqualTo("still talking");
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldCloseTheUpstreamWhenTheClientResets() throws Exception {
        final CompletableFuture<Integer> end = new CompletableFuture<>();
        agreeAnd((in, out, socket) -> {
            ScriptedUpstream.write(out, "x");
            end.complete(in.read());
        });
        final RawClient client = tunnel();
        assertThat(client.in.read()).isEqualTo('x');
        client.socket.setSoLinger(true, 0);
        client.close();
        assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
        endedWith(Outcome.CLIENT_ABORT);
    }

    @Test
    void shouldCloseTheClientWhenTheUpstreamResets() throws Exception {
        agreeAnd((in, out, socket) -> {
            in.read();
            socket.setSoLinger(true, 0);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            assertThat(client.send("x").isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.UPSTREAM_FAILED);
    }

    @Test
    void shouldTakeAResetAfterAnOrderlyEndAsTheEnd() throws Exception {
        agreeAnd((in, out, socket) -> {
            in.readAllBytes();
            socket.setSoLinger(true, 0);
            socket.close();
        });
        try (RawClient client = tunnel()) {
            client.send("done").socket.shutdownOutput();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldNotSpinOnAClientThatEndedAndThenReset() throws Exception {
        final CountDownLatch done = new CountDownLatch(1);
        agreeAnd((in, out, socket) -> {
            done.await();
            socket.close();
        });
        final RawClient client = tunnel();
        client.socket.shutdownOutput();
        Thread.sleep(50);
        client.socket.setSoLinger(true, 0);
        client.close();
        Thread.sleep(50);
        final long before = proxy.loopCpuNs();
        Thread.sleep(500);
        // Half a second of spinning would be that much; a tick now and then is nothing.
        assertThat(proxy.loopCpuNs() - before).isLessThan(250_000_000L);
        done.countDown();
        endedWith(Outcome.COMPLETE);
    }

    @Test
    void shouldCloseATunnelThatIsSilentInBothDirections() throws Exception {
        proxy.handler.tunnelIdleNs = 300_000_000L;
        final CompletableFuture<Integer> end = new CompletableFuture<>();
        agreeAnd((in, out, socket) -> end.complete(in.read()));
        try (RawClient client = tunnel()) {
            assertThat(client.isClosedByPeer()).isTrue();
            assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
        }
        endedWith(Outcome.TIMEOUT);
        assertThat(count(EdgeCounter.TUNNEL_TIMEOUTS)).isEqualTo(1);
    }

    @ParameterizedTest(name = "only the client speaks: {0}")
    @ValueSource(booleans = {false, true})
    void shouldKeepATunnelThatIsSilentInOneDirectionOnly(final boolean clientSpeaks) throws Exception {
        proxy.handler.tunnelIdleNs = 600_000_000L;
        agreeAnd((in, out, socket) -> {
            if (!clientSpeaks) {
                speak(out);
            }
            in.readAllBytes();
            socket.close();
        });
        try (RawClient client = tunnel()) {
            if (clientSpeaks) {
                speak(client.socket.getOutputStream());
            } else {
                assertThat(read(client.in, 12)).hasSize(12);
            }
            client.socket.shutdownOutput();
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.COMPLETE);
    }

    /** A byte now and then, for longer than a tunnel may be silent. */
    private static void speak(final OutputStream out) throws IOException {
        for (int i = 0; i < 12; i++) {
            ScriptedUpstream.write(out, ".");
            try {
                Thread.sleep(100);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void shouldLetTunnelsLiveThroughTheDrainAndCutThemAtItsEnd() throws Exception {
        agreeAndEcho();
        try (RawClient client = tunnel()) {
            proxy.listener.fire(ConnectionEvent.DRAIN);
            assertThat(read(client.send("still").in, 5)).isEqualTo("still");
            proxy.listener.fire(ConnectionEvent.CUT);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.SHUTDOWN);
    }

    @Test
    void shouldGiveUpAHandshakeThatTheUpstreamDoesNotAnswer() throws Exception {
        upstream.script = (request, out, socket) -> Thread.sleep(2_000);
        try (RawClient client = client()) {
            final var response = client.send(HANDSHAKE + "early").read();
            assertThat(response.status()).isEqualTo(504);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        endedWith(Outcome.TIMEOUT);
    }

    // ---- known bytes ----

    private interface Measured {
        long run() throws IOException;
    }

    private static void complete(final CompletableFuture<Long> result, final Measured task) {
        try {
            result.complete(task.run());
        } catch (final IOException e) {
            result.completeExceptionally(e);
        }
    }

    /** Sends so many bytes in pieces of all sizes; their checksum. */
    private static long send(final OutputStream out, final int bytes, final long seed) throws IOException {
        final Random random = new Random(seed);
        final CRC32 sum = new CRC32();
        for (int left = bytes; left > 0; ) {
            final byte[] piece = new byte[Math.min(left, 1 + random.nextInt(100_000))];
            random.nextBytes(piece);
            out.write(piece);
            sum.update(piece);
            left -= piece.length;
        }
        return sum.getValue();
    }

    /** Checksum of so many bytes, read with a pause in every {@code pauses}-th part. */
    private static long sumOf(final InputStream in, final int bytes, final int pauses) throws IOException {
        final CRC32 sum = new CRC32();
        final byte[] piece = new byte[32 * 1024];
        int left = bytes;
        for (int i = 0; left > 0; i++) {
            final int n = in.read(piece, 0, Math.min(piece.length, left));
            if (n < 0) {
                throw new IOException("the end, " + left + " bytes early");
            }
            sum.update(piece, 0, n);
            left -= n;
            if (pauses > 0 && i % (40 * pauses) == 0) {
                try {
                    Thread.sleep(20);
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        return sum.getValue();
    }
}
