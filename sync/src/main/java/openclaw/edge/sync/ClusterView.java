package openclaw.edge.sync;

import java.util.List;
import openclaw.edge.crdt.PartitionPolicy;

/**
 * What a node knows of its cluster at one instant. Immutable; published by the gossip agent each second and when
 * something changed.
 *
 * @param node this node's name.
 * @param incarnation of this node's counters.
 * @param life of this process.
 * @param isReady whether this node may serve.
 * @param why it is ready, or what it waits for.
 * @param all N, the members that are counted.
 * @param reachable k, those of them that are heard, this node included if it is counted.
 * @param policy of limits that have none of their own.
 * @param unsyncedTokens U: tokens consumed here, net of refunds, from tenants' and overflow buckets, that some member who
 *     counts has not acknowledged, as of the last second; at most too high, by what was consumed since shortly before. -1
 *     if not known: nothing was acknowledged yet in this life.
 * @param members all others, by name.
 * @param atNs when, nanoseconds since the Unix epoch.
 */
public record ClusterView(
        String node,
        long incarnation,
        long life,
        boolean isReady,
        String why,
        int all,
        int reachable,
        PartitionPolicy policy,
        long unsyncedTokens,
        List<Member> members,
        long atNs) {

    /** Copies the list. */
    public ClusterView {
        members = List.copyOf(members);
    }

    /** Addresses in the list of this node, or of another, where nobody was ever heard. */
    public int unheardAddresses() {
        return (int) members.stream().filter(each -> each.name().isEmpty()).count();
    }

    /**
     * Another node.
     *
     * @param name its name, or empty while only its address is known.
     * @param address where it is, as text; empty if it is known by others' word alone.
     * @param state what it is to this node.
     * @param why it is that.
     * @param sinceNs since when, nanoseconds since the Unix epoch.
     * @param isCounted whether it counts in k when it is heard.
     * @param isDividing whether it is one of N: a share of every limit is reserved for it, counted or not.
     * @param weight 0 if it never counts.
     * @param lagVersions changes here that it has not acknowledged.
     * @param behindVersions its changes that were not yet joined here.
     * @param roundTripNs smoothed, 0 if not known.
     * @param clockSkewMs its cycle time minus this node's, milliseconds; 0 if not known.
     * @param configurationHash of its configuration, 0 if not known.
     * @param catalogHash of its catalog, 0 if not known.
     */
    public record Member(
            String name,
            String address,
            MemberState state,
            String why,
            long sinceNs,
            boolean isCounted,
            boolean isDividing,
            int weight,
            long lagVersions,
            long behindVersions,
            long roundTripNs,
            long clockSkewMs,
            long configurationHash,
            long catalogHash) {}
}
