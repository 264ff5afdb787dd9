package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import openclaw.edge.ledger.read.JournalReader;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which journals to read: as arguments, by {@code --journal}, or the node's own in this directory. */
final class Sources {
    private static final Path OWN = Path.of("data", "journal");

    @Parameters(
            arity = "0..*",
            paramLabel = "PATH",
            description =
                    "journal directories, with all below them, or single files (*.cq4, *.archive); default: data/journal")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--journal", paramLabel = "DIR", description = "the same; may be given more than once")
    private List<Path> journals = new ArrayList<>();

    /** The paths, all of which are there. */
    List<Path> paths() throws IOException {
        List<Path> all = new ArrayList<>(paths);
        all.addAll(journals);
        boolean isDefault = all.isEmpty();
        if (isDefault) {
            all.add(OWN);
        }
        for (Path path : all) {
            check(path, isDefault);
        }
        return all;
    }

    private static void check(Path path, boolean isDefault) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(
                    path.toString(),
                    null,
                    isDefault
                            ? "no such journal, and none is named; name one: ./edge journal COMMAND <data>/journal"
                            : "no such journal; expected <data>/journal of a node, a copy of it, or a file *.cq4 or"
                                    + " *.archive");
        }
        if (!Files.isReadable(path)) {
            throw new AccessDeniedException(
                    path.toString(), null, "not readable by this user; expected read permission");
        }
    }

    private static void checkFiles(Path path) throws IOException {
        if (JournalReader.files(List.of(path)).isEmpty()) {
            throw new NoSuchFileException(
                    path.toString(), null, "no journal files (*.cq4) there; expected <data>/journal of a node");
        }
    }

    /** The paths, in which there is at least one file. */
    List<Path> pathsWithFiles() throws IOException {
        List<Path> all = paths();
        for (Path path : all) {
            checkFiles(path);
        }
        return all;
    }

    /**
     * Those of the paths in which there is at least one file.
     *
     * @param refused takes what is wrong with each of the others
     * @throws IOException as {@link #pathsWithFiles()}, where only one path is named or meant
     */
    List<Path> pathsWithFiles(Consumer<IOException> refused) throws IOException {
        if (paths.size() + journals.size() <= 1) {
            return pathsWithFiles();
        }
        List<Path> good = new ArrayList<>();
        for (Path path : Stream.concat(paths.stream(), journals.stream()).toList()) {
            try {
                check(path, false);
                checkFiles(path);
                good.add(path);
            } catch (IOException e) {
                refused.accept(e);
            }
        }
        return good;
    }
}
