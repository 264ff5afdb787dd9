package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/** The replica pairs of a slot: this node's own on the hot line, seven inline, the rest in overflow blocks. */
final class ReplicaPairs {

    private ReplicaPairs() {}

    /** Consumed by all incarnations that the slot knows; read refunded first. */
    static long sumConsumed(final UnsafeBuffer slots, final int slot) {
        return slots.getLongVolatile(slot + CONSUMED_OFFSET) + sum(slots, slot, PAIR_CONSUMED_OFFSET);
    }

    /** Refunded by all incarnations that the slot knows. */
    static long sumRefunded(final UnsafeBuffer slots, final int slot) {
        return slots.getLongVolatile(slot + REFUNDED_OFFSET) + sum(slots, slot, PAIR_REFUNDED_OFFSET);
    }

    private static long sum(final UnsafeBuffer slots, final int slot, final int fieldOffset) {
        long sum = sum(slots, slot + PAIRS_OFFSET, INLINE_PAIRS, fieldOffset);
        int block = slots.getIntVolatile(slot + OVERFLOW_BLOCK_OFFSET);
        while (block != 0) {
            sum += sum(slots, block + BLOCK_PAIRS_OFFSET, BLOCK_PAIRS, fieldOffset);
            block = slots.getIntVolatile(block + BLOCK_NEXT_OFFSET);
        }
        return sum;
    }

    private static long sum(final UnsafeBuffer slots, final int firstPair, final int pairs, final int fieldOffset) {
        long sum = 0;
        for (int i = 0; i < pairs; i++) {
            final int pair = firstPair + i * PAIR_LENGTH_BYTES;
            if (slots.getLongVolatile(pair + PAIR_TAG_OFFSET) != 0) {
                sum += slots.getLongVolatile(pair + fieldOffset);
            }
        }
        return sum;
    }
}
