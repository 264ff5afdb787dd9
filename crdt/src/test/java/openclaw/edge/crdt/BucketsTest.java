package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class BucketsTest {

    private final TestNode node = TestNode.inMemory(64);

    @Test
    void shouldAdmitExactlyTheCapacityAtOnceAndThenAsRefilled() {
        final LimitSet set = set(node.bucket("a", perSecond(10, 2)));
        for (int i = 0; i < 10; i++) {
            assertThat(node.admits(set, 1)).isTrue();
            assertThat(set.remaining(0)).isEqualTo(9 - i);
        }
        final long refused = node.buckets.tryAdmit(set, 1, node.nowNs);
        assertThat(Decision.isAdmitted(refused)).isFalse();
        assertThat(Decision.reason(refused)).isEqualTo(Decision.REASON_RATE);
        assertThat(Decision.limitIndex(refused)).isZero();
        assertThat(Decision.waitNs(refused)).isEqualTo(500_000_000L);
        assertThat(set.resetNs(0)).isEqualTo(5_000_000_000L);

        node.nowNs += 499_999_999L;
        assertThat(node.admits(set, 1)).isFalse();
        node.nowNs += 1;
        assertThat(node.admits(set, 1)).isTrue();
        assertThat(node.admits(set, 1)).isFalse();
    }

    @Test
    void shouldTellThatACostAboveTheCapacityIsNeverAdmitted() {
        final LimitSet set = set(node.bucket("a", perSecond(10, 10)));
        final long refused = node.buckets.tryAdmit(set, 11, node.nowNs);
        assertThat(Decision.reason(refused)).isEqualTo(Decision.REASON_COST_ABOVE_CAPACITY);
        assertThat(Decision.waitNs(refused)).isEqualTo(Decision.NEVER_NS);
        assertThat(node.admits(set, Buckets.MAX_TOKENS)).isFalse();
        assertThat(set.remaining(0)).isEqualTo(10);
        assertThat(node.admits(set, 10)).isTrue();
        assertThat(node.counted(CrdtCounter.REFUSED_COST_ABOVE_CAPACITY)).isEqualTo(2);
    }

    @Test
    void shouldDebitAllLimitsOrNone() {
        final ReservedBucket large = node.bucket("large", perSecond(100, 1));
        final ReservedBucket small = node.bucket("small", perSecond(3, 1));
        final QuotaRow quota = node.quotas.row("large", 202611, 1000, true);
        final LimitSet set = new LimitSet();
        set.add(large);
        set.add(quota);
        set.add(small);
        assertThat(node.admits(set, 3)).isTrue();
        final long refused = node.buckets.tryAdmit(set, 1, node.nowNs);
        assertThat(Decision.limitIndex(refused)).isEqualTo(2);
        assertThat(node.table.remainingTokens(large, node.nowNs)).isEqualTo(97);
        assertThat(node.table.consumedTokens(large)).isEqualTo(3);
        assertThat(node.quotas.consumedTokens(quota)).isEqualTo(3);
        assertThat(set.remaining(0)).isEqualTo(97);
        assertThat(set.remaining(1)).isEqualTo(997);
        assertThat(set.remaining(2)).isZero();
        assertThat(set.resetNs(1)).isEqualTo(LimitSet.NO_RESET_NS);
    }

    @Test
    void shouldAdmitZeroTokensWithoutDebitUnlessInDebt() {
        final ReservedBucket bucket = node.bucket("a", perSecond(10, 10));
        final LimitSet set = set(bucket);
        assertThat(node.admits(set, 10)).isTrue();
        final LimitSet free = set(bucket);
        assertThat(node.admits(free, 0)).isTrue();
        node.buckets.settle(set, 11, node.nowNs);
        assertThat(node.admits(free, 0)).isFalse();
        assertThat(node.table.consumedTokens(bucket)).isEqualTo(11);
    }

    @Test
    void shouldHoldTheLargestAndFastestLimit() {
        final LimitSet set = set(node.bucket("a", perSecond(1_000_000_000, 1_000_000_000)));
        assertThat(node.admits(set, 1_000_000_000)).isTrue();
        assertThat(node.admits(set, 1)).isFalse();
        node.nowNs += 5;
        assertThat(node.admits(set, 6)).isFalse();
        assertThat(node.admits(set, 5)).isTrue();
    }

    @Test
    void shouldRefundAtMostWhatWasChargedAndNeverAboveFull() {
        final ReservedBucket bucket = node.bucket("a", perSecond(10, 1));
        final QuotaRow quota = node.quotas.row("a", 1, 100, true);
        final LimitSet set = set(bucket);
        set.add(quota);
        assertThat(node.admits(set, 8)).isTrue();
        node.buckets.refund(set, 3, node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(5);
        assertThat(node.table.refundedTokens(bucket)).isEqualTo(3);
        assertThat(node.quotas.refundedTokens(quota)).isEqualTo(3);
        assertThatThrownBy(() -> node.buckets.refund(set, 6, node.nowNs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokens=6")
                .hasMessageContaining("0 to 5");
        node.passSeconds(4);
        node.buckets.refund(set, 5, node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(10);
        assertThat(node.admits(set(bucket), 10)).isTrue();
        assertThat(node.admits(set(bucket), 1)).isFalse();
        assertThat(set.chargedTokens()).isZero();
    }

    @Test
    void shouldSettleUpAndDown() {
        final ReservedBucket bucket = node.bucket("a", perSecond(10, 1));
        final LimitSet set = set(bucket);
        assertThat(node.admits(set, 4)).isTrue();
        node.buckets.settle(set, 2, node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(8);
        node.buckets.settle(set, 15, node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isZero();
        assertThat(set.chargedTokens()).isEqualTo(15);
        node.passSeconds(5);
        assertThat(node.admits(set(bucket), 1)).isFalse();
        node.passSeconds(1);
        assertThat(node.admits(set(bucket), 1)).isTrue();
        assertThat(node.table.consumedTokens(bucket) - node.table.refundedTokens(bucket))
                .isEqualTo(16);
        assertThat(node.counted(CrdtCounter.SETTLED_ABOVE_TOKENS)).isEqualTo(13);
    }

    @Test
    void shouldRefuseTokensOutOfRange() {
        final LimitSet set = set(node.bucket("a", perSecond(10, 1)));
        assertThatThrownBy(() -> node.buckets.tryAdmit(set, -1, node.nowNs)).hasMessageContaining("tokens=-1");
        assertThatThrownBy(() -> node.buckets.tryAdmit(set, Buckets.MAX_TOKENS + 1, node.nowNs))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldAdmitAnEmptySetAndRefuseANinthLimit() {
        final LimitSet set = new LimitSet();
        assertThat(node.admits(set, 5)).isTrue();
        final ReservedBucket bucket = node.bucket("a", perSecond(10, 1));
        for (int i = 0; i < LimitSet.MAX_ENTRIES; i++) {
            set.add(bucket);
        }
        assertThatThrownBy(() -> set.add(bucket)).hasMessageContaining("full");
    }

    @Test
    void shouldUseKOfNOfTheCapacityAndOfTheRefillButAtLeastOneToken() {
        final ReservedBucket bucket = node.bucket("a", perSecond(100, 10));
        final ReservedBucket tiny = node.bucket("tiny", perSecond(1, 1));
        node.table.clock().members(1, 4, node.nowNs);
        final LimitSet set = set(bucket);
        assertThat(node.admits(set, 26)).isFalse();
        assertThat(set.remaining(0)).isEqualTo(25);
        assertThat(node.admits(set, 25)).isTrue();
        final long refused = node.buckets.tryAdmit(set, 1, node.nowNs);
        assertThat(Decision.waitNs(refused)).isEqualTo(400_000_000L);
        node.nowNs += 399_999_999L;
        assertThat(node.admits(set, 1)).isFalse();
        node.nowNs += 1;
        assertThat(node.admits(set, 1)).isTrue();
        assertThat(node.admits(set(tiny), 1)).isTrue();
        assertThat(node.admits(set(tiny), 1)).isFalse();

        node.table.clock().members(4, 4, node.nowNs);
        node.nowNs += 100_000_000L;
        // 26 were used, two of them refilled; the 75 that were left to the others come back.
        assertThat(node.admits(set, 76)).isTrue();
        assertThat(node.admits(set, 1)).isFalse();
    }

    @Test
    void shouldDenyPastADenyingQuotaAndOnlyCountPastAnother() {
        final QuotaRow denying = node.quotas.row("a", 202611, 10, true);
        final QuotaRow counting = node.quotas.row("b", 202611, 10, false);
        final LimitSet a = new LimitSet();
        a.add(denying);
        final LimitSet b = new LimitSet();
        b.add(counting);
        assertThat(node.admits(a, 9)).isTrue();
        final long refused = node.buckets.tryAdmit(a, 2, node.nowNs);
        assertThat(Decision.reason(refused)).isEqualTo(Decision.REASON_QUOTA);
        assertThat(Decision.waitNs(refused)).isEqualTo(Decision.NEVER_NS);
        assertThat(a.remaining(0)).isEqualTo(1);
        assertThat(node.admits(a, 1)).isTrue();
        assertThat(node.admits(b, 25)).isTrue();
        assertThat(b.remaining(0)).isZero();
        assertThat(node.quotas.consumedTokens(counting)).isEqualTo(25);
    }
}
