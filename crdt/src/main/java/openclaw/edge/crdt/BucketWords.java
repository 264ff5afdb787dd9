package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What can happen to the word of one bucket: debit, credit, conversion, reclaim. Each is one CAS on the word, retried
 * until it succeeds or the slot's life is seen to have ended, {@link #ATTEMPTS} times at most. Stateless; any thread.
 *
 * <p>Every access is judged by the life word read <em>after</em> it: life words do not recur, so the same word before
 * and after means that the access went to the right life of the slot.
 */
final class BucketWords {

    /** The slot's life has ended, or it never came to rest; what was asked was not done. */
    static final long STALE = -1;

    /**
     * How often a CAS, or a conversion to be finished first, is tried. Every failure is somebody else's success, so this
     * many in a row do not happen to a bucket that works; to one that does not, what was asked is not done.
     */
    static final int ATTEMPTS = 1_000;

    private BucketWords() {}

    /** The word of a bucket in a pace that is not being converted, or {@link #STALE}. */
    static long read(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long virtualUnits,
            final long withheldUnits) {
        for (int i = 0; i < ATTEMPTS; i++) {
            final long word = slots.getLongAcquire(slot + WORD_OFFSET);
            if (slots.getLong(slot + LIFE_OFFSET) != life || word < 0) {
                return STALE;
            }
            if (((slots.getLong(slot + LIMIT_OFFSET) ^ word) & LimitWord.PARITY) == 0) {
                return word;
            }
            LimitConversion.finish(slots, slot, life, virtualUnits, withheldUnits);
        }
        return STALE;
    }

    /**
     * Debits tokens without asking: the bucket goes below zero if need be, but never farther ahead of now than
     * {@code maxAheadUnits}, nor back.
     *
     * @return units by which the bound cut the debit short, or {@link #STALE}.
     */
    static long debit(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long tokens,
            final long virtualUnits,
            final long withheldUnits,
            final long maxAheadUnits) {
        return advance(slots, slot, life, tokens, true, virtualUnits, withheldUnits, maxAheadUnits);
    }

    /** As {@link #debit}, in units of the bucket's present pace. */
    static long debitUnits(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long units,
            final long virtualUnits,
            final long withheldUnits,
            final long maxAheadUnits) {
        return advance(slots, slot, life, units, false, virtualUnits, withheldUnits, maxAheadUnits);
    }

    private static long advance(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long amount,
            final boolean isTokens,
            final long virtualUnits,
            final long withheldUnits,
            final long maxAheadUnits) {
        for (int i = 0; i < ATTEMPTS; i++) {
            final long word = read(slots, slot, life, virtualUnits, withheldUnits);
            if (word == STALE) {
                return STALE;
            }
            final long limit = slots.getLong(slot + LIMIT_OFFSET);
            final long nowUnits = LimitWord.now(limit, virtualUnits, withheldUnits);
            final long time = word & VirtualTime.TIME_MASK;
            final long wanted = Math.max(time, nowUnits) + units(amount, isTokens, limit);
            final long after = Math.max(time, Math.min(wanted, nowUnits + maxAheadUnits));
            if (swap(slots, slot, word, after)) {
                return slots.getLong(slot + LIFE_OFFSET) == life ? wanted - after : STALE;
            }
        }
        return STALE;
    }

    /** What so many tokens, or units, are in units of a limit's pace. */
    private static long units(final long amount, final boolean isTokens, final long limit) {
        return isTokens ? VirtualTime.multiply(amount, LimitWord.unitsPerToken(limit)) : amount;
    }

    /**
     * Gives back, at most up to full.
     *
     * @return true if done; false if the slot's life has ended.
     */
    static boolean credit(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long tokens,
            final long virtualUnits,
            final long withheldUnits) {
        return retreat(slots, slot, life, tokens, true, virtualUnits, withheldUnits);
    }

    /** Gives back units of the bucket's present pace, at most up to full; false if the slot's life has ended. */
    static boolean creditUnits(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long units,
            final long virtualUnits,
            final long withheldUnits) {
        return retreat(slots, slot, life, units, false, virtualUnits, withheldUnits);
    }

    private static boolean retreat(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long amount,
            final boolean isTokens,
            final long virtualUnits,
            final long withheldUnits) {
        for (int i = 0; i < ATTEMPTS; i++) {
            final long word = read(slots, slot, life, virtualUnits, withheldUnits);
            if (word == STALE) {
                return false;
            }
            final long limit = slots.getLong(slot + LIMIT_OFFSET);
            final long nowUnits = LimitWord.now(limit, virtualUnits, withheldUnits);
            final long time = word & VirtualTime.TIME_MASK;
            if (time <= nowUnits) {
                return true;
            }
            final long after = Math.max(nowUnits, time - units(amount, isTokens, limit));
            if (swap(slots, slot, word, after)) {
                final long lives = slots.getLong(slot + LIFE_OFFSET);
                if (lives == life) {
                    return true;
                }
                // The credit went to the slot's next life, which has to give it back.
                debitUnits(slots, slot, lives, time - after, virtualUnits, withheldUnits, VirtualTime.MAX_AHEAD_UNITS);
                return false;
            }
        }
        return false;
    }

    /**
     * Gives back what a request or a replica refunds: what is owed is repaid first, in whole tokens, the rest credited.
     *
     * @return units that went into what is owed, or {@link #STALE} if the slot's life has ended.
     */
    static long refund(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long tokens,
            final long virtualUnits,
            final long withheldUnits) {
        long rest = tokens;
        long repaid = 0;
        if (slots.getIntVolatile(slot + OVERFLOW_BLOCK_OFFSET) != OverflowBlocks.NONE) {
            final long unitsPerToken = LimitWord.unitsPerToken(slots.getLong(slot + LIMIT_OFFSET));
            final long parts = VirtualTime.multiply(tokens, 1 << ReplicaPairs.OWED_SHIFT);
            final long taken = ReplicaPairs.repay(slots, slot, parts);
            rest = Math.min(tokens, (parts - taken) >>> ReplicaPairs.OWED_SHIFT);
            repaid = VirtualTime.mulDivFloor(taken, unitsPerToken, 1 << ReplicaPairs.OWED_SHIFT);
        }
        return credit(slots, slot, life, rest, virtualUnits, withheldUnits) ? repaid : STALE;
    }

    /** Takes the word at least so far ahead of {@code virtualUnits}; false if the slot's life has ended. */
    static boolean raise(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long virtualUnits,
            final long withheldUnits,
            final long aheadUnits) {
        for (int i = 0; i < ATTEMPTS; i++) {
            final long word = read(slots, slot, life, virtualUnits, withheldUnits);
            if (word == STALE) {
                return false;
            }
            final long raised =
                    LimitWord.now(slots.getLong(slot + LIMIT_OFFSET), virtualUnits, withheldUnits) + aheadUnits;
            if ((word & VirtualTime.TIME_MASK) >= raised || swap(slots, slot, word, raised)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes a bucket that lacks more than can be owed back to that.
     *
     * @return units by which it was taken back.
     */
    static long cut(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long maxAheadUnits,
            final long virtualUnits,
            final long withheldUnits) {
        for (int i = 0; i < ATTEMPTS; i++) {
            final long word = read(slots, slot, life, virtualUnits, withheldUnits);
            if (word == STALE) {
                return 0;
            }
            final long most = LimitWord.now(slots.getLong(slot + LIMIT_OFFSET), virtualUnits, withheldUnits)
                    + Math.min(maxAheadUnits, VirtualTime.MAX_AHEAD_UNITS);
            final long time = word & VirtualTime.TIME_MASK;
            if (time <= most || swap(slots, slot, word, most)) {
                return Math.max(0, time - most);
            }
        }
        return 0;
    }

    /** One CAS that keeps the parity. */
    static boolean swap(final UnsafeBuffer slots, final int slot, final long word, final long time) {
        return slots.compareAndSetLong(slot + WORD_OFFSET, word, time | (word & LimitWord.PARITY));
    }

    /**
     * Closes a bucket that has been full for {@code fullForUnits} or longer: from here on it admits nothing.
     *
     * @return true if closed; false if it is not full for so long, or somebody debited it just now.
     */
    static boolean close(
            final UnsafeBuffer slots,
            final int slot,
            final long virtualUnits,
            final long withheldUnits,
            final long fullForUnits) {
        final long word = slots.getLongAcquire(slot + WORD_OFFSET);
        final long limit = slots.getLongAcquire(slot + LIMIT_OFFSET);
        return word >= 0
                && ((word ^ limit) & LimitWord.PARITY) == 0
                && (word & VirtualTime.TIME_MASK) <= LimitWord.now(limit, virtualUnits, withheldUnits) - fullForUnits
                && slots.compareAndSetLong(slot + WORD_OFFSET, word, word | RECLAIMED);
    }

    /** Adds to a counter of the slot; false if the slot's life has ended, and then nothing stays added. */
    static boolean count(
            final UnsafeBuffer slots, final int slot, final int counterOffset, final long life, final long tokens) {
        if (slots.getLong(slot + LIFE_OFFSET) != life) {
            return false;
        }
        slots.getAndAddLong(slot + counterOffset, tokens);
        if (slots.getLong(slot + LIFE_OFFSET) == life) {
            return true;
        }
        slots.getAndAddLong(slot + counterOffset, -tokens);
        return false;
    }

    /**
     * Counts as refunded what was consumed and not refunded yet, at most {@code tokens}; so no number of threads takes
     * refunds beyond what was consumed.
     *
     * @return tokens counted; 0 also if the slot's life has ended, or the node's incarnation changes at this instant.
     */
    static long countRefund(final UnsafeBuffer slots, final int slot, final long life, final long tokens) {
        while (slots.getLongVolatile(slot + LIFE_OFFSET) == life) {
            // Refunded first: consumed only grows, until both are moved to another incarnation.
            final long refunded = slots.getLongVolatile(slot + REFUNDED_OFFSET);
            final long consumed = slots.getLongVolatile(slot + CONSUMED_OFFSET);
            final long given = Math.min(tokens, OwnCounters.tokens(consumed) - OwnCounters.tokens(refunded));
            if (given <= 0 || OwnCounters.parity(consumed) != OwnCounters.parity(refunded)) {
                return 0;
            }
            if (slots.compareAndSetLong(slot + REFUNDED_OFFSET, refunded, refunded + given)) {
                if (slots.getLongVolatile(slot + LIFE_OFFSET) == life) {
                    return given;
                }
                slots.getAndAddLong(slot + REFUNDED_OFFSET, -given);
                return 0;
            }
        }
        return 0;
    }
}
