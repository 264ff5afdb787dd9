package openclaw.edge.proxy.h1;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.listen.ConnectionSetup;
import openclaw.edge.proxy.testing.Certificates;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** As {@link OverSockets}, with clients that speak TLS, and certificates of both kinds of keys for several names. */
abstract class OverTls extends OverSockets {
    @TempDir
    static Path directory;

    static Certificates certificates;
    static SSLContext trusting;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(directory);
        certificates.server("rsa", true, "one.test");
        certificates.server("ec", false, "two.test", "*.wild.test");
        certificates.server("both-rsa", true, "both.test");
        certificates.server("both-ec", false, "both.test");
        trusting = certificates.trusting(null);
    }

    @Override
    ProxyUnderTest open() throws Exception {
        return open(setup("rsa", "", true), BUFFER_BYTES, 100);
    }

    private ProxyUnderTest open(final ConnectionSetup setup, final long bufferBytes, final int maxConnections)
            throws IOException {
        return new ProxyUnderTest(upstream.address(), bufferBytes, setup, maxConnections, Waits.LONG);
    }

    final void listen(final String more) throws Exception {
        listen(setup("rsa", more, true), BUFFER_BYTES, 100);
    }

    final void listen(final ConnectionSetup setup, final long bufferBytes, final int maxConnections) throws Exception {
        replace(open(setup, bufferBytes, maxConnections));
    }

    static ConnectionSetup setup(final String first, final String tls, final boolean http2) throws IOException {
        return setup(first, tls, http2, "20s");
    }

    /**
     * A listener's beginning of connections.
     *
     * @param first the certificate for who asks for no name that there is
     * @param tls more settings of TLS
     * @param patience with a handshake
     */
    static ConnectionSetup setup(final String first, final String tls, final boolean http2, final String patience)
            throws IOException {
        final EdgeConfig config = EdgeConfig.read(Files.writeString(
                directory.resolve("edge.yaml"), """
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
                timeouts: {tls_handshake: %s, client_head: 20s}
                catalog: [billing.yaml]
                """.formatted(http2, first, first, tls.indent(6), patience)));
        return ConnectionSetup.of(config.listen().get(0), config.timeouts());
    }

    final TlsClient client(final String version) throws IOException {
        return new TlsClient(trusting, proxy.port(), "one.test", version);
    }

    /** A connection without any TLS. */
    final Socket plain() throws IOException {
        final Socket socket = new Socket("127.0.0.1", proxy.port());
        socket.setSoTimeout(20_000);
        return socket;
    }
}
