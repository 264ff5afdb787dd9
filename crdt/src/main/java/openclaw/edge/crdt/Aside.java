package openclaw.edge.crdt;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the floor took off a bucket's level while members were silent: the first admission of k of N takes {@code tat} up
 * to {@code v + (1 - k/N) * B * T}, giving up that part of the bucket for the silent ones. What these then turn out to have
 * used of it must not be debited once more, and what they did not use comes back when they are heard:
 *
 * <pre>
 *  on admission     x = v + floor - max(v, tat);      taken = aside > 0 ? min(floor, taken + x) : floor
 *                                                     aside = min(aside + x, floor)
 *  growth g, silent f2 = min(g * T - f, aside);       aside -= f2;  taken -= f2;  tat += g * T - f - f2
 *  at any time      aside = min(aside, tat - v);      keep = min(aside, max(0, floor - (taken - aside)))
 *                   tat -= aside - keep;              aside = keep;  taken = min(floor, taken)
 * </pre>
 *
 * <p><em>Taken</em> is the floor that took it off; {@code taken - aside} is what had been used before the silence and lies
 * below it. A node that hears nobody for a moment, after a restart or a pause in a cut, and then k of N, so keeps aside
 * what it had at k of N from the beginning, not the whole floor beside what had been used before. Taken is rounded down to
 * a 240th of the capacity, so up to that much too much may be kept.
 *
 * <p>So only what was taken off is given back, once. Both are kept as fractions of the capacity, rounded down, in
 * {@link WithheldWord}. Stateless; any thread: who lowers aside by its CAS is who gives it back, and a kill between the
 * two is against the tenant.
 */
final class Aside {

    /** More failures in a row than this do not happen; then the rest is given up, against the tenant. */
    private static final int ATTEMPTS = 1_000;

    private Aside() {}

    /** Notes that an admission took the level down by {@code raisedUnits} for the floor. */
    static void add(
            final UnsafeBuffer slots,
            final int slot,
            final long raisedUnits,
            final long floorUnits,
            final long capacityUnits) {
        final long most = WithheldWord.unitsToParts(floorUnits, capacityUnits);
        for (int i = 0; i < ATTEMPTS; i++) {
            final long word = WithheldWord.read(slots, slot);
            final long parts = WithheldWord.parts(word);
            if (parts >= most) {
                return;
            }
            final long units = WithheldWord.partsToUnits(parts, capacityUnits) + raisedUnits;
            final long after = Math.min(most, WithheldWord.unitsToParts(units, capacityUnits));
            if (after <= parts) {
                return;
            }
            // What was used since something was put aside was not used before.
            final long taken = parts == 0
                    ? floorUnits
                    : Math.min(floorUnits, WithheldWord.floorUnits(word, capacityUnits) + raisedUnits);
            if (WithheldWord.swap(slots, slot, word, WithheldWord.withAside(word, after, taken, capacityUnits))) {
                return;
            }
        }
    }

    /** Takes from aside what it can pay of a growth: 0 to {@code growthUnits}. */
    static long take(final UnsafeBuffer slots, final int slot, final long growthUnits, final long capacityUnits) {
        for (int i = 0; i < ATTEMPTS; i++) {
            final long word = WithheldWord.read(slots, slot);
            final long units = WithheldWord.partsToUnits(WithheldWord.parts(word), capacityUnits);
            final long paid = Math.min(growthUnits, units);
            if (paid <= 0) {
                return 0;
            }
            final long after = WithheldWord.unitsToParts(units - paid, capacityUnits);
            final long taken = Math.max(0, WithheldWord.floorUnits(word, capacityUnits) - paid);
            if (WithheldWord.swap(slots, slot, word, WithheldWord.withAside(word, after, taken, capacityUnits))) {
                return paid;
            }
        }
        return 0;
    }

    /** Forgets what is aside. */
    static void drop(final UnsafeBuffer slots, final int slot) {
        long word = WithheldWord.read(slots, slot);
        while (WithheldWord.parts(word) != 0
                && !WithheldWord.swap(slots, slot, word, WithheldWord.withAside(word, 0, 0, 1))) {
            word = WithheldWord.read(slots, slot);
        }
    }

    /** True if something is aside: one read. */
    static boolean isAny(final UnsafeBuffer slots, final int slot) {
        return WithheldWord.parts(WithheldWord.read(slots, slot)) != 0;
    }

    /**
     * Gives back what is aside above what the present floor would have taken, and forgets what has been refilled since.
     *
     * @return units by which the level rose.
     */
    static long giveBack(
            final UnsafeBuffer slots,
            final int slot,
            final long life,
            final long capacityTokens,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        for (int i = 0; i < ATTEMPTS; i++) {
            final long word = WithheldWord.read(slots, slot);
            final long parts = WithheldWord.parts(word);
            final long bucket =
                    parts == 0 ? BucketWords.STALE : BucketWords.read(slots, slot, life, virtualUnits, withheldUnits);
            if (bucket == BucketWords.STALE) {
                return 0;
            }
            final long limit = slots.getLong(slot + BucketSlotDescriptor.LIMIT_OFFSET);
            if (LimitWord.isOpen(limit) || LimitWord.isOrphan(limit)) {
                return 0;
            }
            final long unitsPerToken = LimitWord.unitsPerToken(limit);
            final long capacityUnits = VirtualTime.multiply(capacityTokens, unitsPerToken);
            final long noted = WithheldWord.partsToUnits(parts, capacityUnits);
            final long units = Math.max(0, Math.min(noted, (bucket & VirtualTime.TIME_MASK) - virtualUnits));
            final long floor = pace.floorUnits(capacityUnits, unitsPerToken);
            final long usedBefore = Math.max(0, WithheldWord.floorUnits(word, capacityUnits) - noted);
            final long kept = Math.min(units, Math.max(0, floor - usedBefore));
            // What stays as it is stays to the part, however it was rounded.
            final long after = kept == noted ? parts : WithheldWord.unitsToParts(kept, capacityUnits);
            if (after >= parts) {
                return 0;
            }
            final long taken = Math.min(floor, kept + usedBefore);
            if (WithheldWord.swap(slots, slot, word, WithheldWord.withAside(word, after, taken, capacityUnits))) {
                return units > kept
                                && BucketWords.creditUnits(slots, slot, life, units - kept, virtualUnits, withheldUnits)
                        ? units - kept
                        : 0;
            }
        }
        return 0;
    }
}
