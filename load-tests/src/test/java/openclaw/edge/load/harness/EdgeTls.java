package openclaw.edge.load.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate of its own for a node's listener, by the JDK's keytool, and clients that trust it. */
public final class EdgeTls {
    private static final String ALIAS = "edge";
    private static final char[] PASSWORD = "of-this-test".toCharArray();
    private static final int LINE = 64;

    private EdgeTls() {}

    /** Makes the listener of a node that has not been started one by TLS, with HTTP/2, for localhost; who trusts it. */
    public static SSLContext enable(final EdgeFiles files) throws IOException, GeneralSecurityException {
        final Path store = files.directory().resolve("edge.p12");
        generate(store);
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        final Certificate certificate = keys.getCertificate(ALIAS);
        final Key key = keys.getKey(ALIAS, PASSWORD);
        Files.writeString(files.directory().resolve("edge.pem"), pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(files.directory().resolve("edge-key.pem"), pem("PRIVATE KEY", key.getEncoded()));
        final String plain = "listen: 127.0.0.1:" + files.port() + "\n";
        final String yaml = Files.readString(files.edgeYaml());
        if (!yaml.contains(plain)) {
            throw new IllegalStateException("no line '" + plain.trim() + "' in " + files.edgeYaml());
        }
        Files.writeString(
                files.edgeYaml(),
                yaml.replace(
                        plain,
                        "listen: [{address: 127.0.0.1:" + files.port()
                                + ", http2: true, tls: {certificates: [{cert: edge.pem, key: edge-key.pem}]}}]\n"));
        return trusting(certificate);
    }

    private static void generate(final Path store) throws IOException {
        final Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-alias",
                        ALIAS,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (InputStream in = keytool.getInputStream()) {
            in.transferTo(said);
        }
        try {
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + said.toString(StandardCharsets.UTF_8));
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while keytool ran", e);
        }
    }

    private static String pem(final String label, final byte[] der) {
        final String lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    private static SSLContext trusting(final Certificate certificate) throws IOException, GeneralSecurityException {
        final KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, certificate);
        final TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
