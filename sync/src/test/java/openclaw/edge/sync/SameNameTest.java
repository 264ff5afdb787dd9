package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes go by one name, by mistake or while one replaces the other: nobody counts for one what the other used. */
final class SameNameTest {

    private static final int FIRST = 0;
    private static final int NODES = 3;

    private TestClusterOf cluster;

    /** Another process of the first node's name, with tables and an address of its own. */
    private void startTwin() {
        final TestMember twin = new TestMember(cluster.member(FIRST).name, NODES);
        cluster.members.add(twin);
        // The random numbers of a first start would be those of the first node.
        cluster.start(NODES);
        cluster.start(NODES);
    }

    /** What each node has counted of the tenant's quota in all. */
    private List<Long> used() {
        final List<Long> used = new ArrayList<>();
        for (final TestMember each : cluster.running()) {
            used.add(each.quotas.consumedTokens(each.quota));
        }
        return used;
    }

    @Test
    void shouldTellWhereBothAreThoughTheyNeverMeet() {
        cluster = TestClusterOf.started(NODES, 5);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(40 * SECOND_NS);
        assertThat(errors()).isEmpty();
        final InetSocketAddress first = cluster.member(FIRST).address;
        final InetSocketAddress twin = new InetSocketAddress("127.0.0.1", 7_000 + NODES);
        cluster.network.links(
                (from, to) -> !(from.equals(first) && to.equals(twin)) && !(from.equals(twin) && to.equals(first)));
        startTwin();
        cluster.run(20 * SECOND_NS);
        for (int i = 1; i < NODES; i++) {
            assertThat(errors(cluster.member(i)))
                    .as("at most once a minute")
                    .singleElement()
                    .asString()
                    .contains("the name 'node-a'", "127.0.0.1:7000", "127.0.0.1:7003");
        }
    }

    @Test
    void shouldSayNothingOfANodeThatStartsAgainElsewhere() {
        cluster = TestClusterOf.started(NODES, 6);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        for (int i = 0; i < 3; i++) {
            cluster.kill(FIRST);
            startTwin();
            cluster.run(5 * SECOND_NS);
            cluster.members.remove(NODES).isRunning = false;
            cluster.network.open(new InetSocketAddress("127.0.0.1", 7_000 + NODES));
            cluster.start(FIRST);
            cluster.run(5 * SECOND_NS);
        }
        assertThat(errors()).isEmpty();
    }

    @Test
    void shouldTellWhereBothAreWhenTheyMeet() {
        cluster = TestClusterOf.started(NODES, 7);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        startTwin();
        cluster.run(5 * SECOND_NS);
        assertThat(errors(cluster.member(NODES)))
                .singleElement()
                .asString()
                .contains("the name 'node-a'", "127.0.0.1:7000", "127.0.0.1:7003");
    }

    private List<String> errors() {
        return cluster.members.stream().flatMap(each -> errors(each).stream()).toList();
    }

    private static List<String> errors(final TestMember member) {
        return member.events.stream()
                .filter(each -> each.contains("two processes go by the name"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 4})
    void shouldNeverCountMoreThanTwoNodesOfOneNameUsed(final long seed) {
        cluster = TestClusterOf.started(NODES, seed);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        long used = 0;
        assertThat(cluster.member(FIRST).admits(300, cluster.nowNs)).isTrue();
        used += 300;
        cluster.run(SECOND_NS);
        // Others tell of the one while the other is still to be read.
        cluster.network.delay(40 * TestClusterOf.STEP_NS);
        cluster.network.faults(0.1, 0.05);
        startTwin();
        for (int i = 0; i < 600; i++) {
            for (final TestMember each : cluster.running()) {
                if (each.agent.isReady() && each.admits(1, cluster.nowNs)) {
                    used++;
                }
            }
            cluster.run(SECOND_NS / 50);
            final long most = used;
            assertThat(used()).as("tokens of the quota").allMatch(each -> each <= most, "at most " + most);
        }
    }
}
