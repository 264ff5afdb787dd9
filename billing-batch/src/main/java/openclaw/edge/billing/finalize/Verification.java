package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.invoice.FinalFolder;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.store.CutOffLife;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.Finalization;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.billing.store.NewFinalization.Issued;
import openclaw.edge.billing.store.NewFinalization.Numberable;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.read.SequenceIntervals;
import openclaw.edge.ledger.record.Life;

/**
 * Makes a finalized cycle's documents anew, each from the entries that its finalization had read and no others, and compares
 * them with those in the store and in the files, to the byte.
 */
public final class Verification {
    private final Store store;
    private final Catalog catalog;
    private final List<Path> journals;
    private final Path out;
    private final PrintWriter log;
    private final List<Difference> differences = new ArrayList<>();
    private final Map<String, FinalInvoice> documents = new HashMap<>();
    private Path archives;
    private int comparedArchives;
    private int compared;

    /**
     * A difference.
     *
     * @param kind {@code document}, {@code line}, {@code file}, {@code archive}, {@code entries} or {@code catalog}
     * @param subject number, name of a document or file, or a place in journals
     * @param what is different
     */
    public record Difference(String kind, String subject, String what) {}

    /**
     * A verification that has not begun.
     *
     * @param journals the journals, or archives of them
     * @param out folder of the cycles' folders
     */
    public Verification(Store store, Catalog catalog, List<Path> journals, Path out, PrintWriter log) {
        this.store = store;
        this.catalog = catalog;
        this.journals = List.copyOf(journals);
        this.out = out;
        this.log = log;
    }

    /** Compares the sealed archives below this folder too; null, as it is unless this is called, for not. */
    public Verification withArchives(Path folder) {
        archives = folder;
        return this;
    }

    /** Archives that were compared. */
    public int comparedArchives() {
        return comparedArchives;
    }

    /** Documents that were compared. */
    public int compared() {
        return compared;
    }

    /**
     * Compares everything of a cycle.
     *
     * @throws IllegalArgumentException when it is not finalized
     */
    public List<Difference> run(String cycle) throws IOException {
        FinalizedCycles cycles = new FinalizedCycles(store);
        CycleHistory history = cycles.history(cycle);
        if (history.revisions().isEmpty()) {
            throw new IllegalArgumentException("cycle " + cycle + " is not finalized in " + store);
        }
        BillingCells cells = new BillingCells(catalog.tenants(), cycle);
        for (Finalization revision : history.revisions()) {
            Map<String, Document> stored = new LinkedHashMap<>();
            cycles.documents(revision).forEach(document -> stored.put(document.name(), document));
            compareFiles(out.resolve(cycle), stored);
            int before = differences.size();
            compareInvoices(cells, history, revision, stored);
            if (differences.size() > before && !catalog.sha256().equals(revision.catalogSha256())) {
                differences.add(new Difference(
                        "catalog",
                        catalog.sha256(),
                        "revision " + revision.revision() + " was made by catalog " + revision.catalogSha256()
                                + "; nodes keep every version in data/catalog"));
            }
        }
        if (archives != null) {
            Finalization last = history.revisions().get(history.nextRevision() - 1);
            compareArchives(cycles.documents(last), archives.resolve(cycle));
        }
        return List.copyOf(differences);
    }

    private void compareArchives(List<Document> documents, Path folder) throws IOException {
        ArchiveCheck check = new ArchiveCheck(folder);
        for (Document document : documents) {
            if (document.name().endsWith(FinalFolder.MANIFEST)) {
                differences.addAll(check.run(document));
            }
        }
        comparedArchives = check.compared();
    }

    private void compareFiles(Path folder, Map<String, Document> stored) throws IOException {
        for (Document document : stored.values()) {
            compared++;
            Path file = folder.resolve(document.name());
            try {
                if (!Arrays.equals(Files.readAllBytes(file), document.bytes())) {
                    differences.add(new Difference(
                            "file", file.toString(), "is not what was finalized; 'report --write' writes it again"));
                }
            } catch (NoSuchFileException e) {
                differences.add(
                        new Difference("file", file.toString(), "is not there; 'report --write' writes it again"));
            }
        }
    }

    private void compareInvoices(
            BillingCells cells, CycleHistory history, Finalization revision, Map<String, Document> stored)
            throws IOException {
        int number = revision.revision();
        CutOff within = CutOff.of(List.of(history.cutOffs().get(number)));
        CutOff known = CutOff.of(history.cutOffs().subList(0, number));
        Reading reading = Reading.read(cells, journals, within, known, null, log);
        int before = differences.size();
        Map<String, IssuedInvoice> issued = Revisions.issued(history, number);
        Plan plan = Plan.of(reading, Revisions.before(history, number), documents, revision.issueDate());
        documents.putAll(Plan.parsed(List.copyOf(stored.values())));
        for (Numberable document : plan.documents()) {
            IssuedInvoice was = issued.remove(document.tenantId());
            if (was == null) {
                differences.add(new Difference("document", document.tenantId(), "was not issued, and would be now"));
            } else {
                compare(document.numbered(was.number()), was, stored);
            }
        }
        issued.values()
                .forEach(was ->
                        differences.add(new Difference("document", was.number(), "was issued, and would not be now")));
        if (differences.size() > before) {
            // Archives hold one cycle of the entries that were read: what is not there matters where documents differ.
            compareEntries(reading.usage().report(), history.cutOffs().get(number));
        }
    }

    private void compare(Issued now, IssuedInvoice was, Map<String, Document> stored) {
        boolean isSame = true;
        for (Document document : now.documents()) {
            Document before = stored.get(document.name());
            isSame &= before != null && before.content().equals(document.content());
        }
        if (isSame) {
            return;
        }
        int before = differences.size();
        List<IssuedLine> linesNow = now.invoice().lines();
        for (int i = 0; i < Math.max(linesNow.size(), was.lines().size()); i++) {
            IssuedLine lineNow = i < linesNow.size() ? linesNow.get(i) : null;
            IssuedLine lineWas = i < was.lines().size() ? was.lines().get(i) : null;
            if (lineNow == null || !lineNow.equals(lineWas)) {
                differences.add(new Difference(
                        "line",
                        was.number() + ", line " + (i + 1),
                        "was " + text(lineWas, was) + ", is " + text(lineNow, was)));
            }
        }
        if (differences.size() == before) {
            differences.add(new Difference("document", was.number(), "its bytes differ from those in the store"));
        }
    }

    private static String text(IssuedLine line, IssuedInvoice invoice) {
        return line == null
                ? "nothing"
                : "'" + line.description() + "' " + line.quantity() + " x " + line.unitPrice() + " = "
                        + Rendering.amount(line.amountMinor(), invoice.minorDigits()) + " from "
                        + line.journal().stream()
                                .mapToLong(range -> range.count())
                                .sum()
                        + " entries";
    }

    /** Entries that were counted and are not in these journals. */
    private void compareEntries(ReadReport report, List<CutOffLife> cutOff) {
        Map<Life, Map<Integer, String>> there = new LinkedHashMap<>();
        for (ReadReport.LifeSummary life : report.lives()) {
            Map<Integer, String> lanes = new LinkedHashMap<>();
            life.lanes().forEach(lane -> lanes.put(lane.lane(), lane.sequences()));
            there.put(life.life(), lanes);
        }
        for (CutOffLife life : cutOff) {
            for (CutOffLife.CutOffLane lane : life.lanes()) {
                SequenceIntervals now =
                        CutOff.parse(there.getOrDefault(life.life(), Map.of()).getOrDefault(lane.lane(), ""));
                SequenceIntervals was = CutOff.parse(lane.sequences());
                now.gaps(was.highest(), (from, to) -> missing(life.life(), lane.lane(), was, from, to));
            }
        }
    }

    private void missing(Life life, int lane, SequenceIntervals was, long from, long to) {
        for (int i = 0; i < was.intervals(); i++) {
            long first = Math.max(from, was.from(i));
            long last = Math.min(to, was.to(i));
            if (first <= last) {
                differences.add(new Difference(
                        "entries",
                        life + ":" + lane + ":" + first + "-" + last,
                        "were read then and are not there now"));
            }
        }
    }
}
