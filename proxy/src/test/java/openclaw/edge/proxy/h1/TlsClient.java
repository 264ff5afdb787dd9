package openclaw.edge.proxy.h1;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The JDK's TLS as a client. */
final class TlsClient implements AutoCloseable {
    final SSLSocket socket;
    final InputStream in;

    /** Connects and shakes hands. */
    TlsClient(final SSLContext context, final int port, final String name, final String version, final String... alpn)
            throws IOException {
        final Socket plain = new Socket("127.0.0.1", port);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(20_000);
        // Host and port are what the JDK looks up sessions by.
        socket = (SSLSocket)
                context.getSocketFactory().createSocket(plain, name == null ? "127.0.0.1" : name, port, true);
        final SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        socket.setEnabledProtocols(new String[] {version});
        try {
            socket.startHandshake();
            in = socket.getInputStream();
        } catch (final IOException e) {
            socket.close();
            throw e;
        }
    }

    String commonName() throws IOException {
        return certificate().getSubjectX500Principal().getName();
    }

    String keyType() throws IOException {
        return certificate().getPublicKey().getAlgorithm();
    }

    private X509Certificate certificate() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    TlsClient send(final String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    RawClient.Response get(final String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").read();
    }

    RawClient.Response read() throws IOException {
        final String head = ScriptedUpstream.readHead(in);
        if (head == null) {
            throw new IOException("closed before a response");
        }
        return new RawClient.Response(
                head, new String(ScriptedUpstream.readBody(head, in), StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
