package openclaw.edge.proxy.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.yaml.FailureWords;
import openclaw.edge.yaml.Problem;
import openclaw.edge.yaml.Problems;

/**
 * Whether a node of this user could make its data directory and write to it, found out by trying: no permission bit, mount
 * option or quota is read in the kernel's stead. Everything is made beside what is there, under a name of its own, and deleted
 * again: a node that runs, or is just starting, notices nothing.
 */
public final class DataDirectory {
    private static final String PREFIX = ".edge-check-";
    private static final String EXPECTED = "a directory that this user can make and write to";
    /** What earlier starts left; a file that is there must be writable itself. */
    private static final List<String> KEPT =
            List.of("ledger.lock", "buckets", "quotas", "members", "lanes", "journal", "catalog");

    private DataDirectory() {}

    /** Adds a problem at {@code data} when it cannot be used. */
    public static void check(final EdgeConfig config, final Problems problems) {
        final Path data = config.data().toAbsolutePath().normalize();
        final String found = found(data);
        if (found != null) {
            problems.add(new Problem(config.fileName(), config.lineOf("data"), "data", EXPECTED, found));
        }
    }

    /** Null when nothing is wrong. */
    private static String found(final Path data) {
        Path there = data;
        while (there.getParent() != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            return there + ", which is no directory";
        }
        try {
            tryToMake(there, there.relativize(data));
        } catch (final IOException e) {
            return there + ", where nothing can be made (" + FailureWords.of(e) + ")";
        }
        for (final String name : KEPT) {
            final Path kept = data.resolve(name);
            if (Files.exists(kept) && !Files.isWritable(kept)) {
                return kept + ", which this user cannot write";
            }
        }
        return null;
    }

    /**
     * Makes the directories that are missing, but within one of another name, and a file in the last of them; deletes all.
     *
     * @param missing relative; empty when the directory is there
     */
    private static void tryToMake(final Path there, final Path missing) throws IOException {
        final Path top = Files.createTempDirectory(there, PREFIX);
        final Path bottom = top.resolve(missing);
        final Path file = bottom.resolve("file");
        try {
            Files.createDirectories(bottom);
            Files.write(file, new byte[] {1});
        } finally {
            for (Path at = file; at.startsWith(top); at = at.getParent()) {
                // Of a name that is too long nothing is there.
                if (Files.exists(at)) {
                    Files.delete(at);
                }
            }
        }
    }
}
