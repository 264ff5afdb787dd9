package openclaw.edge.crdt;

import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the growth of a silent member costs a bucket. While a member is silent the others refill at k/N and leave it the
 * rest; what it consumed is therefore paid for by the refill W that was withheld since, as far as that goes:
 *
 * <pre>
 *   f = min(g * T, W - max(W_j, w));   w = max(W_j, w) + f;   tat += g * T - f
 * </pre>
 *
 * <p>W_j being W when member j fell silent, and w one word per bucket, pooled over all members: no stretch of W pays
 * twice, whoever was silent during it and however often.
 *
 * <p><em>Overlapping silences</em>: while somebody is silent whose silence began before W_j, w must not jump over what
 * still has to pay for that one. What the younger one uses is then a <em>hole</em> [from, to) above w, closed when w
 * reaches it or no older silence needs what lies below it. Where a hole cannot be kept or is not known any more, w is
 * taken past it: less is forgiven, never more than was withheld.
 *
 * <p>Holes live on the heap, a bit in {@link WithheldWord} says that there is one; the table's header says where the last
 * of all ends, so that after a restart at least what was withheld beyond that pays. For one thread.
 */
final class Forgiveness {

    /** Holes kept at once. */
    static final int MAX_HOLES = 1 << 16;

    private static final class Hole {
        final long life;
        final long fromUnits;
        final long toUnits;

        Hole(final long life, final long fromUnits, final long toUnits) {
            this.life = life;
            this.fromUnits = fromUnits;
            this.toUnits = toUnits;
        }
    }

    private final UnsafeBuffer slots;
    private final VirtualClock clock;
    private final int maxHoles;
    private final Int2ObjectHashMap<Hole> holes = new Int2ObjectHashMap<>();

    // What step() makes of a slot.
    private long wUnits;
    private boolean holed;
    private long fromUnits;
    private long toUnits;

    Forgiveness(final UnsafeBuffer slots, final VirtualClock clock, final int maxHoles) {
        this.slots = slots;
        this.clock = clock;
        this.maxHoles = maxHoles;
    }

    /** True if the growth only moves the baseline: the silence began under {@link PartitionPolicy#OPEN}. */
    static boolean isWhole(final LimitSpec spec, final Silence silence) {
        return silence.isSilent()
                && (spec == null ? silence.policy() : spec.policyOr(silence.policy())) == PartitionPolicy.OPEN;
    }

    /** Holes known. */
    int holes() {
        return holes.size();
    }

    /**
     * Takes from the withheld refill what it can pay of a growth.
     *
     * @param growthUnits g * T, at least 0.
     * @param untilUnits W up to which refill was withheld from this bucket.
     * @param silence of the member that grew.
     * @return f, 0 to {@code growthUnits}; noted in w before it is returned, so that a kill before the debit leaves the
     *     growth to be debited in full when it comes again.
     */
    long take(final int slot, final long life, final long growthUnits, final long untilUnits, final Silence silence) {
        while (true) {
            final long word = WithheldWord.read(slots, slot);
            if (!read(word, slot, life)) {
                WithheldWord.raise(slots, slot, untilUnits);
                return 0;
            }
            final boolean hadHole = holed;
            final long forgiven = Math.max(0, step(growthUnits, untilUnits, silence));
            final boolean kept = !holed || hadHole || holes.size() < maxHoles || forget();
            final long next = kept
                    ? WithheldWord.withHole(WithheldWord.withWithheld(word, wUnits), holed)
                    : WithheldWord.raised(word, toUnits);
            if (holed && kept) {
                noteHole();
            }
            if (word == next || WithheldWord.swap(slots, slot, word, next)) {
                if (holed && kept) {
                    holes.put(slot, new Hole(life, fromUnits, toUnits));
                } else {
                    holes.remove(slot);
                }
                return forgiven;
            }
        }
    }

    /** Before the word says that there is a hole, so that a restart knows beyond what there is none. */
    private void noteHole() {
        if (toUnits > slots.getLong(TableHeaderDescriptor.HOLES_UNTIL_OFFSET)) {
            slots.putLongRelease(TableHeaderDescriptor.HOLES_UNTIL_OFFSET, toUnits);
        }
    }

    /** Reads w and the hole; false if the word tells of a hole that is not known. */
    private boolean read(final long word, final int slot, final long life) {
        wUnits = WithheldWord.withheldUnits(word);
        holed = WithheldWord.isHoled(word);
        if (!holed) {
            return true;
        }
        final Hole hole = holes.get(slot);
        if (hole == null || hole.life != life) {
            return false;
        }
        fromUnits = hole.fromUnits;
        toUnits = hole.toUnits;
        return true;
    }

    private long step(final long growthUnits, final long untilUnits, final Silence silence) {
        final long sinceUnits = silence.withheldUnits();
        final long olderUnits = clock.oldestOther(silence);
        if (holed && sinceUnits >= toUnits) {
            if (clock.hasOtherBetween(silence, fromUnits, toUnits)) {
                toUnits = sinceUnits;
            } else {
                wUnits = olderUnits <= fromUnits ? Math.max(wUnits, olderUnits) + toUnits - fromUnits : toUnits;
                holed = false;
            }
        }
        if (holed) {
            return sinceUnits < fromUnits
                    ? belowHole(growthUnits, untilUnits, sinceUnits)
                    : aboveHole(growthUnits, untilUnits);
        }
        if (olderUnits < sinceUnits && wUnits < sinceUnits) {
            fromUnits = sinceUnits;
            toUnits = sinceUnits;
            holed = true;
            final long forgiven = aboveHole(growthUnits, untilUnits);
            holed = forgiven > 0;
            return forgiven;
        }
        final long begin = Math.max(sinceUnits, wUnits);
        final long forgiven = Math.min(growthUnits, untilUnits - begin);
        wUnits = forgiven > 0 ? begin + forgiven : wUnits;
        return forgiven;
    }

    private long belowHole(final long growthUnits, final long untilUnits, final long sinceUnits) {
        final long begin = Math.max(wUnits, sinceUnits);
        final long lengthUnits = toUnits - fromUnits;
        final long forgiven = Math.min(growthUnits, untilUnits - begin - lengthUnits);
        if (forgiven > 0) {
            wUnits = begin + forgiven;
            if (wUnits > fromUnits) {
                wUnits += lengthUnits;
                holed = false;
            }
        }
        return forgiven;
    }

    private long aboveHole(final long growthUnits, final long untilUnits) {
        final long forgiven = Math.min(growthUnits, untilUnits - toUnits);
        toUnits += Math.max(0, forgiven);
        return forgiven;
    }

    /** Makes room: holes of slots that are no more, and those below every silence of now, are not needed. */
    private boolean forget() {
        final long oldestUnits = clock.oldestOther(null);
        final Int2ObjectHashMap<Hole>.EntryIterator each = holes.entrySet().iterator();
        while (each.hasNext()) {
            each.next();
            final int slot = each.getIntKey();
            final Hole hole = each.getValue();
            if (slots.getLongVolatile(slot + BucketSlotDescriptor.LIFE_OFFSET) != hole.life) {
                each.remove();
            } else if (hole.toUnits <= oldestUnits) {
                WithheldWord.raise(slots, slot, hole.toUnits);
                each.remove();
            }
        }
        return holes.size() < maxHoles;
    }

    /**
     * W up to which refill was withheld from a bucket: none is withheld from one that counts in real time, since the
     * cluster's policy changed to that; of one that has such a policy of its own it is not known when it began, and
     * nothing is forgiven.
     */
    static long withheldUntil(
            final long limit,
            final LimitSpec spec,
            final VirtualClock.Pace pace,
            final long nowWithheldUnits,
            final long sinceUnits) {
        if (!LimitWord.isOpen(limit)) {
            return nowWithheldUnits;
        }
        return spec == null || spec.isFollowing() ? pace.withheldAtChangeUnits() : sinceUnits;
    }
}
