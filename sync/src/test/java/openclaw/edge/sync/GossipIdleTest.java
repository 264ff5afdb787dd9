package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Agents that are called only when a datagram is there, growth is urgent, or what they wait for is due. In virtual time. */
final class GossipIdleTest {

    private static final int CYCLES_PER_SECOND_IF_ALWAYS = 1_000;

    private static TestClusterOf waiting(final int nodes, final long seed) {
        final TestClusterOf cluster = TestClusterOf.started(nodes, seed);
        cluster.isWaiting = true;
        cluster.until("ready", 10 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        return cluster;
    }

    @Test
    void shouldBeCalledSeldomWhileNothingHappens() {
        final TestClusterOf cluster = waiting(4, 1);
        cluster.run(5 * SECOND_NS);
        final long before = cluster.member(0).cycles;
        cluster.run(10 * SECOND_NS);
        assertThat(cluster.member(0).cycles - before).isLessThan(10 * CYCLES_PER_SECOND_IF_ALWAYS / 3);
        assertThat(cluster.isAllReachable()).isTrue();
    }

    /** What came from others is told by them: that it has changed here is nothing to be done. */
    @Test
    void shouldBeCalledSeldomWhileAllCountBelowWhatIsUrgent() {
        final TestClusterOf cluster = waiting(4, 6);
        for (int i = 0; i < 200; i++) {
            cluster.member(i % 4).admits(1, cluster.nowNs);
            cluster.run(SECOND_NS / 40);
        }
        final long before = cluster.member(0).cycles;
        for (int i = 0; i < 400; i++) {
            cluster.member(i % 4).admits(1, cluster.nowNs);
            cluster.run(SECOND_NS / 40);
        }
        assertThat(cluster.member(0).cycles - before).isLessThan(10 * CYCLES_PER_SECOND_IF_ALWAYS / 2);
        cluster.until("converged", SECOND_NS / 20, cluster::isConverged);
    }

    @Test
    void shouldTellAtOnceWhatIsUrgent() {
        final TestClusterOf cluster = waiting(2, 2);
        cluster.run(SECOND_NS);
        final Random random = new Random(2);
        for (int i = 0; i < 50; i++) {
            // At any point between two ticks.
            cluster.run(SECOND_NS / 2 + random.nextInt(40) * TestClusterOf.STEP_NS);
            assertThat(cluster.member(0).admits(100, cluster.nowNs)).isTrue();
            // At once, a step over the network; or one later, if a round has just gone out.
            cluster.until("told", 4 * TestClusterOf.STEP_NS, cluster::isConverged);
        }
    }

    @Test
    void shouldConvergeAsSoonAsWithoutWaiting() {
        final TestClusterOf cluster = waiting(3, 3);
        for (int i = 0; i < 50; i++) {
            assertThat(cluster.member(i % 3).admits(1, cluster.nowNs)).isTrue();
            cluster.until("converged", SECOND_NS / 20, cluster::isConverged);
        }
    }

    @Test
    void shouldConvergeOverALossyNetwork() {
        for (long seed = 1; seed <= 5; seed++) {
            final TestClusterOf cluster = TestClusterOf.started(3, seed);
            cluster.isWaiting = true;
            cluster.network.faults(0.2, 0.1);
            cluster.network.delay(5_000_000L);
            final Random random = new Random(seed);
            cluster.until("ready", 10 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
            for (int i = 0; i < 2_000; i++) {
                cluster.member(random.nextInt(3)).admits("agent-" + random.nextInt(40), 1, cluster.nowNs);
                cluster.step();
            }
            cluster.until("converged, seed " + seed, SECOND_NS, cluster::isConverged);
        }
    }

    @Test
    void shouldNoticeWhoIsSilentAndTakeUpWhoIsBack() {
        final TestClusterOf cluster = waiting(3, 4);
        cluster.kill(0);
        cluster.until(
                "noticed",
                2 * SECOND_NS,
                () -> cluster.member(1).table.clock().reachable() == 2
                        && cluster.member(2).table.clock().reachable() == 2);
        assertThat(cluster.member(1).admits(10, cluster.nowNs)).isTrue();
        cluster.start(0);
        cluster.until("back", 10 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.until("converged", SECOND_NS, cluster::isConverged);
    }
}
