package openclaw.edge.billing.finalize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.store.CutOffLife;
import openclaw.edge.billing.store.CutOffLife.CutOffLane;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.read.SequenceIntervals;
import openclaw.edge.ledger.record.Life;

/** The sequences of every lane that a finalization had read. Not changed once built; safe to read by several threads. */
final class CutOff {
    private static final SequenceIntervals NOTHING = new SequenceIntervals();

    private final Map<Lane, SequenceIntervals> sequences = new HashMap<>();

    private record Lane(Life life, int lane) {}

    /** What finalizations of one cycle have read, all together. */
    static CutOff of(List<List<CutOffLife>> finalizations) {
        CutOff cutOff = new CutOff();
        for (List<CutOffLife> lives : finalizations) {
            for (CutOffLife life : lives) {
                for (CutOffLane lane : life.lanes()) {
                    cutOff.sequences
                            .computeIfAbsent(new Lane(life.life(), lane.lane()), absent -> new SequenceIntervals())
                            .addAll(parse(lane.sequences()));
                }
            }
        }
        return cutOff;
    }

    /** What a reading has read. Archives hold single cycles: what lies between their records is not settled by them. */
    static List<CutOffLife> of(ReadReport report, Boundaries boundaries) {
        List<CutOffLife> lives = new ArrayList<>();
        for (ReadReport.LifeSummary life : report.lives()) {
            if (!life.heardOnly()) {
                lives.add(new CutOffLife(
                        life.life(),
                        life.node(),
                        life.closed(),
                        life.lanes().stream()
                                .map(lane -> new CutOffLane(
                                        lane.lane(),
                                        lane.sequences(),
                                        lane.expectedTo(),
                                        life.archivedOnly()
                                                ? 0
                                                : boundaries.settledTo(life.life(), lane.lane(), lane.expectedTo())))
                                .toList()));
            }
        }
        return lives;
    }

    /** A set of sequences as {@code 1-5,7}. */
    static SequenceIntervals parse(String text) {
        SequenceIntervals intervals = new SequenceIntervals();
        if (!text.isEmpty()) {
            for (String part : text.split(",", -1)) {
                int dash = part.indexOf('-');
                long from = Long.parseLong(dash < 0 ? part : part.substring(0, dash));
                intervals.addRange(from, dash < 0 ? from : Long.parseLong(part.substring(dash + 1)));
            }
        }
        return intervals;
    }

    /** The sequences of a lane; not to be changed. */
    SequenceIntervals lane(Life life, int lane) {
        return sequences.getOrDefault(new Lane(life, lane), NOTHING);
    }
}
