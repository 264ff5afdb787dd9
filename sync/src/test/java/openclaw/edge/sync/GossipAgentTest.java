package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import openclaw.edge.crdt.LimitSpec;
import org.junit.jupiter.api.Test;

/** Whole agents over a network in memory, in virtual time. */
final class GossipAgentTest {

    @Test
    void shouldExchangeWhatTwoNodesHaveCounted() {
        final TestClusterOf cluster = TestClusterOf.started(2, 1);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        assertThat(cluster.member(0).admits(5, cluster.nowNs)).isTrue();
        assertThat(cluster.member(1).admits(7, cluster.nowNs)).isTrue();
        assertThat(cluster.member(1).admits("agent-1", 3, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS / 10, cluster::isConverged);
        assertThat(cluster.member(0).counters(cluster.nowNs)).hasSize(5);
    }

    @Test
    void shouldConvergeOverALossyNetwork() {
        for (long seed = 1; seed <= 5; seed++) {
            final TestClusterOf cluster = TestClusterOf.started(3, seed);
            cluster.network.faults(0.2, 0.1);
            cluster.network.delay(5_000_000L);
            final Random random = new Random(seed);
            cluster.until("ready", 10 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
            for (int i = 0; i < 2_000; i++) {
                final TestMember any = cluster.member(random.nextInt(3));
                if (random.nextBoolean()) {
                    any.admits(1, cluster.nowNs);
                } else {
                    any.admits("agent-" + random.nextInt(40), 1, cluster.nowNs);
                }
                cluster.step();
            }
            cluster.until("converged, seed " + seed, SECOND_NS, cluster::isConverged);
        }
    }

    @Test
    void shouldTellANewLifeEverythingAgain() {
        final TestClusterOf cluster = TestClusterOf.started(3, 2);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        for (int i = 0; i < 100; i++) {
            cluster.member(i % 3).admits("agent-" + i, 1, cluster.nowNs);
        }
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        cluster.kill(0);
        cluster.run(3 * SECOND_NS);
        assertThat(cluster.member(1).table.clock().reachable()).isEqualTo(2);
        assertThat(cluster.member(1).table.clock().all()).isEqualTo(3);
        for (int i = 100; i < 150; i++) {
            // Enough not to be refilled before it is told: of a full bucket nothing is kept.
            cluster.member(1 + i % 2).admits("agent-" + i, 200, cluster.nowNs);
        }
        cluster.start(0);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.until("converged again", SECOND_NS, cluster::isConverged);
        assertThat(cluster.member(0).incarnation.isResumed()).isTrue();
    }

    @Test
    void shouldGiveANodeWithoutStateWhatTheClusterKnows() {
        final TestClusterOf cluster = TestClusterOf.started(3, 3);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        for (int i = 0; i < 90; i++) {
            cluster.member(i % 3).admits("agent-" + i, 200, cluster.nowNs);
        }
        assertThat(cluster.member(0).admits(300, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        cluster.kill(0);
        cluster.member(0).forget();
        cluster.start(0);
        cluster.until(
                "ready again", 2 * SECOND_NS, () -> cluster.member(0).agent.isReady());
        assertThat(cluster.member(0).agent.view().why()).contains("pulled");
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.until("converged again", SECOND_NS, cluster::isConverged);
        assertThat(cluster.member(0).quotas.consumedTokens(cluster.member(0).quota))
                .isEqualTo(300);
    }

    @Test
    void shouldGiveANodeWithoutStateWhatTheClusterKnowsOverANetworkThatReorders() {
        for (long seed = 1; seed <= 10; seed++) {
            final TestClusterOf cluster = TestClusterOf.started(3, seed);
            cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
            cluster.network.delay(5_000_000L);
            for (int i = 0; i < 1_500; i++) {
                cluster.member(i % 3).admits("agent-" + i, 300, cluster.nowNs);
                if (i % 50 == 0) {
                    cluster.step();
                }
            }
            cluster.kill(0);
            cluster.member(0).forget();
            cluster.start(0);
            cluster.until(
                    "ready again, seed " + seed,
                    2 * SECOND_NS,
                    () -> cluster.member(0).agent.isReady());
        }
    }

    @Test
    void shouldRelayThroughAHubWhatTwoLeavesCannotTellEachOther() {
        final TestClusterOf cluster = TestClusterOf.started(3, 4);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        final InetSocketAddress hub = cluster.member(0).address;
        cluster.network.links((from, to) -> from.equals(hub) || to.equals(hub));
        for (int i = 0; i < 5_000; i++) {
            if (i % 10 == 0) {
                cluster.member(1 + i / 10 % 2).admits("agent-" + i % 70, 1, cluster.nowNs);
            }
            cluster.step();
            assertThat(cluster.isAllReachable()).as(cluster.describe()).isTrue();
        }
        cluster.until("converged", SECOND_NS, cluster::isConverged);
    }

    @Test
    void shouldShareWhileCutAndForgiveWhatTheOtherSideConsumedOfItsShare() {
        final TestClusterOf cluster = TestClusterOf.started(2, 5);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(2 * SECOND_NS);
        cluster.network.links((from, to) -> false);
        cluster.run(2 * SECOND_NS);
        assertThat(cluster.member(0).table.clock().reachable()).isEqualTo(1);
        final long[] admitted = new long[2];
        for (int i = 0; i < 20_000; i++) {
            // Each side asks for 1,000 a second, the whole limit, and gets half of it.
            for (int side = 0; side < 2; side++) {
                admitted[side] += cluster.member(side).admits(1, cluster.nowNs) ? 1 : 0;
            }
            cluster.step();
        }
        assertThat(admitted[0]).isBetween(9_900L, 10_600L);
        assertThat(admitted[1]).isBetween(9_900L, 10_600L);
        cluster.network.links((from, to) -> true);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        cluster.run(2 * SECOND_NS);
        // What was consumed on the other side does not starve this one.
        assertThat(cluster.member(0).admits(100, cluster.nowNs)).isTrue();
    }

    @Test
    void shouldCountANewcomerOnlyWhenAllAcknowledgeIt() {
        final TestClusterOf cluster = new TestClusterOf(4, LimitSpec.of(1_000, 1_000, SECOND_NS, 1), 6);
        final List<InetSocketAddress> three =
                List.of(cluster.member(0).address, cluster.member(1).address, cluster.member(2).address);
        for (int i = 0; i < 3; i++) {
            final TestMember self = cluster.member(i);
            cluster.start(
                    i, three.stream().filter(each -> !each.equals(self.address)).toList());
        }
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.kill(2);
        cluster.run(3 * SECOND_NS);
        cluster.start(3, three);
        cluster.run(5 * SECOND_NS);
        assertThat(cluster.member(3).agent.isReady()).as(cluster.describe()).isTrue();
        for (int i = 0; i < 2; i++) {
            assertThat(cluster.member(i).table.clock().all()).isEqualTo(3);
            assertThat(cluster.member(i).table.clock().reachable()).isEqualTo(2);
        }
        assertThat(cluster.member(3).agent.view().reachable()).isEqualTo(2);
        cluster.start(2, three.subList(0, 2));
        cluster.until("counted", 5 * SECOND_NS, cluster::isAllReachable);
        assertThat(cluster.member(0).table.clock().all()).isEqualTo(4);
    }

    @Test
    void shouldNotCountWhoSaidGoodbye() {
        final TestClusterOf cluster = TestClusterOf.started(3, 7);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.member(2).agent.goodbye(cluster.nowNs);
        cluster.until("gone", SECOND_NS, () -> cluster.member(2).agent.isGone());
        cluster.kill(2);
        cluster.until("without it", SECOND_NS / 2, cluster::isAllReachable);
        assertThat(cluster.member(0).table.clock().all()).isEqualTo(2);
        cluster.start(2);
        cluster.until("back", 5 * SECOND_NS, cluster::isAllReachable);
    }

    @Test
    void shouldBeginWithASharePerNodeWhenAllAreNew() {
        final TestClusterOf cluster = TestClusterOf.started(4, 8);
        cluster.until("ready", 5 * SECOND_NS, cluster::isAllReady);
        assertThat(cluster.member(0).agent.view().why()).contains("as new as");
        assertThat(cluster.member(0).table.remainingTokens(cluster.member(0).tenant, cluster.nowNs))
                .isBetween(200L, 320L);
    }

    @Test
    void shouldBeginEmptyWhenNobodyIsReached() {
        final TestClusterOf cluster = new TestClusterOf(4, LimitSpec.of(1_000, 1_000, SECOND_NS, 1), 9);
        cluster.start(0);
        cluster.until("ready", 5 * SECOND_NS, cluster::isAllReady);
        assertThat(cluster.member(0).agent.view().why()).contains("empty");
        assertThat(cluster.member(0).admits(100, cluster.nowNs)).isFalse();
    }

    @Test
    void shouldBeginAnewWhenItsStateWentBackInTime() {
        final TestClusterOf cluster = TestClusterOf.started(2, 10);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        assertThat(cluster.member(0).admits(5, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        final TestMember member = cluster.member(0);
        final var oldBuckets = member.bucketMemory.copy();
        final var oldQuotas = member.quotaMemory.copy();
        assertThat(member.admits(50, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        cluster.kill(0);
        member.bucketMemory = oldBuckets;
        member.quotaMemory = oldQuotas;
        cluster.start(0);
        final long former = member.incarnation.id();
        cluster.until("renewed", 3 * SECOND_NS, () -> member.incarnation.id() != former);
        cluster.until("heard again", 3 * SECOND_NS, cluster::isAllReachable);
        cluster.until("converged again", SECOND_NS, cluster::isConverged);
        assertThat(member.agent.counters().get(SyncCounter.RENEWALS)).isEqualTo(1);
    }

    @Test
    void shouldDropFromTheBucketsWhatAnIncarnationThatIsNoMoreHasCounted() {
        final TestClusterOf cluster = TestClusterOf.started(3, 11);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        for (int i = 0; i < 30; i++) {
            cluster.member(i % 3).admits("agent-" + i, 200, cluster.nowNs);
        }
        assertThat(cluster.member(0).admits(3, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        final String former = Long.toHexString(cluster.member(0).incarnation.id());
        cluster.kill(0);
        cluster.member(0).forget();
        cluster.start(0);
        cluster.until("ready again", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        assertThat(cluster.member(0).counters(cluster.nowNs).keySet()).anyMatch(each -> each.endsWith(former));
        cluster.run(20 * SECOND_NS);
        for (final TestMember each : cluster.members) {
            assertThat(each.agent.counters().get(SyncCounter.RETIRED)).isEqualTo(1);
            // Its part of the quota's row stays.
            assertThat(each.counters(cluster.nowNs).keySet().stream().filter(key -> key.endsWith(former)))
                    .hasSize(1);
        }
    }

    @Test
    void shouldCountEverybodyAsSilentAfterAPauseOfItsOwn() {
        final TestClusterOf cluster = TestClusterOf.started(2, 12);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        final TestMember paused = cluster.member(0);
        paused.isRunning = false;
        cluster.run(SECOND_NS * 3 / 5);
        assertThat(cluster.member(1).table.clock().reachable()).isEqualTo(2);
        paused.isRunning = true;
        // Only this one cycle: what waits for it in the socket is joined as a silent one's.
        cluster.step();
        assertThat(paused.agent.counters().get(SyncCounter.OWN_PAUSES)).isEqualTo(1);
        assertThat(paused.agent.counters().get(SyncCounter.SILENCES)).isEqualTo(1);
        cluster.until("heard again", SECOND_NS, cluster::isAllReachable);
    }

    @Test
    void shouldNotSendAnythingForRefusals() {
        final TestClusterOf cluster = TestClusterOf.started(2, 13);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(2 * SECOND_NS);
        final long entriesBefore = cluster.member(0).agent.counters().get(SyncCounter.ENTRIES_OUT);
        final long sentBefore = cluster.member(0).agent.counters().get(SyncCounter.DATAGRAMS_OUT);
        for (int i = 0; i < 1_000; i++) {
            assertThat(cluster.member(0).admits(1_001, cluster.nowNs)).isFalse();
            cluster.step();
        }
        assertThat(cluster.member(0).agent.counters().get(SyncCounter.ENTRIES_OUT))
                .isEqualTo(entriesBefore);
        // Signs of life, vectors and the view, no more.
        assertThat(cluster.member(0).agent.counters().get(SyncCounter.DATAGRAMS_OUT) - sentBefore)
                .isLessThan(12);
    }

    @Test
    void shouldPassOnGrowthUnderPressureWithoutWaitingForTheTick() {
        final TestClusterOf cluster = TestClusterOf.started(2, 14);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(2 * SECOND_NS);
        for (int i = 0; i < 20; i++) {
            assertThat(cluster.member(0).admits(16, cluster.nowNs)).isTrue();
            cluster.run(3 * TestClusterOf.STEP_NS);
            assertThat(cluster.isConverged()).as("after " + i).isTrue();
        }
    }

    @Test
    void shouldNotCountANodeOfWeightZero() {
        final TestClusterOf cluster = new TestClusterOf(3, LimitSpec.of(1_000, 1_000, SECOND_NS, 1), 15);
        cluster.member(2).weight = 0;
        cluster.start(0, List.of(cluster.member(1).address));
        cluster.start(1, List.of(cluster.member(0).address));
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.start(2, List.of(cluster.member(0).address, cluster.member(1).address));
        cluster.run(3 * SECOND_NS);
        assertThat(cluster.member(2).agent.isReady()).isTrue();
        for (final TestMember each : cluster.members) {
            assertThat(each.table.clock().all()).as(cluster.describe()).isEqualTo(2);
            assertThat(each.table.clock().reachable()).isEqualTo(2);
        }
        assertThat(cluster.member(2).admits(5, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS, cluster::isConverged);
    }

    @Test
    void shouldFindThirdNodesByTheWordOfOne() {
        final TestClusterOf cluster = new TestClusterOf(3, LimitSpec.of(1_000, 1_000, SECOND_NS, 1), 16);
        cluster.start(0, List.of(cluster.member(1).address));
        cluster.start(1, List.of(cluster.member(0).address));
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.start(2, List.of(cluster.member(0).address));
        cluster.until("counted", 5 * SECOND_NS, cluster::isAllReachable);
        cluster.member(1).admits(1, cluster.nowNs);
        cluster.run(2 * SECOND_NS);
        assertThat(cluster.member(2).agent.view().members()).hasSize(2);
        assertThat(cluster.member(1).agent.view().members())
                .anyMatch(each -> each.name().equals("node-c") && each.roundTripNs() > 0);
    }

    @Test
    void shouldShowWhatItKnows() {
        final TestClusterOf cluster = TestClusterOf.started(2, 17);
        cluster.member(1).agent.hashes(11, 12);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(2 * SECOND_NS);
        final ClusterView view = cluster.member(0).agent.view();
        assertThat(view.all()).isEqualTo(2);
        assertThat(view.reachable()).isEqualTo(2);
        assertThat(view.isReady()).isTrue();
        assertThat(view.members()).hasSize(1);
        final ClusterView.Member other = view.members().get(0);
        assertThat(other.name()).isEqualTo("node-b");
        assertThat(other.state()).isEqualTo(MemberState.ALIVE);
        assertThat(other.configurationHash()).isEqualTo(11);
        assertThat(other.catalogHash()).isEqualTo(12);
        assertThat(other.lagVersions()).isZero();
        assertThat(other.behindVersions()).isZero();
        assertThat(Math.abs(other.clockSkewMs())).isLessThan(3);
    }
}
