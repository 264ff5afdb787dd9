package openclaw.edge.proxy.tls;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Private keys from the three forms that PEM files hold. The JDK reads PKCS#8; the older two are wrapped into it. */
final class PrivateKeys {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int PARAMETERS = 0xA0;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    /** rsaEncryption, NULL: RFC 8017 appendix A.1. */
    private static final byte[] RSA = {
        0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    /** id-ecPublicKey: RFC 5480 section 2.1.1. */
    private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};

    private static final String[] ALGORITHMS = {"RSA", "EC"};

    private PrivateKeys() {}

    /**
     * Reads a key.
     *
     * @param type of the PEM block
     * @throws PemException naming the file, never the key
     */
    static PrivateKey read(final String type, final byte[] content, final Path path) throws PemException {
        final byte[] pkcs8 = switch (type) {
            case "PRIVATE KEY" -> content;
            case "RSA PRIVATE KEY" -> pkcs8(RSA, content);
            case "EC PRIVATE KEY" -> pkcs8(concat(EC, curve(content, path)), content);
            case "ENCRYPTED PRIVATE KEY" ->
                throw new PemException("a private key that is not encrypted", "an encrypted one in " + path);
            default -> throw new PemException("an RSA or EC private key", "a block " + type + " in " + path);
        };
        for (final String algorithm : ALGORITHMS) {
            final PrivateKey key = tryAs(algorithm, pkcs8);
            if (key != null) {
                return key;
            }
        }
        throw new PemException("an RSA or EC private key", "a block " + type + " that is neither in " + path);
    }

    private static PrivateKey tryAs(final String algorithm, final byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (final GeneralSecurityException e) {
            // Of the other kind, or of none: the exception may quote the key and goes no further.
            return null;
        }
    }

    private static byte[] pkcs8(final byte[] algorithm, final byte[] key) {
        return tagged(SEQUENCE, concat(concat(VERSION_0, tagged(SEQUENCE, algorithm)), tagged(OCTET_STRING, key)));
    }

    /** The curve's object identifier, whole, out of an ECPrivateKey (RFC 5915 section 3). */
    private static byte[] curve(final byte[] key, final Path path) throws PemException {
        try {
            int at = skipHeader(key, 0);
            while (at < key.length) {
                final int content = skipHeader(key, at);
                if ((key[at] & 0xFF) == PARAMETERS && key[content] == OBJECT_IDENTIFIER) {
                    return Arrays.copyOfRange(key, content, end(key, content));
                }
                at = end(key, at);
            }
        } catch (final IndexOutOfBoundsException e) {
            throw new PemException("an EC private key", "a block that is none in " + path);
        }
        throw new PemException("an EC private key that names its curve", "one that does not in " + path);
    }

    private static int skipHeader(final byte[] der, final int at) {
        final int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    private static int end(final byte[] der, final int at) {
        final int content = skipHeader(der, at);
        int length = der[at + 1] & 0xFF;
        if (length >= 0x80) {
            length = 0;
            for (int i = at + 2; i < content; i++) {
                length = (length << 8) | (der[i] & 0xFF);
            }
        }
        if (length < 0 || content + length > der.length) {
            throw new IndexOutOfBoundsException("DER length " + length);
        }
        return content + length;
    }

    private static byte[] tagged(final int tag, final byte[] content) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
        out.write(tag);
        // The shortest form: DER allows no other.
        final int lengthBytes =
                content.length < 0x80 ? 0 : content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
        if (lengthBytes > 0) {
            out.write(0x80 | lengthBytes);
        }
        for (int i = Math.max(1, lengthBytes) - 1; i >= 0; i--) {
            out.write(content.length >> (8 * i));
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concat(final byte[] a, final byte[] b) {
        final byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }
}
