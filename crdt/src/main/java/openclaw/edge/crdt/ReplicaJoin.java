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
 * one that owns all pairs; admission goes on beside it. Settling what a silent member consumed is the caller's: it says
 * how much of the growth withheld refill pays for.
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
    public synchronized boolean join(final ReservedBucket bucket, final ReplicaEntry entry, final long nowNs) {
        final int slot = bucket.slotOffset();
        final long life = bucket.life();
        final long virtualUnits = clock.virtualUnits(nowNs);
        if (BucketWords.read(slots, slot, life, virtualUnits) == BucketWords.STALE) {
            counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            return false;
        }
        final int pair = ReplicaPairs.find(slots, slot, entry.incarnationIndex());
        if (pair == ReplicaPairs.NONE) {
            return joinBaseline(slot, life, ReplicaPairs.claim(slots, slot, blocks), entry, virtualUnits);
        }
        final long known = pairGeneration(slots.getLong(pair + PAIR_TAG_OFFSET));
        if (entry.generation() > known) {
            return joinBaseline(slot, life, pair, entry, virtualUnits);
        }
        if (entry.generation() < known) {
            counters.addRelease(CrdtCounter.JOIN_IGNORED, 1);
            return false;
        }
        return joinGrowth(bucket, pair, entry, virtualUnits);
    }

    private boolean joinBaseline(
            final int slot, final long life, final int pair, final ReplicaEntry entry, final long virtualUnits) {
        if (pair == ReplicaPairs.NONE) {
            counters.addRelease(CrdtCounter.JOIN_NO_ROOM, 1);
            return false;
        }
        slots.putLong(pair + PAIR_CONSUMED_OFFSET, entry.consumedTokens());
        slots.putLong(pair + PAIR_REFUNDED_OFFSET, entry.refundedTokens());
        // The tag last: a kill before it leaves the pair unknown, and the entry comes again.
        slots.putLongRelease(pair + PAIR_TAG_OFFSET, pairTag(entry.incarnationIndex(), entry.generation()));
        BucketWords.raise(slots, slot, life, virtualUnits, Math.min(entry.deficitUnits(), VirtualTime.MAX_AHEAD_UNITS));
        counters.addRelease(CrdtCounter.JOINED_BASELINE, 1);
        return true;
    }

    private boolean joinGrowth(
            final ReservedBucket bucket, final int pair, final ReplicaEntry entry, final long virtualUnits) {
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
        if (growth > 0) {
            debit(bucket, growth, virtualUnits);
        }
        slots.putLong(pair + PAIR_CONSUMED_OFFSET, consumed + moreConsumed);
        slots.putLongRelease(pair + PAIR_REFUNDED_OFFSET, refunded + moreRefunded);
        if (growth < 0) {
            credit(bucket, -growth, virtualUnits);
        }
        counters.addRelease(CrdtCounter.JOINED, 1);
        return true;
    }

    private void debit(final ReservedBucket bucket, final long tokens, final long virtualUnits) {
        final int slot = bucket.slotOffset();
        final long capacityUnits = VirtualTime.multiply(
                bucket.spec().capacityTokens(), LimitWord.unitsPerToken(slots.getLong(slot + LIMIT_OFFSET)));
        // Capacity plus a debt of N - 1 capacities.
        final long maxAheadUnits =
                Math.min(VirtualTime.multiply(clock.all(), capacityUnits), VirtualTime.MAX_AHEAD_UNITS);
        final long forgiven = BucketWords.debit(slots, slot, bucket.life(), tokens, virtualUnits, maxAheadUnits);
        if (forgiven > 0) {
            counters.addRelease(CrdtCounter.DEBT_CAPPED_UNITS, forgiven);
            if (!ReplicaPairs.addOwed(slots, slot, forgiven, blocks)) {
                counters.addRelease(CrdtCounter.JOIN_NO_ROOM, 1);
            }
        }
    }

    private void credit(final ReservedBucket bucket, final long tokens, final long virtualUnits) {
        final long repaid = BucketWords.refund(slots, bucket.slotOffset(), bucket.life(), tokens, virtualUnits);
        if (repaid > 0) {
            counters.addRelease(CrdtCounter.OWED_REPAID_UNITS, repaid);
        }
    }
}
