package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A member that a reload takes out of one node's list while that does not hear it. */
final class TakenOutTest {

    private final TestClusterOf cluster = TestClusterOf.started(4, 41);

    private void begin() {
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
    }

    private ClusterView.Member seen(final int by, final int of) {
        return cluster.member(by).agent.view().members().stream()
                .filter(each -> each.name().equals(cluster.member(of).name))
                .findAny()
                .orElseThrow();
    }

    private void takeOut(final int by, final InetSocketAddress... left) {
        final TestMember member = cluster.member(by);
        member.agent.reload(
                TestMember.settings(member.name, member.address, List.of(left), member.weight), cluster.nowNs);
    }

    @Test
    void shouldStayAMemberToWhoHearsIt() {
        begin();
        final Set<InetSocketAddress> side = Set.of(cluster.member(0).address, cluster.member(1).address);
        cluster.network.links((from, to) -> side.contains(from) == side.contains(to));
        cluster.run(3 * SECOND_NS);
        takeOut(0, cluster.member(1).address, cluster.member(3).address);
        cluster.run(SECOND_NS);
        assertThat(seen(1, 2).state()).isEqualTo(MemberState.LEFT);
        // Who hears it is told of that before the others hear it themselves.
        final Set<InetSocketAddress> cut = Set.of(cluster.member(2).address);
        cluster.network.links(
                (from, to) -> !(cut.contains(from) && side.contains(to)) && !(side.contains(from) && cut.contains(to)));
        for (int i = 0; i < 3_000; i++) {
            cluster.step();
            assertThat(seen(3, 2).state()).isEqualTo(MemberState.ALIVE);
        }
        cluster.network.links((from, to) -> true);
        cluster.until("all again", 10 * SECOND_NS, cluster::isAllReachable);
    }

    @Test
    void shouldGoEverywhereWhenNobodyHearsIt() {
        begin();
        cluster.kill(2);
        cluster.run(3 * SECOND_NS);
        takeOut(0, cluster.member(1).address, cluster.member(3).address);
        cluster.until("taken out", 5 * SECOND_NS, cluster::isAllReachable);
        assertThat(seen(1, 2).why()).isEqualTo("was taken out of a list, as node-a tells");
    }
}
