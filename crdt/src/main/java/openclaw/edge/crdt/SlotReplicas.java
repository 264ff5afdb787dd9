package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/** What buckets and quota rows have in common as replicas: rows by number, marks, directory, version. */
abstract class SlotReplicas implements ReplicaTable {

    final SlotStore store;
    final UnsafeBuffer slots;
    final IncarnationDirectory directory;
    final CrdtCounters counters;
    private final ChangeMarks marks;
    private final Renewal renewal;

    SlotReplicas(
            final SlotStore store,
            final TableIncarnations incarnations,
            final ChangeMarks marks,
            final CrdtCounters counters) {
        this.store = store;
        this.slots = store.buffer();
        this.marks = marks;
        this.counters = counters;
        this.directory = incarnations.directory();
        this.renewal = incarnations.renewal();
        marks.turnOn();
    }

    @Override
    public final int rows() {
        return store.slots();
    }

    @Override
    public final int pollChanged() {
        return marks.poll();
    }

    @Override
    public final boolean pollUrgent() {
        return marks.pollUrgent();
    }

    @Override
    public final void onUrgent(final Runnable wake) {
        marks.onUrgent(wake);
    }

    @Override
    public final long generation(final int row) {
        final long life = slots.getLongVolatile(store.slotOffset(row) + LIFE_OFFSET);
        return isLive(life) ? BucketSlotDescriptor.generation(life) : 0;
    }

    @Override
    public final boolean hasCounted(final int row) {
        final int slot = store.slotOffset(row);
        return isLive(slots.getLongVolatile(slot + LIFE_OFFSET))
                && (own(slot + CONSUMED_OFFSET) | own(slot + REFUNDED_OFFSET)) != 0;
    }

    @Override
    public final boolean read(final int row, final ReplicaRow into, final long nowNs) {
        final int slot = store.slotOffset(row);
        final long life = slots.getLongVolatile(slot + LIFE_OFFSET);
        if (!isLive(life)) {
            return false;
        }
        into.key(kind(life), slots.getLong(slot + KEY_HIGH_OFFSET), slots.getLong(slot + KEY_LOW_OFFSET));
        // One born while the incarnation changed may have counted for the former one.
        renewal.move(slot, OwnCounters.present(slots));
        final long refunded = own(slot + REFUNDED_OFFSET);
        into.own(BucketSlotDescriptor.generation(life), own(slot + CONSUMED_OFFSET), refunded);
        if (!readKind(slot, life, into, nowNs)) {
            return false;
        }
        readPairs(slot + PAIRS_OFFSET, INLINE_PAIRS, into);
        int block = slots.getIntVolatile(slot + OVERFLOW_BLOCK_OFFSET);
        while (block != OverflowBlocks.NONE) {
            readPairs(block + BLOCK_PAIRS_OFFSET, BLOCK_PAIRS, into);
            block = slots.getIntVolatile(block + BLOCK_NEXT_OFFSET);
        }
        return slots.getLongVolatile(slot + LIFE_OFFSET) == life;
    }

    private long own(final int counter) {
        return Math.max(0, OwnCounters.tokens(slots.getLongVolatile(counter)));
    }

    /** Reads what is of this kind of table; false if the slot's life has ended. */
    abstract boolean readKind(int slot, long life, ReplicaRow into, long nowNs);

    private void readPairs(final int firstPair, final int pairs, final ReplicaRow into) {
        for (int i = 0; i < pairs; i++) {
            final int pair = firstPair + i * PAIR_LENGTH_BYTES;
            final long tag = slots.getLongVolatile(pair + PAIR_TAG_OFFSET);
            final long id = directory.id(pairIncarnation(tag));
            if (id != 0) {
                into.addPair(
                        pairIncarnation(tag),
                        id,
                        pairGeneration(tag),
                        slots.getLong(pair + PAIR_CONSUMED_OFFSET),
                        slots.getLong(pair + PAIR_REFUNDED_OFFSET));
            }
        }
    }

    /** An entry of this node's own incarnation: nothing to join, but it may know more than the node itself. */
    final long joinOwn(final ReplicaEntry entry, final FoundSlot found) {
        counters.getAndAdd(CrdtCounter.JOIN_OWN, 1);
        if (entry.generation() >= slots.getLongVolatile(TableHeaderDescriptor.NEXT_GENERATION_OFFSET)) {
            return JoinResult.ownMore();
        }
        final boolean more = store.find(entry.keyHigh(), entry.keyLow(), found)
                && entry.generation() == BucketSlotDescriptor.generation(found.life())
                && (entry.consumedTokens() > own(found.offset() + CONSUMED_OFFSET)
                        || entry.refundedTokens() > own(found.offset() + REFUNDED_OFFSET))
                && slots.getLongVolatile(found.offset() + LIFE_OFFSET) == found.life();
        return more ? JoinResult.ownMore() : JoinResult.NOTHING;
    }

    final long misplaced() {
        counters.getAndAdd(CrdtCounter.JOIN_MISPLACED, 1);
        return JoinResult.NOTHING;
    }

    @Override
    public final int incarnationIndex(final long incarnationId) {
        return directory.index(incarnationId);
    }

    @Override
    public final long incarnationId(final int incarnationIndex) {
        return directory.id(incarnationIndex);
    }

    @Override
    public final long ownIncarnation() {
        return directory.ownId();
    }

    @Override
    public final int ownIncarnationIndex() {
        return directory.own();
    }

    @Override
    public final long nextVersion() {
        return slots.getLong(TableHeaderDescriptor.NEXT_VERSION_OFFSET);
    }

    @Override
    public final void nextVersion(final long version) {
        if (version > nextVersion()) {
            slots.putLongRelease(TableHeaderDescriptor.NEXT_VERSION_OFFSET, version);
        }
    }

    @Override
    public final CrdtCounters counters() {
        return counters;
    }
}
