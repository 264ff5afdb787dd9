package openclaw.edge.billing.reconcile;

import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;

/** Counts final records by life, apart for those up to its last TICK. For one thread. */
final class LifeCounts implements JournalVisitor {
    private final LastTicks ticks;
    private final Map<Life, Count> counts = new TreeMap<>();

    LifeCounts(LastTicks ticks) {
        this.ticks = ticks;
    }

    /** Of one life. */
    static final class Count {
        /** Final records up to the last TICK. */
        long byTick;
        /** Final records after it. */
        long afterTick;
        /** Final records in doubt, and their tokens. */
        long inDoubt;

        long inDoubtTokens;
        /** Charged tokens of all records. */
        long tokens;
    }

    @Override
    public void onUsages(UsageBatch batch) {
        UsageRecord first = batch.get(0);
        Life life = first.life();
        LastTicks.Tick tick = ticks.of(life);
        Count count = counts.computeIfAbsent(life, absent -> new Count());
        for (int i = 0; i < batch.size(); i++) {
            UsageRecord record = batch.get(i);
            count.tokens = Math.addExact(count.tokens, record.chargedTokens());
            if (!record.isFinal()) {
                continue;
            }
            if (tick != null && tick.covers(record.lane(), record.sequence())) {
                count.byTick++;
            } else {
                count.afterTick++;
            }
            if (record.outcome() == Outcome.IN_DOUBT) {
                count.inDoubt++;
                count.inDoubtTokens = Math.addExact(count.inDoubtTokens, record.chargedTokens());
            }
        }
    }

    @Override
    public void onUsage(UsageRecord record) {
        throw new IllegalStateException("usage comes in batches");
    }

    @Override
    public boolean restart() {
        counts.clear();
        return true;
    }

    /** What a life has. */
    Count of(Life life) {
        return counts.getOrDefault(life, new Count());
    }
}
