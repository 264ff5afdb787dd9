package openclaw.edge.billing.invoice;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.billing.progress.CountedSums;
import openclaw.edge.billing.progress.CountedVisitor;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.ledger.read.Checkpoints;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.read.ReadReport;

/**
 * What journals say of one cycle: what invoices, drafts or final, are made of.
 *
 * @param cells parts of the cycle by tenant
 * @param usage sums of the cycle
 * @param report what was read and what is missing
 * @param names spellings of the ids in journals
 */
public record CycleUsage(BillingCells cells, UsageAggregator usage, ReadReport report, NameDictionary names) {
    /**
     * Reads journals by all cores.
     *
     * @param catalog what holds
     * @param journals directories of journals, in any order; the same records may stand in several
     * @param cycleId for example {@code 2026-11}
     * @param checkpoints folder in which what was read of complete files is kept, a folder for each cycle in it; null for none
     * @param log for progress
     * @throws IOException when a journal cannot be read at all
     * @throws IllegalArgumentException when the cycle's id is malformed, tenants cannot be told apart, or more was used than
     *     can be counted
     */
    public static CycleUsage read(
            Catalog catalog, List<Path> journals, String cycleId, Path checkpoints, PrintWriter log)
            throws IOException {
        BillingCells cells = new BillingCells(catalog.tenants(), cycleId);
        if (checkpoints == null) {
            return read(cells, journals, log, aggregator -> aggregator);
        }
        checkJournals(journals);
        Checkpoints kept = new Checkpoints(checkpoints.resolve(cycleId), cells.rules());
        JournalReader reader = new JournalReader(journals).withCheckpoints(kept);
        CycleUsage usage = read(cells, reader, progress(journals, log), CountedSums::new);
        if (kept.reusedFiles() > 0) {
            log.println("read before and not again: " + kept.reusedFiles() + " files");
        }
        if (kept.failure() != null) {
            log.println("checkpoints cannot be kept: " + kept.failure());
        }
        kept.removeUnused();
        return usage;
    }

    /**
     * The same with visitors that see the records too, or keep some from the sums.
     *
     * @param cells parts of the cycle by tenant
     * @param around makes the visitor of a thread, which passes on to the aggregator what is to be summed up
     */
    public static CycleUsage read(
            BillingCells cells,
            List<Path> journals,
            PrintWriter log,
            Function<? super UsageAggregator, ? extends JournalVisitor> around)
            throws IOException {
        checkJournals(journals);
        return read(
                cells,
                new JournalReader(journals),
                progress(journals, log),
                (aggregator, part) -> new CountedVisitor(around.apply(aggregator), part));
    }

    private static ReadProgress progress(List<Path> journals, PrintWriter log) throws IOException {
        return new ReadProgress(journals, log, false);
    }

    private static CycleUsage read(
            BillingCells cells,
            JournalReader reader,
            ReadProgress progress,
            BiFunction<UsageAggregator, ReadProgress.Part, ? extends JournalVisitor> toVisitor)
            throws IOException {
        List<UsageAggregator> aggregators = new ArrayList<>();
        List<JournalVisitor> visitors = new ArrayList<>();
        for (int thread = 0; thread < Runtime.getRuntime().availableProcessors(); thread++) {
            UsageAggregator aggregator = new UsageAggregator(cells);
            aggregators.add(aggregator);
            visitors.add(toVisitor.apply(aggregator, progress.part()));
        }
        ReadReport report = reader.read(visitors);
        progress.end();
        UsageAggregator usage = new UsageAggregator(cells);
        aggregators.forEach(usage::add);
        usage.checkRange();
        return new CycleUsage(cells, usage, report, reader.names());
    }

    /** An empty folder would make invoices of nothing, and call them complete. */
    private static void checkJournals(List<Path> journals) throws IOException {
        for (Path journal : journals) {
            if (!Files.exists(journal) || JournalReader.files(List.of(journal)).isEmpty()) {
                throw new NoSuchFileException(
                        journal.toString(), null, "no journal files (*.cq4) there; expected <data>/journal of a node");
            }
        }
    }
}
