package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.testing.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1 by TLS over real sockets: requests, bodies of any length, and the ends of connections. */
@Timeout(60)
class TlsConnectionsTest extends OverTls {
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldServeRequestsOnOneConnectionAndSayThatTheyWereHttps(final String version) throws Exception {
        try (TlsClient client = client(version)) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/a/" + i).status()).isEqualTo(200);
            }
            assertThat(client.socket.getSession().getProtocol()).isEqualTo(version);
        }
        assertThat(upstream.received.get(4).head())
                .contains("X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Proto: https\r\n");
        assertThat(proxy.ends()).hasSize(5).containsOnly(Outcome.COMPLETE);
        assertThat(count(EdgeCounter.TLS_HANDSHAKES)).isEqualTo(1);
    }

    @Test
    void shouldServeCurl() throws Exception {
        assertThat(Tools.run(
                        "curl",
                        "-sS",
                        "--cacert",
                        directory.resolve("ca.pem").toString(),
                        "--resolve",
                        "one.test:" + proxy.port() + ":127.0.0.1",
                        "-d",
                        "hello",
                        "https://one.test:" + proxy.port() + "/p"))
                .isEqualTo("hello");
    }

    @Test
    void shouldNotReadFasterThanTheUpstream() throws Exception {
        final int length = 16 * 1024 * 1024;
        try (ServerSocket server = new ServerSocket()) {
            server.setReceiveBufferSize(32 * 1024);
            server.bind(new InetSocketAddress("127.0.0.1", 0));
            replace(new ProxyUnderTest(
                    (InetSocketAddress) server.getLocalSocketAddress(),
                    BUFFER_BYTES,
                    setup("rsa", "", true),
                    100,
                    Waits.LONG));
            final CountDownLatch take = new CountDownLatch(1);
            final Thread slow = new Thread(() -> takeSlowly(server, length, take));
            slow.start();
            try (TlsClient client = client("TLSv1.3")) {
                final Thread sender = new Thread(() -> sendQuietly(client, length));
                sender.start();
                Thread.sleep(300);
                assertThat(proxy.onLoop(() -> proxy.budget.heldBytes())).isLessThan(1 << 20);
                assertThat(sender.isAlive()).isTrue();
                take.countDown();
                assertThat(client.read().body()).isEqualTo(Integer.toString(length));
                sender.join();
            }
            slow.join();
        }
    }

    private static void sendQuietly(final TlsClient client, final int length) {
        try {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void takeSlowly(final ServerSocket server, final int length, final CountDownLatch take) {
        try (Socket socket = server.accept()) {
            ScriptedUpstream.readHead(socket.getInputStream());
            take.await();
            final int taken = socket.getInputStream().readNBytes(length).length;
            ScriptedUpstream.ok(socket.getOutputStream(), Integer.toString(taken));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldReadRecordsInPiecesOfAnySize(final String version) throws Exception {
        final String body = "0123456789abcdef".repeat(5_000);
        try (Dribble dribble = new Dribble(proxy.port(), 1789);
                TlsClient client = new TlsClient(trusting, dribble.port(), "one.test", version)) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                        + body)
                                .read()
                                .body())
                        .isEqualTo(body);
            }
        }
    }

    @Test
    void shouldCloseWithACloseNotifyBehindTheLastAnswer() throws Exception {
        try (TlsClient client = client("TLSv1.3")) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            // The JDK throws where the end comes without one.
            assertThat(client.in.read()).isNegative();
        }
    }

    @Test
    void shouldLetARefusalArriveThoughTheClientSendsOn() throws Exception {
        try (TlsClient client = client("TLSv1.3")) {
            // So long that however much has come before the refusal, the rest is not read to keep the connection.
            client.send("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 999000\r\n\r\nx");
            client.send("y".repeat(60_000));
            assertThat(client.read().status()).isEqualTo(429);
            client.send("y".repeat(100));
            assertThat(client.in.read()).isNegative();
        }
    }

    @Test
    void shouldEndAResponseThatCannotBeFinishedWithoutACloseNotify() throws Exception {
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            Thread.sleep(100);
            socket.close();
        };
        try (TlsClient client = client("TLSv1.3")) {
            client.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n");
            assertThatThrownBy(() -> client.in.readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldTakeACloseNotifyForTheEndOfTheConnection(final String version) throws Exception {
        upstream.script = (request, out, socket) -> {};
        try (TlsClient client = client(version)) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            eventually(() -> upstream.received.size() == 1);
            client.socket.shutdownOutput();
            assertThat(client.in.read()).isNegative();
        }
        eventually(() -> count(EdgeCounter.CLIENT_ABORTS) == 1);
    }

    @Test
    void shouldCarryLargeResponsesToSlowReaders() throws Exception {
        final int length = 8 * 1024 * 1024;
        upstream.script = (request, out, socket) -> large(out, length);
        try (TlsClient client = client("TLSv1.3")) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Thread.sleep(200);
            assertThat(proxy.onLoop(() -> proxy.budget.heldBytes())).isLessThan(1 << 20);
            final String head = ScriptedUpstream.readHead(client.in);
            assertThat(head).contains("Content-Length: " + length);
            final byte[] piece = new byte[5_000];
            int at = 0;
            while (at < length) {
                final int n = client.in.read(piece, 0, Math.min(piece.length, length - at));
                assertThat(n).isPositive();
                for (int i = 0; i < n; i++, at++) {
                    if (piece[i] != (byte) (at >> 8 & 0x7F)) {
                        throw new AssertionError("byte " + at + " is " + piece[i]);
                    }
                }
            }
        }
    }

    private static void large(final OutputStream out, final int length) throws IOException {
        ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
        final byte[] piece = new byte[65_536];
        for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) (i >> 8 & 0x7F);
        }
        for (int i = 0; i < length; i += piece.length) {
            out.write(piece);
        }
    }
}
