package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What members have consumed of a bucket whose pace this node does not know yet: the sum of their growth, not the largest
 * of their deficits. The first growth takes the word as far ahead as its sender says; until that has passed, more growth
 * is counted in tokens beside it, and weighed when a catalog takes the slot over:
 *
 * <pre>
 *   on growth g, tat &lt;= v    tat = v + deficit;  tokens = 0
 *   on growth g, tat &gt; v     tokens += g         (a refund: tokens = max(0, tokens - g))
 *   on adoption at pace T    tat += tokens * T
 * </pre>
 *
 * <p>Once the largest deficit has passed, its senders have heard of one another: the next one's deficit holds the sum.
 * Growth of silent members, and baselines, take the word as far as the sender says and count no tokens, since what of it
 * was withheld for them is not known.
 *
 * <p>The tokens lie in the slot's w word, which is of no other use without a pace: the upper 48 bits. Adding is for the
 * one thread that joins; any thread may convert meanwhile.
 */
final class OrphanDebt {

    private static final int TOKENS_SHIFT = 16;
    private static final long LOW_MASK = (1L << TOKENS_SHIFT) - 1;
    private static final long MAX_TOKENS = (1L << (Long.SIZE - TOKENS_SHIFT)) - 1;

    private OrphanDebt() {}

    /** Tokens counted beside the word of an orphan. */
    static long tokens(final UnsafeBuffer slots, final int slot) {
        return WithheldWord.read(slots, slot) >>> TOKENS_SHIFT;
    }

    /**
     * Counts growth beside the word.
     *
     * <p>Whoever converts reads the word before the tokens and changes the word by a CAS. So when the word is moved after
     * the tokens were added, back by a 16th of a nanosecond, no conversion that has missed them succeeds. If one came between, the
     * slot is no orphan any more, and the growth is the caller's to debit: at worst twice, against the tenant.
     *
     * @return false if the bucket was full as far as anybody has said: the growth begins a new debt.
     */
    static boolean add(
            final UnsafeBuffer slots, final int slot, final long life, final long growth, final long virtualUnits) {
        final long before = slots.getLongVolatile(slot + WORD_OFFSET);
        if (before < 0 || (before & VirtualTime.TIME_MASK) <= virtualUnits) {
            clear(slots, slot, slots.getLongVolatile(slot + LIMIT_OFFSET));
            return false;
        }
        change(slots, slot, growth);
        for (int i = 0; i < BucketWords.ATTEMPTS; i++) {
            final long word = BucketWords.read(slots, slot, life, virtualUnits, 0);
            final boolean isOrphan = LimitWord.isOrphan(slots.getLongVolatile(slot + LIMIT_OFFSET));
            if (word != BucketWords.STALE && !isOrphan) {
                // Nobody else writes there; what the conversion took along is gone already.
                change(slots, slot, -MAX_TOKENS);
            }
            if (word == BucketWords.STALE
                    || !isOrphan
                    || BucketWords.swap(slots, slot, word, (word & VirtualTime.TIME_MASK) - 1)) {
                return true;
            }
        }
        return true;
    }

    /** Takes refunded tokens off what is counted. */
    static void take(final UnsafeBuffer slots, final int slot, final long tokens) {
        change(slots, slot, -tokens);
    }

    private static void change(final UnsafeBuffer slots, final int slot, final long tokens) {
        long word = WithheldWord.read(slots, slot);
        while (!WithheldWord.swap(slots, slot, word, changed(word, tokens))) {
            word = WithheldWord.read(slots, slot);
        }
    }

    private static long changed(final long word, final long tokens) {
        final long after = Math.max(0, Math.min(MAX_TOKENS, (word >>> TOKENS_SHIFT) + Math.min(tokens, MAX_TOKENS)));
        return after << TOKENS_SHIFT | (word & LOW_MASK);
    }

    /** Forgets what is counted, unless the slot has another limit by now. */
    static void clear(final UnsafeBuffer slots, final int slot, final long limit) {
        long word = WithheldWord.read(slots, slot);
        while (word >>> TOKENS_SHIFT != 0
                && slots.getLongVolatile(slot + LIMIT_OFFSET) == limit
                && !WithheldWord.swap(slots, slot, word, word & LOW_MASK)) {
            word = WithheldWord.read(slots, slot);
        }
    }
}
