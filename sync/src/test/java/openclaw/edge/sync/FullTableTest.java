package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.crdt.LimitSpec;
import org.junit.jupiter.api.Test;

/** A node whose table has no room for all that it is told: what third nodes learn of others through it, and afterwards. */
final class FullTableTest {

    private static final int AGENTS = 60;
    private static final int TINY = 24;
    private static final int FIRST = 0;
    private static final int MIDDLE = 1;
    private static final int LAST = 2;

    private final TestClusterOf cluster = new TestClusterOf(3, LimitSpec.of(1_000, 1, SECOND_NS, 1), 5);

    /** What the first node counted itself, as a node holds it. */
    private Map<String, String> ofFirst(final int at) {
        final String suffix =
                " of " + Long.toHexString(cluster.member(FIRST).table.incarnation());
        final Map<String, String> counters = new TreeMap<>();
        cluster.member(at).counters(cluster.nowNs).forEach((key, value) -> {
            if (key.endsWith(suffix)) {
                counters.put(key, value);
            }
        });
        return counters;
    }

    private void cutFirstFromLast(final boolean cut) {
        final InetSocketAddress first = cluster.member(FIRST).address;
        final InetSocketAddress last = cluster.member(LAST).address;
        cluster.network.links((from, to) -> {
            final boolean isBetween =
                    (from.equals(first) && to.equals(last)) || (from.equals(last) && to.equals(first));
            return !cut || !isBetween;
        });
    }

    private void use(final int from, final int to) {
        for (int i = from; i < to; i++) {
            assertThat(cluster.member(FIRST).admits("agent-" + i, 100, cluster.nowNs))
                    .isTrue();
        }
    }

    private void startAll() {
        cluster.member(MIDDLE).slots = TINY;
        for (int i = FIRST; i <= LAST; i++) {
            cluster.start(i);
        }
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
    }

    @Test
    void shouldVouchForNothingThatItHadNoRoomFor() {
        startAll();
        cutFirstFromLast(true);
        use(0, AGENTS);
        cluster.run(5 * SECOND_NS);
        final long dropped = cluster.member(MIDDLE).table.replicas().counters().get(CrdtCounter.JOIN_TABLE_FULL);
        assertThat(dropped).isPositive();
        assertThat(cluster.member(MIDDLE).table.clock().reachable()).isEqualTo(3);
        assertThat(ofFirst(LAST)).as("what came through the middle").hasSizeBetween(1, TINY);
        assertThat(ofFirst(FIRST)).hasSize(AGENTS);

        cutFirstFromLast(false);
        cluster.until("all of it", 5 * SECOND_NS, () -> ofFirst(LAST).equals(ofFirst(FIRST)));
        cluster.until("all heard", 5 * SECOND_NS, cluster::isAllReachable);
    }

    @Test
    void shouldNotCountAsHeardWhomOnlyANodeWithoutRoomVouchesFor() {
        startAll();
        cutFirstFromLast(true);
        // Longer than a silence: at the first sign of life afterwards there is something to catch up with.
        isolateLast();
        cluster.run(3 * SECOND_NS);
        use(0, AGENTS);
        cluster.run(SECOND_NS);
        cutFirstFromLast(true);
        cluster.run(5 * SECOND_NS);
        assertThat(cluster.member(LAST).table.clock().reachable())
                .as("the middle is heard; the first announces what nobody vouches for")
                .isEqualTo(2);
        assertThat(cluster.member(LAST).agent.isReady()).isTrue();

        cutFirstFromLast(false);
        cluster.until("all heard", 5 * SECOND_NS, cluster::isAllReachable);
        assertThat(ofFirst(LAST)).isEqualTo(ofFirst(FIRST));
    }

    private void isolateLast() {
        final InetSocketAddress last = cluster.member(LAST).address;
        cluster.network.links((from, to) -> !from.equals(last) && !to.equals(last));
    }

    @Test
    void shouldNotKeepANodeWithoutStateFromServing() {
        cluster.member(MIDDLE).slots = TINY;
        cluster.start(FIRST);
        cluster.start(MIDDLE);
        cluster.until("ready", 5 * SECOND_NS, cluster::isAllReady);
        use(0, AGENTS);
        cluster.run(SECOND_NS);
        cutFirstFromLast(true);
        cluster.start(LAST);
        cluster.until("ready", 10 * SECOND_NS, cluster::isAllReady);
        assertThat(cluster.member(LAST).table.clock().reachable()).isLessThan(3);
        cutFirstFromLast(false);
        cluster.until("all heard", 5 * SECOND_NS, cluster::isAllReachable);
        assertThat(ofFirst(LAST)).isEqualTo(ofFirst(FIRST));
    }

    @Test
    void shouldRelayNoMoreThanWithRoom() {
        startAll();
        use(0, AGENTS);
        cluster.run(5 * SECOND_NS);
        assertThat(cluster.isAllReachable()).isTrue();
        final long before = sent();
        cluster.run(5 * SECOND_NS);
        // Idle: heartbeats, acknowledgements and vectors, but nothing again and again.
        assertThat(sent() - before).isZero();
    }

    private long sent() {
        return cluster.members.stream()
                .mapToLong(each -> each.agent.counters().get(SyncCounter.ENTRIES_OUT))
                .sum();
    }
}
