package openclaw.edge.ledger.lane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import openclaw.edge.ledger.record.UsageRecord;

/**
 * What the journal holds of a dead life's lane beyond its consumed position. After a loss of power the lane cannot tell:
 * its slots may be gone although the queue's pages were written.
 */
public final class JournaledTail {
    private final Set<Long> sequences = new HashSet<>();
    private final Map<Long, Long> finals = new HashMap<>();
    private final List<Interim> interims = new ArrayList<>();

    /** Nothing is journaled. */
    public JournaledTail() {}

    /** What an interim record holds of its exchange. */
    record Interim(long exchange, long sequence, long charged, long bytesIn, long bytesOut) {}

    /**
     * Adds a record that was read.
     *
     * @param record of this lane; the same again changes nothing
     */
    public void add(final UsageRecord record) {
        if (!sequences.add(record.sequence())) {
            return;
        }
        if (record.isFinal()) {
            finals.put(record.exchange(), record.sequence());
        } else {
            interims.add(new Interim(
                    record.exchange(), record.sequence(), record.chargedTokens(), record.bytesIn(), record.bytesOut()));
        }
    }

    boolean holds(final long sequence) {
        return sequences.contains(sequence);
    }

    /** Whether a final record up to a sequence ended an exchange. */
    boolean isFinished(final long exchange, final long upTo) {
        final Long sequence = finals.get(exchange);
        return sequence != null && sequence <= upTo;
    }

    List<Interim> interims() {
        return interims;
    }

    /**
     * The highest sequence added.
     *
     * @return 0 before the first
     */
    long highest() {
        return sequences.stream().mapToLong(sequence -> sequence).max().orElse(0);
    }
}
