package openclaw.edge.ledger.read;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files of journals below some directories, each once: a directory within another, symbolic and hard links, and the same
 * file named twice make no difference. Files of the queue, what deleted ones have left, and archives.
 */
final class JournalFiles {
    /** Files of the queue. */
    static final String QUEUE = ".cq4";

    /** What a deleted file of the queue has left, beside where it stood. */
    static final String REMAINS = ".deleted";

    /** Sealed archives. */
    static final String ARCHIVE = ".archive";

    private static final List<String> SUFFIXES = List.of(QUEUE, REMAINS, ARCHIVE);
    private static final int MAX_DEPTH = 16;

    private final List<Path> roots;

    /**
     * What to search.
     *
     * @param roots directories, or single files
     * @throws NoSuchFileException when one of them is not there
     */
    JournalFiles(final Collection<Path> roots) throws IOException {
        final Set<Path> distinct = new TreeSet<>();
        for (final Path root : roots) {
            if (!Files.isDirectory(root) && !isFile(root)) {
                throw new NoSuchFileException(
                        root.toString(), null, "no such journal directory; expected <data>/journal of a node");
            }
            distinct.add(root.toRealPath());
        }
        this.roots = List.copyOf(distinct);
    }

    private static boolean isFile(final Path path) {
        final Path name = path.getFileName();
        return name != null && isJournal(name) && Files.isRegularFile(path);
    }

    private static boolean isJournal(final Path name) {
        return SUFFIXES.stream().anyMatch(name.toString()::endsWith);
    }

    static boolean is(final Path file, final String suffix) {
        return file.getFileName().toString().endsWith(suffix);
    }

    /** Where a file of the queue leaves its remains when it is deleted. */
    static Path remainsOf(final Path file) {
        final String name = file.getFileName().toString();
        final String stem = name.endsWith(QUEUE) ? name.substring(0, name.length() - QUEUE.length()) : name;
        return file.resolveSibling(stem + REMAINS);
    }

    /**
     * Lists what is there now.
     *
     * @return real paths, sorted; of hard links the first
     * @throws IOException when a directory cannot be listed
     */
    Set<Path> list() throws IOException {
        final TreeMap<Path, Object> found = new TreeMap<>();
        for (final Path root : roots) {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new Collector(found));
        }
        final Set<Object> keys = new HashSet<>();
        final Set<Path> distinct = new TreeSet<>();
        for (final Map.Entry<Path, Object> entry : found.entrySet()) {
            if (keys.add(entry.getValue())) {
                distinct.add(entry.getKey());
            }
        }
        return distinct;
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final Map<Path, Object> found;

        Collector(final Map<Path, Object> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult visitFile(final Path path, final BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile() && isJournal(path.getFileName())) {
                try {
                    final Path real = path.toRealPath();
                    final Object key = attributes.fileKey();
                    found.put(real, key == null ? real : key);
                } catch (final NoSuchFileException e) {
                    // Removed while one looked: it is as if it had been before.
                    return FileVisitResult.CONTINUE;
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(final Path path, final IOException failure) throws IOException {
            if (failure instanceof FileSystemLoopException || failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }
}
