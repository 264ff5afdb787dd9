package openclaw.edge.crdt;

/** Who of the members is reachable, as {@link VirtualClock} was told, and for how long that holds. Immutable. */
final class HeardMembers {
    static final HeardMembers LONE = new HeardMembers(1, 1, VirtualClock.NEVER_NS, false);

    final int heard;
    final int all;

    /** {@link VirtualClock#NEVER_NS}: there is no lease, or it has run out. */
    final long leaseUntilNs;

    final boolean isLapsed;

    HeardMembers(final int heard, final int all, final long leaseUntilNs, final boolean isLapsed) {
        this.heard = heard;
        this.all = all;
        this.leaseUntilNs = leaseUntilNs;
        this.isLapsed = isLapsed;
    }

    /** k in force. */
    int reachable() {
        return isLapsed ? Math.min(1, heard) : heard;
    }

    HeardMembers of(final int nowHeard, final int nowAll) {
        return nowAll == 1
                ? new HeardMembers(nowHeard, nowAll, VirtualClock.NEVER_NS, false)
                : new HeardMembers(nowHeard, nowAll, leaseUntilNs, isLapsed);
    }

    boolean isWorthRenewing(final long untilNs, final long stepNs) {
        return all != 1 && (isLapsed || untilNs < leaseUntilNs || untilNs - leaseUntilNs > stepNs);
    }
}
