package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.ledger.read.JournalReader;

/** Readers belong to the journal of one node: a reader that is registered in a folder above keeps nothing there. */
final class OneJournal {
    private static final String[] PARTS = {".cq4", ".cq4t", ".deleted"};

    private OneJournal() {}

    /**
     * Refuses what is not the journal of one node. An empty folder is taken for that of a node that has not started.
     *
     * @param path that was named
     * @throws IOException that says what was expected
     */
    static void check(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new NoSuchFileException(
                    path.toString(), null, "no such journal directory; expected <data>/journal of a node");
        }
        if (isJournal(path)) {
            return;
        }
        throw new FileSystemException(
                path.toString(), null, "not the journal of a node; expected <data>/journal of one" + example(path));
    }

    private static boolean isJournal(Path path) throws IOException {
        boolean isEmpty = true;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                isEmpty = false;
                if (isPart(entry)) {
                    return true;
                }
            }
        }
        return isEmpty;
    }

    private static boolean isPart(Path entry) {
        String name = entry.getFileName().toString();
        for (String suffix : PARTS) {
            if (name.endsWith(suffix)) {
                return true;
            }
        }
        return Files.isDirectory(entry) && (name.equals("readers") || name.startsWith("queue-"));
    }

    private static String example(Path path) throws IOException {
        Path own = path.resolve("journal");
        if (Files.isDirectory(own) && isJournal(own)) {
            return ": " + own;
        }
        Path real = path.toRealPath();
        return JournalReader.files(List.of(path)).stream()
                .map(Path::getParent)
                .filter(folder -> !folder.equals(real))
                .map(folder -> folder.getFileName().toString().startsWith("queue-") ? folder.getParent() : folder)
                .findFirst()
                .map(folder -> ", like " + path.resolve(real.relativize(folder)))
                .orElse("");
    }
}
