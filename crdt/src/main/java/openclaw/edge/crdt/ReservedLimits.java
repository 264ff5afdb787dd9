package openclaw.edge.crdt;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What the catalog says of the slots that it has reserved, by slot number: what a slot itself has no room for. Written
 * under the table's lock, read by any thread without one. Open addressing; entries go only when a catalog is committed.
 */
final class ReservedLimits {

    private static final int FIRST_LENGTH = 16;

    /** One slot's limit; immutable. */
    static final class Limit {
        final int slotNumber;
        final LimitSpec spec;

        /** Of an overflow bucket the most agents beside it, else 0. */
        final int maxAgents;

        /** Of this slot, from catalog to catalog. */
        final LimitMeter meter;

        Limit(final int slotNumber, final LimitSpec spec, final int maxAgents, final LimitMeter meter) {
            this.slotNumber = slotNumber;
            this.spec = spec;
            this.maxAgents = maxAgents;
            this.meter = meter;
        }
    }

    private volatile AtomicReferenceArray<Limit> limits = new AtomicReferenceArray<>(FIRST_LENGTH);
    private int size;

    /** The limit of a slot, or null if no catalog of this life of the process has reserved it. */
    Limit get(final int slotNumber) {
        final AtomicReferenceArray<Limit> array = limits;
        return array.getAcquire(place(array, slotNumber));
    }

    /** Where the slot's limit is, or the free place where it belongs. */
    private static int place(final AtomicReferenceArray<Limit> array, final int slotNumber) {
        final int mask = array.length() - 1;
        int place = ((slotNumber * 0x9E3779B9) >>> 7) & mask;
        Limit limit = array.getAcquire(place);
        while (limit != null && limit.slotNumber != slotNumber) {
            place = (place + 1) & mask;
            limit = array.getAcquire(place);
        }
        return place;
    }

    /** Sets a slot's limit. */
    void put(final Limit limit) {
        if (2 * size >= limits.length()) {
            rebuild(2 * limits.length(), null);
        }
        final int place = place(limits, limit.slotNumber);
        size += limits.get(place) == null ? 1 : 0;
        limits.setRelease(place, limit);
    }

    /** How long the one that takes longest needs to refill from empty; 0 without limits. */
    long longestRefillUnits() {
        final AtomicReferenceArray<Limit> array = limits;
        long longest = 0;
        for (int i = 0; i < array.length(); i++) {
            final Limit limit = array.getAcquire(i);
            if (limit != null) {
                longest = Math.max(
                        longest, VirtualTime.multiply(limit.spec.capacityTokens(), limit.spec.unitsPerToken()));
            }
        }
        return longest;
    }

    /** Forgets all but these slots. */
    void retain(final BitSet slotNumbers) {
        rebuild(limits.length(), slotNumbers);
    }

    private void rebuild(final int length, final BitSet retained) {
        final AtomicReferenceArray<Limit> from = limits;
        final AtomicReferenceArray<Limit> to = new AtomicReferenceArray<>(length);
        size = 0;
        for (int i = 0; i < from.length(); i++) {
            final Limit limit = from.get(i);
            if (limit != null && (retained == null || retained.get(limit.slotNumber))) {
                to.set(place(to, limit.slotNumber), limit);
                size++;
            }
        }
        limits = to;
    }
}
