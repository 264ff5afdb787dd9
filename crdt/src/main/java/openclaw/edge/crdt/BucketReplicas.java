package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

/** A bucket table as gossip sees it. */
final class BucketReplicas extends SlotReplicas {

    /** A slot that ends its life while an entry is joined is looked for again; more often than this it does not. */
    private static final int ATTEMPTS = 4;

    private final BucketTable table;
    private final VirtualClock clock;
    private final ReplicaSlots places;
    private final ReplicaJoin join;
    private final FoundSlot found = new FoundSlot();

    BucketReplicas(final BucketTable table, final ChangeMarks marks) {
        super(table.store(), table.incarnations(), marks, new CrdtCounters());
        this.table = table;
        this.clock = table.clock();
        this.places = new ReplicaSlots(table, counters);
        this.join = new ReplicaJoin(table, counters);
    }

    @Override
    boolean readKind(final int slot, final long life, final ReplicaRow into, final long nowNs) {
        final VirtualClock.Pace pace = clock.pace(nowNs);
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.withheldUnits(nowNs);
        final long word = BucketWords.read(slots, slot, life, virtualUnits, withheldUnits);
        if (word == BucketWords.STALE) {
            return false;
        }
        final long ahead = (word & VirtualTime.TIME_MASK)
                - LimitWord.now(slots.getLong(slot + LIMIT_OFFSET), virtualUnits, withheldUnits);
        into.deficit(Math.max(0, Math.min(ahead, ReplicaEntry.MAX_DEFICIT_UNITS)));
        if (kind(life) != KIND_AGENT) {
            return true;
        }
        final int owner = slots.getInt(slot + OWNER_OFFSET);
        final long ownerLife = slots.getLongVolatile(owner + LIFE_OFFSET);
        into.owner(slots.getLong(owner + KEY_HIGH_OFFSET), slots.getLong(owner + KEY_LOW_OFFSET));
        return isLive(ownerLife) && slots.getLongVolatile(owner + LIFE_OFFSET) == ownerLife;
    }

    @Override
    public long join(final ReplicaEntry entry, final Silence silence, final long nowNs) {
        if (entry.kind() == KIND_QUOTA) {
            return misplaced();
        }
        if (entry.incarnationIndex() == directory.own()) {
            return joinOwn(entry, found);
        }
        final VirtualClock.Pace pace = clock.pace(nowNs);
        for (int i = 0; i < ATTEMPTS; i++) {
            if (!places.find(entry, pace, nowNs, found)) {
                return places.isDropped() ? JoinResult.dropped() : JoinResult.NOTHING;
            }
            final int slot = found.offset();
            if (kind(found.life()) != entry.kind()) {
                return misplaced();
            }
            final int outcome = join.join(slot, found.life(), table.specOf(slot, found.life()), entry, silence, nowNs);
            if (outcome == ReplicaJoin.NO_ROOM) {
                return JoinResult.dropped();
            }
            if (outcome != ReplicaJoin.STALE) {
                return JoinResult.of(store.slotNumber(slot), outcome == ReplicaJoin.CHANGED);
            }
        }
        counters.getAndAdd(CrdtCounter.STALE_DROPPED, 1);
        return JoinResult.dropped();
    }
}
