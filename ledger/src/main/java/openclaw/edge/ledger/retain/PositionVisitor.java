package openclaw.edge.ledger.retain;

import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.SequenceIntervals;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.UsageRecord;

/** Notes which of the records that are read are meant. One for each reading thread; not thread-safe. */
public final class PositionVisitor implements JournalVisitor {
    private final UsageWindow window;
    private Position position = new Position();
    private SequenceIntervals last;
    private long lastHigh;
    private long lastLow;
    private int lastLane;

    /**
     * A visitor that has seen nothing.
     *
     * @param window which records are meant
     */
    public PositionVisitor(final UsageWindow window) {
        this.window = window;
    }

    /**
     * What was met so far.
     *
     * @return to be read when the reading is done
     */
    public Position position() {
        return position;
    }

    @Override
    public void onUsages(final UsageBatch batch) {
        long from = 0;
        long to = 0;
        for (int i = 0; i < batch.size(); i++) {
            final UsageRecord record = batch.get(i);
            if (window.contains(record.tenantId(), record.admittedNs())) {
                to = record.sequence();
                from = from == 0 ? to : from;
            } else if (from != 0) {
                intervals(record).addRange(from, to);
                from = 0;
            }
        }
        if (from != 0) {
            intervals(batch.get(0)).addRange(from, to);
        }
    }

    @Override
    public void onUsage(final UsageRecord record) {
        if (window.contains(record.tenantId(), record.admittedNs())) {
            intervals(record).add(record.sequence());
        }
    }

    private SequenceIntervals intervals(final UsageRecord of) {
        if (last == null || lastLane != of.lane() || lastLow != of.lifeLow() || lastHigh != of.lifeHigh()) {
            lastHigh = of.lifeHigh();
            lastLow = of.lifeLow();
            lastLane = of.lane();
            last = position.intervals(new Life(lastHigh, lastLow), lastLane);
        }
        return last;
    }

    @Override
    public boolean restart() {
        position = new Position();
        last = null;
        return true;
    }
}
