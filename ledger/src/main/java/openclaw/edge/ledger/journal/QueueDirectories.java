package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * In which directory the journal's queue is: its own at first, then {@code queue-000002} and so on below it. A fresh one is
 * begun whenever the last may hold what an appender must not build on: a failed append leaves a torn end, a stop of the
 * machine holes. Readers take them all.
 */
public final class QueueDirectories {
    private static final String PREFIX = "queue-";
    private static final String FILES = "*.cq4";

    private final Path journal;
    private Path unused;

    QueueDirectories(final Path journal) {
        this.journal = journal;
    }

    /** The last one begun, whether it is there or not. */
    Path last() throws IOException {
        if (!Files.exists(journal)) {
            return journal;
        }
        final List<Path> queues = queues(journal);
        return queues.isEmpty() ? journal : queues.get(queues.size() - 1);
    }

    private static List<Path> queues(final Path journal) throws IOException {
        return list(journal, PREFIX + "*", Files::isDirectory);
    }

    private static List<Path> list(final Path directory, final String glob, final Predicate<Path> wanted)
            throws IOException {
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, glob)) {
            for (final Path path : paths) {
                if (wanted.test(path)) {
                    found.add(path);
                }
            }
        }
        Collections.sort(found);
        return found;
    }

    /**
     * All files of a journal's queues.
     *
     * @param journal directory of the journal
     * @return in the order in which they were written
     * @throws IOException when a directory cannot be listed
     */
    public static List<Path> files(final Path journal) throws IOException {
        final List<Path> files = new ArrayList<>();
        if (Files.isDirectory(journal)) {
            files.addAll(list(journal, FILES, Files::isRegularFile));
            for (final Path queue : queues(journal)) {
                files.addAll(list(queue, FILES, Files::isRegularFile));
            }
        }
        return files;
    }

    /**
     * All files but the one that the writer goes on with: no more is ever written to them.
     *
     * @param journal directory of the journal
     * @return in the order in which they were written; without the newest of the queue begun last
     * @throws IOException when a directory cannot be listed
     */
    public static List<Path> closedFiles(final Path journal) throws IOException {
        // Asked first: a queue begun meanwhile only adds files that are not looked at.
        final Path last = new QueueDirectories(journal).last();
        final List<Path> closed = new ArrayList<>();
        Path newest = null;
        for (final Path file : files(journal)) {
            if (!last.equals(file.getParent())) {
                closed.add(file);
            } else {
                if (newest != null) {
                    closed.add(newest);
                }
                newest = file;
            }
        }
        return closed;
    }

    /** Whether a directory is another than the journal's first. */
    boolean isLater(final Path directory) {
        return !directory.equals(journal);
    }

    /** Whether nothing was ever written to a directory. */
    static boolean isEmpty(final Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.cq4*")) {
            return !files.iterator().hasNext();
        } catch (final NoSuchFileException e) {
            return true;
        }
    }

    /**
     * Begins a fresh one. One begun before to which nothing was appended is removed first.
     *
     * @return an empty directory
     * @throws IOException when the disk refuses it
     */
    Path fresh() throws IOException {
        if (unused != null) {
            removeUnused();
        }
        final Path last = last();
        unused = isEmpty(last) ? last : journal.resolve(String.format(Locale.ROOT, PREFIX + "%06d", number(last) + 1));
        return Files.createDirectories(unused);
    }

    /** Something was appended to the one opened last: it stays. */
    void keep() {
        unused = null;
    }

    private void removeUnused() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(unused, "*.cq4*")) {
            for (final Path file : files) {
                Files.delete(file);
            }
        } catch (final NoSuchFileException e) {
            // Gone already.
            unused = null;
            return;
        }
        if (!unused.equals(journal)) {
            Files.delete(unused);
        }
        unused = null;
    }

    private int number(final Path queue) throws IOException {
        if (queue.equals(journal)) {
            return 1;
        }
        final String name = queue.getFileName().toString();
        try {
            return Integer.parseInt(name.substring(PREFIX.length()));
        } catch (final NumberFormatException e) {
            throw new IOException(
                    queue + ": expected " + PREFIX + " and six digits; move it away, below another journal", e);
        }
    }
}
