package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

/**
 * A quota table as gossip sees it. A row's counters only rise, whatever the generation: rows are kept until their cycle
 * is released, so that joining is the maximum alone. A baseline counts like any growth, since nothing refills: the row's
 * word is the sum over all incarnations.
 */
final class QuotaReplicas extends SlotReplicas {

    private final QuotaTable table;
    private final OverflowBlocks blocks;
    private final int spare;
    private final SlotBirth birth = new SlotBirth();
    private final FoundSlot found = new FoundSlot();

    QuotaReplicas(final QuotaTable table, final ChangeMarks marks) {
        super(table.store(), table.incarnations(), marks, new CrdtCounters());
        this.table = table;
        this.blocks = store.blocks();
        this.spare = store.slots() / (2 * BucketTable.SPARE_FRACTION);
    }

    @Override
    boolean readKind(final int slot, final long life, final ReplicaRow into, final long nowNs) {
        into.quota(slots.getLong(slot + CYCLE_OFFSET), (int) slots.getLongVolatile(slot + NOTICES_OFFSET));
        return true;
    }

    @Override
    public long join(final ReplicaEntry entry, final Silence silence, final long nowNs) {
        if (entry.kind() != KIND_QUOTA) {
            return misplaced();
        }
        if (entry.incarnationIndex() == directory.own()) {
            return joinOwn(entry, found);
        }
        // Against the release of its cycle; rows are made and released rarely, and never wait for anything.
        synchronized (table) {
            return joinRow(entry);
        }
    }

    private long joinRow(final ReplicaEntry entry) {
        if (table.isReleased(entry.cycle())) {
            counters.getAndAdd(CrdtCounter.JOIN_RELEASED, 1);
            return JoinResult.NOTHING;
        }
        if (!store.find(entry.keyHigh(), entry.keyLow(), found) && !makeOrphan(entry)) {
            return JoinResult.dropped();
        }
        final int row = found.offset();
        if (slots.getLong(row + CYCLE_OFFSET) != entry.cycle()) {
            return misplaced();
        }
        final boolean noticed = addNotices(row, entry.notices());
        int pair = ReplicaPairs.find(slots, row, entry.incarnationIndex());
        if (pair == ReplicaPairs.NONE) {
            pair = ReplicaPairs.claim(slots, row, blocks);
        }
        if (pair == ReplicaPairs.NONE) {
            counters.getAndAdd(CrdtCounter.JOIN_NO_ROOM, 1);
            return noticed ? JoinResult.droppedAt(store.slotNumber(row)) : JoinResult.dropped();
        }
        final boolean grown = joinPair(row, pair, entry);
        return JoinResult.of(store.slotNumber(row), noticed || grown);
    }

    private boolean makeOrphan(final ReplicaEntry entry) {
        final SlotStore.Outcome outcome = store.findOrCreate(
                entry.keyHigh(), entry.keyLow(), birth.of(KIND_QUOTA, 0, entry.cycle(), 0), spare, found);
        if (outcome == SlotStore.Outcome.CREATED) {
            counters.getAndAdd(CrdtCounter.ORPHAN_CREATED, 1);
            return true;
        }
        if (outcome == SlotStore.Outcome.FOUND) {
            return true;
        }
        counters.getAndAdd(CrdtCounter.JOIN_TABLE_FULL, 1);
        return false;
    }

    private boolean joinPair(final int row, final int pair, final ReplicaEntry entry) {
        final long tag = slots.getLong(pair + PAIR_TAG_OFFSET);
        final boolean known = tag != 0;
        final long consumed = known ? slots.getLong(pair + PAIR_CONSUMED_OFFSET) : 0;
        final long refunded = known ? slots.getLong(pair + PAIR_REFUNDED_OFFSET) : 0;
        final long generation = known ? pairGeneration(tag) : 0;
        final long moreConsumed = Math.max(0, entry.consumedTokens() - consumed);
        final long moreRefunded = Math.max(0, entry.refundedTokens() - refunded);
        if ((moreConsumed | moreRefunded) == 0 && entry.generation() <= generation) {
            counters.getAndAdd(CrdtCounter.JOIN_IGNORED, 1);
            return false;
        }
        // After a kill the word is summed anew from the counters; the tag comes last, so that a pair is whole or none.
        slots.putLongRelease(pair + PAIR_CONSUMED_OFFSET, consumed + moreConsumed);
        slots.putLongRelease(pair + PAIR_REFUNDED_OFFSET, refunded + moreRefunded);
        slots.putLongRelease(
                pair + PAIR_TAG_OFFSET, pairTag(entry.incarnationIndex(), Math.max(generation, entry.generation())));
        slots.getAndAddLong(row + WORD_OFFSET, moreConsumed - moreRefunded);
        counters.getAndAdd(known ? CrdtCounter.JOINED : CrdtCounter.JOINED_BASELINE, 1);
        return true;
    }

    /** Adds to the notices known to be sent, under the table's lock; true if that was news. */
    private boolean addNotices(final int row, final int notices) {
        final long known = slots.getLongVolatile(row + NOTICES_OFFSET);
        slots.putLongVolatile(row + NOTICES_OFFSET, known | notices);
        return (known | notices) != known;
    }
}
