package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import openclaw.edge.billing.finalize.CycleReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code report}: what a store has finalized. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = "Lists the invoices, corrections and credit notes in the store, and writes their files again.")
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreOptions store;

    @Option(names = "--cycle", paramLabel = "YYYY-MM", description = "this cycle alone")
    private String cycle;

    @Option(names = "--write", description = "writes the files below --out, to the byte as they were issued")
    private boolean isWriting;

    @Option(names = "--json", description = "JSON, one object a line")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        String id = cycle == null ? null : CycleOptions.checked(spec, cycle);
        CycleReport report = new CycleReport(store.open());
        PrintWriter out = spec.commandLine().getOut();
        report.print(id, isJson, out);
        out.flush();
        if (isWriting) {
            int written = report.write(id, store.out());
            spec.commandLine().getErr().println(written + " files written below " + store.out());
        }
        return BillingMain.DONE;
    }
}
