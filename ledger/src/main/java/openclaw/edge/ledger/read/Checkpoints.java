package openclaw.edge.ledger.read;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What earlier runs have kept of journal files that are complete, so that a run that was cut off, or one of the next day, need
 * not read them again: for each file its control records, which sequences it holds, and the visitor's sums.
 *
 * <p>A file is known by its real path, inode, size, and the times of its last modification and of its inode's last change, to
 * the nanosecond: whatever writes to a file changes the last one. It is read again when any of them differs, and when the
 * visitor sums up by other rules. Only files whose writer has gone on to another, in which nothing is damaged, and whose usage
 * stands nowhere else are kept, so all others are always read, and what comes out is the same. A disk that returns other
 * bytes than were written is not noticed in files that are not read.
 *
 * <p>What is kept is checked by a CRC, and what is not as it was written counts as not there. Thread-safe.
 */
public final class Checkpoints {
    private static final String SUFFIX = ".checkpoint";
    private static final String ASIDE = ".writing";
    private static final String IDENTITY = "unix:dev,ino,size,lastModifiedTime,ctime";

    private final Path directory;
    private final String rules;
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private final AtomicLong reused = new AtomicLong();
    private volatile IOException failure;

    /**
     * Those of a directory, which is made when it is not there. It belongs to one kind of run: {@link #removeUnused()} deletes
     * what others have kept in it.
     *
     * @param directory where they are
     * @param rules what the visitors sum up by: other rules, other sums
     * @throws IOException when the directory cannot be made
     */
    public Checkpoints(final Path directory, final String rules) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.rules = rules;
    }

    /** What a file is known by; null where the file system cannot say. */
    String identity(final Path file) throws IOException {
        try {
            final Map<String, Object> attributes = Files.readAttributes(file, IDENTITY);
            return file + " " + attributes.get("dev") + " " + attributes.get("ino") + " " + attributes.get("size") + " "
                    + attributes.get("lastModifiedTime") + " " + attributes.get("ctime");
        } catch (final UnsupportedOperationException | IllegalArgumentException e) {
            return null;
        }
    }

    /** What was kept of a file as it is now; null when nothing was. */
    CondensedFile load(final String identity) {
        final String name = name(identity);
        final CondensedFile condensed;
        try {
            condensed = CondensedFile.decode(Files.readAllBytes(directory.resolve(name)), name);
        } catch (final IOException e) {
            // Not there, cut off, damaged, or of another file: it is as if it had not been kept, and is replaced.
            return null;
        }
        used.add(name);
        return condensed;
    }

    /** Notes that a file was not read, since what was kept of it was taken. */
    void reused() {
        reused.incrementAndGet();
    }

    /** Keeps what was read of a file; failing is no reason to fail a run. */
    void store(final String identity, final CondensedFile condensed) {
        final String name = name(identity);
        final Path aside =
                directory.resolve(name + "." + ProcessHandle.current().pid() + ASIDE);
        try {
            try {
                Files.write(aside, condensed.encode(name));
                Files.move(aside, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(aside);
            }
            used.add(name);
        } catch (final IOException e) {
            failure = e;
        }
    }

    /**
     * Removes what this run has neither taken nor kept: of files that have changed or gone, or by other rules.
     *
     * @throws IOException when the directory cannot be listed, or a file not be deleted
     */
    public void removeUnused() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (final Path file : files) {
                final String name = file.getFileName().toString();
                final boolean own = name.endsWith(SUFFIX) || name.endsWith(ASIDE);
                if (own && !used.contains(name)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * How many files were not read, since what was kept of them was taken.
     *
     * @return from 0
     */
    public long reusedFiles() {
        return reused.get();
    }

    /**
     * Why something could not be kept.
     *
     * @return the last failure, or null
     */
    public IOException failure() {
        return failure;
    }

    private String name(final String identity) {
        try {
            final MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(rules.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            sha256.update(identity.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha256.digest()) + SUFFIX;
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
