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
 *   <li>Unknown incarnation or newer generation: the values become the baseline, nothing is debited, and
 *       {@code tat = max(tat, v + deficit)}: the sender's distance from now, so that no clocks are compared.
 *   <li>An older generation is ignored.
 * </ul>
 *
 * <p><em>Debt cap</em>: growth takes the word at most capacity plus (N - 1) capacities ahead of v. What the cap forgives
 * is counted and owed: credits repay it before they reach the word.
 *
 * <p>No value is refused as implausible: it is absolute, and refused once it would diverge for good. For one thread, the
 * one that owns all pairs; admission goes on beside it. Growth of a member that was silent is settled by
 * {@link Silence}: the refill withheld since pays for it first, or under {@link PartitionPolicy#OPEN} it only moves the
 * baseline.
 */
public final class ReplicaJoin {

    private final UnsafeBuffer slots;
    private final VirtualClock clock;
    private final OverflowBlocks blocks;
    private final CrdtCounters counters = new CrdtCounters();

    /**
     * Joins into the buckets of a table.
     *
     * @param table the buckets.
     */
    public ReplicaJoin(final BucketTable table) {
        this.slots = table.store().buffer();
        this.clock = table.clock();
        this.blocks = table.store().blocks();
    }

    /** What was joined, ignored, capped and repaid. */
    public CrdtCounters counters() {
        return counters;
    }

    /**
     * Joins one entry.
     *
     * @param bucket to join into.
     * @param entry what arrived.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return true if it changed anything.
     */
    public boolean join(final ReservedBucket bucket, final ReplicaEntry entry, final long nowNs) {
        return join(bucket, entry, Silence.HEARD, nowNs);
    }

    /**
     * Joins one entry of a member that is or was silent.
     *
     * @param bucket to join into.
     * @param entry what arrived.
     * @param silence of the entry's member.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return true if it changed anything.
     */
    public synchronized boolean join(
            final ReservedBucket bucket, final ReplicaEntry entry, final Silence silence, final long nowNs) {
        final int slot = bucket.slotOffset();
        final long life = bucket.life();
        final VirtualClock.Pace pace = clock.pace();
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.withheldUnits(nowNs);
        if (BucketWords.read(slots, slot, life, virtualUnits, withheldUnits) == BucketWords.STALE) {
            counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            return false;
        }
        final int pair = ReplicaPairs.find(slots, slot, entry.incarnationIndex());
        if (pair == ReplicaPairs.NONE) {
            return joinBaseline(bucket, ReplicaPairs.claim(slots, slot, blocks), entry, virtualUnits, withheldUnits);
        }
        final long known = pairGeneration(slots.getLong(pair + PAIR_TAG_OFFSET));
        if (entry.generation() > known) {
            return joinBaseline(bucket, pair, entry, virtualUnits, withheldUnits);
        }
        if (entry.generation() < known) {
            counters.addRelease(CrdtCounter.JOIN_IGNORED, 1);
            return false;
        }
        return joinGrowth(bucket, pair, entry, silence, pace, nowNs);
    }

    private boolean joinBaseline(
            final ReservedBucket bucket,
            final int pair,
            final ReplicaEntry entry,
            final long virtualUnits,
            final long withheldUnits) {
        if (pair == ReplicaPairs.NONE) {
            counters.addRelease(CrdtCounter.JOIN_NO_ROOM, 1);
            return false;
        }
        slots.putLong(pair + PAIR_CONSUMED_OFFSET, entry.consumedTokens());
        slots.putLong(pair + PAIR_REFUNDED_OFFSET, entry.refundedTokens());
        // The tag last: a kill before it leaves the pair unknown, and the entry comes again.
        slots.putLongRelease(pair + PAIR_TAG_OFFSET, pairTag(entry.incarnationIndex(), entry.generation()));
        final long aheadUnits = Math.min(entry.deficitUnits(), VirtualTime.MAX_AHEAD_UNITS);
        BucketWords.raise(slots, bucket.slotOffset(), bucket.life(), virtualUnits, withheldUnits, aheadUnits);
        counters.addRelease(CrdtCounter.JOINED_BASELINE, 1);
        return true;
    }

    private boolean joinGrowth(
            final ReservedBucket bucket,
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
            counters.addRelease(CrdtCounter.JOIN_IGNORED, 1);
            return false;
        }
        final long growth = moreConsumed - moreRefunded;
        // The debit first: a kill between leaves it to be applied once more, against the tenant, never not at all.
        final boolean whole = Forgiveness.isWhole(bucket.spec(), silence);
        if (whole) {
            counters.addRelease(CrdtCounter.OPEN_UNDEBITED_TOKENS, Math.max(0, growth));
        } else if (growth > 0) {
            debit(bucket, growth, silence, pace, nowNs);
        }
        slots.putLong(pair + PAIR_CONSUMED_OFFSET, consumed + moreConsumed);
        slots.putLongRelease(pair + PAIR_REFUNDED_OFFSET, refunded + moreRefunded);
        if (growth < 0 && !whole) {
            credit(bucket, -growth, pace, nowNs);
        }
        counters.addRelease(CrdtCounter.JOINED, 1);
        return true;
    }

    private void debit(
            final ReservedBucket bucket,
            final long tokens,
            final Silence silence,
            final VirtualClock.Pace pace,
            final long nowNs) {
        final int slot = bucket.slotOffset();
        final long limit = slots.getLong(slot + LIMIT_OFFSET);
        final long unitsPerToken = LimitWord.unitsPerToken(limit);
        final long growthUnits = VirtualTime.multiply(tokens, unitsPerToken);
        final long withheldUnits = pace.withheldUnits(nowNs);
        long forgiven = 0;
        if (silence.isSilent()) {
            final long since = silence.withheldUnits();
            final long until = Forgiveness.withheldUntil(limit, bucket.spec(), pace, withheldUnits, since);
            forgiven = Forgiveness.take(slots, slot, growthUnits, until, since);
            counters.addRelease(CrdtCounter.FORGIVEN_UNITS, forgiven);
        }
        final long capacityUnits = VirtualTime.multiply(bucket.spec().capacityTokens(), unitsPerToken);
        // Capacity plus a debt of N - 1 capacities.
        final long maxAheadUnits = Math.min(VirtualTime.multiply(pace.all, capacityUnits), VirtualTime.MAX_AHEAD_UNITS);
        final long virtualUnits = pace.virtualUnits(nowNs);
        capped(
                bucket,
                BucketWords.debitUnits(
                        slots,
                        slot,
                        bucket.life(),
                        growthUnits - forgiven,
                        virtualUnits,
                        withheldUnits,
                        maxAheadUnits));
    }

    /** Counts what the debt cap forgave, and notes it as owed. */
    private void capped(final ReservedBucket bucket, final long cappedUnits) {
        if (cappedUnits <= 0) {
            return;
        }
        counters.addRelease(CrdtCounter.DEBT_CAPPED_UNITS, cappedUnits);
        if (!ReplicaPairs.addOwed(slots, bucket.slotOffset(), cappedUnits, blocks)) {
            counters.addRelease(CrdtCounter.JOIN_NO_ROOM, 1);
        }
    }

    private void credit(
            final ReservedBucket bucket, final long tokens, final VirtualClock.Pace pace, final long nowNs) {
        final long repaid = BucketWords.refund(
                slots, bucket.slotOffset(), bucket.life(), tokens, pace.virtualUnits(nowNs), pace.withheldUnits(nowNs));
        if (repaid > 0) {
            counters.addRelease(CrdtCounter.OWED_REPAID_UNITS, repaid);
        }
    }
}
