package openclaw.edge.bench.allocation;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The node's certificate, which signs itself, for {@code localhost}. */
final class TestCertificate {
    private TestCertificate() {}

    /** Writes {@code node.pem} and {@code node.key}. */
    static void write(final Path directory) throws Exception {
        final X509Bundle node = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .ecp256()
                .buildSelfSigned();
        Files.writeString(directory.resolve("node.pem"), node.getCertificatePEM());
        Files.writeString(directory.resolve("node.key"), node.getPrivateKeyPEM());
    }

    /** What clients trust it by. */
    static SSLContext trusting(final Path directory) throws Exception {
        final KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
        trust.load(null, null);
        try (InputStream in = Files.newInputStream(directory.resolve("node.pem"))) {
            trust.setCertificateEntry(
                    "node", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        final TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(trust);
        final SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trusted.getTrustManagers(), null);
        return context;
    }
}
