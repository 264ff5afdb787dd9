package openclaw.edge.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.SourceFile;

/** A catalog's files as one piece of bytes: what is kept under {@code data/catalog} and named in the journal. */
final class CatalogContent {
    private CatalogContent() {}

    /** Each file behind a YAML comment with its name, as separate documents, in the order of the configuration. */
    static byte[] of(final Catalog catalog) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final SourceFile file : catalog.sources()) {
            out.writeBytes(("--- # " + file.name() + "\n").getBytes(StandardCharsets.UTF_8));
            out.writeBytes(file.bytes());
            out.write('\n');
        }
        return out.toByteArray();
    }
}
