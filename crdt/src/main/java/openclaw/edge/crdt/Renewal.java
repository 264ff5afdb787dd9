package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes a table's own counters those of another incarnation of the node, and its former own a peer's knowledge: a pair of
 * the old incarnation in every slot, beginning anew at zero. Event loops may count beside it; whole after a kill at any
 * point, by {@link #finish} when the file is opened again.
 *
 * <ol>
 *   <li>The new id is written into a free place of the directory, which until then nobody names.
 *   <li>One write of the header's word makes it the present one and flips the parity.
 *   <li>In every slot each own counter is copied to the pair and then, by one CAS that fails if anybody counted meanwhile,
 *       set to zero in the new parity. Until that CAS the copy counts for nothing: readers tell by the parity.
 *   <li>One write of the header's word says that all have moved.
 * </ol>
 *
 * <p>For one thread, the one that owns the pairs.
 */
final class Renewal {

    private final SlotStore store;
    private final UnsafeBuffer slots;
    private final CrdtCounters counters;

    Renewal(final SlotStore store, final CrdtCounters counters) {
        this.store = store;
        this.slots = store.buffer();
        this.counters = counters;
    }

    /** Makes {@code newId}, which has the index given in the directory, the present incarnation. */
    void renew(final long newId, final int newIndex) {
        finish();
        final long present = OwnCounters.present(slots);
        final int parity = OwnCounters.presentParity(present) ^ 1;
        slots.putLongVolatile(
                TableHeaderDescriptor.INCARNATION_INDEX_OFFSET,
                OwnCounters.present(newIndex, OwnCounters.index(present), parity, true));
        slots.putLongVolatile(TableHeaderDescriptor.INCARNATION_OFFSET, newId);
        finish();
    }

    /** An incarnation is no more: if it is the one before, counters that turn out to be its are the present one's. */
    void forget(final int index) {
        final long present = OwnCounters.present(slots);
        if (OwnCounters.previousIndex(present) == index) {
            slots.putLongVolatile(
                    TableHeaderDescriptor.INCARNATION_INDEX_OFFSET,
                    OwnCounters.present(OwnCounters.index(present), 0, OwnCounters.presentParity(present), false));
        }
    }

    /** Moves what a renewal that was begun has not moved yet. */
    void finish() {
        final long present = OwnCounters.present(slots);
        if (!OwnCounters.isRenewing(present)) {
            return;
        }
        for (int slotNumber = 0; slotNumber < store.slots(); slotNumber++) {
            move(store.slotOffset(slotNumber), present);
        }
        slots.putLongVolatile(TableHeaderDescriptor.INCARNATION_INDEX_OFFSET, OwnCounters.renewed(present));
    }

    /** Moves the own counters of one slot, if they belong to the incarnation before. */
    void move(final int slot, final long present) {
        final long life = slots.getLongVolatile(slot + LIFE_OFFSET);
        if (!isLive(life) || !isFormer(slot, present)) {
            return;
        }
        final int previous = OwnCounters.previousIndex(present);
        int pair = previous == IncarnationDirectory.NONE ? ReplicaPairs.NONE : ReplicaPairs.find(slots, slot, previous);
        if (pair == ReplicaPairs.NONE && previous != IncarnationDirectory.NONE && !isEmpty(slot)) {
            pair = ReplicaPairs.claim(slots, slot, store.blocks());
            if (pair == ReplicaPairs.NONE) {
                counters.getAndAdd(CrdtCounter.JOIN_NO_ROOM, 1);
            } else {
                slots.putLong(pair + PAIR_CONSUMED_OFFSET, 0);
                slots.putLong(pair + PAIR_REFUNDED_OFFSET, 0);
                slots.putLongVolatile(pair + PAIR_TAG_OFFSET, pairTag(previous, generation(life)));
            }
        }
        move(slot + CONSUMED_OFFSET, pair == ReplicaPairs.NONE ? 0 : pair + PAIR_CONSUMED_OFFSET, present);
        move(slot + REFUNDED_OFFSET, pair == ReplicaPairs.NONE ? 0 : pair + PAIR_REFUNDED_OFFSET, present);
    }

    private boolean isFormer(final int slot, final long present) {
        final int parity = OwnCounters.presentParity(present);
        return OwnCounters.parity(slots.getLongVolatile(slot + CONSUMED_OFFSET)) != parity
                || OwnCounters.parity(slots.getLongVolatile(slot + REFUNDED_OFFSET)) != parity;
    }

    /** True if nothing was counted, as far as one can see: what is counted after that is the new incarnation's. */
    private boolean isEmpty(final int slot) {
        return OwnCounters.tokens(slots.getLongVolatile(slot + CONSUMED_OFFSET)) == 0
                && OwnCounters.tokens(slots.getLongVolatile(slot + REFUNDED_OFFSET)) == 0;
    }

    private void move(final int counter, final int copy, final long present) {
        final int parity = OwnCounters.presentParity(present);
        long word = slots.getLongVolatile(counter);
        while (OwnCounters.parity(word) != parity) {
            final long tokens = OwnCounters.tokens(word);
            if (copy != 0) {
                slots.putLongVolatile(copy, Math.max(0, tokens));
            }
            // Without a copy, for want of room or of anything to copy, it goes on as the new incarnation's.
            final long after = OwnCounters.zero(parity) + (copy == 0 ? tokens : 0);
            if (slots.compareAndSetLong(counter, word, after)) {
                return;
            }
            word = slots.getLongVolatile(counter);
        }
    }
}
