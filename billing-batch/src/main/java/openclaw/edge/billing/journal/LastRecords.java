package openclaw.edge.billing.journal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Keeps the last records of several journals: those that ended latest, admission and latency added up. Copies what it keeps;
 * nothing is allocated for a record that is older than all of them. Not thread-safe.
 */
final class LastRecords {
    private final int most;
    private final PriorityQueue<Kept> kept =
            new PriorityQueue<>(Comparator.comparingLong(Kept::endNs).thenComparingLong(Kept::number));
    private long number;

    LastRecords(int most) {
        this.most = most;
    }

    /**
     * A record that is kept.
     *
     * @param endNs when its exchange ended
     * @param number in the order of reading
     * @param bytes of the record
     * @param file that holds it
     * @param positionBytes of its document there
     */
    private record Kept(long endNs, long number, UnsafeBuffer bytes, Path file, long positionBytes) {}

    /** When the earliest of them ended, cycle time: nothing that ended before is kept any more. The least value while there is room. */
    long fullFromNs() {
        if (most == 0) {
            return Long.MAX_VALUE;
        }
        return kept.size() < most ? Long.MIN_VALUE : kept.element().endNs();
    }

    /** Takes a record with its place. */
    interface Taker {
        void take(UsageRecord record, Path file, long positionBytes);
    }

    void add(UsageRecord record, Path file, long positionBytes) {
        long endNs = record.admittedNs() + record.latencyNs();
        number++;
        if (most == 0 || (kept.size() == most && endNs < kept.element().endNs())) {
            return;
        }
        UnsafeBuffer bytes =
                kept.size() == most ? kept.remove().bytes() : new UnsafeBuffer(new byte[UsageRecordDescriptor.LENGTH]);
        record.copyTo(bytes, 0);
        kept.add(new Kept(endNs, number, bytes, file, positionBytes));
    }

    /** Gives up all records, the earliest first. */
    void drain(Taker taker) {
        List<Kept> all = new ArrayList<>(kept);
        all.sort(kept.comparator());
        UsageRecord record = new UsageRecord();
        for (Kept one : all) {
            record.wrap(one.bytes(), 0);
            taker.take(record, one.file(), one.positionBytes());
        }
        kept.clear();
    }
}
