package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.util.BitSet;

/**
 * The reservation of one catalog's slots: for each tenant its own buckets and, for each limit per agent, the overflow
 * bucket. Slots that are there already are taken over with what they have counted. For one thread.
 */
public final class CatalogSlots {

    private final BucketTable table;
    private final VirtualClock.Pace pace;
    private final long nowNs;
    private final BitSet slotNumbers = new BitSet();
    private final KeyHash key = new KeyHash();

    CatalogSlots(final BucketTable table, final VirtualClock.Pace pace, final long nowNs) {
        this.table = table;
        this.pace = pace;
        this.nowNs = nowNs;
    }

    /**
     * Reserves a tenant's bucket.
     *
     * @param tenant the tenant's id.
     * @param limit name of the limit, unique within the tenant.
     * @param spec capacity and pace.
     * @return its handle.
     * @throws TableException if the table has no room for it; then this catalog is not to be committed.
     */
    public ReservedBucket bucket(final String tenant, final String limit, final LimitSpec spec) {
        return reserve(KIND_TENANT, tenant, limit, spec, 0);
    }

    /**
     * Reserves the overflow bucket of a limit that each agent of a tenant has for itself.
     *
     * @param tenant the tenant's id.
     * @param limit name of the limit, unique within the tenant.
     * @param spec capacity and pace of each agent's bucket, and of the overflow bucket.
     * @param maxAgents most agents that have a bucket of their own at once, at least 0.
     * @return its handle.
     * @throws TableException if the table has no room for the overflow bucket; then this catalog is not to be committed.
     */
    public AgentBuckets agents(final String tenant, final String limit, final LimitSpec spec, final int maxAgents) {
        if (maxAgents < 0) {
            throw new IllegalArgumentException("max_agents=" + maxAgents + " of tenant " + tenant + ", expected >= 0");
        }
        final ReservedBucket overflow = reserve(KIND_OVERFLOW, tenant, limit, spec, maxAgents);
        return new AgentBuckets(spec, maxAgents, overflow, KeyHash.prefixState(KIND_AGENT, tenant, limit));
    }

    private ReservedBucket reserve(
            final int kind, final String tenant, final String limit, final LimitSpec spec, final int maxAgents) {
        key.fixed(KeyHash.prefixState(kind, tenant, limit));
        final FoundSlot found = key.found();
        final long limitWord = spec.limitWord(pace);
        final long word = table.birthUnits(limitWord, spec.capacityUnits(), pace.units(limitWord, nowNs));
        final SlotBirth birth = key.birth().of(kind, 0, limitWord, word);
        final SlotStore.Outcome outcome = table.reserve(key, birth, spec, maxAgents, nowNs, found);
        if (outcome == SlotStore.Outcome.FULL || outcome == SlotStore.Outcome.CONTENDED) {
            throw new TableException(table.file() + ": no room for limit '" + limit + "' of tenant '" + tenant + "': "
                    + table.liveSlots() + " of " + table.slots() + " slots are in use, " + slotNumbers.cardinality()
                    + " of them by this catalog so far; make the table with more slots (256 bytes each)");
        }
        slotNumbers.set(table.store().slotNumber(found.offset()));
        return new ReservedBucket(found.offset(), found.life(), spec);
    }

    /**
     * Gives up the reservations of the previous catalog that this one does not repeat: an hour from now, when nobody
     * decides by the previous one any more, their slots may be reclaimed.
     */
    public void commit() {
        table.commit((BitSet) slotNumbers.clone(), pace.virtualUnits(nowNs));
    }
}
