package openclaw.edge.ledger.retain;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the last look at the journal found.
 *
 * @param state how it is
 * @param isSizeExceeded whether files are due since all together are beyond the policy's size
 * @param detail of the state, for people; "" without
 * @param files of the queue, the one that is written to among them
 * @param writtenBytes written to them
 * @param dueBytes of files that would be deleted if they might be
 * @param behindBytes by reader: bytes of those files of which it has not committed all
 * @param committedNs by reader: when it committed last, cycle time; when it was registered if never
 */
public record RetentionStatus(
        State state,
        boolean isSizeExceeded,
        String detail,
        long files,
        long writtenBytes,
        long dueBytes,
        Map<String, Long> behindBytes,
        Map<String, Long> committedNs) {
    /** Before the first look. */
    static final RetentionStatus UNKNOWN = new RetentionStatus(State.WITHIN, false, "", 0, 0, 0, Map.of(), Map.of());

    /** How it stands with what is to be deleted. */
    public enum State {
        /** Nothing is due. */
        WITHIN,
        /** No reader is registered, so that nothing may be deleted. */
        NO_READER,
        /** Readers have not committed what is due. */
        READER_BEHIND,
        /** What is due is damaged, and kept for people to look at. */
        DAMAGED,
        /** The last look failed. */
        FAILING
    }

    /** Freezes the maps. */
    public RetentionStatus {
        behindBytes = Map.copyOf(new TreeMap<>(behindBytes));
        committedNs = Map.copyOf(new TreeMap<>(committedNs));
    }
}
