package openclaw.edge.sync;

import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.crdt.Silence;

/** Since when the others have been silent for a node that starts: since it was there last, or for longer than that. */
final class Downtime {

    private final BucketTable buckets;
    private final PartitionPolicy policy;
    private final Silence silence;

    /**
     * That of the process which begins.
     *
     * @param buckets as they were found.
     * @param policy under which silences are settled.
     */
    Downtime(final BucketTable buckets, final PartitionPolicy policy) {
        this.buckets = buckets;
        this.policy = policy;
        // What they consumed before a node without state was there is in no bucket of it, and nothing was withheld for
        // it.
        this.silence = buckets.hasStarted() ? buckets.downtime(policy) : Silence.UNHEARD;
    }

    /** One silence of all others, which ends when the last of them is heard. */
    Silence silence() {
        return silence;
    }

    /** The silence of a member that was silent before that, else null. */
    Silence before(final long nameHash) {
        return silence == Silence.UNHEARD ? null : buckets.silenceNotes().before(nameHash, policy);
    }
}
