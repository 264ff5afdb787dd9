package openclaw.edge.billing.journal;

import java.util.Comparator;
import openclaw.edge.ledger.record.Life;

/**
 * A lane of a life.
 *
 * @param life 128 bits
 * @param lane its number
 */
record LaneKey(Life life, int lane) implements Comparable<LaneKey> {
    private static final Comparator<LaneKey> ORDER =
            Comparator.comparing(LaneKey::life).thenComparingInt(LaneKey::lane);

    @Override
    public int compareTo(LaneKey other) {
        return ORDER.compare(this, other);
    }
}
