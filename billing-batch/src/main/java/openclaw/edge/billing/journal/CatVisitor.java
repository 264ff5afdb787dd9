package openclaw.edge.billing.journal;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;

/** Passes on the records that are asked for, with the node of each. */
class CatVisitor implements JournalVisitor {
    private final RecordPrinter printer;
    private final UsageFilter filter;
    private final UsageFilter.Match match;
    private final boolean hasControl;
    private final ReadProgress.Part progress;
    private final Map<Life, String> nodes = new HashMap<>();
    private long lifeHigh;
    private long lifeLow;
    private String node = "";

    /**
     * A visitor for one thread.
     *
     * @param hasControl whether control records are asked for
     * @param progress told of what was passed
     */
    CatVisitor(RecordPrinter printer, UsageFilter filter, boolean hasControl, ReadProgress.Part progress) {
        this.printer = printer;
        this.filter = filter;
        this.match = filter.match();
        this.hasControl = hasControl;
        this.progress = progress;
    }

    /** The node of a life, as far as its OPEN was met. */
    final String node(long high, long low) {
        if (high != lifeHigh || low != lifeLow) {
            lifeHigh = high;
            lifeLow = low;
            node = nodes.getOrDefault(new Life(high, low), "");
        }
        return node;
    }

    /** Takes a record that fits. */
    void take(UsageRecord record, Path file, long positionBytes) {
        printer.usage(record, node(record.lifeHigh(), record.lifeLow()), file, positionBytes);
    }

    /** Whether control records are to be printed now. */
    boolean hasControl() {
        return hasControl;
    }

    @Override
    public void onUsages(UsageBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            UsageRecord record = batch.get(i);
            if (match.accepts(record)) {
                take(record, batch.file(), batch.positionBytes(i));
            }
        }
        progress.passed(batch);
    }

    @Override
    public void onUsage(UsageRecord record) {
        throw new IllegalStateException("usage comes in batches");
    }

    @Override
    public void onOpen(OpenRecord record) {
        nodes.put(record.life(), record.node());
        lifeHigh = 0;
        lifeLow = 0;
        node = "";
        if (hasControl() && filter.hasTime(record.timeNs())) {
            printer.open(record);
        }
    }

    @Override
    public void onClose(CloseRecord record) {
        if (hasControl() && filter.hasTime(record.timeNs())) {
            printer.close(record);
        }
    }

    @Override
    public void onTick(TickRecord record) {
        if (hasControl() && filter.hasTime(record.timeNs())) {
            printer.tick(record);
        }
    }

    @Override
    public void onCatalog(CatalogRecord record) {
        if (hasControl() && filter.hasTime(record.timeNs())) {
            printer.catalog(record);
        }
    }

    @Override
    public void onVoid(VoidRecord record) {
        if (hasControl() && filter.hasTime(record.timeNs())) {
            printer.gone(record);
        }
    }

    @Override
    public void onLoss(LossRecord record) {
        if (hasControl() && filter.hasTime(record.firstNs())) {
            printer.loss(record);
        }
    }

    @Override
    public void onName(NameRecord record) {
        if (hasControl()) {
            printer.name(record);
        }
    }

    @Override
    public void onDeleted(DeletedRecord record) {
        if (hasControl() && filter.hasTime(record.timeNs())) {
            printer.deleted(record);
        }
    }

    @Override
    public void onDeletedFile(DeletedFileRecord record) {
        if (hasControl() && filter.hasTime(record.timeNs())) {
            printer.deletedFile(record);
        }
    }
}
