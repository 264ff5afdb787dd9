package openclaw.edge.proxy.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import openclaw.edge.yaml.FailureWords;

/** A file of PEM blocks (RFC 7468), read whole. Not thread-safe. */
public final class PemFile {
    private static final long MAX_BYTES = 1 << 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    private final Path path;
    private final String digest;
    private final List<Block> blocks;

    private PemFile(final Path path, final byte[] content) throws PemException {
        this.path = path;
        this.digest = sha256(content);
        this.blocks = blocks(path, new String(content, StandardCharsets.ISO_8859_1));
    }

    private static final class Block {
        private final String type;
        private final byte[] content;

        Block(final String type, final byte[] content) {
            this.type = type;
            this.content = content;
        }
    }

    /**
     * Reads a file.
     *
     * @throws PemException when it cannot be read, is larger than 1 MiB or holds no PEM block that is whole
     */
    public static PemFile read(final Path path) throws PemException {
        try {
            if (Files.isDirectory(path)) {
                throw new PemException("a PEM file", "a directory at " + path);
            }
            if (Files.size(path) > MAX_BYTES) {
                throw new PemException(
                        "a PEM file of at most " + MAX_BYTES + " bytes", Files.size(path) + " in " + path);
            }
            return new PemFile(path, Files.readAllBytes(path));
        } catch (final NoSuchFileException e) {
            throw new PemException("a file that exists", "none at " + path);
        } catch (final AccessDeniedException e) {
            throw new PemException("a file that this process may read", "no permission for " + path);
        } catch (final IOException e) {
            throw new PemException("a readable file", path + ", of which " + FailureWords.of(e));
        }
    }

    /** SHA-256 of the file as it was read, in hexadecimal digits. */
    public String digest() {
        return digest;
    }

    private static String sha256(final byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * All certificates, in the file's order; at least one.
     *
     * @throws PemException when there is none, or one cannot be read
     */
    public List<X509Certificate> certificates() throws PemException {
        final List<X509Certificate> certificates = new ArrayList<>();
        for (final Block block : blocks) {
            if (block.type.equals("CERTIFICATE")) {
                certificates.add(certificate(block.content, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException("a PEM block CERTIFICATE", found());
        }
        return List.copyOf(certificates);
    }

    /**
     * The one private key: PKCS#8, PKCS#1 (RSA) or SEC 1 (EC), not encrypted.
     *
     * @throws PemException when there is none, or another number, or it cannot be read
     */
    public PrivateKey privateKey() throws PemException {
        PrivateKey key = null;
        for (final Block block : blocks) {
            if (!block.type.endsWith("PRIVATE KEY")) {
                continue;
            }
            if (key != null) {
                throw new PemException("one private key", "more than one in " + path);
            }
            key = PrivateKeys.read(block.type, block.content, path);
        }
        if (key == null) {
            throw new PemException(
                    "a PEM block PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY, not encrypted", found());
        }
        return key;
    }

    private X509Certificate certificate(final byte[] content, final int number) throws PemException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(content));
        } catch (final CertificateException e) {
            throw new PemException("X.509 certificates", "a block that is none as number " + number + " of " + path);
        }
    }

    private String found() {
        final List<String> types =
                blocks.stream().map(block -> block.type).distinct().toList();
        return (types.isEmpty() ? "no PEM block" : String.join(", ", types)) + " in " + path;
    }

    private static List<Block> blocks(final Path path, final String text) throws PemException {
        final List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            final int typeAt = at + BEGIN.length();
            final int typeEnd = text.indexOf(DASHES, typeAt);
            final String type = typeEnd < 0 ? "" : text.substring(typeAt, typeEnd);
            final String end = DASHES + "END " + type + DASHES;
            final int contentEnd = typeEnd < 0 ? -1 : text.indexOf(end, typeEnd);
            if (contentEnd < 0 || type.length() > 64 || type.indexOf('\n') >= 0) {
                throw new PemException("whole PEM blocks", "one that is cut off in " + path);
            }
            blocks.add(block(path, type, text.substring(typeEnd + DASHES.length(), contentEnd)));
            at = text.indexOf(BEGIN, contentEnd + end.length());
        }
        return blocks;
    }

    private static Block block(final Path path, final String type, final String base64) throws PemException {
        if (base64.indexOf(':') >= 0) {
            // Header lines (Proc-Type, DEK-Info) are those of keys under a password, in the old form.
            throw new PemException("a private key that is not encrypted", "an encrypted " + type + " in " + path);
        }
        try {
            return new Block(type, Base64.getMimeDecoder().decode(base64));
        } catch (final IllegalArgumentException e) {
            throw new PemException("base64 in PEM blocks", "other text in a block " + type + " of " + path);
        }
    }
}
