package openclaw.edge.ledger.journal;

import java.nio.file.Path;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.record.Life;

/** A disk without a journal: its queues drop what is appended, and make no file. */
final class DiscardingDisk implements JournalDisk {
    @Override
    public JournalQueue open(final Path directory, final Life life, final long nowNs, final Durability durability) {
        return new DiscardingQueue();
    }
}
