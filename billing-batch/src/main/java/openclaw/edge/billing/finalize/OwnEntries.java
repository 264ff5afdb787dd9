package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.InvoiceMaker;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.SequenceIntervals;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.rating.LineShares;
import openclaw.edge.rating.Money;
import openclaw.edge.rating.PartUsage;
import openclaw.edge.rating.RatedLine;
import openclaw.edge.rating.Usage;

/**
 * The entries that a line of an invoice is made of, where several lines divide one sum: what a quota includes, what lies beyond
 * it, and the steps of tiers. Entries count in the order of their admission; of one instant by life, lane and sequence. So it
 * hangs neither on files nor on threads. Holds about 100 bytes for each entry of the tenant's cycle.
 */
final class OwnEntries {
    private static final Comparator<Entry> BY_TIME = Comparator.comparingLong(Entry::admittedNs)
            .thenComparing(Entry::life)
            .thenComparingInt(Entry::lane)
            .thenComparingLong(Entry::sequence);

    private final Map<Life, Map<Integer, SequenceIntervals>> sequences = new TreeMap<>();
    private final List<String> divided = new ArrayList<>();
    private BigDecimal quantity = BigDecimal.ZERO;
    private long entries;

    private record Entry(long admittedNs, Life life, int lane, long sequence, int cell, long requests, long tokens) {}

    private OwnEntries() {}

    /**
     * Rates a tenant's cycle anew and divides it.
     *
     * @param tenant as in the catalog that the cycle was finalized by
     * @param within what was read then
     * @return null when this catalog does not make the line of these entries
     * @throws IOException when a journal cannot be read
     */
    static OwnEntries of(Tenant tenant, String cycle, List<Path> journals, CutOff within, IssuedLine line)
            throws IOException {
        BillingCells cells = new BillingCells(List.of(tenant), cycle);
        Reader reader = new Reader(cells, within);
        new JournalReader(journals).read(reader);
        List<CyclePart> parts = cells.parts(0);
        Invoice invoice = new InvoiceMaker(cells, reader.sums.lanes()).make(0, BigDecimal.ZERO);
        List<IssuedLine> now = Issue.lines(invoice, parts);
        int index = line.line() - 1;
        if (index >= now.size() || !isSame(now.get(index), line)) {
            return null;
        }
        List<RatedLine> rated = invoice.lines().stream().map(one -> one.rated()).toList();
        List<PartUsage> usage = new ArrayList<>();
        for (CyclePart part : parts) {
            usage.add(reader.sum(part));
        }
        reader.entries.sort(BY_TIME);
        LineShares shares = new LineShares(usage, rated);
        OwnEntries own = new OwnEntries();
        for (Entry entry : reader.entries) {
            own.take(entry, reader, shares, index);
        }
        return own;
    }

    private static boolean isSame(IssuedLine now, IssuedLine line) {
        return now.key().equals(line.key())
                && now.quantity().equals(line.quantity())
                && now.journal().equals(line.journal());
    }

    private void take(Entry entry, Reader reader, LineShares shares, int line) {
        CyclePart part = reader.part(entry.cell());
        PartUsage whole = reader.usage(part, List.of(entry));
        BigDecimal[] of = {BigDecimal.ZERO, BigDecimal.ZERO};
        shares.take(part.index(), whole, (index, share) -> of[index == line ? 0 : 1] = share);
        if (of[0].signum() > 0) {
            sequences
                    .computeIfAbsent(entry.life(), absent -> new TreeMap<>())
                    .computeIfAbsent(entry.lane(), absent -> new SequenceIntervals())
                    .add(entry.sequence());
            quantity = quantity.add(of[0]);
            entries++;
            if (whole.quantity().compareTo(of[0]) != 0) {
                divided.add(entry.life() + ":" + entry.lane() + ":" + entry.sequence() + " with "
                        + Money.quantityText(of[0]) + " of its " + Money.quantityText(whole.quantity()));
            }
        }
    }

    /** Whether an entry is one of them. */
    boolean contains(UsageRecord record) {
        Map<Integer, SequenceIntervals> lanes = sequences.get(record.life());
        SequenceIntervals lane = lanes == null ? null : lanes.get(record.lane());
        return lane != null && lane.contains(record.sequence());
    }

    /** For people: how many there are, their ranges, and which of them other lines share. */
    String words() {
        List<String> ranges = new ArrayList<>();
        sequences.forEach((life, lanes) -> lanes.forEach((lane, of) -> {
            for (int i = 0; i < of.intervals(); i++) {
                ranges.add(life + ":" + lane + ":" + of.from(i) + "-" + of.to(i));
            }
        }));
        return entries + " entries of its own give it " + Money.quantityText(quantity) + ": "
                + String.join(", ", ranges)
                + (divided.isEmpty() ? "" : "; divided with another line: " + String.join(", ", divided));
    }

    /** Reads a tenant's cycle, once each entry. For one thread. */
    private static final class Reader implements JournalVisitor {
        private final BillingCells cells;
        private final CutOff within;
        private final UsageAggregator sums;
        private final List<Entry> entries = new ArrayList<>();

        Reader(BillingCells cells, CutOff within) {
            this.cells = cells;
            this.within = within;
            this.sums = new UsageAggregator(cells);
        }

        @Override
        public void onUsages(UsageBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                UsageRecord record = batch.get(i);
                if (cells.tenant(record.tenantId()) != BillingCells.UNKNOWN_TENANT) {
                    take(record);
                }
            }
        }

        private void take(UsageRecord record) {
            int cell = cells.cell(0, record);
            Life life = record.life();
            if (cell == BillingCells.OTHER_CYCLE
                    || !within.lane(life, record.lane()).contains(record.sequence())) {
                return;
            }
            sums.onUsage(record);
            long tokens = record.chargedTokens();
            boolean isBilled = record.isFinal() && UsageAggregator.isBilled(record, tokens, cells.isBilledAlways(cell));
            entries.add(new Entry(
                    record.admittedNs(), life, record.lane(), record.sequence(), cell, isBilled ? 1 : 0, tokens));
        }

        @Override
        public void onUsage(UsageRecord record) {
            throw new IllegalStateException("usage comes in batches");
        }

        @Override
        public boolean restart() {
            entries.clear();
            return sums.restart();
        }

        CyclePart part(int cell) {
            List<CyclePart> parts = cells.parts(0);
            int part = 0;
            while (cells.firstCell(0, part + 1) <= cell) {
                part++;
            }
            return parts.get(part);
        }

        PartUsage sum(CyclePart part) {
            int from = cells.firstCell(0, part.index());
            int to = cells.firstCell(0, part.index() + 1);
            return usage(
                    part,
                    entries.stream()
                            .filter(entry -> entry.cell() >= from && entry.cell() < to)
                            .toList());
        }

        /** What some entries of a part come to, by what multiplier they fall under. */
        PartUsage usage(CyclePart part, List<Entry> of) {
            int from = cells.firstCell(0, part.index());
            long[] requests = new long[cells.firstCell(0, part.index() + 1) - from];
            long[] tokens = new long[requests.length];
            for (Entry entry : of) {
                requests[entry.cell() - from] += entry.requests();
                tokens[entry.cell() - from] = Math.addExact(tokens[entry.cell() - from], entry.tokens());
            }
            List<Usage> classes = new ArrayList<>();
            for (int i = 0; i < requests.length; i++) {
                classes.add(new Usage(requests[i], tokens[i]));
            }
            return new PartUsage(part, classes);
        }
    }
}
