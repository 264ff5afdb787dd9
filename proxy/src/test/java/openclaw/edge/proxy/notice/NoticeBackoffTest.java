package openclaw.edge.proxy.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class NoticeBackoffTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldDoubleUpToItsBoundAndLeaveHalfToChance() {
        final Random random = new Random(7);
        for (int failures = 1; failures <= 100; failures++) {
            final long most = failures > 9 ? NoticeBackoff.LONGEST_NS : SECOND_NS << (failures - 1);
            assertThat(NoticeBackoff.delayNs(failures, 0, random)).isBetween(most / 2, most);
        }
        assertThat(NoticeBackoff.delayNs(Integer.MAX_VALUE, 0, random))
                .isBetween(NoticeBackoff.LONGEST_NS / 2, NoticeBackoff.LONGEST_NS);
    }

    @Test
    void shouldNotBeTheSameForTwoMembers() {
        assertThat(NoticeBackoff.delayNs(5, 0, new Random(1))).isNotEqualTo(NoticeBackoff.delayNs(5, 0, new Random(2)));
    }

    @Test
    void shouldWaitAsLongAsItIsAskedToWithinReason() {
        final Random random = new Random(7);
        assertThat(NoticeBackoff.delayNs(1, 17 * SECOND_NS, random)).isEqualTo(17 * SECOND_NS);
        assertThat(NoticeBackoff.delayNs(1, Long.MAX_VALUE, random)).isEqualTo(NoticeBackoff.LONGEST_ASKED_NS);
        assertThat(NoticeBackoff.delayNs(20, SECOND_NS, random)).isGreaterThanOrEqualTo(NoticeBackoff.LONGEST_NS / 2);
    }
}
