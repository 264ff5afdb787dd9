package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.UnsafeApi;

/**
 * One event loop's way to tell the gossip agent which slots of a table it has changed: a ring of slot numbers with one
 * writer and one reader, and a mark in the slot so that each goes in once. Without allocation and lock; off, it costs
 * one branch.
 *
 * <p>The mark, the last word of a slot's hot line:
 *
 * <pre>
 *  63    62     61                                                          0
 *  +-----+------+-----------------------------------------------------------+
 *  |dirty|urgent| consumed by this node when the slot was last polled       |
 *  +-----+------+-----------------------------------------------------------+
 * </pre>
 *
 * <p>Nothing is lost, since
 *
 * <ol>
 *   <li>the loop counts first (sequentially consistent), then reads the mark; the agent takes the mark away first, then
 *       reads the counters. So if the loop sees a mark set by somebody, the agent has yet to read, and reads its count;
 *   <li>whoever sets the mark puts the slot into its ring; or, the ring being full, says so, and the agent looks at the
 *       marks of all slots.
 * </ol>
 */
final class ChangeRing {

    /** What {@link #poll} says of an empty ring. */
    static final int EMPTY = -1;

    static final long DIRTY = Long.MIN_VALUE;
    static final long URGENT = 1L << 62;
    static final long POLLED_MASK = URGENT - 1;
    private static final long DIRTY_AND_URGENT = DIRTY | URGENT;

    /** A threshold that is never reached. */
    static final long NEVER = Long.MAX_VALUE;

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(ChangeRing.class, "head", int.class);
            TAIL = lookup.findVarHandle(ChangeRing.class, "tail", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SlotStore store;
    private final SlotMemory slots;
    private final CrdtCounters counters;

    /** Null while off. */
    private volatile int[] entries;

    private volatile boolean full;
    private volatile boolean urgent;
    private volatile Runnable onUrgent = () -> {};

    // Of the agent, then of the loop. Counts, not positions.
    private int head;
    private int tail;
    private int seenHead;

    ChangeRing(final SlotStore store, final CrdtCounters counters) {
        this.store = store;
        this.slots = store.memory();
        this.counters = counters;
    }

    /** Makes room for so many slots, a power of two. */
    void turnOn(final int length) {
        entries = new int[length];
    }

    /** Sets what is called when unsent growth becomes urgent, once until it is taken. */
    void onUrgent(final Runnable wake) {
        onUrgent = wake;
    }

    /** False on a node without peers. */
    boolean isOn() {
        return entries != null;
    }

    /**
     * Marks a slot that the loop has just counted in.
     *
     * @param slot its offset.
     * @param unitsPerToken what a token weighs.
     * @param pressureUnits unsent growth of this weight is urgent; {@link #NEVER} if none is.
     */
    void mark(final int slot, final long unitsPerToken, final long pressureUnits) {
        final byte[] array = slots.array();
        final long address = slots.address(slot);
        long mark = UnsafeApi.getLongVolatile(array, address + MARK_OFFSET);
        while ((mark & DIRTY_AND_URGENT) != DIRTY_AND_URGENT) {
            final long consumed = OwnCounters.tokens(UnsafeApi.getLong(array, address + CONSUMED_OFFSET));
            final long more = consumed - (mark & POLLED_MASK);
            // Less than when it was polled: a new incarnation counts from 0.
            final long unsent = more < 0 ? consumed : more;
            final boolean presses = unsent > 0
                    && (mark & URGENT) == 0
                    && pressureUnits != NEVER
                    && VirtualTime.multiply(unsent, unitsPerToken) >= pressureUnits;
            if (mark < 0 && !presses) {
                return;
            }
            if (UnsafeApi.compareAndSetLong(
                    array, address + MARK_OFFSET, mark, mark | (presses ? DIRTY_AND_URGENT : DIRTY))) {
                if (mark >= 0) {
                    add(store.slotNumber(slot));
                }
                if (presses && !urgent) {
                    urgent = true;
                    onUrgent.run();
                }
                return;
            }
            mark = UnsafeApi.getLongVolatile(array, address + MARK_OFFSET);
        }
    }

    private void add(final int slotNumber) {
        final int[] ring = entries;
        if (tail - seenHead == ring.length) {
            seenHead = (int) HEAD.getAcquire(this);
            if (tail - seenHead == ring.length) {
                full = true;
                counters.getAndAdd(CrdtCounter.CHANGES_RING_FULL, 1);
                return;
            }
        }
        ring[tail & (ring.length - 1)] = slotNumber;
        TAIL.setRelease(this, tail + 1);
    }

    /** The next slot number, or {@link #EMPTY}; for the agent. */
    int poll() {
        final int[] ring = entries;
        if (ring == null || head == (int) TAIL.getAcquire(this)) {
            return EMPTY;
        }
        final int slotNumber = ring[head & (ring.length - 1)];
        HEAD.setRelease(this, head + 1);
        return slotNumber;
    }

    /** True once after slots did not fit into the ring. */
    boolean takeFull() {
        if (!full) {
            return false;
        }
        full = false;
        return true;
    }

    /** True once after a slot's unsent growth became urgent. */
    boolean takeUrgent() {
        if (!urgent) {
            return false;
        }
        urgent = false;
        return true;
    }
}
