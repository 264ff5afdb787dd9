package openclaw.edge.billing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.billing.finalize.FinalizeRequest;
import openclaw.edge.billing.finalize.FinalizeRun;
import openclaw.edge.billing.finalize.PdfKind;
import openclaw.edge.billing.store.AcceptedMissing;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.yaml.ConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code finalize}: numbers the invoices of a cycle and freezes them. */
@Command(
        name = "finalize",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = {
            "Numbers the invoices of a cycle that has ended, once all its journals are there, and freezes them in the store.",
            "Seals <archives>/<cycle>/<tenant>.archive of what it has read, and commits the reader 'billing' of each journal"
                    + " where it is registered (./edge journal register billing DIR).",
            "Run again it writes the files again, and makes corrections and credit notes of what has arrived since.",
            "Exit codes: 0 done, 1 something is missing (named with its life and range) or failed, 2 usage."
        })
final class FinalizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CycleOptions cycle;

    @Mixin
    private StoreOptions store;

    @Option(
            names = "--accept-missing",
            paramLabel = "LIFE:LANE:RANGE",
            description = "finalize without this, as finalize names it; may be given more than once, with --reason")
    private List<String> accepted = new ArrayList<>();

    @Option(names = "--reason", paramLabel = "TEXT", description = "why; stands in the manifest")
    private String reason;

    @Option(
            names = "--accept-catalog-change",
            description =
                    "correct final documents that the catalog alone has changed, prices of the past for example; they are"
                            + " told on standard output either way")
    private boolean isCatalogChangeAccepted;

    @Option(
            names = "--issue-date",
            paramLabel = "YYYY-MM-DD",
            description =
                    "date of the invoices, whose year their numbers carry: from the cycle's end to a year after it, or to"
                            + " today (default: today in UTC)")
    private String issueDate;

    @Option(
            names = "--archives",
            paramLabel = "DIR",
            description = "where the cycle's folder of archives is made (default: archives in --out)")
    private Path archives;

    @Option(names = "--pdf", description = "also print each document as <tenant>.pdf")
    private boolean pdf;

    @Option(
            names = "--facturx",
            description = "print each document with its electronic invoice in it (Factur-X, EN 16931; PDF/A-3b)")
    private boolean facturx;

    @Override
    public Integer call() throws IOException {
        Instant now = Clock.systemUTC().instant();
        String id = cycle.cycle();
        List<AcceptedMissing> missing = accepted();
        LocalDate date = issueDate == null ? LocalDate.ofInstant(now, ZoneOffset.UTC) : issueDate();
        Catalog catalog;
        try {
            catalog = cycle.catalog();
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return BillingMain.FAILED;
        }
        Store opened = store.openOrBegin();
        FinalizeRequest request = new FinalizeRequest(
                catalog,
                cycle.journals(),
                id,
                store.out(),
                archives == null ? store.out().resolve("archives") : archives,
                date,
                missing,
                now);
        FinalizeRun run = new FinalizeRun(request, opened, spec.commandLine().getErr())
                .withPdf(PdfKind.of(pdf, facturx))
                .withCatalogChange(isCatalogChangeAccepted, spec.commandLine().getOut());
        String summary = run.run();
        if (summary == null) {
            return BillingMain.FAILED;
        }
        spec.commandLine().getOut().println(summary);
        return run.isCommitted() ? BillingMain.DONE : BillingMain.FAILED;
    }

    private LocalDate issueDate() {
        try {
            return LocalDate.parse(issueDate);
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--issue-date: '" + issueDate + "' is no date; expected YYYY-MM-DD, for example 2026-11-02",
                    e);
        }
    }

    private List<AcceptedMissing> accepted() {
        if (accepted.isEmpty() != (reason == null || reason.isBlank())) {
            throw new ParameterException(
                    spec.commandLine(), "--accept-missing and --reason go together: what is missing, and why");
        }
        try {
            return accepted.stream()
                    .map(text -> AcceptedMissing.parse(text, reason))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--accept-missing: " + e.getMessage(), e);
        }
    }
}
