package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Which slots of a table changed: the rings of all event loops, drained by the gossip agent, and the marks themselves
 * when a ring was full or a change came from no loop. See {@link ChangeRing}.
 */
final class ChangeMarks {

    private static final int MAX_RING_LENGTH = 4_096;

    /** Slots looked at for marks by one call. */
    private static final int LOOKS = 65_536;

    private final SlotStore store;
    private final UnsafeBuffer slots;
    private final CrdtCounters counters;
    private volatile ChangeRing[] rings = {};
    private volatile boolean on;
    private volatile boolean lookAtAll;
    private Runnable onUrgent = () -> {};

    // Of the agent.
    private int ring;
    private int next;
    private int looks;
    private int firstLooks;

    ChangeMarks(final SlotStore store, final CrdtCounters counters) {
        this.store = store;
        this.slots = store.buffer();
        this.counters = counters;
    }

    /** A ring for one more event loop. */
    synchronized ChangeRing register() {
        final ChangeRing added = new ChangeRing(store, counters);
        added.onUrgent(onUrgent);
        if (on) {
            added.turnOn(ringLength());
        }
        final ChangeRing[] more = Arrays.copyOf(rings, rings.length + 1);
        more[rings.length] = added;
        rings = more;
        return added;
    }

    /** Begins to mark; what has been counted before is found by looking at all slots once. */
    synchronized void turnOn() {
        if (!on) {
            on = true;
            for (final ChangeRing each : rings) {
                each.turnOn(ringLength());
            }
            looks = store.slots();
            firstLooks = looks;
        }
    }

    /** Sets what is called when {@link #pollUrgent} has something to say; by the thread that counted. */
    synchronized void onUrgent(final Runnable wake) {
        onUrgent = wake;
        for (final ChangeRing each : rings) {
            each.onUrgent(wake);
        }
    }

    private int ringLength() {
        return Math.min(MAX_RING_LENGTH, BitUtil.findNextPositivePowerOfTwo(store.slots()));
    }

    /** Marks a slot that a thread has changed which is no event loop. */
    void markFromAnywhere(final int slot) {
        if (!on) {
            return;
        }
        long mark = slots.getLongVolatile(slot + MARK_OFFSET);
        while (mark >= 0 && !slots.compareAndSetLong(slot + MARK_OFFSET, mark, mark | ChangeRing.DIRTY)) {
            mark = slots.getLongVolatile(slot + MARK_OFFSET);
        }
        lookAtAll = true;
    }

    /** The next changed slot's number, its mark taken away; or {@link ChangeRing#EMPTY}. */
    int poll() {
        final ChangeRing[] all = rings;
        for (int tried = 0; tried < all.length; ) {
            final int slotNumber = all[ring % all.length].poll();
            if (slotNumber == ChangeRing.EMPTY) {
                ring++;
                tried++;
            } else if (unmark(store.slotOffset(slotNumber))) {
                return slotNumber;
            }
        }
        ring = 0;
        return look(all);
    }

    private int look(final ChangeRing[] all) {
        // Taken before the marks are looked at: what is marked later says so again.
        boolean again = lookAtAll;
        if (again) {
            lookAtAll = false;
        }
        for (final ChangeRing each : all) {
            again |= each.takeFull();
        }
        if (again) {
            looks = store.slots();
        }
        for (int i = 0; i < LOOKS && looks > 0; i++) {
            final int slotNumber = next;
            next = next + 1 < store.slots() ? next + 1 : 0;
            looks--;
            final boolean first = firstLooks > 0;
            firstLooks -= first ? 1 : 0;
            final int slot = store.slotOffset(slotNumber);
            if (isLive(slots.getLongVolatile(slot + LIFE_OFFSET)) && (unmark(slot) || (first && hasOwn(slot)))) {
                return slotNumber;
            }
        }
        return ChangeRing.EMPTY;
    }

    private boolean hasOwn(final int slot) {
        final boolean quota = kind(slots.getLong(slot + LIFE_OFFSET)) == KIND_QUOTA;
        return (OwnCounters.tokens(slots.getLongVolatile(slot + CONSUMED_OFFSET))
                                | OwnCounters.tokens(slots.getLongVolatile(slot + REFUNDED_OFFSET)))
                        != 0
                || (quota && slots.getLongVolatile(slot + NOTICES_OFFSET) != 0);
    }

    private boolean unmark(final int slot) {
        if (slots.getLongVolatile(slot + MARK_OFFSET) >= 0) {
            return false;
        }
        final long consumed = slots.getLongVolatile(slot + CONSUMED_OFFSET);
        slots.getAndSetLong(slot + MARK_OFFSET, consumed & ChangeRing.POLLED_MASK);
        return true;
    }

    /** True once after some slot's unsent growth became urgent. */
    boolean pollUrgent() {
        boolean urgent = false;
        for (final ChangeRing each : rings) {
            urgent |= each.takeUrgent();
        }
        return urgent;
    }
}
