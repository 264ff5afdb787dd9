package openclaw.edge.crdt;

/**
 * Quota rows (tenant, cycle, incarnation) in one mapped file: counters as those of buckets, but nothing refills, and a
 * row is kept until its cycle is released. Rows are made and released off the event loops, one thread at a time; they
 * are debited by any.
 */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString", "UnusedVariable"})
public final class QuotaTable implements AutoCloseable {

    private QuotaTable() {}

    /**
     * Opens the table, or makes its file, preallocated by writing.
     *
     * @param config where and how large; one slot for each tenant and cycle not yet released.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return the table.
     * @throws TableException as {@link BucketTable#open}.
     */
    public static QuotaTable open(final TableConfig config, final long nowNs) {
        throw new UnsupportedOperationException(config + " " + nowNs);
    }

    /**
     * The row of a tenant and cycle, made if it is not there, as the present catalog sees it.
     *
     * @param tenant the tenant's id.
     * @param cycle any number that names the cycle, such as 202611, at least 1.
     * @param limitTokens the quota, at least 0.
     * @param deny true: requests past the quota are refused; false: they are only counted.
     * @return its handle.
     * @throws TableException if the table is full.
     */
    public QuotaRow row(final String tenant, final long cycle, final long limitTokens, final boolean deny) {
        throw new UnsupportedOperationException(tenant + cycle + limitTokens + deny);
    }

    /**
     * Releases all rows of a cycle. Decisions through their handles then answer {@link Decision#REASON_STALE}.
     *
     * @param cycle as given to {@link #row}.
     * @return rows released.
     */
    public int release(final long cycle) {
        throw new UnsupportedOperationException(" " + cycle);
    }

    /** Tokens admitted in the cycle, refunds not taken off, as far as this node knows, all incarnations. */
    public long consumedTokens(final QuotaRow row) {
        throw new UnsupportedOperationException(" " + row);
    }

    /** Tokens refunded in the cycle, as far as this node knows, all incarnations. */
    public long refundedTokens(final QuotaRow row) {
        throw new UnsupportedOperationException(" " + row);
    }

    /** Rows in use. */
    public int liveRows() {
        throw new UnsupportedOperationException();
    }

    /** Unmaps the file. Nobody may use the table any more; what was written is kept by the operating system. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
