package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.crdt.LimitSpec;
import org.junit.jupiter.api.Test;

/**
 * Event loops count while gossip writes: what goes to one node may be newer than what went to another under the same
 * version. Whoever is killed then, and loses what it knew, never gives it a version of its own.
 */
final class KilledOwnerTest {

    private static final int OWNER = 0;
    private static final int TOLD_FIRST = 1;

    private final TestClusterOf cluster = new TestClusterOf(4, LimitSpec.of(1_000, 1, SECOND_NS, 1), 9);
    private int counted;

    private Map<String, String> ofIncarnation(final int at, final long incarnation) {
        final String suffix = " of " + Long.toHexString(incarnation);
        final Map<String, String> counters = new TreeMap<>();
        cluster.member(at).counters(cluster.nowNs).forEach((key, value) -> {
            if (key.endsWith(suffix)) {
                counters.put(key, value);
            }
        });
        return counters;
    }

    private boolean isSameElsewhere(final long incarnation) {
        final Map<String, String> first = ofIncarnation(TOLD_FIRST, incarnation);
        return ofIncarnation(TOLD_FIRST + 1, incarnation).equals(first)
                && ofIncarnation(TOLD_FIRST + 2, incarnation).equals(first);
    }

    /** The owner counts between what it writes to one node and to the next, and is killed before it looks again. */
    private long killedWhileSending() {
        for (int i = 0; i < cluster.members.size(); i++) {
            cluster.start(i);
        }
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        final TestMember owner = cluster.member(OWNER);
        assertThat(owner.admits("agent", 50, cluster.nowNs)).isTrue();
        cluster.until("converged", SECOND_NS, cluster::isConverged);
        cluster.run(SECOND_NS);
        final long incarnation = owner.table.incarnation();
        assertThat(owner.admits("agent", 50, cluster.nowNs)).isTrue();
        final InetSocketAddress from = owner.address;
        cluster.network.whileSending((sender, to) -> {
            if (sender.equals(from)) {
                owner.admits("agent", 1, cluster.nowNs);
                counted++;
            }
        });
        while (counted < cluster.members.size() - 1) {
            cluster.step();
        }
        cluster.network.whileSending((sender, to) -> {});
        cluster.kill(OWNER);
        cluster.run(SECOND_NS / 10);
        assertThat(counted).isEqualTo(cluster.members.size() - 1);
        assertThat(isSameElsewhere(incarnation))
                .as("each was told another count")
                .isFalse();
        return incarnation;
    }

    @Test
    void shouldAgreeOnWhatAKilledNodeCountedWhenItIsBackWithoutState() {
        final long incarnation = killedWhileSending();
        cluster.member(OWNER).forget();
        cluster.start(OWNER);
        cluster.until("agreed", 5 * SECOND_NS, () -> isSameElsewhere(incarnation));
        cluster.until("all heard", 5 * SECOND_NS, cluster::isAllReachable);
    }

    @Test
    void shouldAgreeOnWhatAKilledNodeCountedThatDoesNotComeBack() {
        final long incarnation = killedWhileSending();
        cluster.until("agreed", 5 * SECOND_NS, () -> isSameElsewhere(incarnation));
        cluster.run(5 * SECOND_NS);
        final long sent = sent();
        cluster.run(5 * SECOND_NS);
        assertThat(sent()).as("told once").isEqualTo(sent);
    }

    private long sent() {
        return cluster.running().stream()
                .mapToLong(each -> each.agent.counters().get(SyncCounter.ENTRIES_OUT))
                .sum();
    }
}
