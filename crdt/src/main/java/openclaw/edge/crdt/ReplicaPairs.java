package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * The replica pairs of a slot: this node's own on the hot line, seven inline, the rest in overflow blocks; and what is
 * owed, in the first block. Pairs are written by one thread, read by any.
 */
final class ReplicaPairs {

    /** No pair. */
    static final int NONE = 0;

    /** What is owed is counted in parts of a token of which there are so many, as a shift. */
    static final int OWED_SHIFT = 10;

    private ReplicaPairs() {}

    /** Consumed by all incarnations that the slot knows; read refunded first. */
    static long sumConsumed(final UnsafeBuffer slots, final int slot) {
        return sum(slots, slot, CONSUMED_OFFSET, PAIR_CONSUMED_OFFSET);
    }

    /** Refunded by all incarnations that the slot knows. */
    static long sumRefunded(final UnsafeBuffer slots, final int slot) {
        return sum(slots, slot, REFUNDED_OFFSET, PAIR_REFUNDED_OFFSET);
    }

    private static long sum(final UnsafeBuffer slots, final int slot, final int ownOffset, final int fieldOffset) {
        while (true) {
            final long present = OwnCounters.present(slots);
            final long own = slots.getLongVolatile(slot + ownOffset);
            final int parity = OwnCounters.parity(own);
            // While the own counter is still the former incarnation's, that one's pair is but a copy of it.
            final int copy = parity == OwnCounters.presentParity(present)
                    ? IncarnationDirectory.NONE
                    : OwnCounters.previousIndex(present);
            final long sum = OwnCounters.tokens(own) + sumOfPairs(slots, slot, fieldOffset, copy);
            if (OwnCounters.parity(slots.getLongVolatile(slot + ownOffset)) == parity
                    && OwnCounters.renewed(OwnCounters.present(slots)) == OwnCounters.renewed(present)) {
                return sum;
            }
        }
    }

    private static long sumOfPairs(final UnsafeBuffer slots, final int slot, final int fieldOffset, final int leftOut) {
        long sum = sum(slots, slot + PAIRS_OFFSET, INLINE_PAIRS, fieldOffset, leftOut);
        int block = slots.getIntVolatile(slot + OVERFLOW_BLOCK_OFFSET);
        while (block != OverflowBlocks.NONE) {
            sum += sum(slots, block + BLOCK_PAIRS_OFFSET, BLOCK_PAIRS, fieldOffset, leftOut);
            block = slots.getIntVolatile(block + BLOCK_NEXT_OFFSET);
        }
        return sum;
    }

    private static long sum(
            final UnsafeBuffer slots, final int firstPair, final int pairs, final int fieldOffset, final int leftOut) {
        long sum = 0;
        for (int i = 0; i < pairs; i++) {
            final int pair = firstPair + i * PAIR_LENGTH_BYTES;
            final long tag = slots.getLongVolatile(pair + PAIR_TAG_OFFSET);
            if (tag != 0 && pairIncarnation(tag) != leftOut) {
                sum += slots.getLongVolatile(pair + fieldOffset);
            }
        }
        return sum;
    }

    /** Offset of the pair of an incarnation; with index 0 of a free pair; or {@link #NONE}. */
    static int find(final UnsafeBuffer slots, final int slot, final int incarnationIndex) {
        int pair = find(slots, slot + PAIRS_OFFSET, INLINE_PAIRS, incarnationIndex);
        int block = slots.getInt(slot + OVERFLOW_BLOCK_OFFSET);
        while (pair == NONE && block != OverflowBlocks.NONE) {
            pair = find(slots, block + BLOCK_PAIRS_OFFSET, BLOCK_PAIRS, incarnationIndex);
            block = slots.getInt(block + BLOCK_NEXT_OFFSET);
        }
        return pair;
    }

    private static int find(
            final UnsafeBuffer slots, final int firstPair, final int pairs, final int incarnationIndex) {
        for (int i = 0; i < pairs; i++) {
            final int pair = firstPair + i * PAIR_LENGTH_BYTES;
            if (pairIncarnation(slots.getLong(pair + PAIR_TAG_OFFSET)) == incarnationIndex) {
                return pair;
            }
        }
        return NONE;
    }

    /** A free pair, in a new overflow block if need be; or {@link #NONE}. */
    static int claim(final UnsafeBuffer slots, final int slot, final OverflowBlocks blocks) {
        final int free = find(slots, slot, 0);
        if (free != NONE) {
            return free;
        }
        final int block = blocks.append(slot);
        return block == OverflowBlocks.NONE ? NONE : block + BLOCK_PAIRS_OFFSET;
    }

    /**
     * Adds to what is owed, in 1024ths of a token, so that no change of the limit's pace changes it; false if there is no
     * block to note it in.
     */
    static boolean addOwed(final UnsafeBuffer slots, final int slot, final long owed, final OverflowBlocks blocks) {
        int block = slots.getInt(slot + OVERFLOW_BLOCK_OFFSET);
        if (block == OverflowBlocks.NONE) {
            block = blocks.append(slot);
        }
        if (block == OverflowBlocks.NONE) {
            return false;
        }
        slots.getAndAddLong(block + BLOCK_OWED_OFFSET, owed);
        return true;
    }

    /** Repays what is owed with up to so many 1024ths of a token; any thread. Returns how many of them that took. */
    static long repay(final UnsafeBuffer slots, final int slot, final long most) {
        int block = slots.getIntVolatile(slot + OVERFLOW_BLOCK_OFFSET);
        long repaid = 0;
        while (block != OverflowBlocks.NONE && repaid < most) {
            final long owed = slots.getLongVolatile(block + BLOCK_OWED_OFFSET);
            final long part = Math.min(owed, most - repaid);
            if (part <= 0) {
                block = slots.getIntVolatile(block + BLOCK_NEXT_OFFSET);
            } else if (slots.compareAndSetLong(block + BLOCK_OWED_OFFSET, owed, owed - part)) {
                repaid += part;
            }
        }
        return repaid;
    }

    /** All that is owed, in 1024ths of a token. */
    static long owed(final UnsafeBuffer slots, final int slot) {
        long owed = 0;
        int block = slots.getIntVolatile(slot + OVERFLOW_BLOCK_OFFSET);
        while (block != OverflowBlocks.NONE) {
            owed += slots.getLongVolatile(block + BLOCK_OWED_OFFSET);
            block = slots.getIntVolatile(block + BLOCK_NEXT_OFFSET);
        }
        return owed;
    }
}
