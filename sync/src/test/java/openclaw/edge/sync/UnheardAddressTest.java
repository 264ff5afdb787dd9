package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Addresses in somebody's list where nobody is ever heard: they keep nobody else from being counted. */
final class UnheardAddressTest {

    private static final InetSocketAddress NOBODY = new InetSocketAddress("127.0.0.1", 7_999);
    private static final double RATE = 1_000;

    @Test
    void shouldCountOneAnotherThoughOneListNamesAnAddressWhereNobodyIs() {
        final TestClusterOf cluster = begun(31);
        expectCounted(cluster, 3, 4);
        expectRate(cluster, 0.75);
    }

    @Test
    void shouldServeTheWholeRateOnceTheAddressIsTakenOut() {
        final TestClusterOf cluster = begun(32);
        expectCounted(cluster, 3, 4);
        cluster.run(20 * SECOND_NS);
        assertThat(told(cluster, "nobody was heard")).isEmpty();
        cluster.run(20 * SECOND_NS);
        assertThat(told(cluster, "nobody was heard"))
                .as("by each of three, once")
                .hasSize(3)
                .allMatch(each -> each.contains("nobody was heard at 127.0.0.1:7999")
                        && each.contains("a share of every limit is reserved for it"));
        reload(cluster, 2, cluster.member(0).address);
        cluster.until("all of it", 5 * SECOND_NS, cluster::isAllReachable);
        expectRate(cluster, 1);
        assertThat(told(cluster, "the address 127.0.0.1:7999, where nobody was heard, counts no more"))
                .hasSize(3);
    }

    @Test
    void shouldSayWhoWasHeardAtLast() {
        final TestClusterOf cluster = of(3, 36);
        cluster.start(0, List.of(cluster.member(1).address, cluster.member(2).address));
        cluster.start(1, List.of(cluster.member(0).address, cluster.member(2).address));
        cluster.run(40 * SECOND_NS);
        assertThat(told(cluster, "nobody was heard at 127.0.0.1:7002")).hasSize(2);
        cluster.start(2);
        cluster.until("counted", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(2 * SECOND_NS);
        assertThat(told(cluster, "node-c was heard at 127.0.0.1:7002")).hasSize(2);
        expectRate(cluster, 1);
    }

    private static List<String> told(final TestClusterOf cluster, final String what) {
        return cluster.running().stream()
                .flatMap(each -> each.events.stream())
                .filter(each -> each.contains(what))
                .toList();
    }

    @Test
    void shouldNotDivideByAnAddressOfWhoComesLater() {
        final TestClusterOf cluster = of(3, 33);
        cluster.start(0, List.of(cluster.member(1).address));
        cluster.start(1, List.of(cluster.member(0).address));
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(3 * SECOND_NS);
        cluster.start(2, List.of(cluster.member(0).address, NOBODY));
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        expectRate(cluster, 1);
    }

    @Test
    void shouldTakeUpWhoComesBackThoughOneListNamesAnAddressWhereNobodyIs() {
        final TestClusterOf cluster = TestClusterOf.started(3, 34);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        reload(cluster, 2, cluster.member(0).address, cluster.member(1).address, NOBODY);
        cluster.run(SECOND_NS);
        cluster.member(0).agent.goodbye(cluster.nowNs);
        cluster.run(SECOND_NS);
        cluster.kill(0);
        cluster.start(0);
        cluster.until("counted again", 5 * SECOND_NS, cluster::isAllReachable);
        cluster.kill(1);
        cluster.start(1, List.of(cluster.member(0).address, NOBODY));
        cluster.until("counted again", 5 * SECOND_NS, cluster::isAllReachable);
        expectRate(cluster, 1);
    }

    @Test
    void shouldLeaveItsShareToWhoWasSilentWhenANewcomerComes() {
        final TestClusterOf cluster = of(4, 35);
        // Of three one is cut off from the beginning: a third is its.
        final List<InetSocketAddress> all =
                List.of(cluster.member(0).address, cluster.member(1).address, cluster.member(3).address);
        final InetSocketAddress cut = cluster.member(3).address;
        cluster.network.links((from, to) -> from.equals(cut) == to.equals(cut));
        cluster.start(0, all);
        cluster.start(1, all);
        cluster.start(3, all);
        cluster.until("ready", 5 * SECOND_NS, cluster::isAllReady);
        cluster.run(3 * SECOND_NS);
        cluster.start(2, List.of(cluster.member(0).address, cluster.member(1).address));
        cluster.until("ready", 5 * SECOND_NS, cluster::isAllReady);
        cluster.run(5 * SECOND_NS);
        for (int i = 0; i < 3; i++) {
            final TestMember each = cluster.member(i);
            assertThat(part(each)).as(cluster.describe()).isEqualTo(2.0 / 3);
        }
        assertThat(part(cluster.member(3))).isEqualTo(1.0 / 3);
        cluster.network.links((from, to) -> true);
        cluster.until("all counted", 5 * SECOND_NS, cluster::isAllReachable);
    }

    private static double part(final TestMember member) {
        return (double) member.table.clock().reachable() / member.table.clock().all();
    }

    private static TestClusterOf of(final int nodes, final long seed) {
        return new TestClusterOf(nodes, openclaw.edge.crdt.LimitSpec.of(1_000, 1_000, SECOND_NS, 1), seed);
    }

    private static TestClusterOf begun(final long seed) {
        final TestClusterOf cluster = of(3, seed);
        cluster.start(0, List.of(cluster.member(1).address));
        cluster.start(1, List.of(cluster.member(1).address, cluster.member(2).address));
        cluster.start(2, List.of(cluster.member(0).address, NOBODY));
        return cluster;
    }

    private static void reload(final TestClusterOf cluster, final int i, final InetSocketAddress... peers) {
        final TestMember member = cluster.member(i);
        member.agent.reload(
                TestMember.settings(member.name, member.address, Arrays.asList(peers), member.weight), cluster.nowNs);
    }

    private static void expectCounted(final TestClusterOf cluster, final int reachable, final int all) {
        cluster.until(
                reachable + " of " + all,
                5 * SECOND_NS,
                () -> cluster.isAllReady()
                        && cluster.running().stream()
                                .allMatch(each -> each.table.clock().reachable() == reachable
                                        && each.table.clock().all() == all));
    }

    /** Everybody asks for more than there is: what all are given together, and that each is given something. */
    private static void expectRate(final TestClusterOf cluster, final double part) {
        final int nodes = cluster.running().size();
        final long[] admitted = new long[nodes];
        ask(cluster, 5 * SECOND_NS, new long[nodes]);
        ask(cluster, 10 * SECOND_NS, admitted);
        assertThat(Arrays.stream(admitted).sum() / 10.0 / RATE).isBetween(0.95 * part, 1.05 * part);
        for (final long each : admitted) {
            assertThat(each / 10.0 / RATE).as(Arrays.toString(admitted)).isGreaterThan(0.5 * part / nodes);
        }
    }

    private static void ask(final TestClusterOf cluster, final long forNs, final long[] admitted) {
        final long untilNs = cluster.nowNs + forNs;
        while (cluster.nowNs < untilNs) {
            cluster.step();
            for (int i = 0; i < admitted.length; i++) {
                admitted[i] += cluster.running().get(i).admits(1, cluster.nowNs) ? 1 : 0;
            }
        }
    }
}
