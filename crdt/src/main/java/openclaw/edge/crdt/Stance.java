package openclaw.edge.crdt;

/** What of a {@link VirtualClock} changes by configuration or by the length of a silence, not by who is reachable. Immutable. */
final class Stance {
    static final Stance DEFAULT = new Stance(PartitionPolicy.SHARE, 0, VirtualClock.NEVER_NS, 0, false);

    /** By so many versions a change of the policy is later; between them there is room for those of catalogs. */
    private static final int VERSIONS_PER_CHANGE = 64;

    final PartitionPolicy policy;
    final long withheldAtChangeUnits;
    final long closedFromNs;

    /** Later versions that the cluster's policy makes of limits that follow it, so that their words never recur. */
    final int versions;

    /** Whether everything is refused, whatever the policy. */
    final boolean isRefusing;

    Stance(
            final PartitionPolicy policy,
            final long withheldAtChangeUnits,
            final long closedFromNs,
            final int versions,
            final boolean isRefusing) {
        this.isRefusing = isRefusing;
        this.versions = versions;
        this.policy = policy;
        this.withheldAtChangeUnits = withheldAtChangeUnits;
        this.closedFromNs = closedFromNs;
    }

    Stance changedTo(final PartitionPolicy next, final long withheldUnits) {
        return new Stance(next, withheldUnits, closedFromNs, versions + VERSIONS_PER_CHANGE, isRefusing);
    }

    Stance closedFrom(final long fromNs) {
        return new Stance(policy, withheldAtChangeUnits, fromNs, versions, isRefusing);
    }

    Stance refusing() {
        return new Stance(policy, withheldAtChangeUnits, closedFromNs, versions, true);
    }
}
