package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** How full a table without a past begins, for buckets of then and later, before and after a kill. */
final class StartLevelTest {

    private static final LimitSpec SPEC = perSecond(100, 10);
    private static final TableConfig CONFIG = new TableConfig(Path.of("memory"), 64, 8, 1, 2);

    private static TestNode over(final TableMemory memory, final int members, final long nowNs) {
        return TestNode.over(memory, new TableMemory(CONFIG, 64), members, nowNs);
    }

    @Test
    void shouldStartFullWhenAlone() {
        final TestNode node = TestNode.inMemory(64);
        assertThat(node.table.hasStarted()).isTrue();
        assertThat(node.admits(set(node.bucket("t", SPEC)), 100)).isTrue();
    }

    @Test
    void shouldTakeLiveBucketsToTheFractionAndLetLaterOnesBeginAsLowAsThese() {
        final TestNode node = TestNode.inMemory(64, 4);
        node.table.clock().members(4, 4, node.nowNs);
        assertThat(node.table.hasStarted()).isFalse();
        final ReservedBucket before = node.bucket("before", SPEC);
        final AgentBuckets agents = node.agents("before", SPEC, 8);
        final LimitSet agent = node.agentSet(agents, "a");
        final ReservedBucket used = node.bucket("used", SPEC);
        assertThat(node.admits(set(used), 90)).isTrue();
        node.table.startAt(1, 4, node.nowNs);
        assertThat(node.table.hasStarted()).isTrue();
        assertThat(node.table.remainingTokens(before, node.nowNs)).isEqualTo(25);
        assertThat(node.table.remainingTokens(used, node.nowNs)).isEqualTo(10);
        assertThat(node.admits(agent, 25)).isTrue();
        assertThat(node.admits(agent, 1)).isFalse();
        node.passSeconds(2);
        assertThat(node.table.remainingTokens(before, node.nowNs)).isEqualTo(45);
        assertThat(node.table.remainingTokens(node.bucket("after", SPEC), node.nowNs))
                .isEqualTo(45);
        final LimitSet late = node.agentSet(agents, "late");
        assertThat(node.admits(late, 45)).isTrue();
        assertThat(node.admits(late, 1)).isFalse();
        node.passSeconds(8);
        assertThat(node.table.remainingTokens(node.bucket("full", SPEC), node.nowNs))
                .isEqualTo(100);
    }

    @Test
    void shouldTellHowFullItIsByTheLimitThatTakesLongest() {
        final TestNode node = TestNode.inMemory(64, 4);
        node.table.clock().members(4, 4, node.nowNs);
        assertThat(node.table.fill(63, node.nowNs)).as("no limit").isEqualTo(63);
        node.bucket("100 in 10 s", SPEC);
        node.table.startAt(1, 3, node.nowNs);
        assertThat(node.table.fill(63, node.nowNs)).isEqualTo(21);
        node.passSeconds(3);
        assertThat(node.table.fill(63, node.nowNs)).as("63.3 of 100").isEqualTo(39);
        assertThat(node.admits(set(node.bucket("another", SPEC)), 50)).isTrue();
        assertThat(node.table.fill(63, node.nowNs)).as("whatever is used").isEqualTo(39);
        node.passSeconds(4);
        assertThat(node.table.fill(63, node.nowNs)).isEqualTo(63);
        node.table.startAt(0, 1, node.nowNs);
        assertThat(node.table.fill(63, node.nowNs)).isZero();
    }

    @Test
    void shouldGainNothingByCrashingWhenItStartsEmptyInItsShare() {
        final TableMemory memory = new TableMemory(CONFIG, 64);
        long nowNs = TestNode.START_NS;
        long admitted = 0;
        for (int life = 0; life < 20; life++) {
            final TestNode node = over(memory, 4, nowNs);
            if (life == 0) {
                assertThat(node.table.hasStarted()).isFalse();
                node.table.startAt(0, 1, nowNs);
            }
            assertThat(node.table.hasStarted()).isTrue();
            final LimitSet set = set(node.bucket("t" + life, SPEC));
            while (node.admits(set, 1)) {
                admitted++;
            }
            nowNs += SECOND_NS;
            node.nowNs = nowNs;
            node.table.checkpoint(nowNs);
        }
        // A bucket of its own in each life, so none pays for another's: R/N, so 2.5 in each second of all before.
        long expected = 0;
        for (int life = 0; life < 20; life++) {
            expected += Math.min(25, 10L * life / 4);
        }
        assertThat(admitted).isEqualTo(expected);
    }

    @Test
    void shouldCountInTheClockOfTheLimit() {
        final TestNode node = TestNode.inMemory(64, 4);
        node.table.clock().members(1, 4, node.nowNs);
        node.passSeconds(100);
        node.table.startAt(1, 2, node.nowNs);
        node.passSeconds(4);
        final ReservedBucket open = node.bucket("open", SPEC.under(PartitionPolicy.OPEN));
        assertThat(node.table.remainingTokens(open, node.nowNs)).isEqualTo(90);
        final ReservedBucket share = node.bucket("share", SPEC);
        node.table.clock().members(4, 4, node.nowNs);
        assertThat(node.table.remainingTokens(share, node.nowNs)).isEqualTo(60);
    }

    @Test
    void shouldBeUndecidedAfterAKillBeforeTheEnd() {
        final TableMemory memory = new TableMemory(CONFIG, 64);
        final TestNode node = over(memory, 3, TestNode.START_NS);
        final StartLevel begun = new StartLevel(node.table.store().buffer());
        begun.begin(0, 1, node.table.clock().virtualUnits(node.nowNs), 0);
        final TestNode after = over(memory.copy(), 3, TestNode.START_NS);
        assertThat(after.table.hasStarted()).isFalse();
        assertThat(after.table.remainingTokens(after.bucket("t", SPEC), after.nowNs))
                .isZero();
        begun.conclude();
        assertThat(over(memory.copy(), 3, TestNode.START_NS).table.hasStarted()).isTrue();
    }

    @Test
    void shouldRefuseWhatIsNoFraction() {
        final TestNode node = TestNode.inMemory(64, 3);
        assertThatThrownBy(() -> node.table.startAt(2, 1, node.nowNs)).hasMessageContaining("start at 2/1");
        assertThatThrownBy(() -> node.table.startAt(-1, 3, node.nowNs)).hasMessageContaining("start at -1/3");
        assertThatThrownBy(() -> node.table.startAt(0, 0, node.nowNs)).hasMessageContaining("start at 0/0");
    }

    @Test
    void shouldMeterWhatSettlementAndTheDebtCapTakeAboveTheBound() {
        final TestNode node = TestNode.inMemory(64, 2);
        node.table.clock().members(2, 2, node.nowNs);
        final ReservedBucket bucket = node.bucket("t", SPEC);
        final LimitSet set = set(bucket);
        assertThat(node.admits(set, 10)).isTrue();
        node.buckets.settle(set, 4, node.nowNs);
        assertThat(node.table.settledAboveTokens(bucket)).isZero();
        node.buckets.settle(set, 34, node.nowNs);
        assertThat(node.table.settledAboveTokens(bucket)).isEqualTo(30);
        final TestJoin join = new TestJoin(node.table);
        join.join(bucket, new ReplicaEntry().counters(2, 1, 0, 0, 0), node.nowNs);
        join.join(bucket, new ReplicaEntry().counters(2, 1, 166, 0, 0), node.nowNs);
        assertThat(node.table.debtForgivenTokens(bucket)).isZero();
        join.join(bucket, new ReplicaEntry().counters(2, 1, 173, 0, 0), node.nowNs);
        assertThat(node.table.debtForgivenTokens(bucket)).isEqualTo(7);
        final ReservedBucket again = node.bucket("t", SPEC);
        assertThat(node.table.debtForgivenTokens(again)).isEqualTo(7);
        assertThat(node.table.settledAboveTokens(again)).isEqualTo(30);
    }
}
