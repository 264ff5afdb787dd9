package openclaw.edge.catalog;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of bytes and of files. */
public final class Sha256 {
    private static final int CHUNK_LENGTH = 1 << 16;

    private Sha256() {}

    /** A fresh digest. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** 64 lower-case hexadecimal digits. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /**
     * Of a whole file, as long as it is now.
     *
     * @param file to be read
     * @return 32 bytes
     * @throws IOException when it cannot be read, or becomes shorter meanwhile
     */
    public static byte[] of(Path file) throws IOException {
        return of(file, Files.size(file));
    }

    /**
     * Of a file's beginning.
     *
     * @param file to be read
     * @param lengthBytes that count, 0 or more
     * @return 32 bytes
     * @throws IOException when it cannot be read, or is shorter
     */
    public static byte[] of(Path file, long lengthBytes) throws IOException {
        MessageDigest digest = digest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK_LENGTH];
            long left = lengthBytes;
            while (left > 0) {
                int read = in.read(chunk, 0, (int) Math.min(left, chunk.length));
                if (read < 0) {
                    throw new EOFException(
                            file + " ends at " + (lengthBytes - left) + ", expected " + lengthBytes + " bytes");
                }
                digest.update(chunk, 0, read);
                left -= read;
            }
        }
        return digest.digest();
    }
}
