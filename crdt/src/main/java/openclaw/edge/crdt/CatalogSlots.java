package openclaw.edge.crdt;

/**
 * The reservation of one catalog's slots: for each tenant its own buckets and, for each limit per agent, the overflow
 * bucket. Slots that are there already are taken over with what they have counted. For one thread.
 */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString", "UnusedVariable"})
public final class CatalogSlots {

    CatalogSlots() {}

    /**
     * Reserves a tenant's bucket.
     *
     * @param tenant the tenant's id.
     * @param limit name of the limit, unique within the tenant.
     * @param spec capacity and pace.
     * @return its handle.
     * @throws TableException if the table has no room for it.
     */
    public ReservedBucket bucket(final String tenant, final String limit, final LimitSpec spec) {
        throw new UnsupportedOperationException(tenant + limit + spec);
    }

    /**
     * Reserves the overflow bucket of a limit that each agent of a tenant has for itself.
     *
     * @param tenant the tenant's id.
     * @param limit name of the limit, unique within the tenant.
     * @param spec capacity and pace of each agent's bucket, and of the overflow bucket.
     * @param maxAgents most agents that have a bucket of their own at once, at least 0.
     * @return its handle.
     * @throws TableException if the table has no room for the overflow bucket.
     */
    public AgentBuckets agents(final String tenant, final String limit, final LimitSpec spec, final int maxAgents) {
        throw new UnsupportedOperationException(tenant + limit + spec + maxAgents);
    }

    /** Gives up the reservations of the previous catalog that this one does not repeat. */
    public void commit() {
        throw new UnsupportedOperationException();
    }
}
