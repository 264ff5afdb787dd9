package openclaw.edge.sync;

/**
 * How this node ends: what is unsent goes out first, then the goodbye. While a member is silent no goodbye is said: who has
 * left is a newcomer when it comes back, and nobody could take it up before all are heard, so that nodes restarted one after
 * another would end with no part in any limit. It stays a silent member then, as if it were killed, and is counted at once
 * when it is back. For the gossip agent's thread.
 */
final class Leaving {

    private static final long FLUSH_NS = 300_000_000L;

    private final LocalNode node;
    private final Membership membership;
    private final KeptMembers kept;
    private final Rounds rounds;
    private long sinceNs;
    private boolean isStaying;
    private boolean isGone;

    Leaving(final LocalNode node, final Membership membership, final KeptMembers kept, final Rounds rounds) {
        this.node = node;
        this.membership = membership;
        this.kept = kept;
        this.rounds = rounds;
    }

    /** It takes part in nothing more. */
    void begin(final long nowNs) {
        sinceNs = nowNs;
        isStaying = membership.self().counts() && !membership.isWhole();
        if (isStaying) {
            node.event("ends without a goodbye, since a member is silent: its share stays reserved until it is back");
        } else {
            membership.self().count(false, false);
            kept.save();
        }
    }

    /** True once it has begun. */
    boolean isUnderWay() {
        return sinceNs != 0;
    }

    /** Says goodbye once everything is told, or has had the time that it may take. */
    void tick(final long nowNs) {
        if (rounds.isEverythingTold() || nowNs - sinceNs >= FLUSH_NS) {
            if (!isStaying) {
                // Twice, since it may be lost.
                rounds.bye(nowNs);
                rounds.bye(nowNs);
            }
            isGone = true;
        }
    }

    /** Nothing can be told any more: if it is to end, it has. */
    void giveUp() {
        isGone = isUnderWay();
    }

    /** True once there is nothing more to do. */
    boolean isGone() {
        return isGone;
    }
}
