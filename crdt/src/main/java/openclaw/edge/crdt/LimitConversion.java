package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes a bucket from one version of its limit to another: {@code tat' = v' + (tat - v) * T_new / T_old}, rounded against
 * the tenant, v' being the clock of its new policy; full stays full. What was consumed stays consumed, in tokens.
 *
 * <p>Lock-free, and whole after a kill at any point, in three steps that anyone may finish:
 *
 * <ol>
 *   <li><em>announce</em>: next limit, equal to limit at rest, becomes the new limit word with the parity flipped;
 *   <li><em>convert</em>: one CAS on the bucket's word changes time and parity together, so it happens once;
 *   <li><em>conclude</em>: limit becomes equal to next limit.
 * </ol>
 *
 * <p>Limit words must not recur while a thread may be stalled in the second step: versions only rise, with each catalog
 * and each change of the cluster's policy.
 *
 * <p>While word and limit differ in parity, or limit and next limit do, nobody debits or credits.
 */
final class LimitConversion {

    private LimitConversion() {}

    /**
     * Makes the slot count in the entry's version of the limit, or the entry in the slot's if that is the newer one.
     * A slot not touched since its file was opened is also clamped to what can be true: capacity plus debt cap, together
     * {@code all} capacities, ahead of now.
     */
    static void reconcile(
            final UnsafeBuffer slots,
            final LimitSet set,
            final int entry,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits,
            final CrdtCounters counters) {
        final int slot = set.slotOffset(entry);
        final long life = set.life(entry);
        final long limit = slots.getLongVolatile(slot + LIMIT_OFFSET);
        final long next = slots.getLongVolatile(slot + NEXT_LIMIT_OFFSET);
        if (limit != next) {
            finish(slots, slot, life, virtualUnits, withheldUnits);
        } else if (!LimitWord.supersedes(set.limitWord(entry), limit)) {
            set.adoptPace(entry, limit);
        } else {
            if (LimitWord.isUntouched(limit)) {
                clamp(
                        slots,
                        set,
                        entry,
                        limit,
                        VirtualTime.multiply(pace.all, set.capacity(entry)),
                        LimitWord.now(limit, virtualUnits, withheldUnits),
                        counters);
            }
            final long announced = (set.limitWord(entry) & ~LimitWord.PARITY) | (~limit & LimitWord.PARITY);
            if (slots.compareAndSetLong(slot + NEXT_LIMIT_OFFSET, limit, announced)) {
                finish(slots, slot, life, virtualUnits, withheldUnits);
                if (LimitWord.isOrphan(limit)) {
                    counters.addRelease(CrdtCounter.ORPHAN_ADOPTED, 1);
                    final long most = VirtualTime.multiply(pace.all, set.capacity(entry));
                    counters.addRelease(
                            CrdtCounter.DEBT_CAPPED_UNITS,
                            BucketWords.cut(slots, slot, life, most, virtualUnits, withheldUnits));
                } else if (!LimitWord.samePace(limit, announced)) {
                    counters.addRelease(CrdtCounter.LIMIT_CONVERTED, 1);
                }
            }
        }
    }

    private static void clamp(
            final UnsafeBuffer slots,
            final LimitSet set,
            final int entry,
            final long limit,
            final long maxAheadUnits,
            final long virtualUnits,
            final CrdtCounters counters) {
        // In the pace that the word still counts in.
        final long aheadUnits = Math.min(maxAheadUnits, VirtualTime.MAX_AHEAD_UNITS);
        final long boundUnits = LimitWord.isOrphan(limit)
                ? aheadUnits
                : VirtualTime.mulDivFloor(aheadUnits, LimitWord.unitsPerToken(limit), set.unitsPerToken(entry));
        final long latest = virtualUnits + Math.min(boundUnits, VirtualTime.MAX_AHEAD_UNITS);
        final int slot = set.slotOffset(entry);
        long word = slots.getLongAcquire(slot + WORD_OFFSET);
        while (word >= 0 && ((word ^ limit) & LimitWord.PARITY) == 0 && (word & VirtualTime.TIME_MASK) > latest) {
            if (BucketWords.swap(slots, slot, word, latest)) {
                counters.addRelease(CrdtCounter.CLAMPED, 1);
                return;
            }
            word = slots.getLongAcquire(slot + WORD_OFFSET);
        }
    }

    /**
     * Gives an orphan its pace, what it lacks staying the same duration, and what is counted beside that being weighed;
     * true if this call did.
     */
    static boolean adopt(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long limitWord,
            final long virtualUnits,
            final long withheldUnits) {
        finish(slots, slot, life, virtualUnits, withheldUnits);
        final long limit = slots.getLongVolatile(slot + LIMIT_OFFSET);
        final long announced = (limitWord & ~LimitWord.PARITY) | (~limit & LimitWord.PARITY);
        final boolean adopted =
                LimitWord.isOrphan(limit) && slots.compareAndSetLong(slot + NEXT_LIMIT_OFFSET, limit, announced);
        finish(slots, slot, life, virtualUnits, withheldUnits);
        return adopted;
    }

    /** Converts and concludes what was announced, if anything was. */
    static void finish(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long virtualUnits,
            final long withheldUnits) {
        final long limit = slots.getLongVolatile(slot + LIMIT_OFFSET);
        final long next = slots.getLongVolatile(slot + NEXT_LIMIT_OFFSET);
        if (limit == next) {
            return;
        }
        if (LimitWord.isOpen(limit) && !LimitWord.isOpen(next)) {
            // What the clock withheld so far was not withheld from this bucket: it pays for nobody's growth.
            WithheldWord.raise(slots, slot, withheldUnits);
        }
        if (!LimitWord.samePace(limit, next) || LimitWord.isOpen(limit) != LimitWord.isOpen(next)) {
            // Of another capacity it would be another fraction; under another policy it was not given up for anybody.
            Aside.drop(slots, slot);
        }
        final long fromUnits = LimitWord.now(limit, virtualUnits, withheldUnits);
        final long toUnits = LimitWord.now(next, virtualUnits, withheldUnits);
        for (int i = 0; ; i++) {
            final long word = slots.getLongVolatile(slot + WORD_OFFSET);
            // Limit words do not recur either: unchanged here, it was the slot's when the word was read.
            if (slots.getLongVolatile(slot + LIMIT_OFFSET) != limit
                    || slots.getLong(slot + LIFE_OFFSET) != life
                    || word < 0
                    || i == BucketWords.ATTEMPTS) {
                return;
            }
            if (((word ^ limit) & LimitWord.PARITY) != 0) {
                break;
            }
            // After the word: what is counted beside it later moves it, see OrphanDebt.
            final long debtUnits = LimitWord.isOrphan(limit)
                    ? VirtualTime.multiply(OrphanDebt.tokens(slots, slot), LimitWord.unitsPerToken(next))
                    : 0;
            final long without = converted(word & VirtualTime.TIME_MASK, fromUnits, toUnits, limit, next);
            final long time = Math.max(without, Math.min(without + debtUnits, toUnits + VirtualTime.MAX_AHEAD_UNITS));
            if (slots.compareAndSetLong(slot + WORD_OFFSET, word, time | (next & LimitWord.PARITY))) {
                break;
            }
        }
        if (LimitWord.isOrphan(limit)) {
            OrphanDebt.clear(slots, slot, limit);
        }
        slots.compareAndSetLong(slot + LIMIT_OFFSET, limit, next);
    }

    /** The same tokens, ahead of {@code fromUnits} in one pace, ahead of {@code toUnits} in another. */
    static long converted(
            final long time, final long fromUnits, final long toUnits, final long limit, final long next) {
        // Without a pace an orphan counts in durations already.
        if (time <= fromUnits || LimitWord.samePace(limit, next) || LimitWord.isOrphan(limit)) {
            // Never below 0: a bucket that has been full for longer than the other clock runs is just full.
            return Math.max(0, time + toUnits - fromUnits);
        }
        return toUnits
                + Math.min(
                        VirtualTime.MAX_AHEAD_UNITS,
                        VirtualTime.mulDivCeil(
                                time - fromUnits, LimitWord.unitsPerToken(next), LimitWord.unitsPerToken(limit)));
    }
}
