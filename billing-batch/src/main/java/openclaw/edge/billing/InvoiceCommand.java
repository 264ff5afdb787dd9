package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.billing.invoice.InvoiceRun;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.yaml.ConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

    @Option(
            names = "--catalog",
            required = true,
            paramLabel = "FILE",
            description = "catalog file; may be given more than once")
    private List<Path> catalogs;

    @Option(
            names = "--journal",
            required = true,
            paramLabel = "DIR",
            description = "journal directory (<data>/journal of a node, or a copy); may be given more than once")
    private List<Path> journals;

    @Option(
            names = "--cycle",
            required = true,
            paramLabel = "YYYY-MM",
            description = "billing cycle, for example 2026-11")
    private String cycle;

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
        try {
            BillingTerms.DEFAULT.calendar().cycle(cycle);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--cycle: " + e.getMessage(), e);
        }
        Catalog catalog;
        try {
            catalog = CatalogReader.read(catalogs);
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return BillingMain.FAILED;
        }
        PrintWriter err = spec.commandLine().getErr();
        String summary = new InvoiceRun(catalog, journals, cycle, out, err)
                .withPdf(pdf)
                .withCheckpoints(checkpoints.folder())
                .run();
        spec.commandLine().getOut().println(summary);
        return BillingMain.DONE;
    }
}
