package openclaw.edge.ledger.generate;

import java.util.List;
import openclaw.edge.ledger.journal.JournalAppender;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;

/**
 * Writes one life as its journal thread would: what a killed life before it left, OPEN, CATALOG, usage with a TICK each minute
 * and at each roll, CLOSE unless it is killed itself.
 */
final class LifeJournal {
    private static final long NS_PER_HOUR = LifePlan.HOUR_NS;

    /** Every exchange but the streams ends within this time. */
    private static final long LONGEST_NS = 2 * LifePlan.MINUTE_NS;

    private static final int MAX_STREAMS = 16;
    private static final int MAX_INTERIMS = 5;
    private static final int END_CALLS = 6;
    private static final int END_NS = 50_000_000;

    /** Records that the agent drains from one lane before it turns to another: 1 to 32, drawn. */
    private static final int MAX_RUN = 32;

    private final LifePlan plan;
    private final LifeState state;
    private final JournalAppender appender;
    private final NodeNames names;
    private final UsageWriter usage;
    private final Chance chance;
    private final byte[] catalogSha256;
    private final int endCalls;
    private long tickAtNs;
    private long hourAtNs;
    private long dueNs;
    private int lane;
    private int runLeft;

    LifeJournal(
            final LifePlan plan,
            final JournalAppender appender,
            final NodeNames names,
            final UsageWriter usage,
            final Chance chance,
            final byte[] catalogSha256) {
        this.plan = plan;
        this.state = new LifeState(plan.life(), plan.lanes());
        this.appender = appender;
        this.names = names;
        this.usage = usage;
        this.chance = chance;
        this.catalogSha256 = catalogSha256;
        this.endCalls = (int) Math.min(END_CALLS, plan.records() / 10);
        tickAtNs = plan.openNs() + LifePlan.MINUTE_NS;
        hourAtNs = (plan.openNs() / NS_PER_HOUR + 1) * NS_PER_HOUR;
        dueNs = Math.min(tickAtNs, hourAtNs);
    }

    LifeState state() {
        return state;
    }

    /** The start: recovers the life before when it was killed, then opens this one. */
    void open(final LifeState previous, final boolean isPreviousKilled) {
        names.begin(appender, plan.life());
        usage.appender(appender);
        if (isPreviousKilled) {
            for (final OpenCall open : previous.open) {
                final Ending ending = open.isStream ? Ending.DOUBT_STREAMING : Ending.drawDoubt(chance);
                usage.last(previous, open, ending, plan.openNs());
            }
            close(previous, true, plan.openNs());
        }
        new OpenRecord()
                .begin(appender.record(), 0, plan.life(), plan.openNs())
                .lanes(plan.lanes())
                .previous(previous.life, previous.sequences)
                .end(plan.node());
        appender.append();
        new CatalogRecord().begin(appender.record(), 0, plan.life(), plan.openNs(), catalogSha256);
        appender.append();
    }

    /** How many records there are to write before {@link #end}. */
    long records() {
        return plan.records();
    }

    /**
     * Writes the next usage record.
     *
     * @param index of the record, from 0
     * @return false when only those are left that belong to the end
     */
    boolean next(final long index) {
        final long left = plan.records() - index;
        if (left <= state.open.size() + endCalls) {
            return false;
        }
        final long stepNs = plan.stepNs();
        final long bits = chance.bits();
        final long nowNs = plan.firstEndNs() + index * stepNs + (bits >>> 1) % stepNs;
        if (nowNs >= dueNs) {
            advance(nowNs);
        }
        if ((bits & 0x7F) == 0 && !state.open.isEmpty()) {
            goOn(nowNs);
        } else {
            if ((bits & 0x7F80) == 0 && state.open.size() < MAX_STREAMS && left > 4L * MAX_STREAMS) {
                final OpenCall stream = usage.open(state, chance.below(plan.lanes()), nowNs);
                stream.isStream = true;
                stream.interims = 1 + chance.below(MAX_INTERIMS);
                state.open.add(stream);
            }
            usage.whole(state, nextLane(), Ending.draw(chance), nowNs);
        }
        return true;
    }

    private int nextLane() {
        if (runLeft == 0) {
            runLeft = 1 + chance.below(MAX_RUN);
            lane = chance.below(plan.lanes());
        }
        runLeft--;
        return lane;
    }

    private void goOn(final long nowNs) {
        final List<OpenCall> open = state.open;
        final int index = chance.below(open.size());
        final OpenCall stream = open.get(index);
        if (stream.interims > 0) {
            usage.interim(state, stream);
        } else {
            usage.last(state, stream, Ending.OK, nowNs);
            open.remove(index);
        }
    }

    /** The end: a killed life leaves what is open to the next one, another is drained and closed. */
    void end() {
        advance(plan.endNs());
        for (int i = 0; i < endCalls; i++) {
            state.open.add(usage.open(state, chance.below(plan.lanes()), plan.endNs() - chance.below(END_NS)));
        }
        if (!plan.isKilled()) {
            for (final OpenCall open : state.open) {
                usage.last(state, open, open.isStream ? Ending.CUT : Ending.drawCut(chance), plan.endNs());
            }
            state.open.clear();
            close(state, false, plan.endNs());
        }
    }

    /** Minutes and hours that have passed. */
    private void advance(final long nowNs) {
        while (nowNs >= dueNs) {
            final boolean isRoll = dueNs == hourAtNs;
            if (isRoll) {
                appender.time(dueNs);
                names.begin(appender, plan.life());
                hourAtNs += NS_PER_HOUR;
            }
            tick(dueNs, isRoll);
            if (dueNs >= tickAtNs) {
                tickAtNs += LifePlan.MINUTE_NS;
            }
            dueNs = Math.min(tickAtNs, hourAtNs);
        }
    }

    private void tick(final long nowNs, final boolean isRoll) {
        long completeNs = nowNs - LONGEST_NS;
        for (final OpenCall open : state.open) {
            completeNs = Math.min(completeNs, open.admittedNs);
        }
        final long[] metrics = names.metrics();
        final TickRecord tick = new TickRecord()
                .begin(appender.record(), 0, plan.life(), nowNs, plan.lanes())
                .openExchanges(state.open.size())
                .completeBeforeNs(completeNs)
                .rolled(isRoll);
        for (int i = 0; i < plan.lanes(); i++) {
            tick.sequence(i, state.sequences[i]);
        }
        for (final long metric : metrics) {
            tick.metric(metric, state.admitted());
        }
        appender.append();
    }

    private void close(final LifeState of, final boolean isRecovered, final long nowNs) {
        new CloseRecord()
                .begin(appender.record(), 0, of.life, nowNs, of.sequences)
                .recovered(isRecovered);
        appender.append();
    }
}
