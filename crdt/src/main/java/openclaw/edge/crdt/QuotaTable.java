package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.nio.file.Path;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Quota rows (tenant, cycle, incarnation) in one mapped file: counters as those of buckets, but nothing refills, and a
 * row is kept until its cycle is released. Rows are made and released off the event loops; they are debited by any
 * thread.
 */
public final class QuotaTable implements AutoCloseable {

    private final Path file;
    private final SlotStore store;
    private final UnsafeBuffer rows;
    private final CrdtCounters counters = new CrdtCounters();
    private final ChangeMarks marks;
    private final TableFileWatch fileWatch;
    private final LongHashSet released = new LongHashSet();
    private final TableIncarnations incarnations;
    private QuotaReplicas replicas;

    QuotaTable(final Path file, final SlotStore store) {
        this.file = file;
        this.store = store;
        this.fileWatch = new TableFileWatch(store, true, counters);
        this.rows = store.buffer();
        this.marks = new ChangeMarks(store, counters);
        store.rebuild(new TableRecovery(rows, 0, 0, 0, 0, counters)::restoreRow);
        this.incarnations = new TableIncarnations(file, store, counters);
    }

    /**
     * Opens the table, or makes its file, preallocated by writing.
     *
     * @param config where and how large; one slot for each tenant and cycle not yet released.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return the table.
     * @throws TableException as {@link BucketTable#open}.
     */
    public static QuotaTable open(final TableConfig config, final long nowNs) {
        return new QuotaTable(config.file(), SlotStore.open(config, TableHeaderDescriptor.KIND_QUOTAS, nowNs));
    }

    /**
     * Opens the table over memory instead of a file, as it was left there.
     *
     * @param memory of one table; no other may be open over it.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return the table.
     */
    public static QuotaTable inMemory(final TableMemory memory, final long nowNs) {
        return new QuotaTable(
                memory.config().file(), SlotStore.inMemory(memory, TableHeaderDescriptor.KIND_QUOTAS, nowNs));
    }

    /**
     * The table as gossip sees it; from the first call on event loops mark what they change. To be handed to the gossip
     * agent's thread.
     */
    public synchronized ReplicaTable replicas() {
        if (replicas == null) {
            replicas = new QuotaReplicas(this, marks);
        }
        return replicas;
    }

    /** Where the table lies. */
    public Path file() {
        return file;
    }

    /** Looks now and then whether its file is still there and whole. */
    public TableFileWatch fileWatch() {
        return fileWatch;
    }

    TableIncarnations incarnations() {
        return incarnations;
    }

    SlotStore store() {
        return store;
    }

    ChangeMarks marks() {
        return marks;
    }

    /** What the table itself counts, but for joins: {@link ReplicaTable#counters}. */
    public CrdtCounters counters() {
        return counters;
    }

    /** True if the cycle was released in this life of the process. */
    synchronized boolean isReleased(final long cycle) {
        return released.contains(cycle);
    }

    /**
     * Notices that somebody in the cluster has sent for a row, as far as this node knows, a bit each.
     *
     * @param row of tenant and cycle.
     * @return the mask; 0 if the row was released.
     */
    public int notices(final QuotaRow row) {
        final long notices = rows.getLongVolatile(row.slotOffset() + NOTICES_OFFSET);
        return isLive(row) ? (int) notices : 0;
    }

    /**
     * Notes that notices were sent; the cluster hears of it. A grow-only set: nothing is ever taken out. Any thread but
     * the event loops.
     *
     * @param row of tenant and cycle.
     * @param mask a bit for each notice, at least 0.
     * @return true if this node did not know of one of them; false also if the row was released.
     * @throws IllegalArgumentException if the mask is negative.
     */
    public synchronized boolean addNotices(final QuotaRow row, final int mask) {
        if (mask < 0) {
            throw new IllegalArgumentException("notices=" + mask + ", expected at least 0");
        }
        if (!isLive(row)) {
            return false;
        }
        final int slot = row.slotOffset();
        final boolean news = (rows.getLongVolatile(slot + NOTICES_OFFSET) & mask) != mask;
        rows.putLongVolatile(slot + NOTICES_OFFSET, rows.getLongVolatile(slot + NOTICES_OFFSET) | mask);
        if (news) {
            marks.markFromAnywhere(slot);
        }
        return news;
    }

    /**
     * The row of a tenant and cycle, made if it is not there, as the present catalog sees it.
     *
     * @param tenant the tenant's id.
     * @param cycle any number that names the cycle, such as 202611, at least 1.
     * @param limitTokens the quota, at least 0.
     * @param deny true: requests past the quota are refused; false: they are only counted.
     * @return its handle.
     * @throws IllegalArgumentException if cycle or quota is out of range.
     * @throws TableException if the table is full.
     */
    public synchronized QuotaRow row(
            final String tenant, final long cycle, final long limitTokens, final boolean deny) {
        if (cycle < 1 || limitTokens < 0) {
            throw new IllegalArgumentException("cycle=" + cycle + ", monthly_quota=" + limitTokens + " of tenant "
                    + tenant + ", expected cycle >= 1 and quota >= 0");
        }
        final KeyHash key = new KeyHash().fixed(KeyHash.prefixState(KIND_QUOTA, tenant, Long.toString(cycle)));
        final FoundSlot found = key.found();
        final SlotStore.Outcome outcome =
                store.findOrCreate(key.high(), key.low(), key.birth().of(KIND_QUOTA, 0, cycle, 0), 0, found);
        if (outcome == SlotStore.Outcome.FULL || outcome == SlotStore.Outcome.CONTENDED) {
            throw new TableException(file + ": no room for cycle " + cycle + " of tenant '" + tenant + "': "
                    + store.used() + " of " + store.slots()
                    + " rows are in use; release cycles that are finalized, or make the table with more rows");
        }
        return new QuotaRow(found.offset(), found.life(), limitTokens, deny);
    }

    /**
     * Releases all rows of a cycle; what peers still say of it is ignored from now on. Decisions through their handles then answer {@link Decision#REASON_STALE}.
     *
     * @param cycle as given to {@link #row}.
     * @return rows released.
     */
    public synchronized int release(final long cycle) {
        released.add(cycle);
        int count = 0;
        for (int line = 0; line < store.indexLines(); line++) {
            for (int i = 0; i < SlotIndex.LINE_ENTRIES; i++) {
                final int position = store.indexPosition(line, i);
                final int row = store.memberAt(position);
                if (row != 0 && rows.getLong(row + CYCLE_OFFSET) == cycle) {
                    store.remove(position, row);
                    count++;
                }
            }
        }
        return count;
    }

    /** Tokens admitted in the cycle, refunds not taken off, by all incarnations known; 0 if the row was released. */
    public long consumedTokens(final QuotaRow row) {
        final long consumed = ReplicaPairs.sumConsumed(rows, row.slotOffset());
        return isLive(row) ? consumed : 0;
    }

    /**
     * Tokens refunded in the cycle by all incarnations known; 0 if the row was released. Read before
     * {@link #consumedTokens} it is never the greater.
     */
    public long refundedTokens(final QuotaRow row) {
        final long refunded = ReplicaPairs.sumRefunded(rows, row.slotOffset());
        return isLive(row) ? refunded : 0;
    }

    private boolean isLive(final QuotaRow row) {
        return rows.getLongVolatile(row.slotOffset() + LIFE_OFFSET) == row.life();
    }

    /** Rows in use. */
    public int liveRows() {
        return store.used();
    }

    /**
     * Unmaps the file. Nobody may use the table any more; what was written is kept by the operating system, and written
     * back if the file was removed meanwhile.
     *
     * @throws TableException if it cannot be written back.
     */
    @Override
    public void close() {
        fileWatch.close();
    }
}
