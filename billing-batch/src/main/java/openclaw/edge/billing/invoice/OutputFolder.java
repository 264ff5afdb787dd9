package openclaw.edge.billing.invoice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import openclaw.edge.catalog.Sha256;

/**
 * The folder of a cycle: every file is written aside and moved into place, so that a reader sees the old one or the new. Files may be
 * written by several threads.
 */
final class OutputFolder {
    private static final String ASIDE = ".writing";

    private final Path folder;
    private final SortedMap<String, String> sha256ByName = new ConcurrentSkipListMap<>();

    /** Makes the folder when it is not there. */
    OutputFolder(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /**
     * Takes the manifest of an earlier run away: until this run has written its own, nobody shall take the folder's files for
     * those that a manifest speaks of.
     */
    void begin(String manifest) throws IOException {
        Files.deleteIfExists(folder.resolve(manifest));
    }

    /** Writes a file, replacing one of the same name; its name takes no path. */
    void write(String name, String content) throws IOException {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** The same of bytes. */
    void write(String name, byte[] bytes) throws IOException {
        // The leading dot keeps clear of tenants: no tenant's id begins with one.
        Path aside = folder.resolve("." + name + "." + ProcessHandle.current().pid() + ASIDE);
        boolean moved = false;
        try {
            Files.write(aside, bytes);
            Files.move(aside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            moved = true;
        } finally {
            if (!moved) {
                Files.deleteIfExists(aside);
            }
        }
        sha256ByName.put(name, Sha256.hex(bytes));
    }

    /** SHA-256 by name of every file written so far. */
    SortedMap<String, String> written() {
        return sha256ByName;
    }

    /** Files that this run did not write, such as invoices of tenants that the catalog no longer has; sorted. */
    List<String> strangers() throws IOException {
        List<String> strangers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!sha256ByName.containsKey(name)) {
                    strangers.add(name);
                }
            }
        }
        strangers.sort(null);
        return strangers;
    }
}
