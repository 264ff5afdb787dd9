package openclaw.edge.billing.finalize;

import java.util.HashMap;
import java.util.Map;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.SequenceIntervals;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.UsageRecord;

/**
 * Passes the records of a reading thread on: all that lie within a cut-off to the sums and the consumption, those that an
 * earlier finalization had not read to the late sums as well; and notes where later cycles begin. Not thread-safe.
 */
final class CycleVisitor implements JournalVisitor {
    private final BillingCells cells;
    private final UsageAggregator all;
    private final UsageAggregator late;
    private final CutOff within;
    private final CutOff known;
    private final JournalVisitor beside;
    private final ConsumptionTable consumption = new ConsumptionTable();
    private final Boundaries boundaries = new Boundaries();
    private final Map<Life, Map<Integer, LaneState>> lanes = new HashMap<>();
    private LaneState last;
    private long lastHigh;
    private long lastLow;
    private long earliestEndNs;

    private static final class LaneState {
        final Life life;
        final int lane;
        final SequenceIntervals within;
        final SequenceIntervals known;
        long firstLater = Long.MAX_VALUE;

        LaneState(Life life, int lane, CutOff within, CutOff known) {
            this.life = life;
            this.lane = lane;
            this.within = within == null ? null : within.lane(life, lane);
            this.known = known.lane(life, lane);
        }
    }

    /**
     * A visitor that has seen nothing.
     *
     * @param cells parts of the cycle by tenant
     * @param all takes every record
     * @param within records outside of it are passed over; null for none
     * @param known records outside of it are late
     * @param beside gets all usage too
     */
    CycleVisitor(BillingCells cells, UsageAggregator all, CutOff within, CutOff known, JournalVisitor beside) {
        this.cells = cells;
        this.all = all;
        this.late = new UsageAggregator(cells);
        this.within = within;
        this.known = known;
        this.beside = beside;
        this.earliestEndNs = cells.latestNs();
        for (int tenant = 0; tenant < cells.tenants().size(); tenant++) {
            earliestEndNs = Math.min(earliestEndNs, cells.cycle(tenant).endNs());
        }
    }

    @Override
    public void onUsages(UsageBatch batch) {
        beside.onUsages(batch);
        LaneState lane = lane(batch.get(0));
        for (int i = 0; i < batch.size(); i++) {
            UsageRecord record = batch.get(i);
            if (lane.within != null && !lane.within.contains(record.sequence())) {
                continue;
            }
            consume(lane, record);
            if (!lane.known.contains(record.sequence())) {
                late.onUsage(record);
            }
            if (lane.within != null) {
                all.onUsage(record);
            }
        }
        if (lane.within == null) {
            all.onUsages(batch);
        }
    }

    @Override
    public void onUsage(UsageRecord record) {
        throw new IllegalStateException("usage comes in batches");
    }

    private void consume(LaneState lane, UsageRecord record) {
        long admittedNs = record.admittedNs();
        int tenant = cells.tenant(record.tenantId());
        long endNs = tenant == BillingCells.UNKNOWN_TENANT
                ? earliestEndNs
                : cells.cycle(tenant).endNs();
        if (admittedNs >= endNs) {
            lane.firstLater = Math.min(lane.firstLater, record.sequence());
            return;
        }
        int cell = tenant == BillingCells.UNKNOWN_TENANT ? BillingCells.OTHER_CYCLE : cells.cell(tenant, record);
        if (cell == BillingCells.OTHER_CYCLE) {
            return;
        }
        long tokens = record.chargedTokens();
        boolean isBilled = record.isFinal() && UsageAggregator.isBilled(record, tokens, cells.isBilledAlways(cell));
        boolean isExempt = record.isFinal() && !isBilled;
        consumption.add(
                tenant, admittedNs, record.agentId(), record.modelId(), isBilled ? 1 : 0, isExempt ? 1 : 0, tokens);
    }

    private LaneState lane(UsageRecord record) {
        if (last == null
                || last.lane != record.lane()
                || lastHigh != record.lifeHigh()
                || lastLow != record.lifeLow()) {
            lastHigh = record.lifeHigh();
            lastLow = record.lifeLow();
            Life life = record.life();
            last = lanes.computeIfAbsent(life, absent -> new HashMap<>())
                    .computeIfAbsent(record.lane(), lane -> new LaneState(life, lane, within, known));
        }
        return last;
    }

    @Override
    public boolean restart() {
        lanes.clear();
        last = null;
        consumption.clear();
        late.restart();
        return beside.restart() && all.restart();
    }

    /** Sums of what is late. */
    UsageAggregator late() {
        return late;
    }

    ConsumptionTable consumption() {
        return consumption;
    }

    /** Where later cycles begin in the lanes that this visitor has seen. */
    Boundaries boundaries() {
        boundaries.clear();
        for (Map<Integer, LaneState> ofLife : lanes.values()) {
            for (LaneState lane : ofLife.values()) {
                if (lane.firstLater != Long.MAX_VALUE) {
                    boundaries.later(lane.life, lane.lane, lane.firstLater);
                }
            }
        }
        return boundaries;
    }
}
