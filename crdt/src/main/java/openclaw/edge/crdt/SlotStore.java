package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The slots of one table and the life of each: allocated, published under its key, found, removed, freed. Finding and
 * creating are for any number of threads, lock-free; removing is for one.
 *
 * <p>A slot's <em>life word</em> (generation, kind, state) never recurs. Whoever holds a slot's offset holds its life
 * word too: when the word is unchanged after an access, the access went to the slot that was meant.
 */
final class SlotStore implements AutoCloseable {

    /** What {@link #findOrCreate} says. */
    enum Outcome {
        FOUND,
        CREATED,
        FULL,
        CONTENDED
    }

    private static final int ATTEMPTS = 64;
    private static final int INSISTING = 16;
    private static final int NO_SLOT = -1;

    private final SlotFile file;
    private final UnsafeBuffer buffer;
    private final SlotMemory memory;
    private final int slots;
    private final int slotsOffset;
    private final SlotIndex index;
    private final SlotIndex.Keys keys = this::holds;
    private final OverflowBlocks blocks;
    private final AtomicInteger used = new AtomicInteger();
    private final AtomicInteger neverUsed = new AtomicInteger();

    /** Top of the stack of freed slots: slot number + 1 below, a count above that makes every top unique. */
    private final AtomicLong freed = new AtomicLong();

    private SlotStore(final SlotFile file, final UnsafeBuffer buffer) {
        this.file = file;
        this.buffer = buffer;
        this.memory = new SlotMemory(buffer);
        this.slots = buffer.getInt(TableHeaderDescriptor.SLOTS_OFFSET);
        this.slotsOffset = TableHeaderDescriptor.slotsOffset(buffer.getInt(TableHeaderDescriptor.DIRECTORY_OFFSET));
        this.index = new SlotIndex(
                slots,
                buffer.getLong(TableHeaderDescriptor.HASH_KEY_HIGH_OFFSET),
                buffer.getLong(TableHeaderDescriptor.HASH_KEY_LOW_OFFSET),
                file == null);
        this.blocks = new OverflowBlocks(
                buffer, slotsOffset + slots * SLOT_LENGTH_BYTES, buffer.getInt(TableHeaderDescriptor.BLOCKS_OFFSET));
    }

    static SlotStore open(final TableConfig config, final int kind, final long nowNs) {
        final SlotFile file = SlotFile.open(config, kind, nowNs);
        return new SlotStore(file, file.buffer());
    }

    /** Slots without a file, as they were left there. */
    static SlotStore inMemory(final TableMemory memory, final int kind, final long nowNs) {
        final UnsafeBuffer buffer = new UnsafeBuffer(memory.bytes());
        if (buffer.getLong(TableHeaderDescriptor.MAGIC_OFFSET) == 0) {
            SlotFile.writeHeader(buffer, memory.config(), kind, memory.directoryEntries(), nowNs);
        }
        return new SlotStore(null, buffer);
    }

    /** Bytes that a table takes, file and index together. */
    static long footprintBytes(final int slots, final int overflowBlocks) {
        return TableHeaderDescriptor.fileLengthBytes(TableHeaderDescriptor.DIRECTORY_ENTRIES, slots, overflowBlocks)
                + SlotIndex.footprintBytes(slots);
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /** As {@link #buffer}, for the hot path. */
    SlotMemory memory() {
        return memory;
    }

    /** The mapped file, or null of a table in memory. */
    SlotFile file() {
        return file;
    }

    OverflowBlocks blocks() {
        return blocks;
    }

    int slots() {
        return slots;
    }

    int used() {
        return used.get();
    }

    int slotOffset(final int slotNumber) {
        return slotsOffset + slotNumber * SLOT_LENGTH_BYTES;
    }

    int slotNumber(final int slotOffset) {
        return (slotOffset - slotsOffset) / SLOT_LENGTH_BYTES;
    }

    /** Keeps a copy of the file, of what was ever in use; false if that was not whole. */
    boolean keepCopy() throws IOException {
        return file.keepCopy(slotOffset(Math.min(slots, neverUsed.get())), slotOffset(slots));
    }

    /** True if a slot lies at this offset. */
    boolean isSlot(final int slotOffset) {
        return slotOffset >= slotsOffset
                && (slotOffset - slotsOffset) % SLOT_LENGTH_BYTES == 0
                && slotNumber(slotOffset) < slots;
    }

    /** Finds the live slot of a key. */
    boolean find(final long keyHigh, final long keyLow, final FoundSlot found) {
        return findPosition(keyHigh, keyLow, found) != SlotIndex.NONE;
    }

    private int findPosition(final long keyHigh, final long keyLow, final FoundSlot found) {
        final int home = index.homeLine(keyHigh);
        final long tag = SlotIndex.memberTag(keyLow);
        final int reach = index.reach(home);
        for (int distance = 0; distance <= reach; distance++) {
            int position = index.linePosition(home, distance);
            for (int i = 0; i < SlotIndex.LINE_ENTRIES; i++, position += Long.BYTES) {
                final long entry = index.entry(position);
                if (SlotIndex.isMember(entry, tag)
                        && read(SlotIndex.slotNumber(entry), keyHigh, keyLow, found)
                        && index.entry(position) == entry) {
                    return position;
                }
            }
        }
        return SlotIndex.NONE;
    }

    private boolean read(final int slotNumber, final long keyHigh, final long keyLow, final FoundSlot found) {
        final int slot = slotOffset(slotNumber);
        final long life = buffer.getLongAcquire(slot + LIFE_OFFSET);
        if (!isLive(life)
                || buffer.getLong(slot + KEY_HIGH_OFFSET) != keyHigh
                || buffer.getLong(slot + KEY_LOW_OFFSET) != keyLow) {
            return false;
        }
        // One that is closed and waits for its removal is as good as gone; nobody waits for that.
        if (buffer.getLong(slot + WORD_OFFSET) < 0) {
            return false;
        }
        found.set(slot, life);
        VarHandle.loadLoadFence();
        return buffer.getLong(slot + LIFE_OFFSET) == life;
    }

    private boolean holds(final int slotNumber, final long keyHigh, final long keyLow) {
        final int slot = slotOffset(slotNumber);
        return isLive(buffer.getLongAcquire(slot + LIFE_OFFSET))
                && buffer.getLong(slot + KEY_HIGH_OFFSET) == keyHigh
                && buffer.getLong(slot + KEY_LOW_OFFSET) == keyLow
                && buffer.getLong(slot + WORD_OFFSET) >= 0;
    }

    /**
     * Finds the slot of a key or creates it with counters at zero.
     *
     * @param keyHigh of the key.
     * @param keyLow of the key.
     * @param birth what a new slot starts with.
     * @param spare slots that must stay free.
     * @param found receives the slot unless the outcome is FULL or CONTENDED.
     */
    Outcome findOrCreate(
            final long keyHigh, final long keyLow, final SlotBirth birth, final int spare, final FoundSlot found) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (find(keyHigh, keyLow, found)) {
                return Outcome.FOUND;
            }
            final int slotNumber = allocate(spare);
            if (slotNumber == NO_SLOT) {
                return Outcome.FULL;
            }
            final int slot = slotOffset(slotNumber);
            final long life = bear(slot, keyHigh, keyLow, birth);
            final int claimed = index.claim(slotNumber, keyHigh, keyLow);
            if (claimed != SlotIndex.NONE && index.publish(claimed, keyHigh, keyLow, keys, attempt >= INSISTING)) {
                found.set(slot, life);
                return Outcome.CREATED;
            }
            free(slotNumber);
            if (claimed == SlotIndex.NONE) {
                return Outcome.FULL;
            }
        }
        return Outcome.CONTENDED;
    }

    /** Fills a slot that nobody else can reach, life last. */
    private long bear(final int slot, final long keyHigh, final long keyLow, final SlotBirth birth) {
        final long generation = buffer.getAndAddLong(TableHeaderDescriptor.NEXT_GENERATION_OFFSET, 1);
        buffer.setMemory(slot + CONSUMED_OFFSET, SLOT_LENGTH_BYTES - CONSUMED_OFFSET, (byte) 0);
        final long zero = OwnCounters.zero(OwnCounters.presentParity(OwnCounters.present(buffer)));
        buffer.putLong(slot + CONSUMED_OFFSET, zero);
        buffer.putLong(slot + REFUNDED_OFFSET, zero);
        buffer.putLong(slot + LIMIT_OFFSET, birth.limit());
        buffer.putLong(slot + NEXT_LIMIT_OFFSET, birth.limit());
        buffer.putLong(slot + KEY_HIGH_OFFSET, keyHigh);
        buffer.putLong(slot + KEY_LOW_OFFSET, keyLow);
        buffer.putInt(slot + OWNER_OFFSET, birth.owner());
        buffer.putLong(slot + WORD_OFFSET, birth.word());
        final long life = liveWord(generation, birth.kind());
        buffer.putLongVolatile(slot + LIFE_OFFSET, life);
        return life;
    }

    private int allocate(final int spare) {
        if (used.incrementAndGet() > slots - spare) {
            used.decrementAndGet();
            return NO_SLOT;
        }
        long top = freed.get();
        while ((int) top != 0) {
            final int slotNumber = (int) top - 1;
            final long next = buffer.getLongVolatile(slotOffset(slotNumber) + NEXT_FREE_OFFSET);
            final long below = ((top >>> 32) + 1) << 32 | (next & 0xFFFF_FFFFL);
            if (freed.compareAndSet(top, below)) {
                return slotNumber;
            }
            top = freed.get();
        }
        return takeNeverUsed();
    }

    private int takeNeverUsed() {
        final int slotNumber = neverUsed.getAndIncrement();
        if (slotNumber < slots) {
            return slotNumber;
        }
        // Others hold the last ones, between taking and giving back.
        neverUsed.decrementAndGet();
        used.decrementAndGet();
        return NO_SLOT;
    }

    /** Gives a slot back that no index entry points to. */
    private void free(final int slotNumber) {
        final int slot = slotOffset(slotNumber);
        buffer.putLongVolatile(slot + LIFE_OFFSET, BucketSlotDescriptor.freed(buffer.getLong(slot + LIFE_OFFSET)));
        long top = freed.get();
        do {
            top = freed.get();
            buffer.putLongVolatile(slot + NEXT_FREE_OFFSET, top & 0xFFFF_FFFFL);
        } while (!freed.compareAndSet(top, ((top >>> 32) + 1) << 32 | (slotNumber + 1)));
        used.decrementAndGet();
    }

    /** Lines of the index, for sweeping. */
    int indexLines() {
        return index.lines();
    }

    /** Position of an entry of the index. */
    int indexPosition(final int line, final int entry) {
        return index.linePosition(line, 0) + entry * Long.BYTES;
    }

    /** Offset of the slot to which a member's entry points, or 0 if there is no member. */
    int memberAt(final int position) {
        final long entry = index.entry(position);
        return SlotIndex.isMember(entry) ? slotOffset(SlotIndex.slotNumber(entry)) : 0;
    }

    /** Ends a slot's life: not found from here on. Its word must admit nothing any more. */
    void remove(final int position, final int slotOffset) {
        buffer.putLongVolatile(
                slotOffset + LIFE_OFFSET, BucketSlotDescriptor.freed(buffer.getLong(slotOffset + LIFE_OFFSET)));
        index.remove(position);
        blocks.release(slotOffset);
        free(slotNumber(slotOffset));
    }

    /** Ends the life of the slot of a key; for one thread. */
    boolean remove(final long keyHigh, final long keyLow, final FoundSlot found) {
        final int position = findPosition(keyHigh, keyLow, found);
        if (position == SlotIndex.NONE) {
            return false;
        }
        remove(position, found.offset());
        return true;
    }

    /** What a slot read from disk is worth. */
    interface Survivor {
        /** Repairs the slot where needed; false if it is to be freed. */
        boolean restore(int slotOffset, long life);
    }

    /** Builds the index and the stack of free slots from what the file holds. Before any other thread comes. */
    void rebuild(final Survivor survivor) {
        int highest = slots;
        while (highest > 0 && buffer.getLong(slotOffset(highest - 1) + LIFE_OFFSET) == 0) {
            highest--;
        }
        neverUsed.set(highest);
        long nextGeneration = buffer.getLong(TableHeaderDescriptor.NEXT_GENERATION_OFFSET);
        final FoundSlot twin = new FoundSlot();
        used.set(highest);
        for (int slotNumber = highest - 1; slotNumber >= 0; slotNumber--) {
            final int slot = slotOffset(slotNumber);
            final long life = buffer.getLong(slot + LIFE_OFFSET);
            nextGeneration = Math.max(nextGeneration, generation(life) + 1);
            // What was marked is found by looking at all slots once.
            buffer.putLong(slot + MARK_OFFSET, buffer.getLong(slot + CONSUMED_OFFSET) & ChangeRing.POLLED_MASK);
            if (isLive(life)) {
                blocks.recover(slot);
            } else {
                buffer.putInt(slot + OVERFLOW_BLOCK_OFFSET, OverflowBlocks.NONE);
            }
            if (!isLive(life) || !survivor.restore(slot, life) || !index(slotNumber, slot, twin)) {
                blocks.release(slot);
                free(slotNumber);
            }
        }
        buffer.putLong(TableHeaderDescriptor.NEXT_GENERATION_OFFSET, nextGeneration);
        // Slots of the version before are of this one now; a kill before begins again.
        buffer.putIntVolatile(TableHeaderDescriptor.LAYOUT_VERSION_OFFSET, TableHeaderDescriptor.LAYOUT_VERSION);
    }

    /** A key twice is a creation that a kill cut short, without counts: the one with counts stays. */
    private boolean index(final int slotNumber, final int slot, final FoundSlot twin) {
        final long keyHigh = buffer.getLong(slot + KEY_HIGH_OFFSET);
        final long keyLow = buffer.getLong(slot + KEY_LOW_OFFSET);
        if (find(keyHigh, keyLow, twin)) {
            if (OwnCounters.tokens(buffer.getLong(twin.offset() + CONSUMED_OFFSET))
                    >= OwnCounters.tokens(buffer.getLong(slot + CONSUMED_OFFSET))) {
                return false;
            }
            remove(keyHigh, keyLow, twin);
        }
        final int claimed = index.claim(slotNumber, keyHigh, keyLow);
        return claimed != SlotIndex.NONE && index.publish(claimed, keyHigh, keyLow, keys, true);
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
