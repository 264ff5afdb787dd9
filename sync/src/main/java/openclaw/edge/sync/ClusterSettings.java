package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.List;
import openclaw.edge.crdt.PartitionPolicy;

/**
 * How a node takes part in its cluster. Immutable; nothing in it is sent, and {@link #toString} holds no secret.
 *
 * @param cluster name of the cluster: nodes of another one are not understood.
 * @param node name of this node, unique in the cluster, 1 to 128 bytes of UTF-8; stays the same over restarts.
 * @param bind where this node's datagrams are received and sent from.
 * @param peers {@code host:port} of the others; may hold this node's own.
 * @param dns {@code host:port} whose addresses are peers too, or null.
 * @param secrets one or two: the first is used for sending, all are accepted; empty: the cluster lives on loopback.
 * @param onPartition policy of limits that have none of their own.
 * @param gossipIntervalNs between datagrams while there is something to say, 1 ms to 1 s.
 * @param suspectAfterNs without a sign of life by any path a member counts as silent, at least five intervals.
 * @param closedAfterNs after how long a silence {@link PartitionPolicy#CLOSED} limits refuse, at least 0.
 * @param deadAfterNs after how long a silence a member is dropped and not counted any more; 0: never.
 * @param joinTimeoutNs how long a node without state waits for somebody to pull it from.
 * @param weight 1 for a node that is counted; 0 for one that only takes part, such as an embedded limiter.
 */
public record ClusterSettings(
        String cluster,
        String node,
        InetSocketAddress bind,
        List<String> peers,
        String dns,
        List<byte[]> secrets,
        PartitionPolicy onPartition,
        long gossipIntervalNs,
        long suspectAfterNs,
        long closedAfterNs,
        long deadAfterNs,
        long joinTimeoutNs,
        int weight) {

    /** Default of {@code gossipIntervalNs}: 20 ms. */
    public static final long GOSSIP_INTERVAL_NS = 20_000_000L;

    /** Default of {@code suspectAfterNs}: 1 s. */
    public static final long SUSPECT_AFTER_NS = 1_000_000_000L;

    /** Default of {@code closedAfterNs}: 5 s. */
    public static final long CLOSED_AFTER_NS = 5_000_000_000L;

    /** Default of {@code joinTimeoutNs}: 5 s. */
    public static final long JOIN_TIMEOUT_NS = 5_000_000_000L;

    private static final int MAX_WEIGHT = 255;
    private static final int LEAST_INTERVALS = 5;

    /** Checks the ranges and copies the lists. */
    public ClusterSettings {
        peers = List.copyOf(peers);
        secrets = List.copyOf(secrets);
        if (node.isEmpty()) {
            throw new IllegalArgumentException("node='', expected the node's name");
        }
        if (gossipIntervalNs < 1 || suspectAfterNs < LEAST_INTERVALS * gossipIntervalNs) {
            throw new IllegalArgumentException("gossip_interval=" + gossipIntervalNs + " ns, suspect_after="
                    + suspectAfterNs + " ns, expected an interval above 0 and suspect_after >= " + LEAST_INTERVALS
                    + " intervals");
        }
        if (closedAfterNs < 0 || deadAfterNs < 0 || joinTimeoutNs < 0) {
            throw new IllegalArgumentException("closed_after=" + closedAfterNs + ", dead_after=" + deadAfterNs
                    + ", join_timeout=" + joinTimeoutNs + " ns, expected at least 0");
        }
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight=" + weight + ", expected 0 to " + MAX_WEIGHT);
        }
    }

    /** Settings with the default times, policy and weight. */
    public static ClusterSettings of(
            final String cluster,
            final String node,
            final InetSocketAddress bind,
            final List<String> peers,
            final List<byte[]> secrets) {
        return new ClusterSettings(
                cluster,
                node,
                bind,
                peers,
                null,
                secrets,
                PartitionPolicy.SHARE,
                GOSSIP_INTERVAL_NS,
                SUSPECT_AFTER_NS,
                CLOSED_AFTER_NS,
                0,
                JOIN_TIMEOUT_NS,
                1);
    }

    @Override
    public String toString() {
        return "ClusterSettings{cluster=" + cluster + ", node=" + node + ", bind=" + bind + ", peers=" + peers
                + ", dns=" + dns + ", secrets=" + secrets.size() + ", onPartition=" + onPartition + '}';
    }
}
