package openclaw.edge.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What is in files, by SHA-256. A file is read again only when its identity, size or time says that it may have changed, or when
 * its time is so young that a later change might not show in it. For one thread.
 */
final class FileDigests {
    /** Coarser than the clocks of file systems, FAT excepted. */
    private static final long YOUNG_MS = 2_000;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String UNREADABLE = "unreadable";

    private final Map<Path, Known> known = new HashMap<>();

    private record Known(Object fileKey, long sizeBytes, long modifiedMs, boolean isYoung, String digest) {}

    /** The digest of each file; what cannot be read has one as well. */
    Map<Path, String> of(final Collection<Path> files) {
        final Map<Path, String> digests = new LinkedHashMap<>();
        for (final Path file : files) {
            digests.put(file, of(file));
        }
        known.keySet().retainAll(files);
        return digests;
    }

    /** Forgets what it knows: every file is read again. */
    void forget() {
        known.clear();
    }

    /** The digest of a file's content. */
    static String of(final byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    private String of(final Path file) {
        try {
            final BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            final long modifiedMs = now.lastModifiedTime().toMillis();
            final Known before = known.get(file);
            if (before != null
                    && !before.isYoung
                    && before.sizeBytes == now.size()
                    && before.modifiedMs == modifiedMs
                    && Objects.equals(before.fileKey, now.fileKey())) {
                return before.digest;
            }
            final boolean isYoung = System.currentTimeMillis() - modifiedMs < YOUNG_MS;
            final String digest = read(file);
            known.put(file, new Known(now.fileKey(), now.size(), modifiedMs, isYoung, digest));
            return digest;
        } catch (final IOException e) {
            known.remove(file);
            return UNREADABLE;
        }
    }

    private static String read(final Path file) throws IOException {
        final MessageDigest sha256 = sha256();
        final byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
