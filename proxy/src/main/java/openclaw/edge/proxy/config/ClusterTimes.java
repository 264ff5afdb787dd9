package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * How long members of a cluster wait for one another, in nanoseconds.
 *
 * @param gossipIntervalNs between two messages while there is something to say
 * @param suspectAfterNs without a sign of life after which a member counts as silent; at least {@link #MIN_INTERVALS} intervals
 * @param closedAfterNs of silence after which limits under {@code on_partition: closed} refuse
 * @param deadAfterNs of silence after which a member is no longer counted; 0: it is counted until somebody says otherwise
 * @param joinTimeoutNs that a node waits for others' state before it serves without it
 */
public record ClusterTimes(
        long gossipIntervalNs, long suspectAfterNs, long closedAfterNs, long deadAfterNs, long joinTimeoutNs) {
    /** Gossip intervals that the time before suspicion spans at least, so that one lost message makes nobody suspect. */
    static final int MIN_INTERVALS = 5;

    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long SECOND_NS = 1000 * MILLISECOND_NS;
    private static final long MINUTE_NS = 60 * SECOND_NS;
    private static final long DAY_NS = 1440 * MINUTE_NS;

    static ClusterTimes of(final YamlMap map) {
        final long gossipIntervalNs = map.durationNs("gossip_interval", 20 * MILLISECOND_NS, MILLISECOND_NS, SECOND_NS);
        final long suspectAfterNs = map.durationNs("suspect_after", SECOND_NS, 100 * MILLISECOND_NS, 10 * MINUTE_NS);
        final ClusterTimes times = new ClusterTimes(
                gossipIntervalNs,
                suspectAfterNs,
                map.durationNs("closed_after", 5 * SECOND_NS, 0, DAY_NS),
                deadAfter(map, suspectAfterNs),
                map.durationNs("join_timeout", 5 * SECOND_NS, 100 * MILLISECOND_NS, 10 * MINUTE_NS));
        if (suspectAfterNs < MIN_INTERVALS * gossipIntervalNs && map.isSound("suspect_after", "gossip_interval")) {
            map.problem(
                    "suspect_after",
                    "suspect_after >= " + MIN_INTERVALS + " * gossip_interval",
                    "suspect_after=" + suspectAfterNs + "ns < " + MIN_INTERVALS + " * gossip_interval="
                            + MIN_INTERVALS * gossipIntervalNs + "ns");
        }
        return times;
    }

    /** A duration, or {@code off}. */
    private static long deadAfter(final YamlMap map, final long suspectAfterNs) {
        final YamlNode node = map.find("dead_after");
        if (node == null || (node.isScalar() && node.asText().equals("off"))) {
            return 0;
        }
        final long deadAfterNs = node.asDurationNs(SECOND_NS, 365 * DAY_NS);
        if (deadAfterNs < suspectAfterNs && map.isSound("dead_after", "suspect_after")) {
            map.problem(
                    "dead_after",
                    "dead_after >= suspect_after, or off",
                    "dead_after=" + deadAfterNs + "ns < suspect_after=" + suspectAfterNs + "ns");
        }
        return deadAfterNs;
    }
}
