package openclaw.edge.crdt;

/**
 * Decides requests over the limits that guard them: all are debited or none is. One instance for each event loop, over
 * tables that all share; any number of instances together are exact.
 *
 * <p>No allocation, no locks, no clock: time is passed in.
 */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString", "UnusedVariable"})
public final class Buckets {

    /**
     * Decisions over a node's tables.
     *
     * @param table of the buckets.
     * @param quotas rows of quotas.
     */
    public Buckets(final BucketTable table, final QuotaTable quotas) {
        throw new UnsupportedOperationException(" " + table + quotas);
    }

    /** What this instance has counted. */
    public CrdtCounters counters() {
        throw new UnsupportedOperationException();
    }

    /**
     * Admits a request if every limit of the set does. Afterwards {@link LimitSet#remaining} and
     * {@link LimitSet#resetNs} tell of each limit.
     *
     * @param set the limits; an empty set admits.
     * @param tokens cost of the request, at least 0.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return see {@link Decision}.
     * @throws IllegalArgumentException if {@code tokens} is negative.
     */
    public long tryAdmit(final LimitSet set, final long tokens, final long nowNs) {
        throw new UnsupportedOperationException(" " + set + tokens + nowNs);
    }

    /**
     * Gives back tokens of an admitted request to all its limits: counted as refunded, credited at most up to full.
     *
     * @param set as admitted.
     * @param tokens 0 to {@link LimitSet#chargedTokens}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @throws IllegalArgumentException if that is more than the request is charged with, or negative.
     */
    public void refund(final LimitSet set, final long tokens, final long nowNs) {
        throw new UnsupportedOperationException(" " + set + tokens + nowNs);
    }

    /**
     * Makes the charge of an admitted request what it turned out to cost: the rest is refunded, or what is missing is
     * debited, below zero if need be.
     *
     * @param set as admitted.
     * @param actualTokens what the request cost in the end, at least 0.
     * @param nowNs nanoseconds since the Unix epoch.
     * @throws IllegalArgumentException if {@code actualTokens} is negative.
     */
    public void settle(final LimitSet set, final long actualTokens, final long nowNs) {
        throw new UnsupportedOperationException(" " + set + actualTokens + nowNs);
    }
}
