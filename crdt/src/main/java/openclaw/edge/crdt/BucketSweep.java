package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.util.BitSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Looks at the slots of a bucket table, a part each time: reclaims full buckets, gives back what buckets gave up for
 * members that are heard again.
 *
 * <p>A bucket that is forgotten and made anew knows of no debt: N nodes that burst at once and forget at once would each
 * have a full bucket every time. So a bucket is reclaimed only when it has been full for as long as it takes to refill
 * the N - 1 capacities that others may have overspent; where room is short, earlier, and then what is forgotten is
 * counted.
 */
final class BucketSweep {

    /** How long after a catalog's commit the slots that it gave up may be reclaimed: no decision uses them by then. */
    private static final long GIVE_UP_AFTER_NS = 3_600_000_000_000L;

    /** Room is short when a tenant has but one in so many of its most agents left. */
    private static final int SHORT_FRACTION = 8;

    private final BucketTable table;
    private final SlotStore store;
    private final UnsafeBuffer slots;
    private final ReservedLimits limits;
    private final CrdtCounters counters;

    // Of the thread that sweeps.
    private int sweepLine;

    // Of the thread that joins.
    private int giveBackFrom = Integer.MAX_VALUE - TableConfig.MAX_SLOTS;
    private int seenReachable;
    private int seenAll = 1;

    BucketSweep(final BucketTable table) {
        this.table = table;
        this.store = table.store();
        this.slots = store.buffer();
        this.limits = table.limits();
        this.counters = table.counters();
    }

    /** See {@link BucketTable#sweep}; {@code committedUnits} is when these became all that is reserved. */
    int sweep(
            final VirtualClock.Pace pace,
            final long nowNs,
            final int maxSlots,
            final BitSet reserved,
            final long committedUnits) {
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.withheldUnits(nowNs);
        final boolean giveUp = virtualUnits - GIVE_UP_AFTER_NS * VirtualTime.UNITS_PER_NS > committedUnits;
        int reclaimed = 0;
        for (int looked = 0; looked < maxSlots; looked += SlotIndex.LINE_ENTRIES) {
            for (int i = 0; i < SlotIndex.LINE_ENTRIES; i++) {
                final int position = store.indexPosition(sweepLine, i);
                final int slot = store.memberAt(position);
                if (slot != 0) {
                    giveBack(slot, pace, virtualUnits, withheldUnits);
                    if (isReclaimable(slot, reserved, giveUp)
                            && reclaim(position, slot, pace, virtualUnits, withheldUnits)) {
                        reclaimed++;
                    }
                }
            }
            sweepLine = sweepLine + 1 < store.indexLines() ? sweepLine + 1 : 0;
        }
        if (reclaimed != 0) {
            counters.getAndAdd(CrdtCounter.RECLAIMED, reclaimed);
        }
        return reclaimed;
    }

    private boolean isReclaimable(final int slot, final BitSet reserved, final boolean giveUp) {
        final int kind = kind(slots.getLong(slot + LIFE_OFFSET));
        if (kind == KIND_AGENT) {
            return true;
        }
        // No decision uses an orphan.
        final boolean orphan = LimitWord.isOrphan(slots.getLong(slot + LIMIT_OFFSET));
        return !reserved.get(store.slotNumber(slot))
                && (orphan || giveUp)
                && (kind != KIND_OVERFLOW || slots.getInt(slot + LIVE_AGENTS_OFFSET) == 0);
    }

    private boolean reclaim(
            final int position,
            final int slot,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        final long life = slots.getLong(slot + LIFE_OFFSET);
        final int owner = kind(life) == KIND_AGENT ? slots.getInt(slot + OWNER_OFFSET) : 0;
        final long leastUnits = BucketTable.RECLAIM_AFTER_NS * VirtualTime.UNITS_PER_NS;
        final long debtUnits = othersDebtUnits(slot, life, pace);
        final boolean whole =
                BucketWords.close(slots, slot, virtualUnits, withheldUnits, Math.max(leastUnits, debtUnits));
        if (!whole
                && !(debtUnits > leastUnits
                        && isShort(owner)
                        && BucketWords.close(slots, slot, virtualUnits, withheldUnits, leastUnits))) {
            return false;
        }
        if (!whole) {
            final long fullUnits = LimitWord.now(slots.getLong(slot + LIMIT_OFFSET), virtualUnits, withheldUnits)
                    - (slots.getLong(slot + WORD_OFFSET) & VirtualTime.TIME_MASK);
            countForgotten(owner == 0 ? slot : owner, debtUnits - fullUnits);
        }
        store.remove(position, slot);
        if (owner != 0) {
            slots.getAndAddInt(owner + LIVE_AGENTS_OFFSET, -1);
        }
        return true;
    }

    /** What others may have overspent of the bucket before they heard of one another: N - 1 capacities. */
    private long othersDebtUnits(final int slot, final long life, final VirtualClock.Pace pace) {
        final LimitSpec spec = pace.all == 1 ? null : table.specOf(slot, life);
        return spec == null
                ? 0
                : Math.min(
                        VirtualTime.MAX_AHEAD_UNITS,
                        VirtualTime.multiply(
                                pace.all - 1,
                                VirtualTime.multiply(
                                        spec.capacityTokens(),
                                        LimitWord.unitsPerToken(slots.getLong(slot + LIMIT_OFFSET)))));
    }

    /** True if agents are about to share the overflow bucket for want of slots. */
    private boolean isShort(final int owner) {
        if (store.used() >= store.slots() - 2 * table.spare()) {
            return true;
        }
        final ReservedLimits.Limit limit = owner == 0 ? null : limits.get(store.slotNumber(owner));
        return limit != null
                && slots.getInt(owner + LIVE_AGENTS_OFFSET) >= limit.maxAgents - limit.maxAgents / SHORT_FRACTION;
    }

    private void countForgotten(final int meteredSlot, final long units) {
        counters.getAndAdd(CrdtCounter.RECLAIMED_EARLY, 1);
        final LimitMeter meter = table.meter(meteredSlot);
        if (meter != null && units > 0) {
            meter.addCapped(units);
        }
    }

    /** See {@link BucketTable#giveBack}. */
    int giveBack(final VirtualClock.Pace pace, final long nowNs, final int maxSlots) {
        if ((long) pace.reachable * seenAll > (long) seenReachable * pace.all) {
            giveBackFrom = 0;
        }
        seenReachable = pace.reachable;
        seenAll = pace.all;
        final int end = Math.min(store.slots(), giveBackFrom + maxSlots);
        final int looked = Math.max(0, end - giveBackFrom);
        if (looked > 0) {
            final long virtualUnits = pace.virtualUnits(nowNs);
            final long withheldUnits = pace.withheldUnits(nowNs);
            while (giveBackFrom < end) {
                giveBack(store.slotOffset(giveBackFrom++), pace, virtualUnits, withheldUnits);
            }
        }
        return looked;
    }

    private void giveBack(
            final int slot, final VirtualClock.Pace pace, final long virtualUnits, final long withheldUnits) {
        final long life = Aside.isAny(slots, slot) ? slots.getLongVolatile(slot + LIFE_OFFSET) : 0;
        final LimitSpec spec = isLive(life) ? table.specOf(slot, life) : null;
        if (spec != null) {
            final long units =
                    Aside.giveBack(slots, slot, life, spec.capacityTokens(), pace, virtualUnits, withheldUnits);
            counters.getAndAdd(CrdtCounter.ASIDE_GIVEN_BACK_UNITS, units);
        }
    }
}
