package openclaw.edge.billing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import openclaw.edge.billing.store.Store;
import openclaw.edge.billing.store.StoreAddress;
import openclaw.edge.billing.store.StoreException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which store, and where the folders of cycles are. */
final class StoreOptions {
    private static final String FILE = "billing.db";

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--store",
            paramLabel = "FILE|URL",
            description = {
                "an SQLite file, or jdbc:postgresql://host/database with EDGE_STORE_USER and EDGE_STORE_PASSWORD in the"
                        + " environment (default: " + FILE + " in --out)"
            })
    private String store;

    @Option(
            names = "--out",
            defaultValue = "invoices",
            paramLabel = "DIR",
            description = "where the folders of cycles are (default: ${DEFAULT-VALUE})")
    private Path out;

    Path out() {
        return out;
    }

    /**
     * Opens the store; where it is named and not there one is begun with the first thing that is put into it. Never beside
     * {@code --out} by chance.
     */
    Store openOrBegin() throws IOException {
        if (store == null && isAbsent(out.resolve(FILE))) {
            throw new StoreException(
                    "no store at " + out.resolve(FILE) + ": numbers go on from the store that was used before;"
                            + " name it with --store FILE or --store jdbc:postgresql://host/database (a new one is begun there)");
        }
        return Store.openOrBegin(address());
    }

    private static boolean isAbsent(Path file) throws IOException {
        return !Files.exists(file) || Files.size(file) == 0;
    }

    /** Opens the store, which must be there, to read what is final; it is left as it is. */
    Store open() throws IOException {
        return Store.openToRead(address());
    }

    /** Opens the store, which must be there, to change it. */
    Store openToChange() throws IOException {
        return Store.openExisting(address());
    }

    /** Opens the store when it is named, which must be there, or lies in {@code --out}; null otherwise. */
    Store openIfThere() throws IOException {
        return store != null || Files.exists(out.resolve(FILE)) ? open() : null;
    }

    private StoreAddress address() {
        try {
            return store == null ? StoreAddress.ofFile(out.resolve(FILE)) : StoreAddress.of(store, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--store: " + e.getMessage(), e);
        }
    }
}
