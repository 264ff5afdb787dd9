package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import openclaw.edge.billing.invoice.FinalFolder;
import openclaw.edge.billing.store.FinalizedCycles;

/**
 * Numbers go on from the store that gave the last ones. A store that was lost, emptied or mistaken for another would give them
 * once more; the invoices that lie beside the new ones tell.
 */
final class FinalFolders {
    private FinalFolders() {}

    /**
     * Looks at the cycles below the output folder.
     *
     * @throws FileAlreadyExistsException when one is final that the store knows nothing of
     */
    static void check(Path out, FinalizedCycles cycles) throws IOException {
        if (!Files.isDirectory(out)) {
            return;
        }
        Set<String> known = new HashSet<>(cycles.cycles());
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(out)) {
            for (Path folder : folders) {
                if (!known.contains(folder.getFileName().toString()) && FinalFolder.isFinal(folder)) {
                    throw new FileAlreadyExistsException(
                            folder.toString(),
                            null,
                            "holds finalized invoices that this store does not know, so their numbers would be given once"
                                    + " more; name the store that they came from, or another --out");
                }
            }
        }
    }
}
