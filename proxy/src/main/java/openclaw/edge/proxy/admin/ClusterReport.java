package openclaw.edge.proxy.admin;

import java.util.List;
import java.util.function.Function;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.proxy.config.ClusterConfig;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.SyncCounters;

/**
 * What there is to say about this node's cluster at one time.
 *
 * @param config in force
 * @param configurationHash of what all members must have the same
 * @param catalogHash of the catalog in force
 * @param view of the members; null of a lone node
 * @param counters of gossip; null of a lone node
 * @param unsynced tokens of each bucket that some member who counts has not acknowledged, -1 while not known; null of a lone node
 */
public record ClusterReport(
        ClusterConfig config,
        long configurationHash,
        long catalogHash,
        ClusterView view,
        SyncCounters counters,
        Function<List<ReservedBucket>, long[]> unsynced) {
    /** Whether nobody shares this node's limits. */
    boolean isLone() {
        return view == null;
    }

    /** Whether a hash that a member told differs from this node's; one that is not known differs from none. */
    static boolean differs(final long theirs, final long own) {
        return theirs != 0 && theirs != own;
    }

    /** A hash as it is shown. */
    static String hex(final long hash) {
        return hash == 0 ? "" : String.format("%016x", hash);
    }
}
