package openclaw.edge.crdt;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A table's slots as the hot path sees them: the offset of a slot is checked once, not with every word of it, and the
 * words are read and written by {@link org.agrona.UnsafeApi} at {@link #array} and {@link #address}. Immutable; any thread.
 */
final class SlotMemory {

    /** Holds on to the memory. */
    private final UnsafeBuffer buffer;

    private final byte[] array;
    private final long origin;
    private final int lastSlot;

    /** The slots of a table's buffer. */
    SlotMemory(final UnsafeBuffer buffer) {
        this.buffer = buffer;
        this.array = buffer.byteArray();
        this.origin = buffer.addressOffset();
        this.lastSlot = buffer.capacity() - BucketSlotDescriptor.SLOT_LENGTH_BYTES;
    }

    /** As other classes use it. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    /** Where a slot lies; throws if none can lie there. */
    long address(final int slot) {
        // Both bounds by one branch.
        if ((slot | (lastSlot - slot)) < 0) {
            throw new IndexOutOfBoundsException("slot at " + slot + ", expected 0 to " + lastSlot);
        }
        return origin + slot;
    }

    /** What addresses are relative to; null of a mapped file. */
    byte[] array() {
        return array;
    }

    /** Address of a slot at offset 0. */
    long origin() {
        return origin;
    }
}
