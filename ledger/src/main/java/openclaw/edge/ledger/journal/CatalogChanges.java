package openclaw.edge.ledger.journal;

import java.util.ArrayDeque;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.Life;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * Catalog versions on their way into the journal, each held until its record can be read there. {@link #add} by any thread,
 * all else by the journal's.
 */
final class CatalogChanges {
    private static final int PENDING = 64;

    private final Life life;
    private final ManyToOneConcurrentArrayQueue<Change> pending = new ManyToOneConcurrentArrayQueue<>(PENDING);
    private final ArrayDeque<Change> appended = new ArrayDeque<>();
    private final CatalogRecord record = new CatalogRecord();
    private Change inForce;

    CatalogChanges(final Life life) {
        this.life = life;
    }

    private static final class Change {
        private final byte[] sha256;
        private final long timeNs;

        Change(final byte[] sha256, final long timeNs) {
            this.sha256 = sha256;
            this.timeNs = timeNs;
        }
    }

    void add(final byte[] sha256, final long timeNs) {
        if (!pending.offer(new Change(sha256.clone(), timeNs))) {
            throw new IllegalStateException(
                    PENDING + " catalog versions wait to be journaled; the journal is not healthy, see its log");
        }
    }

    /** Appends what came since the last call; answers how many. */
    int append(final JournalQueue queue) {
        int work = 0;
        for (Change change = pending.poll(); change != null; change = pending.poll()) {
            appended.add(change);
            append(queue, change);
            work++;
        }
        return work;
    }

    /**
     * Appends again what is not known to be safe.
     *
     * @param queue a new one
     * @param lost whether a file was lost, so that the version in force must be told again too
     */
    void appendAgain(final JournalQueue queue, final boolean lost) {
        if (lost && inForce != null && appended.isEmpty()) {
            appended.add(inForce);
        }
        for (final Change change : appended) {
            append(queue, change);
        }
    }

    private void append(final JournalQueue queue, final Change change) {
        record.begin(queue.record(), 0, life, change.timeNs, change.sha256);
        queue.append();
    }

    /** What was appended can be read. */
    void release() {
        if (!appended.isEmpty()) {
            inForce = appended.getLast();
            appended.clear();
        }
    }
}
