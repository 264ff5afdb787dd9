package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What members consumed of a bucket before this node's catalog knew it: the sum, when the catalog takes it over. */
final class OrphanDebtTest {

    private static final LimitSpec SPEC = perSecond(100, 10);
    private static final long TOKEN = SPEC.unitsPerToken();
    private static final int MEMBERS = 4;
    private static final int DEBT = MEMBERS - 1;
    private static final long PEER = 0x5EED_0000_0000_0001L;

    private TestNode node = TestNode.inMemory(64, MEMBERS);
    private ReplicaTable table = node.table.replicas();
    private final ReplicaEntry entry = new ReplicaEntry();
    private final ReplicaRow row = new ReplicaRow();

    OrphanDebtTest() {
        node.table.clock().members(MEMBERS, MEMBERS, node.nowNs);
        // The key of tenant "t", as another node has it.
        final TestNode other = TestNode.inMemory(16);
        final ReservedBucket theirs = other.bucket("t", SPEC);
        other.table.replicas().read(other.table.store().slotNumber(theirs.slotOffset()), row, other.nowNs);
        entry.bucket(ReplicaEntry.KIND_TENANT, row.keyHigh(), row.keyLow(), 0, 0);
    }

    private long joins(final int peer, final long consumed, final long refunded, final long deficitTokens) {
        final int index = table.incarnationIndex(PEER + peer);
        entry.counters(index, 1, consumed, refunded, deficitTokens * TOKEN).fromZero(true);
        return table.join(entry, Silence.HEARD, node.nowNs);
    }

    /** Tokens below full that the bucket is once a catalog has taken it over; at most so many below empty are told. */
    private long lacking(final ReservedBucket bucket) {
        final long time = node.table.store().buffer().getLong(bucket.slotOffset()) & VirtualTime.TIME_MASK;
        return Math.round((time - node.table.clock().virtualUnits(node.nowNs)) / (double) TOKEN);
    }

    private long adopted() {
        return lacking(node.bucket("t", SPEC));
    }

    @Test
    void shouldOweTheSumOfWhatAllTookAtOnce() {
        for (int peer = 0; peer < DEBT; peer++) {
            joins(peer, 100, 0, 100);
        }
        assertThat(adopted()).isEqualTo(300);
        assertThat(node.table.counters().get(CrdtCounter.ORPHAN_ADOPTED)).isEqualTo(1);
    }

    @Test
    void shouldOweGrowthAsItWouldHaveBeenDebitedWithAPaceKnown() {
        for (long seed = 1; seed <= 200; seed++) {
            final Random random = new Random(seed);
            node = TestNode.inMemory(64, MEMBERS);
            node.table.clock().members(MEMBERS, MEMBERS, node.nowNs);
            table = node.table.replicas();
            final TestNode knowing = TestNode.inMemory(64, MEMBERS);
            knowing.table.clock().members(MEMBERS, MEMBERS, knowing.nowNs);
            final ReservedBucket known = knowing.bucket("t", SPEC);
            final TestJoin join = new TestJoin(knowing.table);
            final long[] consumed = new long[DEBT];
            final long[] refunded = new long[DEBT];
            for (int step = 0; step < 12; step++) {
                // Less than the first one's deficit lasts, so that the bucket is never full.
                node.nowNs += random.nextLong(SECOND_NS / 2);
                knowing.nowNs = node.nowNs;
                final int peer = step == 0 ? 0 : random.nextInt(DEBT);
                consumed[peer] += step == 0 ? 80 : random.nextInt(12);
                refunded[peer] += step == 0 || random.nextInt(4) != 0 ? 0 : random.nextLong(3);
                refunded[peer] = Math.min(refunded[peer], consumed[peer]);
                joins(peer, consumed[peer], refunded[peer], consumed[peer]);
                join.join(
                        known,
                        new ReplicaEntry()
                                .counters(peer + 2, 1, consumed[peer], refunded[peer], 0)
                                .fromZero(true),
                        knowing.nowNs);
            }
            final long time = knowing.table.store().buffer().getLong(known.slotOffset()) & VirtualTime.TIME_MASK;
            final long expected =
                    Math.round((time - knowing.table.clock().virtualUnits(knowing.nowNs)) / (double) TOKEN);
            // Refunds of what is not counted beside the word stay with the deficits.
            assertThat(adopted()).as("seed %d", seed).isBetween(expected, expected + sum(refunded));
        }
    }

    private static long sum(final long[] values) {
        long sum = 0;
        for (final long value : values) {
            sum += value;
        }
        return sum;
    }

    @Test
    void shouldBeginAnewOnceTheLargestDeficitHasPassed() {
        joins(0, 50, 0, 50);
        joins(1, 50, 0, 50);
        node.passSeconds(6);
        // Whoever speaks now has heard of both.
        joins(0, 60, 0, 50);
        assertThat(adopted()).isEqualTo(50);
    }

    @Test
    void shouldOweNoMoreThanTheDebtCap() {
        joins(0, 100, 0, 100);
        for (int i = 1; i <= 50; i++) {
            joins(1, 100L * i, 0, 100);
        }
        assertThat(adopted()).isEqualTo(MEMBERS * 100);
        assertThat(node.table.counters().get(CrdtCounter.DEBT_CAPPED_UNITS) / TOKEN)
                .isBetween(100 + 5_000 - 400L - 1, 100 + 5_000 - 400L);
        assertThat(node.table.debtForgivenTokens(node.bucket("t", SPEC))).isEqualTo(100 + 5_000 - 400L);
    }

    @Test
    void shouldTakeWhatIsSilentAndWhatIsABaselineByItsDeficit() {
        final int index = table.incarnationIndex(PEER);
        table.join(entry.counters(index, 1, 1_000, 0, 40 * TOKEN), Silence.HEARD, node.nowNs);
        table.join(entry.counters(index + 1, 1, 1_000, 0, 30 * TOKEN), Silence.HEARD, node.nowNs);
        table.join(entry.counters(index, 1, 1_020, 0, 50 * TOKEN), Silence.since(0, PartitionPolicy.SHARE), node.nowNs);
        assertThat(adopted()).isEqualTo(50);
    }

    @Test
    void shouldKeepTheSumOverAKillAndUseTheWordForWAfterwards() {
        final TableConfig config = new TableConfig(Path.of("memory"), 64, 8, 1, 2);
        final TableMemory memory = new TableMemory(config, 64);
        final TableMemory quotas = new TableMemory(config, 64);
        node = TestNode.over(memory, quotas, MEMBERS, TestNode.START_NS);
        node.table.clock().members(MEMBERS, MEMBERS, node.nowNs);
        table = node.table.replicas();
        joins(0, 60, 0, 60);
        joins(1, 60, 0, 60);
        node.table.checkpoint(node.nowNs);
        node = TestNode.over(memory.copy(), quotas.copy(), MEMBERS, node.nowNs);
        node.table.clock().members(MEMBERS, MEMBERS, node.nowNs);
        table = node.table.replicas();
        final ReservedBucket bucket = node.bucket("t", SPEC);
        assertThat(lacking(bucket)).isEqualTo(120);
        assertThat(WithheldWord.read(node.table.store().buffer(), bucket.slotOffset()))
                .isZero();
        node.passSeconds(3);
        assertThat(node.admits(set(bucket), 10)).isTrue();
        assertThat(node.admits(set(bucket), 1)).isFalse();
    }

    @Test
    void shouldWeighWhatAnAgentTookWhenItsOwnerIsKnown() {
        final TestNode other = TestNode.inMemory(16);
        final AgentBuckets theirs = other.agents("t", SPEC, 4);
        final LimitSet used = other.agentSet(theirs, "a");
        other.table.replicas().read(other.table.store().slotNumber(used.slotOffset(0)), row, other.nowNs);
        entry.bucket(ReplicaEntry.KIND_AGENT, row.keyHigh(), row.keyLow(), row.ownerKeyHigh(), row.ownerKeyLow());
        joins(0, 30, 0, 30);
        joins(1, 30, 0, 30);
        final AgentBuckets mine = node.agents("t", SPEC, 4);
        assertThat(node.admits(node.agentSet(mine, "a"), 41)).isFalse();
        assertThat(node.admits(node.agentSet(mine, "a"), 40)).isTrue();
        assertThat(node.admits(node.agentSet(mine, "a"), 1)).isFalse();
    }
}
