package openclaw.edge.sync;

import java.util.Arrays;
import openclaw.edge.crdt.NodeIncarnation;

/**
 * Drops from the buckets what incarnations that are no more have counted, once everybody has all of it: every member has
 * been heard for ten times {@code suspect_after}, and every one has whatever this node holds of that incarnation. Rows of
 * quotas keep theirs until the cycle is released, and until then the source is relayed to who does not have it.
 *
 * <p>Who is dead ({@code dead_after}) may be cut off and go on counting: for ten minutes nothing is retired for its sake,
 * neither what it counts nor what it may lack. When it comes back after that, its counters are those of a stranger: what
 * it consumed is no debt of the others. For the gossip agent's thread.
 */
final class Retirement {

    private static final int QUIET_SILENCES = 10;
    private static final long NEVER = -1;

    private final NodeIncarnation incarnation;
    private final Membership membership;
    private final Reachability reachability;
    private final Sources sources;
    private final RelaySnapshots snapshots;
    private final Links links;
    private final long[] retiredAt = new long[Sources.MAX];
    private int changes = -1;
    private long quietSinceNs;

    Retirement(
            final NodeIncarnation incarnation,
            final Membership membership,
            final Reachability reachability,
            final Replication replication,
            final Links links) {
        this.incarnation = incarnation;
        this.membership = membership;
        this.reachability = reachability;
        this.sources = replication.sources();
        this.snapshots = replication.snapshots();
        this.links = links;
        Arrays.fill(retiredAt, NEVER);
    }

    /**
     * Looks for one incarnation to retire; to be called each second.
     *
     * @param nowNs now.
     * @param suspectAfterNs how long a silence is.
     * @return the incarnation that was retired, 0 for none.
     */
    long tick(final long nowNs, final long suspectAfterNs) {
        if (!isEverybodyHeard(nowNs) || changes != reachability.changes()) {
            changes = reachability.changes();
            quietSinceNs = nowNs;
        }
        if (nowNs - quietSinceNs < QUIET_SILENCES * suspectAfterNs) {
            return 0;
        }
        for (int source = Sources.SELF + 1; source < sources.count(); source++) {
            if (sources.incarnation(source) != 0
                    && !isPresent(source)
                    && sources.lastChange(source) != retiredAt[source]
                    && isWithEverybody(source)) {
                return retire(source);
            }
        }
        return 0;
    }

    private long retire(final int source) {
        final long retired = sources.incarnation(source);
        retiredAt[source] = sources.lastChange(source);
        final boolean isGone = incarnation.retire(retired);
        // A table that has dropped it gives its index to the next incarnation.
        sources.directoryIndex(source, false, 0);
        sources.directoryIndex(source, true, 0);
        if (!isGone) {
            return retired;
        }
        retiredAt[source] = NEVER;
        sources.remove(source);
        for (int i = 0; i < membership.others().size(); i++) {
            final Member each = membership.others().get(i);
            if (each.source() == source) {
                each.lives(0, 0, Sources.NONE);
            }
        }
        snapshots.forget(source);
        for (int i = 0; i < links.peers().size(); i++) {
            links.peers().get(i).lacks().forget(source);
        }
        return retired;
    }

    private boolean isEverybodyHeard(final long nowNs) {
        for (int i = 0; i < membership.others().size(); i++) {
            final Member each = membership.others().get(i);
            final boolean isLinked =
                    each.isHeard() && each.peer() != null && each.peer().isLinked();
            final boolean mayReturn =
                    each.state() == MemberState.DEAD && nowNs - each.sinceNs() < Membership.TOMBSTONE_NS;
            if (mayReturn || (each.isPresent() && !isLinked)) {
                return false;
            }
        }
        return true;
    }

    private boolean isPresent(final int source) {
        for (int i = 0; i < membership.others().size(); i++) {
            if (membership.others().get(i).isPresent()
                    && membership.others().get(i).source() == source) {
                return true;
            }
        }
        return false;
    }

    private boolean isWithEverybody(final int source) {
        for (int i = 0; i < links.peers().size(); i++) {
            final Peer peer = links.peers().get(i);
            if (peer.member().isPresent() && !peer.lacks().hasAll(source)) {
                return false;
            }
        }
        return true;
    }
}
