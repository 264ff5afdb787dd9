package openclaw.edge.crdt;

import java.util.Arrays;
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
 * still has to pay for that one. What the younger one uses is then a <em>hole</em> above w. Every silence takes the lowest
 * of what was withheld since it began and has not paid yet, since what lies above can pay for younger ones too; so each
 * has all that it could have whatever the order in which members are heard again. Holes that meet become one, and a hole
 * that w reaches, or below which no silence needs anything, becomes part of it. Where a hole cannot be kept or is not
 * known any more, w is taken past it: less is forgiven, never more than was withheld.
 *
 * <p>Holes live on the heap, a bit in {@link WithheldWord} says that there are any; the table's header says where the last
 * of all ends, so that after a restart at least what was withheld beyond that pays. For one thread.
 */
final class Forgiveness {

    /** Buckets whose holes are kept at once. */
    static final int MAX_HOLES = 1 << 16;

    /** Holes of one bucket; what lies between the upper two of more is given up. */
    static final int MAX_HOLES_OF_ONE = 16;

    /** What was used above w, in stretches [bounds[2 * i], bounds[2 * i + 1]) that rise and do not meet. */
    private static final class Holes {
        final long life;
        final long[] bounds;

        Holes(final long life, final long[] bounds) {
            this.life = life;
            this.bounds = bounds;
        }

        long endUnits() {
            return bounds[bounds.length - 1];
        }
    }

    private final UnsafeBuffer slots;
    private final VirtualClock clock;
    private final int maxHoles;
    private final Int2ObjectHashMap<Holes> holes = new Int2ObjectHashMap<>();

    // What use() makes of a slot.
    private long wUnits;
    private final long[] bounds = new long[2 * (MAX_HOLES_OF_ONE + 1)];
    private int length;

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

    /** Buckets whose holes are known. */
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
            final boolean hadHoles = length > 0;
            final long forgiven = use(growthUnits, untilUnits, silence);
            if (forgiven == 0) {
                return 0;
            }
            final boolean kept = length == 0 || hadHoles || holes.size() < maxHoles || forget();
            final long next = kept
                    ? WithheldWord.withHole(WithheldWord.withWithheld(word, wUnits), length > 0)
                    : WithheldWord.raised(word, bounds[length - 1]);
            if (length > 0 && kept) {
                noteHoles();
            }
            if (word == next || WithheldWord.swap(slots, slot, word, next)) {
                if (length > 0 && kept) {
                    holes.put(slot, new Holes(life, Arrays.copyOf(bounds, length)));
                } else {
                    holes.remove(slot);
                }
                return forgiven;
            }
        }
    }

    /** Before the word says that there is a hole, so that a restart knows beyond what there is none. */
    private void noteHoles() {
        if (bounds[length - 1] > slots.getLong(TableHeaderDescriptor.HOLES_UNTIL_OFFSET)) {
            slots.putLongRelease(TableHeaderDescriptor.HOLES_UNTIL_OFFSET, bounds[length - 1]);
        }
    }

    /** Reads w and the holes; false if the word tells of holes that are not known. */
    private boolean read(final long word, final int slot, final long life) {
        wUnits = WithheldWord.withheldUnits(word);
        length = 0;
        if (!WithheldWord.isHoled(word)) {
            return true;
        }
        final Holes known = holes.get(slot);
        if (known == null || known.life != life) {
            return false;
        }
        length = known.bounds.length;
        System.arraycopy(known.bounds, 0, bounds, 0, length);
        return true;
    }

    /** Uses the lowest of what was withheld since a silence began and was not used yet. */
    private long use(final long growthUnits, final long untilUnits, final Silence silence) {
        final long fromUnits = Math.max(wUnits, silence.withheldUnits());
        long toUnits = fromUnits;
        long leftUnits = growthUnits;
        for (int i = 0; i < length && leftUnits > 0; i += 2) {
            final long freeUnits = Math.max(0, Math.min(bounds[i], untilUnits) - toUnits);
            if (freeUnits >= leftUnits) {
                break;
            }
            leftUnits -= freeUnits;
            toUnits = Math.max(toUnits, bounds[i + 1]);
        }
        final long lastUnits = Math.max(0, Math.min(leftUnits, untilUnits - toUnits));
        leftUnits -= lastUnits;
        if (leftUnits < growthUnits) {
            used(fromUnits, toUnits + lastUnits, clock.oldestOther(silence) < fromUnits);
        }
        return growthUnits - leftUnits;
    }

    /** All of a stretch is used now; what lies between w and it is needed by an older silence, or by nobody. */
    private void used(final long fromUnits, final long toUnits, final boolean isNeededBelow) {
        long from = isNeededBelow ? fromUnits : wUnits;
        long to = toUnits;
        int first = 0;
        while (first < length && bounds[first + 1] < from) {
            first += 2;
        }
        int after = first;
        while (after < length && bounds[after] <= to) {
            from = Math.min(from, bounds[after]);
            to = Math.max(to, bounds[after + 1]);
            after += 2;
        }
        if (from <= wUnits) {
            wUnits = to;
            System.arraycopy(bounds, after, bounds, 0, length - after);
            length -= after;
            return;
        }
        System.arraycopy(bounds, after, bounds, first + 2, length - after);
        length += first + 2 - after;
        bounds[first] = from;
        bounds[first + 1] = to;
        if (length > 2 * MAX_HOLES_OF_ONE) {
            bounds[length - 3] = bounds[length - 1];
            length -= 2;
        }
    }

    /** Makes room: holes of slots that are no more, and those below every silence of now, are not needed. */
    private boolean forget() {
        final long oldestUnits = clock.oldestOther(null);
        final Int2ObjectHashMap<Holes>.EntryIterator each = holes.entrySet().iterator();
        while (each.hasNext()) {
            each.next();
            final int slot = each.getIntKey();
            final Holes of = each.getValue();
            if (slots.getLongVolatile(slot + BucketSlotDescriptor.LIFE_OFFSET) != of.life) {
                each.remove();
            } else if (of.endUnits() <= oldestUnits) {
                WithheldWord.raise(slots, slot, of.endUnits());
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
