package openclaw.edge.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class QuotaTableTest {

    private final TestNode node = TestNode.inMemory(16);

    private LimitSet set(final QuotaRow row) {
        final LimitSet set = new LimitSet();
        set.add(row);
        return set;
    }

    @Test
    void shouldNeverRefill() {
        final LimitSet set = set(node.quotas.row("t", 202611, 5, true));
        assertThat(node.admits(set, 5)).isTrue();
        node.passSeconds(86_400L * 400);
        assertThat(node.admits(set, 1)).isFalse();
    }

    @Test
    void shouldKeepCyclesAndTenantsApart() {
        assertThat(node.admits(set(node.quotas.row("t", 1, 5, true)), 5)).isTrue();
        assertThat(node.admits(set(node.quotas.row("t", 2, 5, true)), 5)).isTrue();
        assertThat(node.admits(set(node.quotas.row("u", 1, 5, true)), 5)).isTrue();
        assertThat(node.quotas.liveRows()).isEqualTo(3);
    }

    @Test
    void shouldKeepTheCountWhenTheQuotaChanges() {
        assertThat(node.admits(set(node.quotas.row("t", 1, 5, true)), 5)).isTrue();
        final QuotaRow raised = node.quotas.row("t", 1, 8, true);
        assertThat(node.admits(set(raised), 4)).isFalse();
        assertThat(node.admits(set(raised), 3)).isTrue();
        assertThat(node.admits(set(node.quotas.row("t", 1, 2, false)), 1)).isTrue();
        assertThat(node.quotas.consumedTokens(raised)).isEqualTo(9);
    }

    @Test
    void shouldGiveRefundsBackToTheQuota() {
        final QuotaRow row = node.quotas.row("t", 1, 5, true);
        final LimitSet set = set(row);
        assertThat(node.admits(set, 5)).isTrue();
        node.buckets.refund(set, 2, node.nowNs);
        assertThat(node.admits(set(row), 3)).isFalse();
        assertThat(node.admits(set(row), 2)).isTrue();
        assertThat(node.quotas.consumedTokens(row)).isEqualTo(7);
        assertThat(node.quotas.refundedTokens(row)).isEqualTo(2);
    }

    @Test
    void shouldReleaseACycleAndAnswerStaleThereafter() {
        final QuotaRow old = node.quotas.row("t", 1, 5, true);
        final QuotaRow next = node.quotas.row("t", 2, 5, true);
        final LimitSet inFlight = set(old);
        assertThat(node.admits(inFlight, 2)).isTrue();
        assertThat(node.quotas.release(1)).isEqualTo(1);
        assertThat(Decision.reason(node.buckets.tryAdmit(set(old), 1, node.nowNs)))
                .isEqualTo(Decision.REASON_STALE);
        node.buckets.refund(inFlight, 2, node.nowNs);
        assertThat(node.counted(CrdtCounter.STALE_DROPPED)).isEqualTo(1);
        assertThat(node.quotas.consumedTokens(old)).isZero();
        assertThat(node.admits(set(next), 5)).isTrue();
        assertThat(node.quotas.liveRows()).isEqualTo(1);
    }

    @Test
    void shouldRefuseWhenFullAndWhatIsOutOfRange() {
        for (int i = 0; i < 16; i++) {
            node.quotas.row("t" + i, 1, 5, true);
        }
        assertThatThrownBy(() -> node.quotas.row("t16", 1, 5, true))
                .isInstanceOf(TableException.class)
                .hasMessageContaining("no room for cycle 1 of tenant 't16': 16 of 16 rows");
        assertThatThrownBy(() -> node.quotas.row("t", 0, 5, true)).hasMessageContaining("cycle=0");
        assertThatThrownBy(() -> node.quotas.row("t", 1, -5, true)).hasMessageContaining("monthly_quota=-5");
    }
}
