package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Nodes that are restarted one after another while a member is silent. */
final class RollingTest {

    @Test
    void shouldKeepTheirShareOverRestartsWhileAMemberIsSilent() {
        final TestClusterOf cluster = TestClusterOf.started(3, 61);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.kill(2);
        cluster.run(3 * SECOND_NS);
        for (int i = 0; i < 2; i++) {
            cluster.member(i).agent.goodbye(cluster.nowNs);
            cluster.run(SECOND_NS);
            cluster.kill(i);
            cluster.start(i);
            cluster.run(5 * SECOND_NS);
        }
        assertThat(k(cluster, 0)).isEqualTo("2/3");
        assertThat(k(cluster, 1)).isEqualTo("2/3");
        cluster.start(2);
        cluster.until("all again", 5 * SECOND_NS, cluster::isAllReachable);
    }

    private static String k(final TestClusterOf cluster, final int i) {
        return cluster.member(i).table.clock().reachable() + "/"
                + cluster.member(i).table.clock().all();
    }
}
