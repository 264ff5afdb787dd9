package openclaw.edge.proxy.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority with what it has signed, as PEM files in a directory. */
public final class Certificates {
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final char[] NO_PASSWORD = {};

    private final Path directory;
    private final X509Bundle authority;

    public Certificates(final Path directory) throws Exception {
        this.directory = directory;
        this.authority = new CertificateBuilder()
                .subject("CN=Test Authority")
                .setIsCertificateAuthority(true)
                .ecp256()
                .buildSelfSigned();
        Files.writeString(directory.resolve("ca.pem"), authority.getCertificatePEM());
    }

    /** Writes {@code NAME.pem} and {@code NAME.key} of a server's certificate. */
    public X509Bundle server(final String file, final boolean rsa, final String... names) throws Exception {
        return write(file, builder(rsa, names).addExtendedKeyUsageServerAuth());
    }

    /** As {@link #server}, of a certificate that is out of date. */
    public X509Bundle expired(final String file, final String... names) throws Exception {
        final Instant now = Instant.now();
        return write(
                file,
                builder(false, names).notBefore(now.minus(9, ChronoUnit.DAYS)).notAfter(now.minus(2, ChronoUnit.DAYS)));
    }

    /** A client's certificate, signed by this authority. */
    public X509Bundle client(final String name) throws Exception {
        return write(name, builder(false, name).addExtendedKeyUsageClientAuth());
    }

    private static CertificateBuilder builder(final boolean rsa, final String... names) {
        final CertificateBuilder builder = new CertificateBuilder().subject("CN=" + names[0]);
        builder.addExtensionOctetString(SUBJECT_ALTERNATIVE_NAME, false, dnsNames(names));
        return rsa ? builder.rsa2048() : builder.ecp256();
    }

    /** GeneralNames (RFC 5280 section 4.2.1.6); by hand, since the builder refuses wildcards. */
    private static byte[] dnsNames(final String... names) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final String name : names) {
            all.write(0x82);
            all.write(name.length());
            all.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        }
        final ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.write(0x30);
        sequence.write(all.size());
        sequence.writeBytes(all.toByteArray());
        return sequence.toByteArray();
    }

    private X509Bundle write(final String file, final CertificateBuilder builder) throws Exception {
        final X509Bundle bundle = builder.buildIssuedBy(authority);
        Files.writeString(directory.resolve(file + ".pem"), bundle.getCertificatePathPEM());
        Files.writeString(directory.resolve(file + ".key"), bundle.getPrivateKeyPEM());
        return bundle;
    }

    /** Client contexts that trust this authority and show a certificate, if one is given. */
    public SSLContext trusting(final X509Bundle client) throws Exception {
        final KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
        trust.load(null, null);
        trust.setCertificateEntry("ca", authority.getCertificate());
        final TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(trust);
        KeyManager[] keys = null;
        if (client != null) {
            final KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(client.toKeyStore(NO_PASSWORD), NO_PASSWORD);
            keys = factory.getKeyManagers();
        }
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trusted.getTrustManagers(), new SecureRandom());
        return context;
    }
}
