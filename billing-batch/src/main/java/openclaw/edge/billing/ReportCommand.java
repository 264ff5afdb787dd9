package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import openclaw.edge.billing.aggregate.BeyondRange;
import openclaw.edge.billing.finalize.CycleReport;
import openclaw.edge.billing.finalize.PdfKind;
import openclaw.edge.billing.insight.InsightReport;
import openclaw.edge.billing.insight.InsightRequest;
import openclaw.edge.billing.insight.InsightRun;
import openclaw.edge.catalog.BillingCalendar;
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

/** {@code report}: what a store has finalized, and with a catalog how a cycle was used. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        description = {
            "Lists the invoices, corrections and credit notes in the store, and writes their files again.",
            "With --catalog and --cycle: usage by hour or day, beside the cycles before, what is unusual, and what the cycle"
                    + " will come to in tokens and money. Finalized cycles come from the store, others from --journal."
        })
final class ReportCommand implements Callable<Integer> {
    private static final long HOUR_S = 3_600;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final long DAY_NS = 24 * HOUR_S * NS_PER_S;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreOptions store;

    @Option(names = "--cycle", paramLabel = "YYYY-MM", description = "this cycle alone")
    private String cycle;

    @Option(names = "--write", description = "writes the files below --out, to the byte as they were issued")
    private boolean isWriting;

    @Option(names = "--pdf", description = "writes the files, and prints each document as <tenant>.pdf too")
    private boolean isPrinting;

    @Option(
            names = "--facturx",
            description = "writes the files, and prints each document with its electronic invoice in it"
                    + " (Factur-X, EN 16931; PDF/A-3b)")
    private boolean isElectronic;

    @Option(names = "--json", description = "JSON, one object a line")
    private boolean isJson;

    @Option(names = "--catalog", paramLabel = "FILE", description = "catalog file: reports on usage")
    private List<Path> catalogs = new ArrayList<>();

    @Option(
            names = "--journal",
            paramLabel = "DIR",
            description = "journals or archives, of cycles that are not finalized; with --catalog")
    private List<Path> journals = new ArrayList<>();

    @Option(names = "--tenant", paramLabel = "ID", description = "this tenant alone; may be given more than once")
    private List<String> tenants = new ArrayList<>();

    @Option(names = "--agent", paramLabel = "NAME", description = "usage of agents of this name alone")
    private String agent;

    @Option(names = "--model", paramLabel = "NAME", description = "usage of this model alone")
    private String model;

    @Option(names = "--by", paramLabel = "day|hour", description = "default: day")
    private String by;

    @Option(
            names = "--as-of",
            paramLabel = "INSTANT",
            description = "looks from there, for example 2026-11-20T14:00:00Z (default: the last full hour)")
    private String asOf;

    @Option(names = "--top", paramLabel = "N", description = "most tenants in text and HTML (default: 20)")
    private Integer top;

    @Option(names = "--html", paramLabel = "FILE", description = "writes one HTML page with plots instead")
    private Path html;

    @Override
    public Integer call() throws IOException {
        String id = cycle == null ? null : CycleOptions.checked(spec, cycle);
        if (!catalogs.isEmpty()) {
            return usage(id);
        }
        boolean isOfUsage = !journals.isEmpty()
                || !tenants.isEmpty()
                || agent != null
                || model != null
                || by != null
                || asOf != null
                || top != null
                || html != null;
        if (isOfUsage) {
            throw wrong("--journal, --tenant, --agent, --model, --by, --as-of, --top and --html go with --catalog");
        }
        CycleReport report = new CycleReport(store.open());
        PrintWriter out = spec.commandLine().getOut();
        report.print(id, isJson, out);
        out.flush();
        if (isWritingAny()) {
            int written = report.write(id, store.out(), PdfKind.of(isPrinting, isElectronic));
            spec.commandLine().getErr().println(written + " files written below " + store.out());
        }
        return BillingMain.DONE;
    }

    private boolean isWritingAny() {
        return isWriting || isPrinting || isElectronic;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Integer usage(String id) throws IOException {
        if (id == null || isWritingAny() || (isJson && html != null) || (top != null && top < 1)) {
            throw wrong(
                    "--catalog reports on the usage of one --cycle: without --write, --pdf and --facturx, with --json or --html"
                            + " but not both, and --top from 1");
        }
        InsightReport.Step step = step();
        long asOfHour = asOfHour();
        PrintWriter err = spec.commandLine().getErr();
        Catalog catalog;
        try {
            catalog = CatalogReader.read(catalogs);
        } catch (ConfigurationException e) {
            err.println(e.getMessage());
            return BillingMain.FAILED;
        }
        for (String tenant : tenants) {
            if (catalog.tenant(tenant) == null) {
                throw wrong("--tenant: the catalog has no '" + tenant + "'");
            }
        }
        // Calendars are of zones within a day of UTC.
        long beginsNs = BillingTerms.DEFAULT.calendar().cycle(id).startNs() - DAY_NS;
        if (asOf != null && asOfHour * HOUR_S <= beginsNs / NS_PER_S) {
            throw wrong("--as-of " + asOf + " lies before the cycle " + id + "; expected an instant within it");
        }
        InsightReport report;
        try {
            report = InsightRun.of(
                    new InsightRequest(catalog, journals, store.openIfThere(), id, asOfHour, agent, model));
        } catch (ArithmeticException e) {
            throw BeyondRange.usage(null, id);
        }
        tellEnd(report, id, asOfHour);
        if ((agent != null || model != null) && report.isWithoutUsage()) {
            err.println("no usage" + (agent == null ? "" : " of agent '" + agent + "'")
                    + (model == null ? "" : " of model '" + model + "'") + " in cycle " + id
                    + "; without --agent and --model the report names those that there are");
        }
        int most = top == null ? 20 : top;
        if (html != null) {
            Files.writeString(html, report.html(step, tenants, most));
            err.println(html + " written");
        } else if (isJson) {
            report.printJson(step, tenants, spec.commandLine().getOut());
        } else {
            report.printText(step, tenants, most, spec.commandLine().getOut());
        }
        spec.commandLine().getOut().flush();
        return BillingMain.DONE;
    }

    /** Where journals end before the time that is looked from, the rest would look like a silence. */
    private void tellEnd(InsightReport report, String id, long asOfHour) {
        long latestNs = report.latestNs();
        if (latestNs == Long.MIN_VALUE) {
            return;
        }
        Instant latest = BillingCalendar.instant(latestNs);
        long endNs = BillingTerms.DEFAULT.calendar().cycle(id).endNs();
        if (latestNs / NS_PER_S / HOUR_S + 1 < Math.min(asOfHour, endNs / NS_PER_S / HOUR_S)) {
            spec.commandLine()
                    .getErr()
                    .println("the journals end at " + latest + "; what follows counts as no usage: --as-of " + latest
                            + " looks from there");
        }
    }

    private InsightReport.Step step() {
        if (by == null) {
            return InsightReport.Step.DAY;
        }
        try {
            return InsightReport.Step.valueOf(by.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--by: expected day or hour, not '" + by + "'", e);
        }
    }

    private long asOfHour() {
        try {
            Instant instant = asOf == null ? Clock.systemUTC().instant() : Instant.parse(asOf);
            if (instant.getEpochSecond() >= 0 && instant.isBefore(Instant.parse("2200-01-01T00:00:00Z"))) {
                return instant.getEpochSecond() / HOUR_S;
            }
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--as-of: expected an instant like 2026-11-20T14:00:00Z, not '" + asOf + "'",
                    e);
        }
        throw wrong("--as-of: expected an instant from 1970 to 2199, not " + asOf);
    }
}
