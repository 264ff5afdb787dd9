package openclaw.edge.sync;

/**
 * What this node does once somebody knows more of its own counters than it does itself: it takes a new incarnation, or
 * admits nothing until it may ({@link RenewalRate}). For the gossip agent's thread.
 */
final class OwnConflict {

    private final RenewalRate rate = new RenewalRate();
    private final LocalNode node;
    private final SyncCounters counters;
    private boolean isWaiting;

    OwnConflict(final LocalNode node, final SyncCounters counters) {
        this.node = node;
        this.counters = counters;
    }

    /** Whether its counters are another's too, and it waits for a new incarnation. */
    boolean isWaiting() {
        return isWaiting;
    }

    /** Whether a new incarnation is to be taken now; if not, it waits. */
    boolean isToRenew(final long nowNs) {
        final boolean wasWaiting = isWaiting;
        isWaiting = !rate.tryTake(nowNs);
        if (isWaiting && !wasWaiting) {
            counters.add(SyncCounter.RENEWALS_DELAYED, 1);
            node.warning("somebody knows more of this node's counters than it does itself, for the "
                    + (RenewalRate.MOST_AT_ONCE + 1) + "th time in "
                    + RenewalRate.MOST_AT_ONCE * RenewalRate.EVERY_NS / 1_000_000_000L
                    + " s: it admits nothing until it may take another incarnation, within a minute; look for a second"
                    + " process with this node's files");
        }
        return !isWaiting;
    }
}
