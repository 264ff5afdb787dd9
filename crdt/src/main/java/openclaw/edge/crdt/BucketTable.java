package openclaw.edge.crdt;

import java.nio.file.Path;

/**
 * The buckets of one node in one mapped file, found by a keyed hash of tenant, limit and agent. Reopening the file
 * resumes where the process was closed or killed.
 *
 * <p>{@link #findOrCreateAgent} is for any number of event loops at once, lock-free and without allocation. Everything
 * else belongs to slower threads: {@link #catalogSlots} to one at a time, {@link #sweep} and {@link #checkpoint} to one
 * agent's duty cycle, the readings to whoever scrapes.
 */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString", "UnusedVariable"})
public final class BucketTable implements AutoCloseable {

    private BucketTable() {}

    /**
     * Opens the table, or makes its file, preallocated by writing.
     *
     * @param config where and how large.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return the table.
     * @throws TableException if the file is another's (magic, layout version, size, hash key), is in use by another
     *     process, or cannot be made; the message says which and what to do.
     */
    public static BucketTable open(final TableConfig config, final long nowNs) {
        throw new UnsupportedOperationException(config + " " + nowNs);
    }

    /** The clock in which all buckets refill. */
    public VirtualClock clock() {
        throw new UnsupportedOperationException();
    }

    /** What the table itself counts: creations, overflow, reclaim, clamps. */
    public CrdtCounters counters() {
        throw new UnsupportedOperationException();
    }

    /** Where the table lies. */
    public Path file() {
        throw new UnsupportedOperationException();
    }

    /** Slots in use. */
    public int liveSlots() {
        throw new UnsupportedOperationException();
    }

    /** Slots in all. */
    public int slots() {
        throw new UnsupportedOperationException();
    }

    /**
     * Begins the reservation of a catalog's slots. Nothing of the previous catalog is given up before
     * {@link CatalogSlots#commit}.
     *
     * @param nowNs nanoseconds since the Unix epoch.
     * @return to be filled by one thread; one reservation at a time.
     */
    public CatalogSlots catalogSlots(final long nowNs) {
        throw new UnsupportedOperationException(" " + nowNs);
    }

    /**
     * Finds an agent's bucket, or creates it full, and adds it to the set; where the tenant has its maximum of live
     * agents, or the table is full, the tenant's overflow bucket is added instead. Never refuses. No allocation, no
     * lock.
     *
     * @param set to which the bucket is added.
     * @param agents the agents' limit, as reserved with the catalog.
     * @param key holding the agent's key, from {@link KeyHash#agent}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return true if the agent has a bucket of its own, false if it shares the overflow bucket.
     */
    public boolean findOrCreateAgent(
            final LimitSet set, final AgentBuckets agents, final KeyHash key, final long nowNs) {
        throw new UnsupportedOperationException(" " + set + agents + key + nowNs);
    }

    /**
     * Reclaims full buckets that no catalog reserves, looking at a part of the table each time. Safe against concurrent
     * admission. For one thread.
     *
     * @param nowNs nanoseconds since the Unix epoch.
     * @param maxSlots how many places to look at.
     * @return buckets reclaimed.
     */
    public int sweep(final long nowNs, final int maxSlots) {
        throw new UnsupportedOperationException(" " + nowNs + maxSlots);
    }

    /**
     * Notes the clock in the file, so that a restart goes on from there. Once a second is enough; for one thread, the
     * one that also sets the clock's members.
     *
     * @param nowNs nanoseconds since the Unix epoch.
     */
    public void checkpoint(final long nowNs) {
        throw new UnsupportedOperationException(" " + nowNs);
    }

    /**
     * What a bucket has left now, in tokens; for scraping.
     *
     * @param bucket reserved with the present catalog.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return 0 to the capacity.
     */
    public long remainingTokens(final ReservedBucket bucket, final long nowNs) {
        throw new UnsupportedOperationException(" " + bucket + nowNs);
    }

    /** Tokens that a bucket's slot has admitted on this node since its birth. */
    public long consumedTokens(final ReservedBucket bucket) {
        throw new UnsupportedOperationException(" " + bucket);
    }

    /** Tokens that were refunded to a bucket's slot on this node since its birth. */
    public long refundedTokens(final ReservedBucket bucket) {
        throw new UnsupportedOperationException(" " + bucket);
    }

    /** Live agents' buckets of a limit. */
    public int liveAgents(final AgentBuckets agents) {
        throw new UnsupportedOperationException(" " + agents);
    }

    /** Unmaps the file. Nobody may use the table any more; what was written is kept by the operating system. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
