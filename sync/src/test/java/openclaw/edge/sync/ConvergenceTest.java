package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long it takes until all nodes know of a change, in virtual time: no machine's load matters. */
final class ConvergenceTest {

    private static final int NODES = 5;
    private static final int CHANGES = 1_000;
    private static final long INTERVAL_NS = 20_000_000L;

    @Test
    void shouldTellEverybodyWithinThreeIntervalsAtTenPercentLoss() {
        final long[] taken = measure(0.1, 1);
        System.out.printf(
                "gossip: converged at 10 %% loss, %d nodes: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                NODES, taken[CHANGES / 2] / 1e6, taken[CHANGES * 99 / 100] / 1e6, taken[CHANGES - 1] / 1e6);
        assertThat(taken[CHANGES * 99 / 100]).isLessThan(3 * INTERVAL_NS);
    }

    @Test
    void shouldSendNothingTwiceWhenNothingIsLost() {
        final TestClusterOf cluster = TestClusterOf.started(NODES, 2);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(SECOND_NS);
        final long before = retransmissions(cluster);
        final Random random = new Random(2);
        long entries = 0;
        for (int i = 0; i < 5_000; i++) {
            entries += cluster.member(random.nextInt(NODES)).admits("agent-" + random.nextInt(50), 1, cluster.nowNs)
                    ? 1
                    : 0;
            cluster.step();
        }
        assertThat(entries).isGreaterThan(4_000);
        assertThat(retransmissions(cluster) - before).isLessThan(5);
    }

    private static long retransmissions(final TestClusterOf cluster) {
        return cluster.members.stream()
                .mapToLong(each -> each.agent.counters().get(SyncCounter.RETRANSMISSIONS))
                .sum();
    }

    private static long[] measure(final double loss, final long seed) {
        final TestClusterOf cluster = TestClusterOf.started(NODES, seed);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.network.faults(loss, 0.05);
        cluster.network.delay(1_000_000L);
        final Random random = new Random(seed);
        final long[] taken = new long[CHANGES];
        long total = cluster.member(0).quotas.consumedTokens(cluster.member(0).quota);
        for (int i = 0; i < CHANGES; i++) {
            cluster.run(1_000_000L * random.nextInt(40));
            if (!cluster.member(random.nextInt(NODES)).admits(1, cluster.nowNs)) {
                cluster.run(SECOND_NS / 10);
                i--;
                continue;
            }
            final long expected = ++total;
            final long sinceNs = cluster.nowNs;
            cluster.until(
                    "known",
                    SECOND_NS,
                    () -> cluster.members.stream()
                            .allMatch(each -> each.quotas.consumedTokens(each.quota) == expected));
            taken[i] = cluster.nowNs - sinceNs;
        }
        Arrays.sort(taken);
        return taken;
    }
}
