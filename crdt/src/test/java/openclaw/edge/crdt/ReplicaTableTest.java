package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.START_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Where entries go whose key this node knows, does not know yet, or has no room for. */
final class ReplicaTableTest {

    private static final LimitSpec SPEC = perSecond(100, 10);
    private static final long PEER = 4_711;

    private final TestNode node = TestNode.inMemory(64, 2);
    private final ReplicaTable table = node.table.replicas();
    private final ReplicaTable quotas = node.quotas.replicas();
    private final TestNode other = TestNode.inMemory(64, 2);
    private final ReplicaEntry entry = new ReplicaEntry();
    private final ReplicaRow row = new ReplicaRow();

    ReplicaTableTest() {
        node.table.clock().members(2, 2, START_NS);
        other.table.clock().members(2, 2, START_NS);
    }

    /** What the other node says of a row of its own. */
    private ReplicaEntry from(final ReplicaTable sender, final int number) {
        assertThat(sender.read(number, row, other.nowNs)).isTrue();
        final ReplicaTable receiver = row.kind() == ReplicaEntry.KIND_QUOTA ? quotas : table;
        if (row.kind() == ReplicaEntry.KIND_QUOTA) {
            entry.quota(row.keyHigh(), row.keyLow(), row.cycle(), row.notices());
        } else {
            entry.bucket(row.kind(), row.keyHigh(), row.keyLow(), row.ownerKeyHigh(), row.ownerKeyLow());
        }
        return entry.counters(
                receiver.incarnationIndex(sender.ownIncarnation()),
                row.generation(),
                row.consumedTokens(),
                row.refundedTokens(),
                row.deficitUnits());
    }

    private int number(final ReservedBucket bucket) {
        return other.table.store().slotNumber(bucket.slotOffset());
    }

    private long join(final ReplicaEntry arrived) {
        return (arrived.kind() == ReplicaEntry.KIND_QUOTA ? quotas : table).join(arrived, Silence.HEARD, node.nowNs);
    }

    private long counted(final CrdtCounter counter) {
        return table.counters().get(counter) + quotas.counters().get(counter) + node.counted(counter);
    }

    @Test
    void shouldJoinByTheKeyThatBothNodesGive() {
        final ReservedBucket mine = node.bucket("t", SPEC);
        final ReservedBucket theirs = other.bucket("t", SPEC);
        assertThat(other.admits(set(theirs), 30)).isTrue();
        final long result = join(from(other.table.replicas(), number(theirs)));
        assertThat(JoinResult.isChanged(result)).isTrue();
        assertThat(node.table.remainingTokens(mine, node.nowNs)).isEqualTo(70);
        assertThat(table.read(JoinResult.row(result), row, node.nowNs)).isTrue();
        assertThat(row.pairs()).isEqualTo(1);
        assertThat(row.incarnationId(0)).isEqualTo(other.table.incarnation());
        assertThat(row.consumedTokens(0)).isEqualTo(30);
        assertThat(other.admits(set(theirs), 20)).isTrue();
        assertThat(JoinResult.isChanged(join(from(other.table.replicas(), number(theirs)))))
                .isTrue();
        assertThat(node.table.remainingTokens(mine, node.nowNs)).isEqualTo(50);
        assertThat(JoinResult.isChanged(join(from(other.table.replicas(), number(theirs)))))
                .isFalse();
    }

    @Test
    void shouldKeepAnOrphanUntilACatalogTakesItOverAsItIs() {
        final ReservedBucket theirs = other.bucket("t", SPEC);
        assertThat(JoinResult.row(join(from(other.table.replicas(), number(theirs)))))
                .as("a full bucket needs no slot")
                .isEqualTo(-1);
        other.admits(set(theirs), 30);
        join(from(other.table.replicas(), number(theirs)));
        other.admits(set(theirs), 10);
        final long result = join(from(other.table.replicas(), number(theirs)));
        assertThat(JoinResult.isChanged(result)).isTrue();
        assertThat(counted(CrdtCounter.ORPHAN_CREATED)).isEqualTo(1);
        final ReservedBucket mine = node.bucket("t", SPEC);
        assertThat(counted(CrdtCounter.ORPHAN_ADOPTED)).isEqualTo(1);
        assertThat(node.table.store().slotNumber(mine.slotOffset())).isEqualTo(JoinResult.row(result));
        assertThat(node.table.remainingTokens(mine, node.nowNs)).isEqualTo(60);
        other.admits(set(theirs), 10);
        join(from(other.table.replicas(), number(theirs)));
        assertThat(node.table.remainingTokens(mine, node.nowNs)).isEqualTo(50);
        assertThat(node.admits(set(mine), 50)).isTrue();
        assertThat(node.admits(set(mine), 1)).isFalse();
    }

    /** What a refund weighs is not known either; many incarnations, so that there are overflow blocks. */
    @Test
    void shouldTakeRefundsOfAnOrphanWithoutCrediting() {
        entry.bucket(ReplicaEntry.KIND_TENANT, 7, 8, 0, 0);
        long result = JoinResult.NOTHING;
        for (int i = 0; i < 2 * BucketSlotDescriptor.INLINE_REPLICAS; i++) {
            final int index = table.incarnationIndex(PEER + i);
            table.join(entry.counters(index, 1, 40, 0, 1_000), Silence.HEARD, node.nowNs);
            result = table.join(entry.counters(index, 1, 40, 30, 500), Silence.HEARD, node.nowNs);
            assertThat(JoinResult.isChanged(result)).isTrue();
        }
        assertThat(table.read(JoinResult.row(result), row, node.nowNs)).isTrue();
        assertThat(row.pairs()).isEqualTo(2 * BucketSlotDescriptor.INLINE_REPLICAS);
        assertThat(row.deficitUnits()).isEqualTo(1_000);
    }

    @Test
    void shouldReclaimAnOrphanWhoseBucketIsFullAgain() {
        final ReservedBucket theirs = other.bucket("t", SPEC);
        other.admits(set(theirs), 30);
        join(from(other.table.replicas(), number(theirs)));
        node.passSeconds(3 + 9);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isZero();
        node.passSeconds(2);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isEqualTo(1);
        assertThat(node.table.liveSlots()).isZero();
    }

    @Test
    void shouldMakeAnAgentsSlotUnderItsOwnerWhetherKnownOrNot() {
        final AgentBuckets theirs = other.agents("t", SPEC, 4);
        final LimitSet used = other.agentSet(theirs, "a");
        other.admits(used, 30);
        final int number = other.table.store().slotNumber(used.slotOffset(0));
        join(from(other.table.replicas(), number));
        assertThat(counted(CrdtCounter.ORPHAN_CREATED)).as("owner and agent").isEqualTo(2);
        final AgentBuckets mine = node.agents("t", SPEC, 4);
        assertThat(node.table.liveAgents(mine)).isEqualTo(1);
        other.admits(used, 10);
        join(from(other.table.replicas(), number));
        assertThat(node.admits(node.agentSet(mine, "a"), 61)).isFalse();
        assertThat(node.admits(node.agentSet(mine, "a"), 60)).isTrue();
        final LimitSet second = other.agentSet(theirs, "b");
        other.admits(second, 5);
        join(from(other.table.replicas(), other.table.store().slotNumber(second.slotOffset(0))));
        assertThat(node.table.liveAgents(mine)).isEqualTo(2);
        assertThat(node.admits(node.agentSet(mine, "b"), 96)).isFalse();
        assertThat(node.table.liveAgents(mine)).isEqualTo(2);
    }

    @Test
    void shouldDebitTheOverflowBucketForAgentsBeyondTheBound() {
        final AgentBuckets mine = node.agents("t", SPEC, 1);
        node.agentSet(mine, "first");
        final AgentBuckets theirs = other.agents("t", SPEC, 4);
        final LimitSet used = other.agentSet(theirs, "second");
        other.admits(used, 30);
        final long result =
                join(from(other.table.replicas(), other.table.store().slotNumber(used.slotOffset(0))));
        assertThat(JoinResult.row(result)).isEqualTo(-1);
        assertThat(counted(CrdtCounter.JOIN_AGENT_BOUND)).isEqualTo(1);
        assertThat(node.table.liveAgents(mine)).isEqualTo(1);
        assertThat(node.table.remainingTokens(mine.overflow(), node.nowNs)).isEqualTo(70);
    }

    @Test
    void shouldNeverTakeWhatIsSparedForTheNextCatalog() {
        final long deficit = SPEC.unitsPerToken();
        final int index = table.incarnationIndex(PEER);
        for (int i = 1; i <= 64; i++) {
            entry.bucket(ReplicaEntry.KIND_AGENT, i, i, 99, 99).counters(index, 1, 1, 0, deficit);
            table.join(entry, Silence.HEARD, node.nowNs);
        }
        assertThat(node.table.liveSlots()).isEqualTo(60);
        for (int i = 1; i <= 64; i++) {
            entry.bucket(ReplicaEntry.KIND_TENANT, i, -i, 0, 0).counters(index, 1, 1, 0, deficit);
            table.join(entry, Silence.HEARD, node.nowNs);
        }
        assertThat(node.table.liveSlots()).isEqualTo(62);
        assertThat(counted(CrdtCounter.JOIN_TABLE_FULL)).isEqualTo(64 - 59 + 64 - 2);
        node.bucket("t", SPEC);
        node.bucket("u", SPEC);
    }

    @Test
    void shouldSumQuotasOverAllIncarnationsAndKeepNoticesForGood() {
        final QuotaRow theirs = other.quotas.row("t", 202611, 100, true);
        final LimitSet used = new LimitSet();
        used.add(theirs);
        other.admits(used, 60);
        assertThat(other.quotas.addNotices(theirs, 1)).isTrue();
        final ReplicaTable sender = other.quotas.replicas();
        final int number = sender.pollChanged();
        assertThat(JoinResult.isChanged(join(from(sender, number)))).isTrue();
        assertThat(counted(CrdtCounter.ORPHAN_CREATED)).isEqualTo(1);
        final QuotaRow mine = node.quotas.row("t", 202611, 100, true);
        assertThat(node.quotas.notices(mine)).isEqualTo(1);
        final LimitSet set = new LimitSet();
        set.add(mine);
        assertThat(node.admits(set, 41)).isFalse();
        assertThat(node.admits(set, 40)).isTrue();
        other.buckets.refund(used, 20, other.nowNs);
        assertThat(JoinResult.isChanged(join(from(sender, number)))).isTrue();
        assertThat(JoinResult.isChanged(join(from(sender, number)))).isFalse();
        assertThat(node.quotas.consumedTokens(mine)).isEqualTo(100);
        assertThat(node.quotas.refundedTokens(mine)).isEqualTo(20);
        assertThat(node.admits(set, 20)).isTrue();
        assertThat(node.quotas.addNotices(mine, 1)).isFalse();
        quotas.pollChanged();
        assertThat(node.quotas.addNotices(mine, 3)).isTrue();
        assertThat(quotas.pollChanged()).as("notices are news for gossip").isNotNegative();
        node.quotas.release(202611);
        assertThat(join(from(sender, number))).isEqualTo(JoinResult.NOTHING);
        assertThat(counted(CrdtCounter.JOIN_RELEASED)).isEqualTo(1);
        assertThat(node.quotas.liveRows()).isZero();
    }

    @Test
    void shouldSayWhenItsOwnIncarnationIsKnownToHaveCountedMore() {
        final ReservedBucket mine = node.bucket("t", SPEC);
        node.admits(set(mine), 30);
        final int number = node.table.store().slotNumber(mine.slotOffset());
        table.read(number, row, node.nowNs);
        entry.bucket(row.kind(), row.keyHigh(), row.keyLow(), 0, 0);
        final int own = table.ownIncarnationIndex();
        assertThat(JoinResult.isOwnMore(join(entry.counters(own, row.generation(), 30, 0, 0))))
                .isFalse();
        assertThat(JoinResult.isOwnMore(join(entry.counters(own, row.generation(), 31, 0, 0))))
                .isTrue();
        assertThat(JoinResult.isOwnMore(join(entry.counters(own, row.generation(), 0, 1, 0))))
                .isTrue();
        assertThat(JoinResult.isOwnMore(join(entry.counters(own, 1_000, 0, 0, 0))))
                .as("a birth that is yet to come")
                .isTrue();
        assertThat(node.table.remainingTokens(mine, node.nowNs)).isEqualTo(70);
        assertThat(counted(CrdtCounter.JOIN_OWN)).isEqualTo(4);
    }

    @Test
    void shouldKeepDirectoryVersionAndOrphansOverAKill() {
        final TableConfig config = new TableConfig(Path.of("memory"), 64, 8, 1, 2);
        final TableMemory memory = new TableMemory(config, 4);
        final TableMemory quotaMemory = new TableMemory(config, 4);
        final TestNode before = TestNode.over(memory, quotaMemory, 2, START_NS);
        final ReplicaTable replicas = before.table.replicas();
        assertThat(replicas.incarnationIndex(PEER)).isEqualTo(2);
        assertThat(replicas.incarnationIndex(PEER + 1)).isEqualTo(3);
        assertThat(replicas.incarnationIndex(PEER + 2)).isZero();
        assertThat(before.table.counters().get(CrdtCounter.DIRECTORY_FULL)).isEqualTo(1);
        assertThat(replicas.incarnationIndex(0)).isZero();
        assertThat(replicas.nextVersion()).isEqualTo(1);
        replicas.nextVersion(500);
        replicas.nextVersion(400);
        entry.bucket(ReplicaEntry.KIND_TENANT, 7, 8, 0, 0).counters(3, 9, 40, 0, 4 * SPEC.unitsPerToken());
        replicas.join(entry, Silence.HEARD, START_NS);
        final ReservedBucket bucket = before.bucket("t", SPEC);
        before.admits(set(bucket), 5);

        final TestNode after = TestNode.over(memory.copy(), quotaMemory.copy(), 2, START_NS);
        final ReplicaTable again = after.table.replicas();
        assertThat(again.ownIncarnation()).isEqualTo(replicas.ownIncarnation());
        assertThat(again.incarnationIndex(PEER + 1)).isEqualTo(3);
        assertThat(again.incarnationId(2)).isEqualTo(PEER);
        assertThat(again.nextVersion()).isEqualTo(500);
        final int own = again.pollChanged();
        assertThat(own).isEqualTo(after.table.store().slotNumber(bucket.slotOffset()));
        assertThat(again.pollChanged()).as("only what is its own").isEqualTo(-1);
        final long result = again.join(entry.counters(3, 9, 41, 0, 0), Silence.HEARD, START_NS);
        assertThat(again.counters().get(CrdtCounter.JOINED)).as("a known pair").isEqualTo(1);
        assertThat(again.read(JoinResult.row(result), row, START_NS)).isTrue();
        assertThat(row.deficitUnits()).isBetween(4 * SPEC.unitsPerToken() - 1, 4 * SPEC.unitsPerToken());
    }

    @Test
    void shouldDropWhatBelongsElsewhere() {
        final ReservedBucket mine = node.bucket("t", SPEC);
        table.read(node.table.store().slotNumber(mine.slotOffset()), row, node.nowNs);
        entry.bucket(ReplicaEntry.KIND_OVERFLOW, row.keyHigh(), row.keyLow(), 0, 0)
                .counters(table.incarnationIndex(PEER), 1, 5, 0, 10);
        assertThat(table.join(entry, Silence.HEARD, node.nowNs)).isEqualTo(JoinResult.NOTHING);
        assertThat(quotas.join(entry, Silence.HEARD, node.nowNs)).isEqualTo(JoinResult.NOTHING);
        entry.bucket(ReplicaEntry.KIND_AGENT, 5, 5, row.keyHigh(), row.keyLow());
        assertThat(table.join(entry, Silence.HEARD, node.nowNs)).isEqualTo(JoinResult.NOTHING);
        entry.quota(1, 2, 3, 0);
        assertThat(table.join(entry, Silence.HEARD, node.nowNs)).isEqualTo(JoinResult.NOTHING);
        assertThat(counted(CrdtCounter.JOIN_MISPLACED)).isEqualTo(4);
        assertThat(node.table.liveSlots()).isEqualTo(1);
    }
}
