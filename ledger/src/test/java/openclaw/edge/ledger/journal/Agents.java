package openclaw.edge.ledger.journal;

import java.nio.file.Path;
import java.util.Arrays;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.DurableWatermark;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounters;
import org.agrona.concurrent.EpochNanoClock;

/** Journal agents over disks that tests can break. */
final class Agents {
    private static final long TICK_NS = 60_000_000_000L;

    private Agents() {}

    static JournalAgent process(
            final Path journal,
            final JournalDisk disk,
            final LaneStore store,
            final JournalHealth health,
            final LedgerCounters counters,
            final EpochNanoClock clock) {
        final DurableWatermark[] watermarks = new DurableWatermark[store.lanes()];
        Arrays.fill(watermarks, new DurableWatermark(Durability.PROCESS));
        return power(journal, disk, store, watermarks, health, counters, clock);
    }

    static JournalAgent power(
            final Path journal,
            final JournalDisk disk,
            final LaneStore store,
            final DurableWatermark[] watermarks,
            final JournalHealth health,
            final LedgerCounters counters,
            final EpochNanoClock clock) {
        return new JournalAgent(
                new QueueOpening(journal, disk, store, counters), store, watermarks, health, counters, clock, TICK_NS);
    }
}
