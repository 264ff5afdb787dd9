package openclaw.edge.proxy.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A certificate that servers present, with the chain to its authority and its private key, which belong together. Immutable.
 *
 * <p>Its names are the DNS names of the subject alternative name extension (RFC 6125 section 6.4.4: the subject's common name
 * is not one), in lower case.
 */
public final class ServerCertificate {
    private static final int DNS_NAME = 2;
    private static final int TEST_BYTES = 32;

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final List<String> names;

    private ServerCertificate(final List<X509Certificate> chain, final PrivateKey key, final List<String> names) {
        this.chain = chain;
        this.key = key;
        this.names = names;
    }

    /**
     * From a chain and a key.
     *
     * @param chain the certificate first, then those that lead to its authority; at least one
     * @throws PemException when the key is not that of the first certificate
     */
    public static ServerCertificate of(final List<X509Certificate> chain, final PrivateKey key) throws PemException {
        final X509Certificate certificate = chain.get(0);
        if (!belongTogether(certificate, key)) {
            throw new PemException(
                    "the private key of the first certificate, " + subject(certificate), "another one's");
        }
        return new ServerCertificate(List.copyOf(chain), key, names(certificate));
    }

    private static boolean belongTogether(final X509Certificate certificate, final PrivateKey key) {
        final String algorithm = key.getAlgorithm();
        if (!algorithm.equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        try {
            final Signature signature =
                    Signature.getInstance(algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            final byte[] text = new byte[TEST_BYTES];
            signature.initSign(key);
            signature.update(text);
            final byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (final GeneralSecurityException e) {
            return false;
        }
    }

    private static List<String> names(final X509Certificate certificate) throws PemException {
        final List<String> names = new ArrayList<>();
        try {
            final Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (final List<?> name : all) {
                    if ((Integer) name.get(0) == DNS_NAME) {
                        names.add(((String) name.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (final CertificateParsingException e) {
            throw new PemException("subject alternative names", "none that can be read in " + subject(certificate));
        }
        return List.copyOf(names);
    }

    /** The subject of a certificate as text. */
    public static String subject(final X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    /** The certificate itself. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** The certificate, then those that lead to its authority. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** The private key of the first certificate. */
    public PrivateKey key() {
        return key;
    }

    /** {@code RSA} or {@code EC}. */
    public String keyType() {
        return key.getAlgorithm();
    }

    /** DNS names, in lower case; {@code *.example.com} stands for one label. */
    public List<String> names() {
        return names;
    }

    /** Names and place only: never the key. */
    @Override
    public String toString() {
        return subject(certificate()) + " " + names;
    }
}
