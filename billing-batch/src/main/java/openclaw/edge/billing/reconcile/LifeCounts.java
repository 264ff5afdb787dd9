package openclaw.edge.billing.reconcile;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;

/** Counts records by life, apart for those up to its last TICK. For one thread. */
final class LifeCounts implements JournalVisitor {
    private final LastTicks ticks;
    private final Map<Life, Count> counts = new TreeMap<>();

    LifeCounts(LastTicks ticks) {
        this.ticks = ticks;
    }

    /** Of one side of a life's last TICK. */
    static final class Side {
        /** Final records. */
        long records;
        /** Tokens that their requests were admitted with. */
        long admittedTokens;
        /** Tokens charged. */
        long chargedTokens;
        /** Of what was admitted, what was not charged: given back, unless the process died before. */
        long uncharged() {
            return Math.subtractExact(admittedTokens, chargedTokens);
        }
    }

    /** Of one life. */
    static final class Count {
        /** Up to the last TICK. */
        final Side byTick = new Side();
        /** After it. */
        final Side afterTick = new Side();
        /** Final records in doubt, and their tokens. */
        long inDoubt;

        long inDoubtTokens;
        /** Of what those were admitted with, what was not charged; nobody has given it back. */
        long inDoubtUncharged;
        /** Most tokens that one was admitted with. */
        long dearest;

        private final Map<Integer, Last> lastByTick = new HashMap<>();

        /** Charged tokens of all records. */
        long tokens() {
            return Math.addExact(byTick.chargedTokens, afterTick.chargedTokens);
        }

        /**
         * What the last final record of each lane up to the TICK leaves to be given back: a lane's refunds follow its records, so
         * that just these may not have been counted yet.
         */
        long lastRefunds() {
            return lastByTick.values().stream().mapToLong(Last::uncharged).reduce(0, Math::addExact);
        }

        private void add(UsageRecord record, boolean isByTick) {
            Side side = isByTick ? byTick : afterTick;
            side.chargedTokens = Math.addExact(side.chargedTokens, record.chargedTokens());
            if (!record.isFinal()) {
                return;
            }
            long uncharged = Math.max(0, record.admittedTokens() - record.chargedTokens());
            side.records++;
            dearest = Math.max(dearest, record.admittedTokens());
            side.admittedTokens = Math.addExact(side.admittedTokens, record.admittedTokens());
            if (record.outcome() == Outcome.IN_DOUBT) {
                inDoubt++;
                inDoubtTokens = Math.addExact(inDoubtTokens, record.chargedTokens());
                inDoubtUncharged = Math.addExact(inDoubtUncharged, uncharged);
            } else if (isByTick) {
                lastByTick.merge(record.lane(), new Last(record.sequence(), uncharged), Last::later);
            }
        }
    }

    private record Last(long sequence, long uncharged) {
        Last later(Last other) {
            return sequence > other.sequence ? this : other;
        }
    }

    @Override
    public void onUsages(UsageBatch batch) {
        Life life = batch.get(0).life();
        LastTicks.Tick tick = ticks.of(life);
        Count count = counts.computeIfAbsent(life, absent -> new Count());
        for (int i = 0; i < batch.size(); i++) {
            UsageRecord record = batch.get(i);
            count.add(record, tick != null && tick.covers(record.lane(), record.sequence()));
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
