package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Looking without taking, and giving back without the set that was admitted. */
final class GiveBackTest {

    private static final int THREADS = 8;

    private final TestNode node = TestNode.inMemory(64);

    @Test
    void shouldAnswerAsTryAdmitWouldAndTakeNothing() {
        final ReservedBucket bucket = node.bucket("a", perSecond(10, 2));
        final LimitSet set = set(bucket);
        assertThat(Decision.isAdmitted(node.buckets.peek(set, 10, node.nowNs))).isTrue();
        assertThat(set.remaining(0)).isEqualTo(10);
        assertThat(node.admits(set, 7)).isTrue();
        final long refused = node.buckets.peek(set, 5, node.nowNs);
        assertThat(refused).isEqualTo(node.buckets.tryAdmit(set, 5, node.nowNs));
        assertThat(Decision.waitNs(refused)).isEqualTo(1_000_000_000L);
        node.buckets.peek(set, 3, node.nowNs);
        assertThat(set.remaining(0)).isEqualTo(3);
        assertThat(Decision.reason(node.buckets.peek(set, 11, node.nowNs)))
                .isEqualTo(Decision.REASON_COST_ABOVE_CAPACITY);
        assertThat(node.table.consumedTokens(bucket)).isEqualTo(7);
        assertThat(node.counted(CrdtCounter.ADMITTED))
                .as("only what was admitted")
                .isEqualTo(1);
        assertThat(node.counted(CrdtCounter.REFUSED_RATE)).isEqualTo(1);
    }

    @Test
    void shouldFindAgainWhatWasReclaimedBeforeItIsLookedAt() {
        final AgentBuckets agents = node.agents("t", perSecond(10, 1), 4);
        final LimitSet set = node.agentSet(agents, "x");
        node.passSeconds(60);
        assertThat(node.table.sweep(node.nowNs, 1_024)).isEqualTo(1);
        assertThat(Decision.isAdmitted(node.buckets.peek(set, 10, node.nowNs))).isTrue();
        assertThat(set.remaining(0)).isEqualTo(10);
    }

    @Test
    void shouldGiveBackToEachLimitAtMostWhatItHasCounted() {
        final ReservedBucket first = node.bucket("a", perSecond(10, 1));
        final ReservedBucket second = node.bucket("b", perSecond(10, 1));
        final QuotaRow quota = node.quotas.row("a", 202611, 100, true);
        assertThat(node.admits(set(first), 4)).isTrue();
        final LimitSet both = set(first, second);
        both.add(quota);
        assertThat(node.admits(both, 3)).isTrue();
        node.buckets.giveBack(both, 5, node.nowNs);
        assertThat(node.table.refundedTokens(first)).isEqualTo(5);
        assertThat(node.table.refundedTokens(second)).isEqualTo(3);
        assertThat(node.quotas.refundedTokens(quota)).isEqualTo(3);
        assertThat(node.table.remainingTokens(first, node.nowNs)).isEqualTo(8);
        assertThat(node.table.remainingTokens(second, node.nowNs)).isEqualTo(10);
        node.buckets.peek(both, 0, node.nowNs);
        assertThat(both.remaining(2)).isEqualTo(100);
        assertThatThrownBy(() -> node.buckets.giveBack(both, -1, node.nowNs))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNeverGiveBackMoreThanWasCountedByManyThreads() throws InterruptedException {
        final ReservedBucket bucket = node.bucket("a", perSecond(1_000_000, 1));
        assertThat(node.admits(set(bucket), 100_003)).isTrue();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            final Buckets buckets = new Buckets(node.table, node.quotas);
            final LimitSet set = set(bucket);
            final Thread thread = new Thread(() -> {
                for (int n = 0; n < 10_000; n++) {
                    buckets.giveBack(set, 2, node.nowNs);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (final Thread each : threads) {
            each.join();
        }
        assertThat(node.table.refundedTokens(bucket)).isEqualTo(100_003);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(1_000_000);
    }

    /** A renewed incarnation has counted nothing yet that it could give back. */
    @Test
    void shouldGiveNothingBackOfWhatAnEarlierIncarnationCounted() {
        final NodeIncarnation incarnation = NodeIncarnation.open(node.table, node.quotas, "");
        final ReservedBucket bucket = node.bucket("a", perSecond(10, 1));
        assertThat(node.admits(set(bucket), 4)).isTrue();
        incarnation.renew();
        node.buckets.giveBack(set(bucket), 4, node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(6);
        assertThat(node.admits(set(bucket), 1)).isTrue();
        node.buckets.giveBack(set(bucket), 4, node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(6);
    }
}
