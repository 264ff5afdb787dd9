package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.billing.aggregate.LaneSums;
import openclaw.edge.billing.journal.EntryPrinter;
import openclaw.edge.billing.journal.RunningSums;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.UsageRecord;

/** Finds the journal entries behind a line of a finalized document, and checks that they are those that were counted. */
public final class Explanation {
    private final Store store;
    private final List<Path> journals;
    private Catalog catalog;

    /** From journals, or archives of them. */
    public Explanation(Store store, List<Path> journals) {
        this.store = store;
        this.journals = List.copyOf(journals);
    }

    /**
     * Names of a line that divides its entries with others those that are its own; null, as it is unless this is called, for not.
     *
     * @param by the catalog that the cycle was finalized by
     */
    public Explanation withCatalog(Catalog by) {
        catalog = by;
        return this;
    }

    /** Sums of one lane. */
    private static final class Sum {
        long from = Long.MAX_VALUE;
        long to;
        long entries;
        long high;
        long low;

        void add(long sequence, int crc) {
            from = Math.min(from, sequence);
            to = Math.max(to, sequence);
            entries++;
            long part = LaneSums.digestHigh(sequence, crc);
            high += part;
            low += LaneSums.digestLow(part, sequence, crc);
        }
    }

    /**
     * Prints the entries.
     *
     * @param number of an invoice, correction or credit note
     * @param lineText the number of the line, from 1, as somebody wrote it
     * @param differences told what is not as it was counted
     * @return the line's own words
     * @throws IOException when store or journals cannot be read
     * @throws IllegalArgumentException when there is no such line
     */
    public String print(String number, String lineText, PrintWriter out, boolean isJson, List<String> differences)
            throws IOException {
        FinalizedCycles cycles = new FinalizedCycles(store);
        String cycle = cycles.cycleOf(number);
        if (cycle == null) {
            throw new IllegalArgumentException("no invoice " + number + " in " + store);
        }
        CycleHistory history = cycles.history(cycle);
        IssuedInvoice invoice = history.invoices().values().stream()
                .flatMap(List::stream)
                .filter(one -> one.number().equals(number))
                .findFirst()
                .orElseThrow();
        int lineNumber = lineNumber(invoice, lineText);
        IssuedLine line = invoice.lines().get(lineNumber - 1);
        OwnEntries own = own(invoice, line, history, cycle, differences);
        RunningSums sums =
                line.journal().isEmpty() ? null : read(invoice, line, history, own, out, isJson, differences);
        return invoice.number() + ", line " + lineNumber + ": " + line.description() + ", " + line.quantity() + " x "
                + line.unitPrice() + " = " + Rendering.amount(line.amountMinor(), invoice.minorDigits()) + " "
                + invoice.currency()
                + (sums == null ? "; it was not counted from journal entries" : "; " + of(sums, own, invoice, line));
    }

    private static int lineNumber(IssuedInvoice invoice, String text) {
        int lines = invoice.lines().size();
        int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > lines) {
            throw new IllegalArgumentException("LINE '" + text + "': expected the number of a line of "
                    + invoice.number() + ", which has lines 1 to " + lines);
        }
        return number;
    }

    /** Null without a catalog, for documents that are differences, and where that catalog does not make the line. */
    private OwnEntries own(
            IssuedInvoice invoice, IssuedLine line, CycleHistory history, String cycle, List<String> differences)
            throws IOException {
        if (catalog == null || invoice.corrects() != null || line.journal().isEmpty()) {
            return null;
        }
        Tenant tenant = catalog.tenant(invoice.tenantId());
        int revision = Revisions.of(history, invoice.number());
        CutOff within = CutOff.of(List.of(history.cutOffs().get(revision)));
        OwnEntries own = tenant == null ? null : OwnEntries.of(tenant, cycle, journals, within, line);
        if (own == null) {
            differences.add(
                    "the catalog " + catalog.sha256() + " does not make this line of these entries; it was made by "
                            + history.revisions().get(revision).catalogSha256()
                            + ", of which nodes keep every version in data/catalog");
        }
        return own;
    }

    /** How its quantity comes together, with the lines that are of the same entries, as those within a quota and beyond it. */
    private static String of(RunningSums sums, OwnEntries own, IssuedInvoice invoice, IssuedLine line) {
        if (own != null) {
            return sums.entries() + " entries, " + sums.requests() + " requests, " + sums.tokens() + " tokens; "
                    + own.words();
        }
        String others = invoice.lines().stream()
                .filter(other -> other.line() != line.line()
                        && !other.journal().isEmpty()
                        && other.journal().equals(line.journal()))
                .map(other -> "line " + other.line() + " (" + other.quantity() + ")")
                .collect(Collectors.joining(", "));
        return sums.entries() + " entries, " + sums.requests() + " requests, " + sums.tokens() + " tokens"
                + (others.isEmpty() ? "" : ", which this line (" + line.quantity() + ") shares with " + others);
    }

    private RunningSums read(
            IssuedInvoice invoice,
            IssuedLine line,
            CycleHistory history,
            OwnEntries own,
            PrintWriter out,
            boolean isJson,
            List<String> differences)
            throws IOException {
        int revision = Revisions.of(history, invoice.number());
        CutOff within = CutOff.of(List.of(history.cutOffs().get(revision)));
        boolean isLateOnly = invoice.corrects() != null;
        CutOff known = CutOff.of(isLateOnly ? history.cutOffs().subList(0, revision) : List.of());
        JournalReader reader = new JournalReader(journals);
        EntryPrinter printer = new EntryPrinter(out, isJson, reader.names());
        Entries entries = new Entries(invoice.tenantId(), line, within, known, printer, own);
        reader.read(entries);
        printer.flush();
        compare(line, entries.sums, differences);
        return printer.sums();
    }

    private static void compare(IssuedLine line, Map<Life, Map<Integer, Sum>> sums, List<String> differences) {
        for (JournalRange range : line.journal()) {
            Map<Integer, Sum> ofLife = sums.getOrDefault(range.life(), new TreeMap<>());
            Sum sum = ofLife.remove(range.lane());
            String place = range.life() + ":" + range.lane() + ":" + range.from() + "-" + range.to();
            if (sum == null) {
                differences.add(place + ": none of " + range.count() + " entries is there");
            } else if (sum.entries != range.count() || sum.high != range.digestHigh() || sum.low != range.digestLow()) {
                differences.add(place + ": " + range.count() + " entries were counted with digest " + range.digest()
                        + ", there are " + sum.entries + " with " + String.format("%016x%016x", sum.high, sum.low));
            }
        }
        sums.forEach((life, lanes) -> lanes.forEach((lane, sum) -> differences.add(
                life + ":" + lane + ":" + sum.from + "-" + sum.to + ": " + sum.entries + " entries were not counted")));
    }

    private static final class Entries implements JournalVisitor {
        private final long tenant;
        private final IssuedLine line;
        private final CutOff within;
        private final CutOff known;
        private final EntryPrinter printer;
        private final OwnEntries own;
        private final Map<Life, String> nodes = new HashMap<>();
        private final Map<Life, Map<Integer, Sum>> sums = new TreeMap<>();

        Entries(String tenantId, IssuedLine line, CutOff within, CutOff known, EntryPrinter printer, OwnEntries own) {
            this.own = own;
            this.tenant = BillingCells.nameId(tenantId);
            this.line = line;
            this.within = within;
            this.known = known;
            this.printer = printer;
        }

        @Override
        public void onUsages(UsageBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                UsageRecord record = batch.get(i);
                if (record.tenantId() == tenant
                        && record.admittedNs() >= line.fromNs()
                        && record.admittedNs() < line.toNs()) {
                    take(record, batch, i);
                }
            }
        }

        private void take(UsageRecord record, UsageBatch batch, int index) {
            Life life = record.life();
            if (within.lane(life, record.lane()).contains(record.sequence())
                    && !known.lane(life, record.lane()).contains(record.sequence())) {
                sums.computeIfAbsent(life, absent -> new TreeMap<>())
                        .computeIfAbsent(record.lane(), absent -> new Sum())
                        .add(record.sequence(), record.crc());
                if (own == null || own.contains(record)) {
                    printer.print(record, nodes.getOrDefault(life, ""), batch.file(), batch.positionBytes(index));
                }
            }
        }

        @Override
        public void onUsage(UsageRecord record) {
            throw new IllegalStateException("usage comes in batches");
        }

        @Override
        public void onOpen(OpenRecord record) {
            nodes.put(record.life(), record.node());
        }
    }
}
