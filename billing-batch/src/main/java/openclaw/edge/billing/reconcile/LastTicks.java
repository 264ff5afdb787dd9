package openclaw.edge.billing.reconcile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.UnsafeBuffer;

/** The last TICK of every life: what it had appended by then, and what it had counted. */
final class LastTicks implements JournalVisitor {
    private final Map<Life, Tick> ticks = new HashMap<>();

    /**
     * A TICK.
     *
     * @param timeNs cycle time
     * @param sequences last one appended by lane
     * @param metrics totals by name id
     */
    record Tick(long timeNs, List<Long> sequences, Map<Long, Long> metrics) {
        /** Whether it tells of a metric. */
        boolean has(String name) {
            return metrics.containsKey(id(name));
        }

        /** The total of a metric; 0 when it tells of none. */
        long metric(String name) {
            return metrics.getOrDefault(id(name), 0L);
        }

        private static long id(String metric) {
            UnsafeBuffer bytes = new UnsafeBuffer(metric.getBytes(StandardCharsets.UTF_8));
            return NameHash.id(NameKind.METRIC, 0, bytes, 0, bytes.capacity());
        }

        /** Whether a record had been appended by then. */
        boolean covers(int lane, long sequence) {
            return lane < sequences.size() && sequence <= sequences.get(lane);
        }
    }

    @Override
    public void onUsage(UsageRecord record) {
        // Ticks alone.
    }

    @Override
    public void onTick(TickRecord record) {
        Tick before = ticks.get(record.life());
        if (before != null && before.timeNs() >= record.timeNs()) {
            return;
        }
        List<Long> sequences = new ArrayList<>();
        for (int lane = 0; lane < record.lanes(); lane++) {
            sequences.add(record.sequence(lane));
        }
        Map<Long, Long> metrics = new HashMap<>();
        for (int i = 0; i < record.metrics(); i++) {
            metrics.put(record.metricId(i), record.metricTotal(i));
        }
        ticks.put(record.life(), new Tick(record.timeNs(), sequences, metrics));
    }

    /** The last TICK of a life; null without one. */
    Tick of(Life life) {
        return ticks.get(life);
    }
}
