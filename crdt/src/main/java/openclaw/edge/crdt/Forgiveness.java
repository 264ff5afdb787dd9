package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

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
 */
final class Forgiveness {

    private Forgiveness() {}

    /** True if the growth only moves the baseline: the silence began under {@link PartitionPolicy#OPEN}. */
    static boolean isWhole(final LimitSpec spec, final Silence silence) {
        return silence.isSilent()
                && (spec == null ? silence.policy() : spec.policyOr(silence.policy())) == PartitionPolicy.OPEN;
    }

    /**
     * Takes from the withheld refill what it can pay of a growth.
     *
     * @param growthUnits g * T, at least 0.
     * @param untilUnits W up to which refill was withheld from this bucket.
     * @param sinceUnits W_j.
     * @return f, 0 to {@code growthUnits}; noted in w before it is returned, so that a kill before the debit leaves the
     *     growth to be debited in full when it comes again.
     */
    static long take(
            final UnsafeBuffer slots,
            final int slot,
            final long growthUnits,
            final long untilUnits,
            final long sinceUnits) {
        while (true) {
            final long used = slots.getLongVolatile(slot + WITHHELD_OFFSET);
            final long from = Math.max(sinceUnits, used);
            final long forgiven = Math.min(growthUnits, untilUnits - from);
            if (forgiven <= 0) {
                return 0;
            }
            if (slots.compareAndSetLong(slot + WITHHELD_OFFSET, used, from + forgiven)) {
                return forgiven;
            }
        }
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
