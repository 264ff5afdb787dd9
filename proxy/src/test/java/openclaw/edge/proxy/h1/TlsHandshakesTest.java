package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLException;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.testing.Certificates;
import openclaw.edge.proxy.tls.TlsProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes over real sockets: what is agreed on, what is refused, what takes too long or too much. */
@Timeout(60)
class TlsHandshakesTest extends OverTls {
    @Test
    void shouldUseBoringSslWhereItRuns() {
        assertThat(OpenSsl.isAvailable())
                .as(String.valueOf(OpenSsl.unavailabilityCause()))
                .isTrue();
        assertThat(TlsProvider.current()).isEqualTo(SslProvider.OPENSSL_REFCNT);
    }

    @Test
    void shouldAgreeOnHttp11ByAlpn() throws Exception {
        try (TlsClient client = new TlsClient(trusting, proxy.port(), "one.test", "TLSv1.3", "http/1.1", "http/1.0")) {
            assertThat(client.socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldPreferHttp2ByAlpnWhereTheListenerSpeaksIt() throws Exception {
        try (TlsClient client = new TlsClient(trusting, proxy.port(), "one.test", "TLSv1.3", "http/1.1", "h2")) {
            assertThat(client.socket.getApplicationProtocol()).isEqualTo("h2");
            // The server's preface: a SETTINGS frame.
            assertThat(client.in.readNBytes(4)[3]).isEqualTo((byte) 4);
        }
        listen(setup("rsa", "", false), BUFFER_BYTES, 100);
        try (TlsClient client = new TlsClient(trusting, proxy.port(), "one.test", "TLSv1.3", "http/1.1", "h2")) {
            assertThat(client.socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldAskForAClientCertificateAndTakeNoForeignOne(@TempDir final Path elsewhere) throws Exception {
        final X509Bundle own = certificates.client("own-client");
        final X509Bundle foreign = new Certificates(elsewhere).client("foreign-client");
        listen("client_ca: ca.pem");
        for (final String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (TlsClient client = new TlsClient(certificates.trusting(own), proxy.port(), "one.test", version)) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
            for (final X509Bundle none : Arrays.asList(null, foreign)) {
                assertThatThrownBy(() -> {
                            try (TlsClient client =
                                    new TlsClient(certificates.trusting(none), proxy.port(), "one.test", version)) {
                                client.get("/");
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
        }
        eventually(() -> count(EdgeCounter.TLS_FAILED_CLIENT_CERTIFICATE) == 4);
        assertThat(count(EdgeCounter.TLS_HANDSHAKES)).isEqualTo(2);
        assertThat(upstream.received).hasSize(2);
    }

    @Test
    void shouldRefuseTls12WhereItIsNotWanted() throws Exception {
        listen("min_version: 1.3");
        assertThatThrownBy(() -> client("TLSv1.2")).isInstanceOf(SSLException.class);
        client("TLSv1.3").close();
        eventually(() -> count(EdgeCounter.TLS_FAILED_PROTOCOL) == 1);
    }

    @Test
    void shouldRefuseTls11() throws Exception {
        // A ClientHello of TLS 1.1, without extensions: version 3.2, 32 random bytes, one cipher suite.
        final byte[] hello = HexFormat.of().parseHex("160302002d0100002903020" + "0".repeat(63) + "000002c0140100");
        try (Socket socket = plain()) {
            socket.getOutputStream().write(hello);
            final byte[] answer = socket.getInputStream().readAllBytes();
            // A fatal alert: protocol_version.
            assertThat(answer).startsWith(21).endsWith(2, 70);
        }
        eventually(() -> count(EdgeCounter.TLS_FAILED_PROTOCOL) == 1);
    }

    @Test
    void shouldCloseWhatIsNoTls() throws Exception {
        for (final String text : List.of("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "x", "\u0000".repeat(70_000))) {
            try (Socket socket = plain()) {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
                assertThat(isReset(socket) || socket.getInputStream().readAllBytes().length < 20)
                        .isTrue();
            }
        }
        eventually(() -> count(EdgeCounter.TLS_FAILED_ALIEN) == 3);
    }

    private static boolean isReset(final Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return false;
        } catch (final IOException e) {
            return true;
        }
    }

    @Test
    void shouldGiveUpAHandshakeThatTakesTooLong() throws Exception {
        listen(setup("rsa", "", true, "500ms"), BUFFER_BYTES, 100);
        try (Socket silent = plain();
                Socket slow = plain()) {
            slow.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1});
            assertThat(silent.getInputStream().read()).isNegative();
            assertThat(slow.getInputStream().read()).isNegative();
        }
        assertThat(count(EdgeCounter.TLS_TIMEOUTS)).isEqualTo(2);
        assertThat(count(EdgeCounter.TLS_FAILED_CLOSED)).isZero();
    }

    @Test
    void shouldCountAClientThatGoesAwayInItsHandshake() throws Exception {
        plain().close();
        eventually(() -> count(EdgeCounter.TLS_FAILED_CLOSED) == 1);
    }

    @Test
    void shouldServeGoodClientsThroughAFloodOfHandshakes() throws Exception {
        listen(setup("rsa", "", true), BUFFER_BYTES, 8);
        final List<Socket> flood = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            flood.add(plain());
        }
        try (TlsClient client = client("TLSv1.3")) {
            assertThat(client.get("/").status()).isEqualTo(200);
        }
        assertThat(proxy.connections.open()).isLessThanOrEqualTo(8);
        assertThat(count(EdgeCounter.SETUP_EVICTIONS)).isGreaterThanOrEqualTo(33);
        for (final Socket socket : flood) {
            socket.close();
        }
    }

    @Test
    void shouldCloseHandshakesWhenTheNodeDrains() throws Exception {
        try (Socket silent = plain()) {
            eventually(() -> proxy.connections.open() == 1);
            proxy.listener.fire(ConnectionEvent.DRAIN);
            assertThat(silent.getInputStream().read()).isNegative();
        }
    }

    @Test
    void shouldGiveUpTheOldestUnfinishedRecordsWhenMemoryRunsShort() throws Exception {
        listen(setup("rsa", "", true), 1 << 20, 100);
        final byte[] record = new byte[16_000];
        System.arraycopy(new byte[] {22, 3, 1, 0x40, 0}, 0, record, 0, 5);
        final List<Socket> hostile = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            hostile.add(plain());
            hostile.get(i).getOutputStream().write(record);
        }
        eventually(() -> count(EdgeCounter.TLS_RECORD_EVICTIONS) > 20);
        assertThat(proxy.onLoop(() -> proxy.budget.heldBytes())).isPositive().isLessThan(1 << 20);
        try (TlsClient client = client("TLSv1.3")) {
            assertThat(client.get("/").status()).isEqualTo(200);
        }
        for (final Socket socket : hostile) {
            socket.close();
        }
    }
}
