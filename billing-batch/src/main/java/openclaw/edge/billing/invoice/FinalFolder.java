package openclaw.edge.billing.invoice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells folders of finalized cycles from those of drafts, by their manifest. */
public final class FinalFolder {
    /** The file that says what a cycle's folder holds. */
    public static final String MANIFEST = "manifest.json";

    private static final String FINAL = "\"kind\":\"final\"";

    private FinalFolder() {}

    /**
     * Whether a cycle's folder holds finalized documents; false when it has no manifest.
     *
     * @throws IOException when the manifest is there and cannot be read
     */
    public static boolean isFinal(Path folder) throws IOException {
        Path manifest = folder.resolve(MANIFEST);
        return Files.exists(manifest) && Files.readString(manifest).contains(FINAL);
    }
}
