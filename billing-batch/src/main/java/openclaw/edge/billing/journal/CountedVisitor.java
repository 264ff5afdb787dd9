package openclaw.edge.billing.journal;

import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.UsageRecord;

/** Passes usage on and tells how far the reading is. */
final class CountedVisitor implements JournalVisitor {
    private final JournalVisitor visitor;
    private final ReadProgress.Part progress;

    CountedVisitor(JournalVisitor visitor, ReadProgress.Part progress) {
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
