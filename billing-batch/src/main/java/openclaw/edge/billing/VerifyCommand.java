package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import openclaw.edge.billing.finalize.Verification;
import openclaw.edge.billing.finalize.Verification.Difference;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.VisibleText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verify}: makes a finalized cycle anew and compares. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = {
            "Makes a finalized cycle's documents anew from journals or archives, and compares them with store and files.",
            "Exit codes: 0 the same to the byte, 3 differences, 1 failed, 2 usage."
        })
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CycleOptions cycle;

    @Mixin
    private StoreOptions store;

    @Option(
            names = "--archives",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "DIR",
            description =
                    "compares the sealed archives too with the SHA-256 in the manifest; DIR as it was given to finalize"
                            + " (default: archives in --out)")
    private String archives;

    @Option(names = "--json", description = "JSON, one object a line")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        String id = cycle.cycle();
        Catalog catalog;
        try {
            catalog = cycle.catalog();
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return BillingMain.FAILED;
        }
        Verification verification = new Verification(
                store.open(),
                catalog,
                cycle.journals(),
                store.out(),
                spec.commandLine().getErr());
        if (archives != null) {
            verification.withArchives(archives.isEmpty() ? store.out().resolve("archives") : Path.of(archives));
        }
        List<Difference> differences = verification.run(id);
        for (Difference difference : differences) {
            out.println(
                    isJson
                            ? CanonicalJson.write(Map.of(
                                    "kind", difference.kind(),
                                    "subject", difference.subject(),
                                    "what", difference.what()))
                            : VisibleText.of(
                                    difference.kind() + "  " + difference.subject() + "  " + difference.what()));
        }
        if (!isJson) {
            out.println("cycle " + id + ": " + verification.compared() + " documents, "
                    + (archives == null ? "" : verification.comparedArchives() + " archives, ")
                    + (differences.isEmpty() ? "all as finalized" : differences.size() + " differences"));
        }
        return differences.isEmpty() ? BillingMain.DONE : BillingMain.DIFFERENCES;
    }
}
