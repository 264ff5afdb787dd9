package openclaw.edge.proxy.record;

import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.Phase;

/** What the recorder keeps with one exchange; reused with it, owned by its event loop. */
public final class OpenUsage {
    int slot = Lane.NO_SLOT;
    boolean admitted;
    Phase phase = Phase.ADMITTED;
    long admittedNs;
    long recordedNs;

    /** Forgets everything. */
    public void reset() {
        slot = Lane.NO_SLOT;
        admitted = false;
        phase = Phase.ADMITTED;
        admittedNs = 0;
        recordedNs = 0;
    }

    /** Whether the exchange was admitted and has not ended. */
    public boolean isAdmitted() {
        return admitted;
    }

    /** Whether it will leave a record of its own; if not, it is counted as a loss. */
    public boolean isRecorded() {
        return slot != Lane.NO_SLOT;
    }
}
