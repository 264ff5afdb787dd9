package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.crdt.CrdtCounter;
import org.junit.jupiter.api.Test;

/** What whole agents do with silences of their members, and what somebody has not acknowledged meanwhile. */
final class GossipSilenceTest {

    @Test
    void shouldGiveBackWhatWasGivenUpForTheOtherSideWithoutAnyDecision() {
        final TestClusterOf cluster = TestClusterOf.started(2, 21);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(2 * SECOND_NS);
        final TestMember member = cluster.member(0);
        cluster.network.links((from, to) -> false);
        cluster.run(2 * SECOND_NS);
        for (int i = 0; i < 100; i++) {
            // The part of the bucket beyond this node's share is given up.
            assertThat(member.admits("agent-" + i, 1, cluster.nowNs)).isTrue();
        }
        assertThat(member.table.counters().get(CrdtCounter.ASIDE_GIVEN_BACK_UNITS))
                .isZero();
        cluster.network.links((from, to) -> true);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.run(SECOND_NS / 10);
        assertThat(member.table.counters().get(CrdtCounter.ASIDE_GIVEN_BACK_UNITS))
                .isPositive();
        assertThat(member.table.giveBack(cluster.nowNs, 1))
                .as("the pass is at its end")
                .isZero();
    }

    @Test
    void shouldEndASilenceWhenItsMemberIsHeardOrLeaves() {
        final TestClusterOf cluster = TestClusterOf.started(3, 22);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.running().forEach(each -> assertThat(silences(each)).isZero());
        final InetSocketAddress cut = cluster.member(2).address;
        cluster.network.links((from, to) -> !from.equals(cut) && !to.equals(cut));
        cluster.run(2 * SECOND_NS);
        assertThat(silences(cluster.member(0))).isEqualTo(1);
        assertThat(silences(cluster.member(2))).isEqualTo(2);
        cluster.network.links((from, to) -> true);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.running().forEach(each -> assertThat(silences(each)).isZero());

        cluster.kill(2);
        cluster.run(2 * SECOND_NS);
        assertThat(silences(cluster.member(0))).isEqualTo(1);
        cluster.kill(0);
        cluster.start(0);
        cluster.run(2 * SECOND_NS);
        assertThat(silences(cluster.member(0)))
                .as("of the downtime, while one of two is not heard")
                .isEqualTo(1);
        cluster.start(2);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.running().forEach(each -> assertThat(silences(each)).isZero());

        cluster.member(2).agent.goodbye(cluster.nowNs);
        cluster.run(3 * SECOND_NS);
        assertThat(cluster.member(0).table.clock().all()).isEqualTo(2);
        assertThat(silences(cluster.member(0))).isZero();
        assertThat(silences(cluster.member(1))).isZero();
    }

    /** Nobody hears what is left of them; to the others it is a silent member, whose share nobody else uses. */
    @Test
    void shouldFallSilentOnceItsTablesAreLostAndBeHeardAfterARestartWithoutState() {
        final TestClusterOf cluster = TestClusterOf.started(3, 25);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(2 * SECOND_NS);
        final TestMember lost = cluster.member(1);
        assertThat(lost.admits(5, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        lost.table.clock().refuseAll();
        final List<Integer> sentBy = new ArrayList<>();
        cluster.network.links((from, to) -> {
            sentBy.add(from.getPort());
            return true;
        });

        long admitted = 0;
        final long beganNs = cluster.nowNs;
        for (int i = 0; i < 6_000; i++) {
            for (final TestMember each : cluster.running()) {
                // Twice what is refilled, at each of them.
                admitted += each.admits(2, cluster.nowNs) ? 2 : 0;
            }
            cluster.step();
        }
        assertThat(sentBy)
                .contains(
                        cluster.member(0).address.getPort(),
                        cluster.member(2).address.getPort());
        assertThat(sentBy).doesNotContain(lost.address.getPort());
        assertThat(lost.admits(0, cluster.nowNs)).isFalse();
        final long capacity = cluster.spec.capacityTokens();
        final long refilled = (cluster.nowNs - beganNs) / TestClusterOf.STEP_NS;
        // In full up to suspect_after, then at two thirds.
        assertThat(admitted).isBetween(refilled * 2 / 3, capacity + refilled);
        for (final TestMember each : List.of(cluster.member(0), cluster.member(2))) {
            assertThat(each.table.clock().reachable()).isEqualTo(2);
            assertThat(each.table.clock().all()).isEqualTo(3);
            assertThat(silences(each)).isEqualTo(1);
        }

        cluster.network.links((from, to) -> true);
        cluster.kill(1);
        lost.forget();
        cluster.start(1);
        cluster.until("heard again", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.until("converged again", SECOND_NS, cluster::isConverged);
        assertThat(cluster.member(0).table.clock().all()).isEqualTo(3);
    }

    private static int silences(final TestMember member) {
        return member.table.clock().silences();
    }

    @Test
    void shouldNotDebitWhatWasConsumedBeyondACutBeforeItStartedWithoutState() {
        final TestClusterOf cluster = TestClusterOf.started(3, 23);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        assertThat(cluster.member(2).admits(10, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        final InetSocketAddress cut = cluster.member(2).address;
        cluster.network.links((from, to) -> !from.equals(cut) && !to.equals(cut));
        cluster.run(2 * SECOND_NS);
        long consumed = 0;
        for (int i = 0; i < 30_000; i++) {
            consumed += cluster.member(2).admits(1, cluster.nowNs) ? 1 : 0;
            cluster.step();
        }
        cluster.kill(0);
        cluster.member(0).forget();
        cluster.start(0);
        final TestMember late = cluster.member(0);
        cluster.until("ready again", 3 * SECOND_NS, late.agent::isReady);
        cluster.run(2 * SECOND_NS);
        cluster.network.links((from, to) -> true);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.until("converged again", SECOND_NS, cluster::isConverged);
        assertThat(late.table.replicas().counters().get(CrdtCounter.UNHEARD_UNDEBITED_TOKENS))
                .isEqualTo(consumed);
        // From now on it is heard.
        assertThat(cluster.member(2).admits(1, cluster.nowNs)).isTrue();
        cluster.until("converged at last", SECOND_NS, cluster::isConverged);
        assertThat(late.table.replicas().counters().get(CrdtCounter.UNHEARD_UNDEBITED_TOKENS))
                .isEqualTo(consumed);
    }

    @Test
    void shouldTellHowMuchSomebodyHasNotAcknowledged() {
        final TestClusterOf cluster = TestClusterOf.started(3, 24);
        final TestMember member = cluster.member(0);
        assertThat(unsynced(member)).as("nothing was acknowledged yet").isEqualTo(-1);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(3 * SECOND_NS);
        assertThat(unsynced(member)).isZero();
        assertThat(member.admits(7, cluster.nowNs)).isTrue();
        cluster.run(2 * SECOND_NS);
        assertThat(unsynced(member)).as("all have it").isZero();

        final InetSocketAddress cut = cluster.member(2).address;
        cluster.network.links((from, to) -> !from.equals(cut) && !to.equals(cut));
        assertThat(member.admits(50, cluster.nowNs)).isTrue();
        cluster.run(3 * SECOND_NS);
        assertThat(unsynced(member)).as("one of two has it").isEqualTo(50);
        assertThat(member.admits(20, cluster.nowNs)).isTrue();
        assertThat(member.admits("an agent", 1, cluster.nowNs)).isTrue();
        cluster.run(2 * SECOND_NS);
        assertThat(unsynced(member)).isEqualTo(70);

        cluster.network.links((from, to) -> true);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.run(3 * SECOND_NS);
        assertThat(unsynced(member)).isZero();
        cluster.kill(1);
        cluster.kill(2);
        cluster.run(SECOND_NS);
        assertThat(member.admits(30, cluster.nowNs)).isTrue();
        cluster.run(2 * SECOND_NS);
        assertThat(unsynced(member)).isEqualTo(30);
        cluster.start(1);
        cluster.start(2);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.run(3 * SECOND_NS);
        assertThat(unsynced(member)).isZero();
    }

    private static long unsynced(final TestMember member) {
        final long tokens = member.agent.view().unsyncedTokens();
        assertThat(member.agent.unsyncedTokens(List.of(member.tenant)))
                .as("of the one tenant's bucket")
                .containsExactly(tokens);
        return tokens;
    }
}
