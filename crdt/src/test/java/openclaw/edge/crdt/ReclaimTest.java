package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a full bucket may be forgotten: what others may have overspent of it is forgotten too. */
final class ReclaimTest {

    /** All burst a whole bucket of one agent at once, again and again, whenever its slot may be gone. */
    @Test
    void shouldKeepDebtOfSimultaneousBurstsThroughReclaims() {
        final int members = 8;
        final LimitSpec spec = LimitSpec.of(20, 1, 2 * SECOND_NS, 1);
        final List<TestNode> nodes = new ArrayList<>();
        final List<AgentBuckets> agents = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            final TestNode node = TestNode.inMemory(64, members);
            node.table.clock().members(members, members, node.nowNs);
            nodes.add(node);
            agents.add(node.agents("t", spec, 16));
        }
        long admitted = 0;
        final int periods = 60;
        final long periodSeconds = 52;
        for (int period = 0; period < periods; period++) {
            for (int i = 0; i < members; i++) {
                final LimitSet set = nodes.get(i).agentSet(agents.get(i), "cron");
                while (nodes.get(i).admits(set, 1)) {
                    admitted++;
                }
            }
            for (final TestNode from : nodes) {
                tell(from, nodes);
            }
            for (final TestNode node : nodes) {
                node.passSeconds(periodSeconds);
                node.table.sweep(node.nowNs, 128);
            }
        }
        // What N can take before they hear of one another, and the refill; without the rule 5 times as much.
        assertThat(admitted)
                .isGreaterThan(20L * members)
                .isLessThanOrEqualTo(20L * members + periods * periodSeconds / 2 + members);
        assertThat(nodes.get(0).counted(CrdtCounter.RECLAIMED)).isZero();
        nodes.get(0).passSeconds(1_000);
        assertThat(nodes.get(0).table.sweep(nodes.get(0).nowNs, 128)).isEqualTo(1);
        assertThat(nodes.get(0).counted(CrdtCounter.RECLAIMED_EARLY)).isZero();
    }

    private static void tell(final TestNode from, final List<TestNode> nodes) {
        final ReplicaTable table = from.table.replicas();
        final ReplicaRow row = new ReplicaRow();
        for (int number = 0; number < table.rows(); number++) {
            if (!table.read(number, row, from.nowNs) || row.consumedTokens() == 0) {
                continue;
            }
            for (final TestNode to : nodes) {
                final ReplicaTable replicas = to.table.replicas();
                final ReplicaEntry entry = new ReplicaEntry()
                        .bucket(row.kind(), row.keyHigh(), row.keyLow(), row.ownerKeyHigh(), row.ownerKeyLow())
                        .counters(
                                replicas.incarnationIndex(table.ownIncarnation()),
                                row.generation(),
                                row.consumedTokens(),
                                row.refundedTokens(),
                                row.deficitUnits());
                if (to != from) {
                    replicas.join(entry, Silence.HEARD, to.nowNs);
                }
            }
        }
    }

    private static boolean used(final TestNode node, final AgentBuckets agents, final String name) {
        return node.admits(node.agentSet(agents, name), 1);
    }

    @Test
    void shouldReclaimAfterTheOthersCapacitiesOrWhenAloneAfterTenSeconds() {
        final LimitSpec spec = perSecond(100, 10);
        final TestNode lone = TestNode.inMemory(64, 1);
        final TestNode member = TestNode.inMemory(64, 4);
        member.table.clock().members(4, 4, member.nowNs);
        for (final TestNode node : List.of(lone, member)) {
            final AgentBuckets agents = node.agents("t", spec, 16);
            assertThat(used(node, agents, "a")).isTrue();
            node.passSeconds(11);
        }
        assertThat(lone.table.sweep(lone.nowNs, 128)).isEqualTo(1);
        assertThat(member.table.sweep(member.nowNs, 128)).isZero();
        member.passSeconds(19);
        assertThat(member.table.sweep(member.nowNs, 128)).isZero();
        member.passSeconds(1);
        assertThat(member.table.sweep(member.nowNs, 128)).isEqualTo(1);
    }

    @Test
    void shouldReclaimEarlierAndCountItWhereATenantOrTheTableHasNoRoom() {
        final LimitSpec spec = perSecond(100, 10);
        final TestNode node = TestNode.inMemory(64, 4);
        node.table.clock().members(4, 4, node.nowNs);
        final AgentBuckets few = node.agents("few", spec, 4);
        final AgentBuckets many = node.agents("many", spec, 1_000);
        for (int i = 0; i < 4; i++) {
            assertThat(used(node, few, "a" + i)).isTrue();
        }
        assertThat(used(node, many, "b")).isTrue();
        node.nowNs += 11 * SECOND_NS + SECOND_NS / 10;
        assertThat(node.table.sweep(node.nowNs, 128))
                .as("until there is room again")
                .isEqualTo(1);
        assertThat(node.counted(CrdtCounter.RECLAIMED_EARLY)).isEqualTo(1);
        assertThat(node.table.debtForgivenTokens(few.overflow()))
                .as("300 less 11 s")
                .isEqualTo(190);
        assertThat(node.table.debtForgivenTokens(many.overflow())).isZero();
        for (int i = 0; node.table.liveSlots() < 56; i++) {
            assertThat(used(node, many, "c" + i)).isTrue();
        }
        node.table.sweep(node.nowNs, 128);
        assertThat(node.counted(CrdtCounter.RECLAIMED_EARLY))
                .as("c are not full for 10 s")
                .isEqualTo(2);
        assertThat(node.table.debtForgivenTokens(few.overflow()) + node.table.debtForgivenTokens(many.overflow()))
                .isEqualTo(2 * 190);
    }
}
