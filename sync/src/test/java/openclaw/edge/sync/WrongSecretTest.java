package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import openclaw.edge.sync.wire.DropReason;
import org.junit.jupiter.api.Test;

/** A node whose secret is not that of its peers. */
final class WrongSecretTest {

    @Test
    void shouldTellWhoSendsWhatItCannotReadOnceAMinute() {
        final TestClusterOf cluster = TestClusterOf.started(3, 51);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        final TestMember other = cluster.member(2);
        cluster.kill(2);
        final ClusterSettings right =
                TestMember.settings(other.name, other.address, List.of(cluster.member(0).address), 1);
        final ClusterSettings wrong = new ClusterSettings(
                right.cluster(),
                right.node(),
                right.bind(),
                right.peers(),
                null,
                List.of("not the secret of the others".getBytes(StandardCharsets.UTF_8)),
                right.onPartition(),
                right.gossipIntervalNs(),
                right.suspectAfterNs(),
                right.closedAfterNs(),
                right.deadAfterNs(),
                right.joinTimeoutNs(),
                1);
        other.start(cluster.network.open(other.address), wrong, cluster.spec, cluster.nowNs);
        cluster.run(50 * SECOND_NS);
        final TestMember told = cluster.member(0);
        assertThat(told.agent.counters().dropped(DropReason.WRONG_TAG)).isGreaterThan(1);
        assertThat(warnings(told))
                .singleElement()
                .asString()
                .contains("the last from 127.0.0.1:7002", "compare cluster.secret");
        cluster.run(30 * SECOND_NS);
        assertThat(warnings(told)).hasSize(2);
    }

    private static List<String> warnings(final TestMember member) {
        return member.events.stream()
                .filter(each -> each.contains("not signed with a secret of this node"))
                .toList();
    }
}
