package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** The incarnations in one table: its directory, the present one, which slots carry which. For one thread. */
final class TableIncarnations {

    private final Path file;
    private final SlotStore store;
    private final UnsafeBuffer slots;
    private final IncarnationDirectory directory;
    private final Renewal renewal;

    /** Of a table just opened; finishes a renewal that a kill cut short. */
    TableIncarnations(final Path file, final SlotStore store, final CrdtCounters counters) {
        this.file = file;
        this.store = store;
        this.slots = store.buffer();
        this.directory = new IncarnationDirectory(slots, counters);
        this.renewal = new Renewal(store, counters);
        renewal.finish();
    }

    IncarnationDirectory directory() {
        return directory;
    }

    Renewal renewal() {
        return renewal;
    }

    long ownId() {
        return directory.ownId();
    }

    boolean knows(final long id) {
        return directory.knows(id);
    }

    long boundTo() {
        return slots.getLong(TableHeaderDescriptor.BOUND_TO_OFFSET);
    }

    void bindTo(final long bound) {
        slots.putLongVolatile(TableHeaderDescriptor.BOUND_TO_OFFSET, bound);
    }

    void renew(final long id) {
        int index = directory.index(id);
        if (index == IncarnationDirectory.NONE) {
            releaseUnused();
            index = directory.index(id);
        }
        if (index == IncarnationDirectory.NONE) {
            throw new TableException(
                    file + ": knows " + directory.size()
                            + " incarnations, as many as it can; release billing cycles that are finalized, or move the file away");
        }
        final long former = ownId();
        renewal.renew(id, index);
        releaseIfUnused(former);
    }

    private void releaseUnused() {
        for (int index = 1; index < directory.size(); index++) {
            if (directory.id(index) != 0) {
                releaseIfUnused(directory.id(index));
            }
        }
    }

    /** Takes an incarnation's pairs out of all slots. */
    void drop(final long id) {
        final int index = directory.find(id);
        if (index == IncarnationDirectory.NONE) {
            return;
        }
        for (int slotNumber = 0; slotNumber < store.slots(); slotNumber++) {
            final int slot = store.slotOffset(slotNumber);
            final int pair = isLive(slots.getLongVolatile(slot + LIFE_OFFSET))
                    ? ReplicaPairs.find(slots, slot, index)
                    : ReplicaPairs.NONE;
            if (pair != ReplicaPairs.NONE) {
                slots.putLongVolatile(pair + PAIR_TAG_OFFSET, 0);
            }
        }
    }

    /** Makes the incarnation's index free for another if no slot carries it; true if it is. */
    boolean releaseIfUnused(final long id) {
        final int index = directory.find(id);
        if (index == IncarnationDirectory.NONE) {
            return true;
        }
        if (index == directory.own()) {
            return false;
        }
        for (int slotNumber = 0; slotNumber < store.slots(); slotNumber++) {
            final int slot = store.slotOffset(slotNumber);
            if (isLive(slots.getLongVolatile(slot + LIFE_OFFSET))
                    && ReplicaPairs.find(slots, slot, index) != ReplicaPairs.NONE) {
                return false;
            }
        }
        renewal.forget(index);
        directory.release(index);
        return true;
    }
}
