package openclaw.edge.proxy;

import static openclaw.edge.proxy.UpstreamsUnderTest.eventually;
import static openclaw.edge.proxy.UpstreamsUnderTest.get;
import static openclaw.edge.proxy.UpstreamsUnderTest.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.forward.Origin;
import openclaw.edge.proxy.forward.UpstreamPool;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import openclaw.edge.proxy.testing.Certificates;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** {@code https://} upstreams behind a whole node, over real sockets; the servers are the JDK's. */
@Timeout(60)
final class UpstreamTlsTest {
    @TempDir
    private Path directory;

    private Certificates certificates;
    private TlsServerSocket socket;

    @BeforeEach
    void makeAuthority() throws Exception {
        certificates = new Certificates(directory);
    }

    private ScriptedUpstream upstream(final X509Bundle bundle, final boolean asksClients) throws Exception {
        socket = new TlsServerSocket(certificates.trusting(bundle), asksClients);
        return new ScriptedUpstream(socket);
    }

    /** TLS over accepted sockets that stay at hand, so that they can be cut below it. */
    private static final class TlsServerSocket extends ServerSocket {
        private final Map<Socket, Socket> under = new ConcurrentHashMap<>();
        private final SSLContext context;
        private final boolean asksClients;

        TlsServerSocket(final SSLContext context, final boolean asksClients) throws IOException {
            super(0, 50, InetAddress.getLoopbackAddress());
            this.context = context;
            this.asksClients = asksClients;
        }

        @Override
        public Socket accept() throws IOException {
            final Socket plain = super.accept();
            final SSLSocket secured =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
            secured.setUseClientMode(false);
            secured.setNeedClientAuth(asksClients);
            final SSLParameters parameters = secured.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            secured.setSSLParameters(parameters);
            under.put(secured, plain);
            return secured;
        }
    }

    private String servers(final String host, final String tls) {
        return "servers: 'https://" + host + ":" + socket.getLocalPort() + "', timeouts: {connect: 20s}, tls: {" + tls
                + "}";
    }

    @Test
    void shouldSpeakHttp11ByTlsToAServerWithAGoodCertificate() throws Exception {
        final List<String> sessions = new CopyOnWriteArrayList<>();
        try (ScriptedUpstream upstream = upstream(certificates.server("good", false, "localhost"), false)) {
            upstream.script = (request, out, from) -> {
                final SSLSocket secured = (SSLSocket) from;
                assertThat(secured.getApplicationProtocol()).isEqualTo("http/1.1");
                sessions.add(secured.getSession().getProtocol());
                ScriptedUpstream.ok(out, request.bodyText());
            };
            final String body = "0123456789".repeat(20_000);
            try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers("localhost", "ca: ca.pem"));
                    RawClient client = edge.client()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.send(head("POST", "/", "Content-Length: 200000\r\n") + body)
                                    .read()
                                    .body())
                            .isEqualTo(body.substring(0, 200_000));
                }
                assertThat(edge.count(EdgeCounter.UPSTREAM_CONNECTS)).isEqualTo(1);
                assertThat(edge.count(EdgeCounter.EXCEPTIONS)).isZero();
            }
            assertThat(sessions).containsExactly("TLSv1.3", "TLSv1.3", "TLSv1.3");
        }
    }

    @Test
    void shouldSayAndCheckTheNameOfTheConfiguration() throws Exception {
        Files.writeString(
                directory.resolve("edge.yaml"),
                "upstream: {servers: 'https://api.example.com', tls: {ca: ca.pem}}\ncatalog: billing.yaml\n");
        final UpstreamTls tls = UpstreamTls.of(
                EdgeConfig.read(directory.resolve("edge.yaml")).upstream().tls(), ApplicationProtocolNames.HTTP_1_1);
        final SslHandler handler =
                tls.newHandler(ByteBufAllocator.DEFAULT, new Origin(true, "api.example.com", 443, "api.example.com"));
        final SSLParameters parameters = handler.engine().getSSLParameters();
        assertThat(parameters.getServerNames()).containsExactly(new SNIHostName("api.example.com"));
        assertThat(parameters.getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
        ReferenceCountUtil.release(handler.engine());
    }

    @Test
    void shouldResumeSessions() throws Exception {
        final List<Long> created = new CopyOnWriteArrayList<>();
        try (ScriptedUpstream upstream = upstream(certificates.server("good", false, "localhost"), false)) {
            upstream.script = (request, out, from) -> {
                created.add(((SSLSocket) from).getSession().getCreationTime());
                ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                // The next connection's session, were it a new one, would be of another millisecond.
                Thread.sleep(20);
                from.close();
            };
            try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers("localhost", "ca: ca.pem"));
                    RawClient client = edge.client()) {
                for (int i = 0; i < 4; i++) {
                    assertThat(get(client, "/").status()).isEqualTo(200);
                }
            }
            assertThat(upstream.accepted.get()).isEqualTo(4);
            assertThat(created).hasSize(4);
            assertThat(created.stream().distinct()).as("sessions made anew").hasSizeLessThan(4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "expired", "other"})
    void shouldRefuseABadCertificateAndAnswer502(final String what) throws Exception {
        final X509Bundle bundle = switch (what) {
            case "unknown" -> certificates.server("good", false, "localhost");
            case "expired" -> certificates.expired("expired", "localhost");
            default -> certificates.server("other", false, "other.example");
        };
        try (ScriptedUpstream upstream = upstream(bundle, false);
                UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory, 1, servers("localhost", what.equals("unknown") ? "ca: system" : "ca: ca.pem"));
                RawClient client = edge.client();
                LogLines log = new LogLines()) {
            assertThat(get(client, "/").status()).isEqualTo(502);
            assertThat(upstream.received).isEmpty();
            assertThat(edge.count(EdgeCounter.UPSTREAM_TLS_FAILED)).isEqualTo(2);
            assertThat(edge.count(EdgeCounter.UPSTREAM_CONNECT_FAILED)).isEqualTo(2);
            assertThat(edge.count(EdgeCounter.EXCEPTIONS)).isZero();
            assertThat(log.of("no connection to upstream"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains(
                            switch (what) {
                                case "unknown" -> "not signed by an authority that is trusted";
                                case "expired" -> "has expired";
                                default -> "is for another host";
                            });
        }
    }

    @Test
    void shouldTakeAnyCertificateWhenToldNotToVerify() throws Exception {
        try (ScriptedUpstream upstream = upstream(certificates.expired("expired", "other.example"), false);
                UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers("localhost", "verify: false"));
                RawClient client = edge.client()) {
            assertThat(get(client, "/").status()).isEqualTo(200);
            assertThat(upstream.received).hasSize(1);
        }
    }

    @Test
    void shouldShowItsOwnCertificateAndCheckHealthWithIt() throws Exception {
        final X509Bundle server = certificates.server("good", true, "localhost");
        certificates.client("edge-a");
        try (ScriptedUpstream upstream = upstream(server, true);
                UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory,
                        1,
                        servers("localhost", "ca: ca.pem, cert: edge-a.pem, key: edge-a.key")
                                + ", health: {path: /health, interval: 20ms, fall: 20}");
                RawClient client = edge.client()) {
            eventually(() -> upstream.received.size() > 3);
            final String label = "localhost:" + socket.getLocalPort() + "/127.0.0.1";
            assertThat(edge.metric("healthy", label)).isEqualTo(1);
            assertThat(edge.metric("health_changes_total", label)).isZero();
            assertThat(get(client, "/").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldNotTakeACutForTheEndOfAResponse() throws Exception {
        try (ScriptedUpstream upstream = upstream(certificates.server("good", false, "localhost"), false)) {
            upstream.script = (request, out, from) -> {
                ScriptedUpstream.write(out, "HTTP/1.1 200 OK\r\n\r\nhalf");
                if (request.head().contains("/whole")) {
                    from.close();
                } else {
                    // TCP ends without a close_notify, as anybody between could make it end.
                    socket.under.get(from).close();
                }
            };
            try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers("localhost", "ca: ca.pem"));
                    RawClient whole = edge.client();
                    RawClient half = edge.client()) {
                assertThat(get(whole, "/whole").body()).isEqualTo("half");
                assertThatThrownBy(() -> get(half, "/half")).isInstanceOf(IOException.class);
                eventually(() -> edge.count(EdgeCounter.RESPONSES_ABORTED) == 1);
                assertThat(edge.count(EdgeCounter.EXCEPTIONS)).isZero();
            }
        }
    }

    @Test
    void shouldGiveUpAHandshakeThatDoesNotEndInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory,
                        1,
                        "servers: 'https://localhost:" + silent.getLocalPort() + "', timeouts: {connect: 200ms}");
                RawClient client = edge.client()) {
            assertThat(get(client, "/").status()).isEqualTo(504);
            assertThat(edge.count(EdgeCounter.UPSTREAM_TLS_FAILED)).isEqualTo(1);
        }
    }

    /** What the pools of upstream connections log. */
    private static final class LogLines implements AutoCloseable {
        private final Logger logger = (Logger) LoggerFactory.getLogger(UpstreamPool.class);
        private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

        LogLines() {
            lines.start();
            logger.addAppender(lines);
        }

        List<String> of(final String part) {
            return lines.list.stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .filter(line -> line.contains(part))
                    .toList();
        }

        @Override
        public void close() {
            logger.detachAppender(lines);
        }
    }
}
