package openclaw.edge.ledger.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;

/** What was read of one life. */
final class LifeHistory {
    final long high;
    final long low;
    private LaneHistory[] lanes = new LaneHistory[0];
    private String node = "";
    private Life previous = Life.NONE;
    private boolean spoken;
    private boolean opened;
    private boolean closed;
    private boolean recovered;
    private long completeBeforeNs = Long.MIN_VALUE;

    LifeHistory(final Life life) {
        high = life.high();
        low = life.low();
    }

    Life life() {
        return new Life(high, low);
    }

    LaneHistory lane(final int lane) {
        if (lane >= lanes.length) {
            final int before = lanes.length;
            lanes = Arrays.copyOf(lanes, lane + 1);
            for (int i = before; i < lanes.length; i++) {
                lanes[i] = new LaneHistory();
            }
        }
        return lanes[lane];
    }

    /** Notes that the life's own records were read, not only what others heard of it. */
    void spoke() {
        spoken = true;
    }

    void open(final OpenRecord record) {
        spoken = true;
        opened = true;
        node = record.node();
        previous = record.previous();
        if (record.lanes() > 0) {
            lane(record.lanes() - 1);
        }
    }

    void close(final CloseRecord record) {
        spoken = true;
        recovered = record.isRecovered() && (recovered || !closed);
        closed = true;
        for (int i = 0; i < record.lanes(); i++) {
            lane(i).expect(record.sequence(i));
        }
    }

    void tick(final TickRecord record) {
        spoken = true;
        completeBeforeNs = Math.max(completeBeforeNs, record.completeBeforeNs());
        for (int i = 0; i < record.lanes(); i++) {
            lane(i).expect(record.sequence(i));
        }
    }

    void gaps(final List<ReadReport.Gap> gaps) {
        if (!spoken) {
            return;
        }
        for (int i = 0; i < lanes.length; i++) {
            final int lane = i;
            final SequenceIntervals there = new SequenceIntervals();
            addAll(there, lanes[i].seen());
            addAll(there, lanes[i].voided());
            there.gaps(lanes[i].expectedTo(), (from, to) -> gaps.add(new ReadReport.Gap(life(), lane, from, to)));
        }
    }

    private static void addAll(final SequenceIntervals to, final SequenceIntervals from) {
        for (int i = 0; i < from.intervals(); i++) {
            to.addRange(from.from(i), from.to(i));
        }
    }

    ReadReport.LifeSummary summary() {
        final List<ReadReport.LaneSummary> summaries = new ArrayList<>();
        for (int i = 0; i < lanes.length; i++) {
            summaries.add(new ReadReport.LaneSummary(
                    i,
                    lanes[i].seen().toString(),
                    lanes[i].seen().size(),
                    lanes[i].voided().size(),
                    lanes[i].expectedTo()));
        }
        return new ReadReport.LifeSummary(
                life(),
                node,
                previous,
                opened,
                closed,
                recovered,
                closed ? Long.MAX_VALUE : completeBeforeNs,
                !spoken,
                summaries);
    }
}
