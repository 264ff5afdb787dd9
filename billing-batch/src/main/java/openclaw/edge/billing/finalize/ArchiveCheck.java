package openclaw.edge.billing.finalize;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import openclaw.edge.billing.finalize.Verification.Difference;
import openclaw.edge.billing.store.Document;
import openclaw.edge.catalog.Sha256;

/** Compares the archives that a cycle's last finalization sealed with its manifest: their names, lengths and SHA-256. */
final class ArchiveCheck {
    private final Path folder;
    private final List<Difference> differences = new ArrayList<>();
    private int compared;

    ArchiveCheck(Path folder) {
        this.folder = folder;
    }

    /** Archives that the manifest names. */
    int compared() {
        return compared;
    }

    /**
     * Compares.
     *
     * @param manifest of the last finalization: a correction seals the cycle's archives anew
     */
    List<Difference> run(Document manifest) throws IOException {
        JsonObject root = JsonParser.parseString(manifest.content()).getAsJsonObject();
        Set<String> named = new HashSet<>();
        for (JsonElement element : root.getAsJsonArray("archives")) {
            JsonObject archive = element.getAsJsonObject();
            String name = archive.get("file").getAsString();
            named.add(name);
            compare(
                    folder.resolve(name),
                    archive.get("bytes").getAsLong(),
                    archive.get("sha256").getAsString());
        }
        strangers(named);
        return differences;
    }

    private void compare(Path file, long lengthBytes, String sha256) throws IOException {
        compared++;
        if (!Files.isRegularFile(file)) {
            add(
                    file,
                    "is not there; bring it back from a copy, or run 'finalize' again with the journals that it was sealed of");
            return;
        }
        long length = Files.size(file);
        if (length != lengthBytes) {
            add(file, "has " + length + " bytes, and " + lengthBytes + " when it was sealed");
            return;
        }
        String now = HexFormat.of().formatHex(Sha256.of(file));
        if (!now.equals(sha256)) {
            add(file, "has SHA-256 " + now + ", and " + sha256 + " when it was sealed");
        }
    }

    private void strangers(Set<String> named) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> there = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.archive")) {
            files.forEach(there::add);
        }
        there.sort(null);
        for (Path file : there) {
            if (!named.contains(String.valueOf(file.getFileName()))) {
                add(file, "is not among the archives that were sealed");
            }
        }
    }

    private void add(Path file, String what) {
        differences.add(new Difference("archive", file.toString(), what));
    }
}
