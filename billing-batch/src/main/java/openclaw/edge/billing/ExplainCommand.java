package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.billing.finalize.Explanation;
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

    @Parameters(index = "1", paramLabel = "LINE", description = "from 1")
    private int line;

    @Mixin
    private StoreOptions store;

    @Option(
            names = "--journal",
            required = true,
            paramLabel = "DIR",
            description = "journals or archives of them; may be given more than once")
    private List<Path> journals;

    @Option(names = "--json", description = "JSON, one object a line")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        List<String> differences = new ArrayList<>();
        String words = new Explanation(store.open(), journals)
                .print(invoice, line, spec.commandLine().getOut(), isJson, differences);
        err.println(words);
        differences.forEach(difference -> err.println("difference: " + difference));
        return differences.isEmpty() ? BillingMain.DONE : BillingMain.DIFFERENCES;
    }
}
