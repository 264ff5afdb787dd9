package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes whose files differ are named in each other's logs, once when that begins and once when it ends. */
final class MismatchTest {

    private static final int NODES = 3;

    private final TestClusterOf cluster = TestClusterOf.started(NODES, 23);

    @BeforeEach
    void begin() {
        for (final TestMember each : cluster.members) {
            each.agent.hashes(0xa, 0xc);
        }
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(4 * SECOND_NS);
    }

    private List<String> told(final int member) {
        return cluster.member(member).events.stream()
                .filter(each -> each.contains("configuration of") || each.contains("catalog of"))
                .toList();
    }

    @Test
    void shouldTellOnceThatACatalogDiffersAndOnceThatItDoesNoMore() {
        assertThat(told(0)).isEmpty();
        cluster.member(1).agent.hashes(0xa, 0xd);
        cluster.run(5 * SECOND_NS);
        // Another one that differs is no news.
        cluster.member(1).agent.hashes(0xa, 0xe);
        cluster.run(5 * SECOND_NS);
        assertThat(told(0))
                .singleElement()
                .asString()
                .contains("catalog of node-b differs", "000000000000000d there", "000000000000000c here");
        assertThat(told(2)).hasSize(1);
        assertThat(told(1)).hasSize(2).allMatch(each -> each.contains("differs: 000000000000000c there"));

        cluster.member(1).agent.hashes(0xa, 0xc);
        cluster.run(4 * SECOND_NS);
        assertThat(told(0)).hasSize(2);
        assertThat(told(0).get(1)).contains("catalog of node-b is that of this node again: 000000000000000c");
        assertThat(told(1)).hasSize(4);
    }

    @Test
    void shouldTellOfConfigurationsToo() {
        cluster.member(2).agent.hashes(0xb, 0xc);
        cluster.run(4 * SECOND_NS);
        assertThat(told(0)).singleElement().asString().contains("configuration of node-c differs");
    }

    @Test
    void shouldSayNothingOfWhatAllReloadTogether() {
        for (final TestMember each : cluster.members) {
            each.agent.hashes(0xa, 0xf);
        }
        cluster.run(4 * SECOND_NS);
        for (int i = 0; i < NODES; i++) {
            assertThat(told(i)).isEmpty();
        }
    }

    @Test
    void shouldSayNothingOfWhoKnowsNoFiles() {
        cluster.member(1).agent.hashes(0, 0);
        cluster.run(4 * SECOND_NS);
        assertThat(told(0)).isEmpty();
        assertThat(told(1)).isEmpty();
    }
}
