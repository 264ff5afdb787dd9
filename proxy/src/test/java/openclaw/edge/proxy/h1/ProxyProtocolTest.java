package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.net.ssl.SSLSocket;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.listen.ConnectionSetup;
import openclaw.edge.proxy.testing.Certificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that begin with a PROXY header, over real sockets. */
@Timeout(60)
class ProxyProtocolTest extends OverSockets {
    private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    @Override
    ProxyUnderTest open() throws Exception {
        return open("", "20s");
    }

    /** @param more of the listener; {@code patience} with a header, or with a request's head */
    private ProxyUnderTest open(final String more, final String patience) throws IOException {
        final EdgeConfig config =
                EdgeConfig.read(Files.writeString(directory.resolve("edge.yaml"), """
                listen: [{address: "127.0.0.1:0", proxy_protocol: true%s}]
                upstream: {servers: [http://127.0.0.1:9]}
                timeouts: {client_head: %s}
                catalog: [billing.yaml]
                """.formatted(more, patience)));
        return new ProxyUnderTest(
                upstream.address(),
                BUFFER_BYTES,
                ConnectionSetup.of(config.listen().get(0), config.timeouts()),
                100,
                Waits.LONG);
    }

    @Test
    void shouldTakeTheClientOfTheHeader() throws Exception {
        try (RawClient client = client()) {
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
        try (RawClient client = client()) {
            final String text = new String(HexFormat.of().parseHex(header), StandardCharsets.ISO_8859_1);
            assertThat(client.send(text + REQUEST).read().status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).contains("X-Forwarded-For: 2001:db8:0:0:0:0:0:1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "\r\n\r\n\0\r\nQUIT\n \0\0\0"})
    void shouldTakeTheConnectionsOwnAddressWhereTheHeaderNamesNone(final String header) throws Exception {
        try (RawClient client = client()) {
            assertThat(client.send(header + REQUEST).read().status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).contains("X-Forwarded-For: 127.0.0.1\r\n");
    }

    @Test
    void shouldTakeAHeaderInPieces() throws Exception {
        try (RawClient client = client()) {
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
        try (RawClient client = client()) {
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
        try (RawClient client = client()) {
            assertThatThrownBy(() -> client.send(text).read()).isInstanceOf(IOException.class);
        }
        assertThat(upstream.received).isEmpty();
        assertThat(count(EdgeCounter.PROXY_HEADERS_REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldRefuseASecondHeader() throws Exception {
        try (RawClient client = client()) {
            assertThat(client.send(HEADER + HEADER + REQUEST).read().status()).isEqualTo(400);
        }
    }

    @Test
    void shouldCloseAConnectionWhoseHeaderDoesNotCome() throws Exception {
        replace(open("", "500ms"));
        try (RawClient silent = client();
                RawClient slow = client()) {
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
        replace(open(", tls: {certificates: [{cert: rsa.pem, key: rsa.key}]}", "20s"));
        try (Socket plain = new Socket("127.0.0.1", proxy.port())) {
            plain.setSoTimeout(20_000);
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
