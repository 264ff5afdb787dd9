package openclaw.edge.billing.store;

import java.util.List;
import openclaw.edge.ledger.record.Life;

/**
 * How far a life had been read when a cycle was finalized.
 *
 * @param life of the journal
 * @param node that lived it
 * @param closed whether it had ended by then
 * @param lanes its lanes
 */
public record CutOffLife(Life life, String node, boolean closed, List<CutOffLane> lanes) {
    /** With an unmodifiable copy of the lanes. */
    public CutOffLife {
        lanes = List.copyOf(lanes);
    }

    /**
     * How far a lane had been read.
     *
     * @param lane its number
     * @param sequences that had been read, as {@code 1-5,7}
     * @param knownTo the highest sequence that any record spoke of
     * @param settledTo up to this sequence nothing can belong to a later cycle
     */
    public record CutOffLane(int lane, String sequences, long knownTo, long settledTo) {}
}
