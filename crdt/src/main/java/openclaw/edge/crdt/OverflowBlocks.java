package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.util.BitSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The overflow blocks of a table: which are free, and the chains that hang from slots. Which are in use is found out
 * anew when a file is opened. Not for event loops; safe for several threads.
 */
final class OverflowBlocks {

    /** No block. */
    static final int NONE = 0;

    private final UnsafeBuffer buffer;
    private final int firstOffset;
    private final int count;
    private final BitSet used = new BitSet();

    OverflowBlocks(final UnsafeBuffer buffer, final int firstOffset, final int count) {
        this.buffer = buffer;
        this.firstOffset = firstOffset;
        this.count = count;
    }

    /** Hangs a new block before the slot's others; its offset, or {@link #NONE} if none is free. */
    synchronized int append(final int slot) {
        final int number = used.nextClearBit(0);
        if (number >= count) {
            return NONE;
        }
        used.set(number);
        final int block = firstOffset + number * SLOT_LENGTH_BYTES;
        buffer.setMemory(block, SLOT_LENGTH_BYTES, (byte) 0);
        buffer.putInt(block + BLOCK_NEXT_OFFSET, buffer.getInt(slot + OVERFLOW_BLOCK_OFFSET));
        buffer.putIntRelease(slot + OVERFLOW_BLOCK_OFFSET, block);
        return block;
    }

    /** Frees the blocks of a slot whose life has ended. */
    synchronized void release(final int slot) {
        int block = buffer.getInt(slot + OVERFLOW_BLOCK_OFFSET);
        buffer.putIntRelease(slot + OVERFLOW_BLOCK_OFFSET, NONE);
        while (block != NONE) {
            used.clear((block - firstOffset) / SLOT_LENGTH_BYTES);
            block = buffer.getInt(block + BLOCK_NEXT_OFFSET);
        }
    }

    /** Takes note of the blocks of a slot read back from disk; a chain that cannot be is cut off. */
    synchronized void recover(final int slot) {
        int link = slot + OVERFLOW_BLOCK_OFFSET;
        for (int block = buffer.getInt(link); block != NONE; block = buffer.getInt(link)) {
            final int distance = block - firstOffset;
            final int number = distance / SLOT_LENGTH_BYTES;
            if (distance < 0 || number >= count || distance % SLOT_LENGTH_BYTES != 0 || used.get(number)) {
                buffer.putInt(link, NONE);
                return;
            }
            used.set(number);
            link = block + BLOCK_NEXT_OFFSET;
        }
    }

    synchronized int used() {
        return used.cardinality();
    }
}
