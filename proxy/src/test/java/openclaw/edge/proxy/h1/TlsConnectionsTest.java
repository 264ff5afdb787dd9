package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.listen.ConnectionSetup;
import openclaw.edge.proxy.testing.Certificates;
import openclaw.edge.proxy.testing.Tools;
import openclaw.edge.proxy.tls.TlsProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1 by TLS over real sockets: handshakes of every kind, and the ends of connections. */
@Timeout(40)
class TlsConnectionsTest {
    @TempDir
    private static Path directory;

    private static Certificates certificates;
    private static SSLContext trusting;

    private ScriptedUpstream upstream;
    private ProxyUnderTest proxy;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(directory);
        certificates.server("rsa", true, "one.test");
        certificates.server("ec", false, "two.test", "*.wild.test");
        certificates.server("both-rsa", true, "both.test");
        certificates.server("both-ec", false, "both.test");
        trusting = certificates.trusting(null);
    }

    @BeforeEach
    void start() throws Exception {
        upstream = new ScriptedUpstream();
        listen("");
    }

    private void listen(final String more) throws Exception {
        listen(setup("rsa", more, true), 64 * 1024 * 1024, 100);
    }

    private void listen(final ConnectionSetup setup, final long bufferBytes, final int maxConnections)
            throws Exception {
        if (proxy != null) {
            proxy.listener.close();
            proxy.close();
        }
        proxy = new ProxyUnderTest(upstream.address(), true, bufferBytes, setup, maxConnections);
    }

    private static ConnectionSetup setup(final String first, final String tls, final boolean http2) throws IOException {
        final EdgeConfig config = EdgeConfig.read(
                Files.writeString(directory.resolve("edge.yaml"), """
                listen:
                  - address: 127.0.0.1:0
                    http2: %s
                    tls:
                      certificates:
                        - {cert: %s.pem, key: %s.key}
                        - {cert: ec.pem, key: ec.key}
                        - {cert: both-rsa.pem, key: both-rsa.key}
                        - {cert: both-ec.pem, key: both-ec.key}
                %s
                upstream: {servers: [http://127.0.0.1:9]}
                timeouts: {tls_handshake: 700ms, client_head: 700ms}
                catalog: [billing.yaml]
                """.formatted(http2, first, first, tls.indent(6))));
        return ConnectionSetup.of(config.listen().get(0), config.timeouts());
    }

    @AfterEach
    void stopWithNothingLeft() throws Exception {
        eventually(() -> proxy.onLoop(() -> proxy.loop.exchanges().inUse()) == 0);
        proxy.listener.close();
        upstream.close();
        eventually(() -> proxy.onLoop(() -> proxy.pool.connections()) == 0);
        eventually(() -> proxy.connections.open() == 0);
        assertThat(proxy.budget.heldBytes()).isZero();
        assertThat(proxy.loop.counters().get(EdgeCounter.EXCEPTIONS)).isZero();
        proxy.close();
    }

    private static void eventually(final Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 500; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(10);
        }
        assertThat(condition.call()).isTrue();
    }

    private TlsClient client(final String version) throws IOException {
        return new TlsClient(trusting, proxy.port(), "one.test", version);
    }

    private long count(final EdgeCounter counter) throws Exception {
        return proxy.onLoop(() -> proxy.loop.counters().get(counter));
    }

    @Test
    void shouldUseBoringSslWhereItRuns() {
        assertThat(OpenSsl.isAvailable())
                .as(String.valueOf(OpenSsl.unavailabilityCause()))
                .isTrue();
        assertThat(TlsProvider.current()).isEqualTo(SslProvider.OPENSSL_REFCNT);
    }

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
        assertThat(proxy.handler.ends).hasSize(5).containsOnly(Outcome.COMPLETE);
        assertThat(count(EdgeCounter.TLS_HANDSHAKES)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldResumeSessions(final String version) throws Exception {
        final SSLContext context = certificates.trusting(null);
        for (int i = 0; i < 3; i++) {
            try (TlsClient client = new TlsClient(context, proxy.port(), "one.test", version)) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
        assertThat(count(EdgeCounter.TLS_HANDSHAKES)).isEqualTo(3);
        assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "one.test, TLSv1.3, one.test",
        "ONE.test, TLSv1.2, one.test",
        "two.test, TLSv1.3, two.test",
        "two.test, TLSv1.2, two.test",
        "a.wild.test, TLSv1.3, two.test",
        "a.b.wild.test, TLSv1.3, one.test",
        "wild.test, TLSv1.3, one.test",
        "unknown.test, TLSv1.3, one.test",
        ", TLSv1.3, one.test",
        "both.test, TLSv1.2, both.test",
        "both.test, TLSv1.3, both.test"
    })
    void shouldChooseTheCertificateByTheNameAskedFor(final String name, final String version, final String expected)
            throws Exception {
        try (TlsClient client = new TlsClient(trusting, proxy.port(), name, version)) {
            assertThat(client.commonName()).isEqualTo("CN=" + expected);
        }
    }

    @Test
    void shouldPresentTheKeyThatTheClientKnows() throws Exception {
        try (TlsClient client = new TlsClient(trusting, proxy.port(), "both.test", "TLSv1.3")) {
            assertThat(client.keyType()).isEqualTo("EC");
        }
        assertThat(Tools.openssl(proxy.port(), "both.test", "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"))
                .contains("Peer signature type: RSA-PSS");
        assertThat(Tools.openssl(proxy.port(), "both.test", "-sigalgs", "ECDSA+SHA256", "-tls1_2"))
                .contains("Peer signature type: ECDSA");
    }

    /** As {@code -sess_out} and {@code -sess_in} of openssl, another library than the JDK's. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2", "-tls1_2 -no_ticket"})
    void shouldResumeSessionsOfOpenSsl(final String options) throws Exception {
        final String session = directory.resolve("session.pem").toString();
        assertThat(openssl(options + " -sess_out " + session)).contains("New, ");
        assertThat(openssl(options + " -sess_in " + session)).contains("Reused, ");
        assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(1);
    }

    private String openssl(final String options) throws Exception {
        return Tools.openssl(proxy.port(), "one.test", options.split(" "));
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
        listen(setup("rsa", "", false), 64 * 1024 * 1024, 100);
        try (TlsClient client = new TlsClient(trusting, proxy.port(), "one.test", "TLSv1.3", "http/1.1", "h2")) {
            assertThat(client.socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldOpenTicketsOfTheLastKeyButOneAndNoOlder() throws Exception {
        final long laterNs = System.nanoTime() + TimeUnit.HOURS.toNanos(7);
        final SSLContext first = certificates.trusting(null);
        final SSLContext second = certificates.trusting(null);
        resumed(first, 0);
        resumed(second, 0);
        proxy.listener.keepHouse(laterNs);
        resumed(first, 1);
        proxy.listener.keepHouse(laterNs + TimeUnit.HOURS.toNanos(7));
        resumed(second, 1);
        // The first client was given a ticket of the key between.
        resumed(first, 2);
    }

    private void resumed(final SSLContext context, final int expected) throws Exception {
        try (TlsClient client = new TlsClient(context, proxy.port(), "one.test", "TLSv1.3")) {
            assertThat(client.get("/").status()).isEqualTo(200);
        }
        assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(expected);
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

    @Test
    void shouldCloseHandshakesWhenTheNodeDrains() throws Exception {
        try (Socket silent = plain()) {
            eventually(() -> proxy.connections.open() == 1);
            proxy.listener.fire(ConnectionEvent.DRAIN);
            assertThat(silent.getInputStream().read()).isNegative();
        }
    }

    @Test
    void shouldNotReadFasterThanTheUpstream() throws Exception {
        final int length = 16 * 1024 * 1024;
        try (ServerSocket server = new ServerSocket()) {
            server.setReceiveBufferSize(32 * 1024);
            server.bind(new InetSocketAddress("127.0.0.1", 0));
            proxy.listener.close();
            proxy.close();
            proxy = new ProxyUnderTest(
                    (InetSocketAddress) server.getLocalSocketAddress(),
                    true,
                    64 << 20,
                    setup("rsa", "", true),
                    100,
                    10);
            final Thread slow = new Thread(() -> takeSlowly(server, length));
            slow.start();
            try (TlsClient client = client("TLSv1.3")) {
                final Thread sender = new Thread(() -> sendQuietly(client, length));
                sender.start();
                Thread.sleep(300);
                assertThat(proxy.onLoop(() -> proxy.budget.heldBytes())).isLessThan(1 << 20);
                assertThat(sender.isAlive()).isTrue();
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

    private static void takeSlowly(final ServerSocket server, final int length) {
        try (Socket socket = server.accept()) {
            ScriptedUpstream.readHead(socket.getInputStream());
            Thread.sleep(500);
            final int taken = socket.getInputStream().readNBytes(length).length;
            ScriptedUpstream.ok(socket.getOutputStream(), Integer.toString(taken));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
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
    void shouldResumeSessionsOfClientsWithCertificates() throws Exception {
        listen("client_ca: ca.pem");
        final SSLContext context = certificates.trusting(certificates.client("own-client"));
        for (int i = 0; i < 2; i++) {
            try (TlsClient client = new TlsClient(context, proxy.port(), "one.test", "TLSv1.3")) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
        assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(1);
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
        listen(setup("rsa", "", true), 64 * 1024 * 1024, 8);
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
            client.send("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 99000\r\n\r\nx");
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
        upstream.script = (request, out, socket) -> Thread.sleep(300);
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

    @Test
    void shouldPresentNewCertificatesToNewConnectionsAndLeaveOpenOnesAlone() throws Exception {
        final SSLContext context = certificates.trusting(null);
        try (TlsClient before = new TlsClient(context, proxy.port(), "x.test", "TLSv1.3")) {
            assertThat(before.get("/").status()).isEqualTo(200);
            assertThat(before.commonName()).isEqualTo("CN=one.test");
            certificates.server("renewed", false, "three.test");
            proxy.listener.replaceSetup(setup("renewed", "", true));
            try (TlsClient after = new TlsClient(certificates.trusting(null), proxy.port(), "x.test", "TLSv1.3")) {
                assertThat(after.commonName()).isEqualTo("CN=three.test");
                assertThat(after.get("/").status()).isEqualTo(200);
            }
            // Sessions outlive the certificate that began them.
            try (TlsClient resumed = new TlsClient(context, proxy.port(), "x.test", "TLSv1.3")) {
                assertThat(resumed.get("/").status()).isEqualTo(200);
            }
            assertThat(count(EdgeCounter.TLS_RESUMED)).isEqualTo(1);
            assertThat(before.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldShakeHandsWhileCertificatesAreReplaced() throws Exception {
        final Thread[] clients = new Thread[3];
        final List<Throwable> failures = new CopyOnWriteArrayList<>();
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Thread(() -> {
                try {
                    for (int n = 0; n < 20; n++) {
                        try (TlsClient client = client("TLSv1.3")) {
                            client.get("/");
                        }
                    }
                } catch (final IOException e) {
                    failures.add(e);
                }
            });
            clients[i].start();
        }
        while (clients[0].isAlive() || clients[1].isAlive() || clients[2].isAlive()) {
            proxy.listener.replaceSetup(setup("rsa", "", true));
            Thread.sleep(5);
        }
        assertThat(failures).isEmpty();
        assertThat(count(EdgeCounter.TLS_HANDSHAKES)).isEqualTo(60);
    }

    private Socket plain() throws IOException {
        final Socket socket = new Socket("127.0.0.1", proxy.port());
        socket.setSoTimeout(8000);
        return socket;
    }
}
