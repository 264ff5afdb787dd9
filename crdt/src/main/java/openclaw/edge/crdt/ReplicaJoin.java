package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What an entry that arrives from another replica does to a slot: (incarnation, generation, consumed, refunded, deficit)
 * is joined into the pair of its incarnation by taking the maximum of each counter, and the growth of their difference
 * is applied to the bucket's word at once.
 *
 * <ul>
 *   <li>Known incarnation and generation: growth g debits {@code g * T}, below zero if need be; negative growth credits,
 *       at most up to full.
 *   <li>Unknown incarnation or newer generation, of which nothing can be in the bucket yet
 *       ({@link ReplicaEntry#isFromZero}): the whole value is growth. So nodes that begin to use a bucket at the same time
 *       each pay for what the others took before they had heard of one another.
 *   <li>Any other unknown incarnation or newer generation: the values become the baseline, nothing is debited, and
 *       {@code tat = max(tat, v + deficit)}: the sender's distance from now, so that no clocks are compared.
 *   <li>An older generation is ignored.
 * </ul>
 *
 * <p><em>Debt cap</em>: growth takes the word at most capacity plus (N - 1) capacities ahead of v. What the cap forgives
 * is counted and owed: credits repay it before they reach the word.
 *
 * <p>No value is refused as implausible: it is absolute, and refused once it would diverge for good. For one thread, the
 * one that owns all pairs; admission goes on beside it. Growth of a member that was silent is settled by {@link Silence}:
 * the refill withheld since pays for it first, then what the floor took off the level, or under
 * {@link PartitionPolicy#OPEN} it only moves the baseline. What growth does to a slot without a pace says
 * {@link OrphanDebt}.
 */
final class ReplicaJoin {

    /** Nothing new. */
    static final int UNCHANGED = 0;

    /** The pair's counters or generation changed. */
    static final int CHANGED = 1;

    /** No pair is free: the bucket was debited, no counters are kept. */
    static final int NO_ROOM = 2;

    /** The slot's life has ended; what was asked was not done. */
    static final int STALE = 3;

    private final BucketTable table;
    private final UnsafeBuffer slots;
    private final VirtualClock clock;
    private final OverflowBlocks blocks;
    private final CrdtCounters counters;
    private final Forgiveness forgiveness;

    /** Joins into the buckets of a table; what was joined, ignored, capped and repaid is counted. */
    ReplicaJoin(final BucketTable table, final CrdtCounters counters) {
        this.table = table;
        this.slots = table.store().buffer();
        this.clock = table.clock();
        this.blocks = table.store().blocks();
        this.counters = counters;
        this.forgiveness = new Forgiveness(slots, clock, Forgiveness.MAX_HOLES);
    }

    /**
     * Joins an entry of another incarnation into a slot.
     *
     * @param slot of the entry's key.
     * @param life the slot's life word.
     * @param spec of the slot's limit, or null if it is not known.
     * @param entry what the other incarnation says.
     * @param silence of the entry's member.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return {@link #UNCHANGED}, {@link #CHANGED}, {@link #NO_ROOM} or {@link #STALE}.
     */
    int join(
            final int slot,
            final long life,
            final LimitSpec spec,
            final ReplicaEntry entry,
            final Silence silence,
            final long nowNs) {
        final VirtualClock.Pace pace = clock.pace(nowNs);
        giveBack(slot, life, spec, pace, nowNs);
        final int pair = ReplicaPairs.find(slots, slot, entry.incarnationIndex());
        final long known = pair == ReplicaPairs.NONE ? 0 : pairGeneration(slots.getLong(pair + PAIR_TAG_OFFSET));
        final boolean isUnknown = entry.generation() > known;
        final boolean isWhole = silence == Silence.UNHEARD || Forgiveness.isWhole(spec, silence);
        if (isUnknown && (isWhole || !entry.isFromZero())) {
            return joinBaseline(slot, life, pair, entry, pace, nowNs);
        }
        if (entry.generation() < known) {
            counters.getAndAdd(CrdtCounter.JOIN_IGNORED, 1);
            return UNCHANGED;
        }
        return isUnknown
                ? joinFromZero(slot, life, spec, pair, entry, silence, pace, nowNs)
                : joinGrowth(slot, life, spec, pair, entry, silence, pace, nowNs);
    }

    /** What came back since members are heard again counts before anything is debited. */
    private void giveBack(
            final int slot, final long life, final LimitSpec spec, final VirtualClock.Pace pace, final long nowNs) {
        if (spec != null && Aside.isAny(slots, slot)) {
            final long units = Aside.giveBack(
                    slots,
                    slot,
                    life,
                    spec.capacityTokens(),
                    pace,
                    pace.virtualUnits(nowNs),
                    pace.withheldUnits(nowNs));
            counters.getAndAdd(CrdtCounter.ASIDE_GIVEN_BACK_UNITS, units);
        }
    }

    private int joinBaseline(
            final int slot,
            final long life,
            final int known,
            final ReplicaEntry entry,
            final VirtualClock.Pace pace,
            final long nowNs) {
        // The word first: from here on the slot is not reclaimed, and a pair never lands in another key's slot.
        if (!raise(slot, life, entry.deficitUnits(), pace, nowNs)) {
            return STALE;
        }
        final int pair = known == ReplicaPairs.NONE ? ReplicaPairs.claim(slots, slot, blocks) : known;
        if (pair == ReplicaPairs.NONE) {
            counters.getAndAdd(CrdtCounter.JOIN_NO_ROOM, 1);
            return NO_ROOM;
        }
        slots.putLong(pair + PAIR_CONSUMED_OFFSET, entry.consumedTokens());
        slots.putLong(pair + PAIR_REFUNDED_OFFSET, entry.refundedTokens());
        // The tag last: a kill before it leaves the pair unknown, and the entry comes again.
        slots.putLongRelease(pair + PAIR_TAG_OFFSET, pairTag(entry.incarnationIndex(), entry.generation()));
        counters.getAndAdd(CrdtCounter.JOINED_BASELINE, 1);
        return CHANGED;
    }

    /** A pair that begins at zero, and grows to what the entry says. */
    private int joinFromZero(
            final int slot,
            final long life,
            final LimitSpec spec,
            final int known,
            final ReplicaEntry entry,
            final Silence silence,
            final VirtualClock.Pace pace,
            final long nowNs) {
        // As in joinBaseline; and a pair first, else the growth would be debited with every repetition.
        if (!raise(slot, life, 0, pace, nowNs)) {
            return STALE;
        }
        final int pair = known == ReplicaPairs.NONE ? ReplicaPairs.claim(slots, slot, blocks) : known;
        if (pair == ReplicaPairs.NONE) {
            return joinBaseline(slot, life, ReplicaPairs.NONE, entry, pace, nowNs);
        }
        slots.putLong(pair + PAIR_CONSUMED_OFFSET, 0);
        slots.putLong(pair + PAIR_REFUNDED_OFFSET, 0);
        slots.putLongRelease(pair + PAIR_TAG_OFFSET, pairTag(entry.incarnationIndex(), entry.generation()));
        counters.getAndAdd(CrdtCounter.JOINED_FROM_ZERO, 1);
        return joinGrowth(slot, life, spec, pair, entry, silence, pace, nowNs) == STALE ? STALE : CHANGED;
    }

    private boolean raise(
            final int slot, final long life, final long aheadUnits, final VirtualClock.Pace pace, final long nowNs) {
        return BucketWords.raise(slots, slot, life, pace.virtualUnits(nowNs), pace.withheldUnits(nowNs), aheadUnits);
    }

    private int joinGrowth(
            final int slot,
            final long life,
            final LimitSpec spec,
            final int pair,
            final ReplicaEntry entry,
            final Silence silence,
            final VirtualClock.Pace pace,
            final long nowNs) {
        final long consumed = slots.getLong(pair + PAIR_CONSUMED_OFFSET);
        final long refunded = slots.getLong(pair + PAIR_REFUNDED_OFFSET);
        final long moreConsumed = Math.max(0, entry.consumedTokens() - consumed);
        final long moreRefunded = Math.max(0, entry.refundedTokens() - refunded);
        if ((moreConsumed | moreRefunded) == 0) {
            counters.getAndAdd(CrdtCounter.JOIN_IGNORED, 1);
            return UNCHANGED;
        }
        final long growth = moreConsumed - moreRefunded;
        final boolean unheard = silence == Silence.UNHEARD;
        final boolean whole = unheard || Forgiveness.isWhole(spec, silence);
        // The debit first: a kill between leaves it to be applied once more, against the tenant, never not at all. And
        // the word is at now at least when the pair is written: the slot is not reclaimed meanwhile.
        final boolean live = (growth > 0 && !whole)
                ? debit(slot, life, spec, growth, entry.deficitUnits(), silence, pace, nowNs)
                : raise(slot, life, unheard ? entry.deficitUnits() : 0, pace, nowNs);
        if (!live) {
            return STALE;
        }
        if (whole) {
            counters.getAndAdd(
                    unheard ? CrdtCounter.UNHEARD_UNDEBITED_TOKENS : CrdtCounter.OPEN_UNDEBITED_TOKENS,
                    Math.max(0, growth));
        }
        slots.putLong(pair + PAIR_CONSUMED_OFFSET, consumed + moreConsumed);
        slots.putLongRelease(pair + PAIR_REFUNDED_OFFSET, refunded + moreRefunded);
        if (growth < 0 && !whole) {
            credit(slot, life, -growth, pace, nowNs);
        }
        counters.getAndAdd(CrdtCounter.JOINED, 1);
        return CHANGED;
    }

    private boolean debit(
            final int slot,
            final long life,
            final LimitSpec spec,
            final long tokens,
            final long deficitUnits,
            final Silence silence,
            final VirtualClock.Pace pace,
            final long nowNs) {
        final long virtualUnits = pace.virtualUnits(nowNs);
        if (LimitWord.isOrphan(slots.getLong(slot + LIMIT_OFFSET))) {
            // What a token weighs is not known; how far the sender is from full is.
            if (silence.isSilent() || !OrphanDebt.add(slots, slot, life, tokens, virtualUnits)) {
                return raise(slot, life, deficitUnits, pace, nowNs);
            }
            if (LimitWord.isOrphan(slots.getLongVolatile(slot + LIMIT_OFFSET))) {
                return slots.getLongVolatile(slot + LIFE_OFFSET) == life;
            }
        }
        final long limit = slots.getLong(slot + LIMIT_OFFSET);
        final long unitsPerToken = LimitWord.unitsPerToken(limit);
        final long growthUnits = VirtualTime.multiply(tokens, unitsPerToken);
        final long withheldUnits = pace.withheldUnits(nowNs);
        long forgiven = 0;
        if (silence.isSilent()) {
            final long since = silence.withheldUnits();
            final long until = Forgiveness.withheldUntil(limit, spec, pace, withheldUnits, since);
            forgiven = forgiveness.take(slot, life, growthUnits, until, silence);
            counters.getAndAdd(CrdtCounter.FORGIVEN_UNITS, forgiven);
            if (spec != null && Aside.isAny(slots, slot)) {
                final long capacityUnits = VirtualTime.multiply(spec.capacityTokens(), unitsPerToken);
                final long paid = Aside.take(slots, slot, growthUnits - forgiven, capacityUnits);
                counters.getAndAdd(CrdtCounter.ASIDE_GIVEN_BACK_UNITS, paid);
                forgiven += paid;
            }
        }
        final long cappedUnits = BucketWords.debitUnits(
                slots,
                slot,
                life,
                growthUnits - forgiven,
                pace.virtualUnits(nowNs),
                withheldUnits,
                maxAheadUnits(spec, unitsPerToken, pace));
        capped(slot, cappedUnits, unitsPerToken);
        return cappedUnits != BucketWords.STALE;
    }

    /** Capacity plus a debt of N - 1 capacities. */
    private static long maxAheadUnits(final LimitSpec spec, final long unitsPerToken, final VirtualClock.Pace pace) {
        if (spec == null) {
            return VirtualTime.MAX_AHEAD_UNITS;
        }
        final long capacityUnits = VirtualTime.multiply(spec.capacityTokens(), unitsPerToken);
        return Math.min(VirtualTime.multiply(pace.all, capacityUnits), VirtualTime.MAX_AHEAD_UNITS);
    }

    /** Counts what the debt cap forgave, and notes it as owed. */
    private void capped(final int slot, final long cappedUnits, final long unitsPerToken) {
        if (cappedUnits <= 0) {
            return;
        }
        counters.getAndAdd(CrdtCounter.DEBT_CAPPED_UNITS, cappedUnits);
        final LimitMeter meter = table.meter(slot);
        if (meter != null) {
            meter.addCapped(cappedUnits);
        }
        if (!ReplicaPairs.addOwed(
                slots,
                slot,
                VirtualTime.mulDivCeil(cappedUnits, 1 << ReplicaPairs.OWED_SHIFT, unitsPerToken),
                blocks)) {
            counters.getAndAdd(CrdtCounter.JOIN_NO_ROOM, 1);
        }
    }

    private void credit(
            final int slot, final long life, final long tokens, final VirtualClock.Pace pace, final long nowNs) {
        if (LimitWord.isOrphan(slots.getLong(slot + LIMIT_OFFSET))) {
            OrphanDebt.take(slots, slot, tokens);
            return;
        }
        final long repaid =
                BucketWords.refund(slots, slot, life, tokens, pace.virtualUnits(nowNs), pace.withheldUnits(nowNs));
        if (repaid > 0) {
            counters.getAndAdd(CrdtCounter.OWED_REPAID_UNITS, repaid);
        }
    }
}
