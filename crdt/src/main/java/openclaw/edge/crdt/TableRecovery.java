package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What becomes of slots read back from a file that was closed, or whose process was killed at any point. Before any
 * other thread comes.
 */
final class TableRecovery {

    private final UnsafeBuffer slots;
    private final long fromUnits;
    private final long fromWithheldUnits;
    private final long virtualUnits;
    private final long withheldUnits;
    private final long holesUntilUnits;
    private final boolean isWithoutFloors;
    private final CrdtCounters counters;

    /**
     * Recovery of slots.
     *
     * @param slots the file.
     * @param fromUnits now, in the virtual time in which the words were written.
     * @param fromWithheldUnits refill withheld so far, likewise.
     * @param virtualUnits now, in the virtual time that the table goes on with; the same unless the epoch is moved.
     * @param withheldUnits refill withheld so far, that the table goes on with.
     * @param counters for what is clamped.
     */
    TableRecovery(
            final UnsafeBuffer slots,
            final long fromUnits,
            final long fromWithheldUnits,
            final long virtualUnits,
            final long withheldUnits,
            final CrdtCounters counters) {
        this.slots = slots;
        this.fromUnits = fromUnits;
        this.fromWithheldUnits = fromWithheldUnits;
        this.virtualUnits = virtualUnits;
        this.withheldUnits = withheldUnits;
        this.counters = counters;
        this.isWithoutFloors = slots.getInt(TableHeaderDescriptor.LAYOUT_VERSION_OFFSET)
                == TableHeaderDescriptor.LAYOUT_WITHOUT_FLOORS;
        // Where a hole was is not known any more, but where the last of all ends: nothing withheld before that pays.
        final long noted = slots.getLong(TableHeaderDescriptor.HOLES_UNTIL_OFFSET);
        this.holesUntilUnits = noted == 0 ? fromWithheldUnits : Math.min(noted, fromWithheldUnits);
    }

    /**
     * Finishes what was begun. A slot half reclaimed is given up; a conversion half done is concluded; versions of limits
     * are forgotten, since their order holds for one life of the process, so that the first touch clamps what it finds.
     */
    boolean restoreBucket(final int slot, final long life) {
        if (slots.getLong(slot + WORD_OFFSET) < 0 || kind(life) < KIND_TENANT || kind(life) > KIND_AGENT) {
            return false;
        }
        if (isWithoutFloors && !LimitWord.isOrphan(slots.getLong(slot + LIMIT_OFFSET))) {
            slots.putLong(slot + WITHHELD_OFFSET, WithheldWord.ofVersion2(slots.getLong(slot + WITHHELD_OFFSET)));
        }
        LimitConversion.finish(slots, slot, life, fromUnits, fromWithheldUnits);
        final long limit = LimitWord.withoutVersion(slots.getLong(slot + LIMIT_OFFSET));
        final long unitsPerToken = LimitWord.unitsPerToken(limit);
        if (!LimitWord.isOrphan(limit)
                && (unitsPerToken < VirtualTime.UNITS_PER_NS || unitsPerToken > VirtualTime.MAX_REFILL_UNITS)) {
            return false;
        }
        final long ahead = (slots.getLong(slot + WORD_OFFSET) & VirtualTime.TIME_MASK)
                - LimitWord.now(limit, fromUnits, fromWithheldUnits);
        if (ahead > VirtualTime.MAX_AHEAD_UNITS) {
            counters.getAndAdd(CrdtCounter.CLAMPED, 1);
        }
        final long nowUnits = LimitWord.now(limit, virtualUnits, withheldUnits);
        final long time = Math.max(0, nowUnits + Math.min(ahead, VirtualTime.MAX_AHEAD_UNITS));
        slots.putLong(slot + WORD_OFFSET, time | (limit & LimitWord.PARITY));
        slots.putLong(slot + LIMIT_OFFSET, limit);
        slots.putLong(slot + NEXT_LIMIT_OFFSET, limit);
        if (LimitWord.isOrphan(limit)) {
            // Tokens, not times; see OrphanDebt.
            return true;
        }
        final long word = slots.getLong(slot + WITHHELD_OFFSET);
        final long used = (WithheldWord.isHoled(word)
                        ? Math.max(holesUntilUnits, WithheldWord.withheldUnits(word))
                        : WithheldWord.withheldUnits(word))
                - fromWithheldUnits
                + withheldUnits;
        slots.putLong(
                slot + WITHHELD_OFFSET,
                WithheldWord.withHole(
                        WithheldWord.withWithheld(word, Math.max(0, Math.min(used, withheldUnits))), false));
        return true;
    }

    /** After all buckets: none has a hole any more. What the header says of them goes over to the clock of now. */
    void concludeHoles(final long shiftUnits) {
        final long noted = slots.getLong(TableHeaderDescriptor.HOLES_UNTIL_OFFSET);
        slots.putLongRelease(TableHeaderDescriptor.HOLES_UNTIL_OFFSET, Math.max(0, noted + shiftUnits));
    }

    /** What a quota row has used is what its counters say. */
    boolean restoreRow(final int slot, final long life) {
        if (kind(life) != KIND_QUOTA) {
            return false;
        }
        slots.putLong(
                slot + WORD_OFFSET, ReplicaPairs.sumConsumed(slots, slot) - ReplicaPairs.sumRefunded(slots, slot));
        return true;
    }

    /** Counts each tenant's live agents anew; agents whose overflow slot is gone go too. */
    void countAgents(final SlotStore store) {
        for (int pass = 0; pass < 2; pass++) {
            for (int line = 0; line < store.indexLines(); line++) {
                for (int i = 0; i < SlotIndex.LINE_ENTRIES; i++) {
                    final int position = store.indexPosition(line, i);
                    final int slot = store.memberAt(position);
                    if (slot != 0) {
                        countAgent(store, position, slot, pass == 0);
                    }
                }
            }
        }
    }

    private void countAgent(final SlotStore store, final int position, final int slot, final boolean resetting) {
        final int kind = kind(slots.getLong(slot + LIFE_OFFSET));
        if (resetting && kind == KIND_OVERFLOW) {
            slots.putInt(slot + LIVE_AGENTS_OFFSET, 0);
        } else if (!resetting && kind == KIND_AGENT) {
            final int owner = slots.getInt(slot + OWNER_OFFSET);
            if (store.isSlot(owner)
                    && isLive(slots.getLong(owner + LIFE_OFFSET))
                    && kind(slots.getLong(owner + LIFE_OFFSET)) == KIND_OVERFLOW) {
                slots.putInt(owner + LIVE_AGENTS_OFFSET, slots.getInt(owner + LIVE_AGENTS_OFFSET) + 1);
            } else {
                store.remove(position, slot);
            }
        }
    }
}
