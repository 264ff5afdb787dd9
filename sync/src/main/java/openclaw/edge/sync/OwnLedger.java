package openclaw.edge.sync;

/**
 * What a node tells the others of its journal, so that they can say later which records there have been, even if the journal is
 * lost. Asked by gossip's thread about once a second and member; answers at once.
 */
public interface OwnLedger {

    /** Upper half of the life that the journal is written in. */
    long lifeHigh();

    /** Lower half. */
    long lifeLow();

    /** Number of lanes; of more than {@link openclaw.edge.sync.wire.WireDescriptor#MAX_LANES} the first are told of. */
    int lanes();

    /**
     * How far a lane is journaled.
     *
     * @param lane from 0.
     * @return sequence of the last record, 0 before the first.
     */
    long sequence(int lane);
}
