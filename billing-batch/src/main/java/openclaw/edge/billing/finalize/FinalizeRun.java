package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.InvoiceJson;
import openclaw.edge.billing.store.AcceptedMissing;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.Finalization;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.NewFinalization;
import openclaw.edge.billing.store.NewFinalization.AcceptedItem;
import openclaw.edge.billing.store.NewFinalization.TenantRow;
import openclaw.edge.billing.store.Store;
import openclaw.edge.billing.stripe.StripeOutbox;
import openclaw.edge.ledger.retain.SealedArchive;
import openclaw.edge.rating.Rating;
import openclaw.edge.yaml.VisibleText;

/**
 * Finalizes a cycle, or corrects a finalized one: seals archives of what was read, appends to the store, renders the files from
 * it, and commits the reader of billing. Interrupted at any point and run again
 * it comes to the same: what is in the store stays, and what is not is made of the same input.
 */
public final class FinalizeRun {
    private static final int MAX_ATTEMPTS = 10;

    private final FinalizeRequest request;
    private final FinalizedCycles cycles;
    private final PrintWriter log;
    private final InvoiceFiles.Steps steps;
    private boolean isCommitted;
    private PdfKind pdf = PdfKind.NONE;
    private PrintWriter announcements;
    private boolean isCatalogChangeAccepted;

    /**
     * A run that has not begun.
     *
     * @param store that decides what is final
     * @param log for progress, what is missing and what is accepted
     */
    public FinalizeRun(FinalizeRequest request, Store store, PrintWriter log) {
        this(request, store, log, step -> {});
    }

    FinalizeRun(FinalizeRequest request, Store store, PrintWriter log, InvoiceFiles.Steps steps) {
        this.request = request;
        this.cycles = new FinalizedCycles(store);
        this.log = log;
        this.announcements = log;
        this.steps = steps;
    }

    /** With a PDF of each document too, or without, as it is unless this is called. */
    public FinalizeRun withPdf(PdfKind wanted) {
        pdf = wanted;
        return this;
    }

    /**
     * What to do where a catalog that was edited in the past changes documents that are final, which is refused unless this is
     * called.
     *
     * @param accepted whether it makes corrections
     * @param out where it is told before anything is written
     */
    public FinalizeRun withCatalogChange(boolean accepted, PrintWriter out) {
        isCatalogChangeAccepted = accepted;
        announcements = out;
        return this;
    }

    /**
     * Runs.
     *
     * @return one line that says what was done; null when something was named that is missing or not accepted, and nothing was changed
     * @throws IOException when journals, store or files cannot be read or written
     * @throws IllegalArgumentException when the cycle has not ended, is not the next one, or its id is malformed; or when the
     *     issue date is before the cycle's end or far behind it
     */
    public String run() throws IOException {
        BillingCells cells = new BillingCells(request.catalog().tenants(), request.cycle());
        checkEnded(cells);
        checkIssueDate(cells);
        checkOrder();
        FinalFolders.check(request.out(), cycles);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            CycleHistory history = cycles.history(request.cycle());
            try (CycleArchives archives = new CycleArchives(request.archives().resolve(request.cycle()), cells)) {
                Reading reading =
                        Reading.read(cells, request.journals(), null, CutOff.of(history.cutOffs()), archives, log);
                List<AcceptedItem> accepted = accept(reading, history);
                if (accepted == null || !acceptsCatalog(cells, history)) {
                    return null;
                }
                if (append(reading, history, accepted, archives)) {
                    return render(archives);
                }
            }
            log.println("another finalize came first; looking again");
        }
        throw new IOException("the cycle was finalized by others " + MAX_ATTEMPTS + " times meanwhile; try again");
    }

    /** Whether every journal that has billing as its reader knows what it is done with; of a run that has ended. */
    public boolean isCommitted() {
        return isCommitted;
    }

    private void checkEnded(BillingCells cells) {
        Instant end = Instant.ofEpochSecond(0, cells.latestNs());
        if (request.now().isBefore(end)) {
            throw new IllegalArgumentException("cycle " + request.cycle() + " ends at "
                    + InvoiceJson.instant(cells.latestNs()) + ", it is " + request.now()
                    + ": only what has ended can be final; see it with 'preview' or 'invoice'");
        }
    }

    /** A mistyped year would begin a series of numbers of its own, which no later run could take back. */
    private void checkIssueDate(BillingCells cells) {
        LocalDate first = LocalDate.ofInstant(Instant.ofEpochSecond(0, cells.latestNs()), ZoneOffset.UTC);
        LocalDate last = first.plusYears(1);
        LocalDate today = LocalDate.ofInstant(request.now(), ZoneOffset.UTC);
        if (today.isAfter(last)) {
            last = today;
        }
        if (request.issueDate().isBefore(first) || request.issueDate().isAfter(last)) {
            throw new IllegalArgumentException("--issue-date " + request.issueDate() + ": invoices of cycle "
                    + request.cycle() + " are dated from " + first + ", when it has ended, to " + last);
        }
    }

    /** What a credit leaves goes to the next cycle, and what is settled begins the next one: none may be left out. */
    private void checkOrder() throws IOException {
        List<String> known = cycles.cycles();
        if (known.isEmpty() || known.contains(request.cycle())) {
            return;
        }
        String last = known.get(known.size() - 1);
        String next = YearMonth.parse(last).plusMonths(1).toString();
        if (!request.cycle().equals(next)) {
            throw new IllegalArgumentException(
                    "cycle " + request.cycle() + " cannot be finalized "
                            + (request.cycle().compareTo(next) < 0
                                    ? "any more: " + last
                                            + ", which is after it, is final. What it comes to is shown by"
                                            + " 'invoice' or 'preview'; charge it by items of the catalog, 'kind: charge' with a"
                                            + " date in a cycle from " + next
                                            + " on, or go on from a copy of the store of"
                                            + " before " + last
                                    : "yet: " + next + " is not final; finalize that first")
                            + " (cycles become final in their order, each credit and each record going on from the one before)");
        }
    }

    /** What is missing and accepted; null when something is not, which is then named. */
    private List<AcceptedItem> accept(Reading reading, CycleHistory history) {
        List<AcceptedMissing> all = new ArrayList<>(history.accepted());
        all.addAll(request.accepted());
        List<AcceptedItem> items = new ArrayList<>();
        List<Lack> open = new ArrayList<>();
        for (Lack lack : Completeness.lacks(request.catalog().edges(), reading.usage(), history)) {
            AcceptedMissing by =
                    all.stream().filter(lack::isCoveredBy).findFirst().orElse(null);
            if (by == null) {
                open.add(lack);
            } else {
                log.println(VisibleText.of(
                        "accepted as missing: " + lack.what() + " (" + lack.address() + "): " + by.reason()));
                items.add(new AcceptedItem(
                        lack.kind().text(),
                        new AcceptedMissing(lack.subject(), lack.lane(), lack.sequences(), by.reason())));
            }
        }
        request.accepted().stream()
                .filter(given -> items.stream()
                        .noneMatch(item -> given.covers(
                                item.missing().subject(),
                                item.missing().lane(),
                                item.missing().sequences())))
                .forEach(given -> log.println("--accept-missing " + given + " is of no use: that is not missing"));
        if (open.isEmpty()) {
            return items;
        }
        log.println("cycle " + request.cycle() + " cannot be finalized:");
        open.forEach(lack -> log.println(VisibleText.of("  " + lack.address() + "  " + lack.what())));
        log.println(
                "Name the journals that hold it with --journal and the catalog of that time, or accept each with --accept-missing "
                        + VisibleText.of(open.get(0).address()) + " --reason TEXT");
        Path archives = request.archives().resolve(request.cycle());
        if (!history.revisions().isEmpty() && CycleArchives.isSealed(archives)) {
            log.println(archives + " holds what was read when it was finalized");
        }
        return null;
    }

    /** Tells which final documents change because of the catalog alone, and whether that is accepted. */
    private boolean acceptsCatalog(BillingCells cells, CycleHistory history) throws IOException {
        List<Finalization> revisions = history.revisions();
        String sha256 = request.catalog().sha256();
        if (revisions.isEmpty()
                || sha256.equals(revisions.get(revisions.size() - 1).catalogSha256())) {
            return true;
        }
        List<String> changes =
                CatalogChange.of(cells, request.journals(), history, Plan.parsed(documents(cycles, history)), log);
        if (changes.isEmpty()) {
            return true;
        }
        announcements.println("the catalog has changed what is final of cycle " + request.cycle()
                + "; without anything late these would be corrected:");
        changes.forEach(change -> announcements.println(VisibleText.of("  " + change)));
        announcements.flush();
        if (!isCatalogChangeAccepted) {
            log.println("cycle " + request.cycle() + " was finalized by catalog "
                    + revisions.get(revisions.size() - 1).catalogSha256() + ", this is " + sha256
                    + ": let its entries of the past be as they were ('check --against' names what differs), or correct these"
                    + " documents with --accept-catalog-change");
        }
        return isCatalogChangeAccepted;
    }

    /** Whether the store holds now what was read; false when another one came first. */
    private boolean append(Reading reading, CycleHistory history, List<AcceptedItem> accepted, CycleArchives archives)
            throws IOException {
        String issueDate = request.issueDate().toString();
        Plan plan = Plan.of(reading, history, Plan.parsed(documents(cycles, history)), issueDate);
        checkPrintable(plan, history);
        if (history.nextRevision() > 0 && plan.documents().isEmpty()) {
            archives.restore(reading.usage(), history.cutOffs());
            return true;
        }
        // Before the transaction: what it names is there, whatever happens next.
        steps.before("seal the archives");
        List<SealedArchive> sealed = archives.seal(reading.usage());
        FinalManifest manifest =
                new FinalManifest(request.catalog(), reading.usage(), plan.rated(), accepted, sealed, request.cycle());
        Finalization finalization = new Finalization(
                history.lastId() + 1,
                request.cycle(),
                history.nextRevision(),
                issueDate,
                request.catalog().sha256(),
                manifest.cutOffSha256(),
                Rating.VERSION);
        BillingCells cells = reading.usage().cells();
        return cycles.append(new NewFinalization(
                finalization,
                CutOff.of(reading.usage().report(), reading.boundaries()),
                accepted,
                plan.rated().stream().map(FinalizeRun::tenant).toList(),
                plan.documents(),
                issued -> manifest.document(finalization, issued),
                issued -> StripeOutbox.entries(
                        issued.invoice(),
                        request.cycle(),
                        request.catalog()
                                .tenant(issued.invoice().tenantId())
                                .billing()
                                .stripe()),
                reading.consumption()
                        .rows(
                                tenant -> cells.tenants().get(tenant).id(),
                                reading.usage().names())));
    }

    /** Before anything is numbered or written: what is final stays, and could not be mended any more. */
    private void checkPrintable(Plan plan, CycleHistory history) throws IOException {
        if (pdf != PdfKind.NONE) {
            List<Document> documents = documents(cycles, history);
            plan.documents()
                    .forEach(planned ->
                            documents.addAll(planned.numbered("(no number)").documents()));
            FinalPdfs.check(documents, pdf);
        }
    }

    private static TenantRow tenant(Invoice invoice) {
        return new TenantRow(
                invoice.tenant().id(),
                invoice.currency(),
                invoice.minorDigits(),
                invoice.tenant().billing().calendar().zone().getId());
    }

    private String render(CycleArchives archives) throws IOException {
        CycleHistory history = cycles.history(request.cycle());
        Path folder = request.out().resolve(request.cycle());
        InvoiceFiles files = new InvoiceFiles(folder, steps);
        List<Document> documents = documents(cycles, history);
        files.write(documents);
        if (pdf != PdfKind.NONE) {
            new FinalPdfs(files, pdf).write(documents);
        }
        isCommitted = new BillingReader(steps, log)
                .commit(request.journals(), () -> archives.done(history.cutOffs()), request.cycle(), request.now());
        return summary(folder, history);
    }

    /** All documents of a cycle. */
    static List<Document> documents(FinalizedCycles cycles, CycleHistory history) throws IOException {
        List<Document> documents = new ArrayList<>();
        for (Finalization revision : history.revisions()) {
            documents.addAll(cycles.documents(revision));
        }
        return documents;
    }

    /** One line that says what a cycle is. */
    static String summary(Path folder, CycleHistory history) {
        Map<String, Long> kinds = new TreeMap<>();
        Map<String, BigDecimal> totals = new TreeMap<>();
        history.invoices()
                .values()
                .forEach(ofTenant -> ofTenant.forEach(invoice -> {
                    kinds.merge(invoice.kind(), 1L, Long::sum);
                    totals.merge(
                            invoice.currency(),
                            BigDecimal.valueOf(invoice.totalMinor(), invoice.minorDigits()),
                            BigDecimal::add);
                }));
        StringBuilder text = new StringBuilder();
        text.append(folder)
                .append(": final, ")
                .append(kinds.getOrDefault("invoice", 0L))
                .append(" invoices, ");
        text.append(kinds.getOrDefault("correction", 0L)).append(" corrections, ");
        text.append(kinds.getOrDefault("credit_note", 0L)).append(" credit notes, total");
        totals.forEach((currency, total) ->
                text.append(' ').append(total.toPlainString()).append(' ').append(currency));
        return text.toString();
    }
}
