package openclaw.edge.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemFileTest {
    @TempDir
    private static Path directory;

    private static X509Bundle rsa;
    private static X509Bundle ec;

    @BeforeAll
    static void makeCertificates() throws Exception {
        final CertificateBuilder builder = new CertificateBuilder()
                .subject("CN=one.test")
                .addSanDnsName("One.test")
                .setIsCertificateAuthority(true);
        rsa = builder.copy().rsa2048().buildSelfSigned();
        ec = builder.copy().ecp256().buildSelfSigned();
    }

    @Test
    void shouldReadKeysInEachOfTheirForms() throws Exception {
        final PrivateKey rsaKey = rsa.getKeyPair().getPrivate();
        final PrivateKey ecKey = ec.getKeyPair().getPrivate();
        assertThat(read(rsa.getPrivateKeyPEM())).isEqualTo(rsaKey).isInstanceOf(RSAPrivateCrtKey.class);
        assertThat(read(pem("RSA PRIVATE KEY", inner(rsaKey)))).isEqualTo(rsaKey);
        assertThat(read(ec.getPrivateKeyPEM())).isInstanceOf(ECPrivateKey.class);
        // As openssl ecparam -genkey writes it.
        final String sec1 = pem("EC PARAMETERS", new byte[] {6, 8, 42, (byte) 134, 72, (byte) 206, 61, 3, 1, 7})
                + pem("EC PRIVATE KEY", withCurve(ecKey));
        assertThat(((ECPrivateKey) read(sec1)).getS()).isEqualTo(((ECPrivateKey) ecKey).getS());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nothing at all                                       | a PEM block PRIVATE KEY              | no PEM block
                    -----BEGIN PRIVATE KEY-----HUSHHUSH                  | whole PEM blocks                     | cut off
                    -----BEGIN PRIVATE KEY-----HUSHHUSH-----END PRIVATE KEY----- | an RSA or EC private key     | that is neither
                    -----BEGIN EC PRIVATE KEY-----HUSHHUSH-----END EC PRIVATE KEY----- | an EC private key      | a block that is none
                    -----BEGIN RSA PRIVATE KEY-----HUSHHUSH-----END RSA PRIVATE KEY----- | an RSA or EC private key | that is neither
                    -----BEGIN ENCRYPTED PRIVATE KEY-----HUSHHUSH-----END ENCRYPTED PRIVATE KEY----- | not encrypted | an encrypted one
                    -----BEGIN RSA PRIVATE KEY-----Proc-Type: 4,ENCRYPTED HUSHHUSH-----END RSA PRIVATE KEY----- | not encrypted | an encrypted
                    -----BEGIN DSA PRIVATE KEY-----HUSHHUSH-----END DSA PRIVATE KEY----- | an RSA or EC private key | DSA PRIVATE KEY
                    -----BEGIN CERTIFICATE-----HUSHHUSH-----END CERTIFICATE----- | a PEM block PRIVATE KEY      | CERTIFICATE in
                    """)
    void shouldSayWhatIsWrongWithAKeyAndNeverTheKey(final String text, final String expected, final String found) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(PemException.class)
                .hasNoCause()
                .satisfies(e -> {
                    assertThat(((PemException) e).expected()).contains(expected);
                    assertThat(((PemException) e).found()).contains(found, "file.pem");
                })
                .message()
                .doesNotContain("HUSH");
    }

    @Test
    void shouldSurviveAnyCutAndAnyFlippedBitOfAnEcKey() throws Exception {
        final byte[] key = withCurve(ec.getKeyPair().getPrivate());
        for (int i = 0; i < key.length; i++) {
            assertReadOrRefused(Arrays.copyOf(key, i));
            for (int bit = 0; bit < 8; bit++) {
                final byte[] flipped = key.clone();
                flipped[i] ^= (byte) (1 << bit);
                assertReadOrRefused(flipped);
            }
        }
    }

    private static void assertReadOrRefused(final byte[] key) throws Exception {
        try {
            assertThat(read(pem("EC PRIVATE KEY", key))).isNotNull();
        } catch (final PemException e) {
            assertThat(e).hasMessageContaining("file.pem");
        }
    }

    @Test
    void shouldReadChainsAndTellTwoPairsApart() throws Exception {
        final Path file = Files.writeString(
                directory.resolve("chain.pem"),
                "a comment\n" + rsa.getCertificatePEM() + "\n\n" + ec.getCertificatePEM());
        final var chain = PemFile.read(file).certificates();
        assertThat(chain).containsExactly(rsa.getCertificate(), ec.getCertificate());
        final ServerCertificate good =
                ServerCertificate.of(chain, rsa.getKeyPair().getPrivate());
        assertThat(good.names()).containsExactly("one.test");
        assertThat(good.keyType()).isEqualTo("RSA");
        final X509Bundle other = new CertificateBuilder()
                .subject("CN=other")
                .setIsCertificateAuthority(true)
                .rsa2048()
                .buildSelfSigned();
        for (final X509Bundle stranger : List.of(ec, other)) {
            assertThatThrownBy(() ->
                            ServerCertificate.of(chain, stranger.getKeyPair().getPrivate()))
                    .isInstanceOf(PemException.class)
                    .hasMessageContaining("the private key of the first certificate, CN=one.test");
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() {
        assertThatThrownBy(() -> PemFile.read(directory.resolve("absent.pem")))
                .hasMessage("expected a file that exists, found none at " + directory.resolve("absent.pem"));
        assertThatThrownBy(() -> PemFile.read(directory)).hasMessageContaining("a directory at " + directory);
    }

    private static PrivateKey read(final String text) throws Exception {
        return PemFile.read(Files.writeString(directory.resolve("file.pem"), text))
                .privateKey();
    }

    private static String pem(final String type, final byte[] content) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }

    /** The key within PKCS#8: PKCS#1 or SEC 1. */
    private static byte[] inner(final PrivateKey key) throws Exception {
        return PrivateKeyInfo.getInstance(key.getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
    }

    /** ECPrivateKey with its curve, which keys within PKCS#8 leave out. */
    private static byte[] withCurve(final PrivateKey key) throws Exception {
        final PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
        return new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256,
                        ((ECPrivateKey) key).getS(),
                        info.getPrivateKeyAlgorithm().getParameters())
                .getEncoded();
    }
}
