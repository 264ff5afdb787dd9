package openclaw.edge.billing.invoice;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.ledger.read.ReadReport;

/** Makes the draft invoices of one cycle from journals. */
public final class InvoiceRun {
    /** Invoices that are held at the same time. */
    private static final int BATCH = 1024;

    private final Catalog catalog;
    private final List<Path> journals;
    private final String cycleId;
    private final Path out;
    private final PrintWriter log;
    private boolean pdf;
    private Path checkpoints;

    /**
     * A run that has not begun.
     *
     * @param catalog what holds
     * @param journals directories of journals, in any order; the same records may stand in several
     * @param cycleId for example {@code 2026-11}
     * @param out folder in which the cycle's folder is made
     * @param log for progress, and for what is missing
     */
    public InvoiceRun(Catalog catalog, List<Path> journals, String cycleId, Path out, PrintWriter log) {
        this.catalog = catalog;
        this.journals = List.copyOf(journals);
        this.cycleId = cycleId;
        this.out = out;
        this.log = log;
    }

    /** With a PDF of each invoice too, or without, as it is unless this is called. */
    public InvoiceRun withPdf(boolean wanted) {
        pdf = wanted;
        return this;
    }

    /** Keeps what is read in this folder, and takes what was kept there; null, as it is unless this is called, for none. */
    public InvoiceRun withCheckpoints(Path folder) {
        checkpoints = folder;
        return this;
    }

    /**
     * Reads, rates and writes.
     *
     * @return one line that says what was made
     * @throws IOException when a journal cannot be read at all, or an invoice not written
     * @throws IllegalArgumentException when the cycle's id is malformed, or tenants cannot be told apart
     */
    public String run() throws IOException {
        checkNotFinal();
        CycleUsage cycle = CycleUsage.read(catalog, journals, cycleId, checkpoints, log);
        BillingCells cells = cycle.cells();
        UsageAggregator aggregate = cycle.usage();
        ReadReport report = cycle.report();
        OutputFolder folder = new OutputFolder(out.resolve(cycleId));
        folder.begin(FinalFolder.MANIFEST);
        Manifest manifest = new Manifest();
        InvoicePdfs pdfs = pdf ? new InvoicePdfs(folder) : null;
        InvoiceMaker maker = new InvoiceMaker(cells, aggregate.lanes());
        int tenants = cells.tenants().size();
        for (int from = 0; from < tenants; from += BATCH) {
            int to = Math.min(tenants, from + BATCH);
            for (Invoice invoice :
                    AllCores.map(from, to, tenant -> write(maker.make(tenant, BigDecimal.ZERO), folder))) {
                if (pdfs != null) {
                    pdfs.add(invoice);
                }
                manifest.add(invoice);
            }
        }
        if (pdfs != null) {
            pdfs.finish().forEach(log::println);
        }
        Missing missing = new Missing(catalog, cells, aggregate, report, cycle.names());
        folder.write(
                FinalFolder.MANIFEST,
                manifest.json(cycleId, catalog, cells, aggregate, report, missing, folder.written()));
        tell(report, missing, folder);
        manifest.unpriced()
                .forEach((tenant, tokens) -> log.println("no price: tenant '" + tenant + "' used " + tokens
                        + " tokens under no plan and at no price of its own"));
        return summary(manifest, missing);
    }

    private static Invoice write(Invoice invoice, OutputFolder folder) throws IOException {
        folder.write(invoice.tenant().id() + ".json", InvoiceJson.write(invoice));
        folder.write(invoice.tenant().id() + ".csv", InvoiceCsv.write(invoice));
        return invoice;
    }

    /** Drafts never take the place of what was finalized. */
    private void checkNotFinal() throws IOException {
        Path folder = out.resolve(cycleId);
        if (FinalFolder.isFinal(folder)) {
            throw new FileAlreadyExistsException(
                    folder.toString(), null, "holds finalized invoices; give drafts another --out");
        }
    }

    private void tell(ReadReport report, Missing missing, OutputFolder folder) throws IOException {
        report.conflicts()
                .forEach(conflict -> log.println("conflict: two records " + conflict.life() + ":"
                        + conflict.lane() + ":" + conflict.sequence() + ", in " + conflict.first() + " (counted) and "
                        + conflict.second()));
        report.damages()
                .forEach(damage -> log.println("damage: " + damage.file() + " at " + damage.positionBytes() + ": "
                        + damage.what() + (damage.coveredBy() == null ? "" : "; whole in " + damage.coveredBy())));
        if (!missing.isEmpty()) {
            log.println("this draft is not complete: " + missing.summary() + "; see manifest.json");
        }
        List<String> strangers = folder.strangers();
        if (!strangers.isEmpty()) {
            log.println("not of this run, but in " + out.resolve(cycleId) + ": " + String.join(", ", strangers));
        }
    }

    private String summary(Manifest manifest, Missing missing) {
        StringBuilder text = new StringBuilder();
        text.append(out.resolve(cycleId))
                .append(": ")
                .append(manifest.invoices())
                .append(" draft invoices, ");
        text.append(manifest.usage().requests()).append(" requests, ");
        text.append(manifest.usage().tokens()).append(" tokens, total");
        manifest.totals()
                .forEach((currency, total) -> text.append(' ')
                        .append(total.toPlainString())
                        .append(' ')
                        .append(currency));
        return text.append(missing.isEmpty() ? "; journals complete" : "; journals not complete")
                .toString();
    }
}
