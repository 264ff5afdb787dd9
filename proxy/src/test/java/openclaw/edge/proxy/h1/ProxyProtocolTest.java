package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLSocket;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.listen.ConnectionSetup;
import openclaw.edge.proxy.testing.Certificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that begin with a PROXY header, over real sockets. */
@Timeout(30)
class ProxyProtocolTest {
    private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    private ScriptedUpstream upstream;
    private ProxyUnderTest proxy;

    @BeforeEach
    void start() throws Exception {
        upstream = new ScriptedUpstream();
        listen("");
    }

    private void listen(final String more) throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        final EdgeConfig config =
                EdgeConfig.read(Files.writeString(directory.resolve("edge.yaml"), """
                listen: [{address: "127.0.0.1:0", proxy_protocol: true%s}]
                upstream: {servers: [http://127.0.0.1:9]}
                timeouts: {client_head: 700ms}
                catalog: [billing.yaml]
                """.formatted(more)));
        proxy = new ProxyUnderTest(
                upstream.address(),
                true,
                64 * 1024 * 1024,
                ConnectionSetup.of(config.listen().get(0), config.timeouts()),
                100);
    }

    @AfterEach
    void stopWithNothingLeft() throws Exception {
        proxy.listener.close();
        upstream.close();
        eventually(() -> proxy.onLoop(() -> proxy.pool.connections()) == 0);
        eventually(() -> proxy.connections.open() == 0);
        assertThat(proxy.budget.heldBytes()).isZero();
        assertThat(proxy.loop.counters().get(EdgeCounter.EXCEPTIONS)).isZero();
        proxy.close();
    }

    private static void eventually(final Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 500 && !condition.call(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.call()).isTrue();
    }

    private long count(final EdgeCounter counter) throws Exception {
        return proxy.onLoop(() -> proxy.loop.counters().get(counter));
    }

    @Test
    void shouldTakeTheClientOfTheHeader() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            assertThat(client.send(HEADER + REQUEST).read().status()).isEqualTo(200);
            assertThat(client.get("/2").status()).isEqualTo(200);
        }
        assertThat(upstream.received)
                .allSatisfy(request -> assertThat(request.head()).contains("X-Forwarded-For: 192.0.2.1\r\n"));
    }

    @Test
    void shouldTakeTheClientOfAHeaderOfVersion2WithTlvs() throws Exception {
        final String header = "0d0a0d0a000d0a515549540a2121" + String.format("%04x", 36 + 3 + 2000)
                + "20010db8000000000000000000000001" + "00000000000000000000000000000001" + "00010002" + "0407d0"
                + "00".repeat(2000);
        try (RawClient client = new RawClient(proxy.port())) {
            final String text = new String(HexFormat.of().parseHex(header), StandardCharsets.ISO_8859_1);
            assertThat(client.send(text + REQUEST).read().status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).contains("X-Forwarded-For: 2001:db8:0:0:0:0:0:1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "\r\n\r\n\0\r\nQUIT\n \0\0\0"})
    void shouldTakeTheConnectionsOwnAddressWhereTheHeaderNamesNone(final String header) throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            assertThat(client.send(header + REQUEST).read().status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).contains("X-Forwarded-For: 127.0.0.1\r\n");
    }

    @Test
    void shouldTakeAHeaderInPieces() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            final String all = HEADER + REQUEST;
            for (int i = 0; i < all.length(); i++) {
                client.send(all.substring(i, i + 1));
                Thread.sleep(1);
            }
            assertThat(client.read().status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).contains("X-Forwarded-For: 192.0.2.1\r\n");
    }

    @Test
    void shouldTakeAHeaderInPiecesBeforeAPipeline() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(HEADER.substring(0, 20));
            Thread.sleep(30);
            client.send(HEADER.substring(20) + REQUEST.repeat(3));
            for (int i = 0; i < 3; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {REQUEST, "PROXY TCP4 192.0.2.1\r\n" + REQUEST, "\r\n\n", "\r\n\r\n\0\r\nQUIT\n1\0\0\0"})
    void shouldCloseAConnectionWithoutAHeader(final String text) throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            assertThatThrownBy(() -> client.send(text).read()).isInstanceOf(IOException.class);
        }
        assertThat(upstream.received).isEmpty();
        assertThat(count(EdgeCounter.PROXY_HEADERS_REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldRefuseASecondHeader() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            assertThat(client.send(HEADER + HEADER + REQUEST).read().status()).isEqualTo(400);
        }
    }

    @Test
    void shouldCloseAConnectionWhoseHeaderDoesNotCome() throws Exception {
        try (RawClient silent = new RawClient(proxy.port());
                RawClient slow = new RawClient(proxy.port())) {
            slow.send("PROXY TCP4 ");
            assertThat(silent.isClosedByPeer()).isTrue();
            assertThat(slow.isClosedByPeer()).isTrue();
        }
        assertThat(count(EdgeCounter.PROXY_HEADER_TIMEOUTS)).isEqualTo(2);
    }

    @Test
    void shouldTakeTheHeaderBeforeTls() throws Exception {
        final Certificates certificates = new Certificates(directory);
        certificates.server("rsa", true, "one.test");
        listen(", tls: {certificates: [{cert: rsa.pem, key: rsa.key}]}");
        try (Socket plain = new Socket("127.0.0.1", proxy.port())) {
            plain.setSoTimeout(5000);
            plain.getOutputStream().write(HEADER.getBytes(StandardCharsets.US_ASCII));
            final SSLSocket socket = (SSLSocket)
                    certificates.trusting(null).getSocketFactory().createSocket(plain, "one.test", proxy.port(), true);
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            assertThat(ScriptedUpstream.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
        }
        assertThat(upstream.received.get(0).head())
                .contains("X-Forwarded-For: 192.0.2.1\r\n", "X-Forwarded-Proto: https\r\n");
    }
}
