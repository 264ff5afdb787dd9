package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.CycleWindow;
import openclaw.edge.billing.progress.CountedVisitor;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.retain.SealedArchive;
import openclaw.edge.ledger.retain.Sealing;
import openclaw.edge.yaml.ConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal archive}: seals a cycle's usage, an archive for each tenant. */
@Command(
        name = "archive",
        mixinStandardHelpOptions = true,
        description = {
            "Seals the usage records of a billing cycle into <out>/<cycle>/<tenant>.archive, beside them SHA256SUMS, and"
                    + " position, which journal commit takes. The same records give the same bytes.",
            "Archives are read like journals: journal stat, cat, verify, and invoice --journal.",
            "Exit codes: 0 done, 3 done, but journals have gaps, conflicts or damage (journal verify names them), 1 failed."
        })
final class ArchiveCommand implements Callable<Integer> {
    /** What all threads together may take for records that wait to be sorted. */
    private static final int MEMORY = 128 << 20;

    @Mixin
    private Sources sources;

    @Option(
            names = "--catalog",
            paramLabel = "FILE",
            description = "catalog, whose calendars say when each tenant's cycle begins; may be given more than once;"
                    + " without it cycles are months in UTC")
    private List<Path> catalogs = new ArrayList<>();

    @Option(
            names = "--cycle",
            required = true,
            paramLabel = "YYYY-MM",
            description = "billing cycle, for example 2026-11")
    private String cycle;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "archives",
            description = "where the cycle's folder is made (default: ${DEFAULT-VALUE})")
    private Path out;

    @Mixin
    private Output output;

    @Mixin
    private Console console;

    @Mixin
    private Threads threads;

    @Override
    public Integer call() throws IOException {
        try {
            BillingTerms.DEFAULT.calendar().cycle(cycle);
        } catch (IllegalArgumentException e) {
            throw console.usage("--cycle: " + e.getMessage());
        }
        int workers = threads.number(console);
        BillingCells cells;
        try {
            Catalog catalog = catalogs.isEmpty() ? null : CatalogReader.read(catalogs);
            cells = new BillingCells(catalog == null ? List.of() : catalog.tenants(), cycle);
        } catch (ConfigurationException e) {
            throw new IOException(e.getMessage(), e);
        }
        List<Path> paths = sources.pathsWithFiles();
        try (Sealing sealing = new Sealing(out.resolve(cycle), new CycleWindow(cells), MEMORY / workers)) {
            ReadProgress progress = new ReadProgress(paths, console.err(), console.isQuiet());
            List<JournalVisitor> visitors = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                visitors.add(new CountedVisitor(sealing.visitor(), progress.part()));
            }
            JournalReader reader = new JournalReader(paths);
            ReadReport report = reader.read(visitors);
            progress.end();
            List<SealedArchive> sealed = sealing.seal(reader.names(), report);
            console.print(lines -> print(lines, sealed));
            if (sealed.isEmpty()) {
                console.err()
                        .println("archive: the journals hold no usage of cycle " + cycle + " among "
                                + report.usageRecords()
                                + " records, so no archive was made: look whether it is the right"
                                + " cycle and all journals are named");
            }
            if (!report.isClean()) {
                console.err().println("the journals are not complete: see ./edge journal verify");
            }
            return report.isClean() ? JournalCommand.DONE : JournalCommand.DIFFERENCES;
        }
    }

    private void print(Lines lines, List<SealedArchive> sealed) {
        if (output.isTable()) {
            Table table = new Table("TENANT", "RECORDS", "BYTES", "SHA-256", "FILE");
            sealed.forEach(archive -> table.add(
                    archive.tenant().isEmpty() ? "-" : archive.tenant(),
                    archive.usageRecords(),
                    archive.lengthBytes(),
                    archive.sha256(),
                    archive.file()));
            table.print(lines);
            return;
        }
        Json json = new Json(lines.line());
        for (SealedArchive archive : sealed) {
            json.begin("archive")
                    .text("tenant", archive.tenant())
                    .count("records", archive.usageRecords())
                    .count("bytes", archive.lengthBytes())
                    .text("sha256", archive.sha256())
                    .text("file", archive.file().toString())
                    .end();
            lines.end();
        }
    }
}
