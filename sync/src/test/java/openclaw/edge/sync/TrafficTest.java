package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What gossip takes of the network, in virtual time. Over sockets, and for more nodes: {@code bench/cluster traffic}. */
final class TrafficTest {

    private static final int NODES = 24;
    private static final int SECONDS = 3;
    private static final long INTERVAL_NS = 20_000_000L;

    private TestClusterOf cluster;

    private void start(final int nodes, final long seed) {
        cluster = TestClusterOf.started(nodes, seed);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(5 * SECOND_NS);
    }

    /** Both sides ask at once: two sessions, and each may send by another one. */
    @Test
    void shouldNotAskForSessionsAgainWhoseMembersAreHeard() {
        start(3, 1);
        final long before = sum(SyncCounter.SESSIONS);
        cluster.run(20 * SECOND_NS);
        assertThat(sum(SyncCounter.SESSIONS) - before).isZero();
    }

    @Test
    void shouldSendLittleToManyPeersWhileNothingHappens() {
        start(NODES, 2);
        final double[] sent = perPeer(0);
        assertThat(sent[0]).as("datagrams/s").isLessThan(6);
        assertThat(sent[1]).as("bytes/s").isLessThan(2_500);
    }

    /** How far others are joined is told as often as it takes, not as often as there is something to tell. */
    @Test
    void shouldSendSixKilobytesASecondOfVectorsAtMostHoweverManyNodesThereAre() {
        start(NODES, 3);
        final double[] sent = perPeer(24);
        assertThat(sent[0]).as("datagrams/s").isLessThan(110);
        assertThat(sent[1]).as("bytes/s").isLessThan(18_000);
        assertThat(sum(SyncCounter.RETRANSMISSIONS)).isLessThan(5);
    }

    /** Datagrams and bytes a second that a node sends to one peer, with so many requests in each gossip interval. */
    private double[] perPeer(final int requests) {
        final Random random = new Random(1);
        final long datagrams = sum(SyncCounter.DATAGRAMS_OUT);
        final long bytes = sum(SyncCounter.BYTES_OUT);
        for (long untilNs = cluster.nowNs + SECONDS * SECOND_NS; cluster.nowNs < untilNs; ) {
            for (int i = 0; i < requests; i++) {
                cluster.member(random.nextInt(NODES)).admits("agent-" + random.nextInt(500), 1, cluster.nowNs);
            }
            cluster.run(INTERVAL_NS);
        }
        final double links = (double) NODES * (NODES - 1) * SECONDS;
        final double[] sent = {
            (sum(SyncCounter.DATAGRAMS_OUT) - datagrams) / links, (sum(SyncCounter.BYTES_OUT) - bytes) / links
        };
        System.out.printf(
                Locale.ROOT,
                "gossip of %d nodes, %d requests each interval: %.1f datagrams/s and %.0f B/s to each peer%n",
                NODES,
                requests,
                sent[0],
                sent[1]);
        return sent;
    }

    private long sum(final SyncCounter counter) {
        return cluster.members.stream()
                .mapToLong(each -> each.agent.counters().get(counter))
                .sum();
    }
}
