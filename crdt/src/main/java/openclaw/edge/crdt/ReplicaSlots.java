package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where an arriving entry of a bucket goes: finds the slot of its key, or makes one, an orphan if no catalog of this node
 * knows its pace. For the gossip agent's thread.
 *
 * <p>The sweep may reclaim any slot that is full. To take a slot's word up to v first keeps it from that for as long as
 * a full bucket is kept, {@link BucketTable#RECLAIM_AFTER_NS}.
 */
final class ReplicaSlots {

    private final BucketTable table;
    private final SlotStore store;
    private final UnsafeBuffer slots;
    private final ReservedLimits limits;
    private final CrdtCounters counters;
    private final SlotBirth birth = new SlotBirth();
    private final FoundSlot owner = new FoundSlot();
    private boolean dropped;

    ReplicaSlots(final BucketTable table, final CrdtCounters counters) {
        this.table = table;
        this.store = table.store();
        this.slots = store.buffer();
        this.limits = table.limits();
        this.counters = counters;
    }

    /** Whether the last entry for which there was no slot should have had one: others may lack it through this node. */
    boolean isDropped() {
        return dropped;
    }

    /** Finds or makes the slot; false if there is to be none, and then what can be known without is already done. */
    boolean find(final ReplicaEntry entry, final VirtualClock.Pace pace, final long nowNs, final FoundSlot found) {
        dropped = false;
        if (store.find(entry.keyHigh(), entry.keyLow(), found)) {
            if (kind(found.life()) == KIND_AGENT) {
                adoptFromOwner(found, pace, nowNs);
            }
            return true;
        }
        if (entry.deficitUnits() == 0) {
            counters.getAndAdd(CrdtCounter.JOIN_NOT_NEEDED, 1);
            return false;
        }
        return entry.kind() == KIND_AGENT
                ? makeAgent(entry, pace, nowNs, found)
                : makeOrphan(entry.kind(), entry.keyHigh(), entry.keyLow(), pace.virtualUnits(nowNs), found);
    }

    /** An agent's slot that came before its tenant's catalog counts in its owner's pace as soon as that is known. */
    private void adoptFromOwner(final FoundSlot agent, final VirtualClock.Pace pace, final long nowNs) {
        final int slot = agent.offset();
        if (!LimitWord.isOrphan(slots.getLong(slot + LIMIT_OFFSET))) {
            return;
        }
        final long limit = slots.getLong(slots.getInt(slot + OWNER_OFFSET) + LIMIT_OFFSET);
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.withheldUnits(nowNs);
        if (!LimitWord.isOrphan(limit)
                && LimitConversion.adopt(slots, slot, agent.life(), limit, virtualUnits, withheldUnits)) {
            counters.getAndAdd(CrdtCounter.ORPHAN_ADOPTED, 1);
            final LimitSpec spec = table.specOf(slot, agent.life());
            if (spec != null) {
                final long most = VirtualTime.multiply(pace.all, spec.capacityUnits());
                counters.getAndAdd(
                        CrdtCounter.DEBT_CAPPED_UNITS,
                        BucketWords.cut(slots, slot, agent.life(), most, virtualUnits, withheldUnits));
            }
        }
    }

    /** Of reserved kinds, so at the cost of what is spared for catalogs: the next one is likely to take it over. */
    private boolean makeOrphan(
            final int kind, final long keyHigh, final long keyLow, final long virtualUnits, final FoundSlot found) {
        final SlotStore.Outcome outcome = store.findOrCreate(
                keyHigh, keyLow, birth.of(kind, 0, LimitWord.ORPHAN, virtualUnits), table.orphanSpare(), found);
        if (outcome == SlotStore.Outcome.CREATED) {
            counters.getAndAdd(CrdtCounter.ORPHAN_CREATED, 1);
            return true;
        }
        if (outcome == SlotStore.Outcome.FOUND) {
            return true;
        }
        dropped = true;
        counters.getAndAdd(CrdtCounter.JOIN_TABLE_FULL, 1);
        return false;
    }

    private boolean makeAgent(
            final ReplicaEntry entry, final VirtualClock.Pace pace, final long nowNs, final FoundSlot found) {
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.withheldUnits(nowNs);
        if (!store.find(entry.ownerKeyHigh(), entry.ownerKeyLow(), owner)
                && !makeOrphan(KIND_OVERFLOW, entry.ownerKeyHigh(), entry.ownerKeyLow(), virtualUnits, owner)) {
            return false;
        }
        final int ownerSlot = owner.offset();
        if (kind(owner.life()) != KIND_OVERFLOW) {
            counters.getAndAdd(CrdtCounter.JOIN_MISPLACED, 1);
            return false;
        }
        // Kept from the sweep, or gone already: then the entry comes too early or too late, and is sent again on
        // growth.
        if (!BucketWords.raise(slots, ownerSlot, owner.life(), virtualUnits, withheldUnits, 0)) {
            dropped = true;
            counters.getAndAdd(CrdtCounter.STALE_DROPPED, 1);
            return false;
        }
        final ReservedLimits.Limit limit = limits.get(store.slotNumber(ownerSlot));
        final int bound = limit == null ? Integer.MAX_VALUE : limit.maxAgents;
        CrdtCounter refusal = CrdtCounter.JOIN_AGENT_BOUND;
        if (slots.getAndAddInt(ownerSlot + LIVE_AGENTS_OFFSET, 1) < bound) {
            final long word = slots.getLong(ownerSlot + LIMIT_OFFSET) & ~LimitWord.PARITY;
            final long capacityUnits = limit == null ? 0 : limit.spec.capacityUnits();
            birth.of(KIND_AGENT, ownerSlot, word, table.birthUnits(word, capacityUnits, pace.units(word, nowNs)));
            final SlotStore.Outcome outcome =
                    store.findOrCreate(entry.keyHigh(), entry.keyLow(), birth, table.spare(), found);
            if (outcome == SlotStore.Outcome.CREATED) {
                counters.getAndAdd(
                        LimitWord.isOrphan(word) ? CrdtCounter.ORPHAN_CREATED : CrdtCounter.AGENT_CREATED, 1);
                return true;
            }
            if (outcome == SlotStore.Outcome.FOUND) {
                slots.getAndAddInt(ownerSlot + LIVE_AGENTS_OFFSET, -1);
                return true;
            }
            dropped = true;
            refusal = CrdtCounter.JOIN_TABLE_FULL;
        }
        slots.getAndAddInt(ownerSlot + LIVE_AGENTS_OFFSET, -1);
        BucketWords.raise(slots, ownerSlot, owner.life(), virtualUnits, withheldUnits, entry.deficitUnits());
        counters.getAndAdd(refusal, 1);
        return false;
    }
}
