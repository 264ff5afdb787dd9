package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import openclaw.edge.billing.invoice.InvoiceRun;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.yaml.ConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code invoice}: draft invoices of a billing cycle. */
@Command(
        name = "invoice",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = {
            "Makes draft invoices of a billing cycle from journals: <out>/<cycle>/<tenant>.json and .csv, and manifest.json.",
            "Journals may be incomplete or still be written to; the manifest says what is missing."
        })
final class InvoiceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CycleOptions cycle;

    @Option(
            names = "--out",
            defaultValue = "invoices",
            paramLabel = "DIR",
            description = "where the cycle's folder is made (default: ${DEFAULT-VALUE})")
    private Path out;

    @Mixin
    private CheckpointOptions checkpoints;

    @Option(names = "--pdf", description = "also print each invoice as <tenant>.pdf")
    private boolean pdf;

    @Override
    public Integer call() throws IOException {
        String id = cycle.cycle();
        Catalog catalog;
        try {
            catalog = cycle.catalog();
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return BillingMain.FAILED;
        }
        PrintWriter err = spec.commandLine().getErr();
        String summary = new InvoiceRun(catalog, cycle.journals(), id, out, err)
                .withPdf(pdf)
                .withCheckpoints(checkpoints.folder())
                .run();
        spec.commandLine().getOut().println(summary);
        return BillingMain.DONE;
    }
}
