package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.billing.finalize.Explanation;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.VisibleText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code explain}: the journal entries behind a line. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = {
            "Prints the journal entries behind a line of a finalized invoice, correction or credit note.",
            "Exit codes: 0 they are those that were counted, 3 they are not (named on standard error), 1 failed, 2 usage."
        })
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "INVOICE", description = "its number, for example INV-2026-000001")
    private String invoice;

    @Parameters(index = "1", paramLabel = "LINE", description = "number of the line in it, from 1")
    private String line;

    @Mixin
    private StoreOptions store;

    @Option(
            names = "--journal",
            required = true,
            paramLabel = "DIR",
            description = "journals or archives of them; may be given more than once")
    private List<Path> journals;

    @Option(
            names = "--catalog",
            paramLabel = "FILE",
            description =
                    "the catalog that the cycle was finalized by: of a line that divides its entries with others, only its own"
                            + " are printed, and their ranges named")
    private List<Path> catalogs = new ArrayList<>();

    @Option(names = "--json", description = "JSON, one object a line")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        List<String> differences = new ArrayList<>();
        Explanation explanation = new Explanation(store.open(), journals);
        if (!catalogs.isEmpty()) {
            try {
                explanation.withCatalog(CatalogReader.read(catalogs));
            } catch (ConfigurationException e) {
                err.println(e.getMessage());
                return BillingMain.FAILED;
            }
        }
        String words = explanation.print(invoice, line, spec.commandLine().getOut(), isJson, differences);
        err.println(VisibleText.of(words));
        differences.forEach(difference -> err.println(VisibleText.of("difference: " + difference)));
        return differences.isEmpty() ? BillingMain.DONE : BillingMain.DIFFERENCES;
    }
}
