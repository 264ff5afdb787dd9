package openclaw.edge.billing.progress;

import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.UsageRecord;

/** Passes usage on and tells how far the reading is. */
public class CountedVisitor implements JournalVisitor {
    private final JournalVisitor visitor;
    private final ReadProgress.Part progress;

    /**
     * Beside a visitor.
     *
     * @param visitor of the records
     * @param progress of the visitor's thread
     */
    public CountedVisitor(JournalVisitor visitor, ReadProgress.Part progress) {
        this.visitor = visitor;
        this.progress = progress;
    }

    @Override
    public void onUsages(UsageBatch batch) {
        visitor.onUsages(batch);
        progress.passed(batch);
    }

    @Override
    public void onUsage(UsageRecord record) {
        visitor.onUsage(record);
    }

    @Override
    public boolean restart() {
        return visitor.restart();
    }
}
