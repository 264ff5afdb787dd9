package openclaw.edge.billing.finalize;

import java.util.HashMap;
import java.util.Map;
import openclaw.edge.ledger.record.Life;

/** The first record of each lane that belongs to a later cycle: what the next finalization must have again. Not thread-safe. */
final class Boundaries {
    private final Map<Lane, Long> firstLater = new HashMap<>();

    private record Lane(Life life, int lane) {}

    void later(Life life, int lane, long sequence) {
        firstLater.merge(new Lane(life, lane), sequence, Math::min);
    }

    void addAll(Boundaries other) {
        other.firstLater.forEach((lane, sequence) -> firstLater.merge(lane, sequence, Math::min));
    }

    void clear() {
        firstLater.clear();
    }

    /** Up to which sequence nothing belongs to a later cycle, of a lane that goes to the given one. */
    long settledTo(Life life, int lane, long expectedTo) {
        Long later = firstLater.get(new Lane(life, lane));
        return later == null ? expectedTo : later - 1;
    }
}
