package openclaw.edge.proxy.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NoticeThresholdTest {
    @Test
    void shouldRoundUpWhatIsReached() {
        assertThat(of("0.9", 1_001))
                .containsExactly(
                        new NoticeThreshold(1, "0.8", 801),
                        new NoticeThreshold(2, "0.9", 901),
                        new NoticeThreshold(4, "1.0", 1_001));
    }

    @Test
    void shouldBeExactForTheLargestQuota() {
        assertThat(of("0.999999", 1_000_000_000_000_000_000L))
                .extracting(NoticeThreshold::tokens)
                .containsExactly(800_000_000_000_000_000L, 999_999_000_000_000_000L, 1_000_000_000_000_000_000L);
    }

    @Test
    void shouldTellEachPartOnce() {
        assertThat(of("0.80", 10)).extracting(NoticeThreshold::part).containsExactly("0.8", "1.0");
        assertThat(of("1.000", 10)).extracting(NoticeThreshold::part).containsExactly("0.8", "1.0");
        assertThat(of("0.50", 10)).extracting(NoticeThreshold::part).containsExactly("0.8", "0.5", "1.0");
    }

    @Test
    void shouldReachNothingBeforeSomethingWasUsed() {
        assertThat(of("0.9", 0)).extracting(NoticeThreshold::tokens).containsExactly(1L, 1L, 1L);
    }

    private static List<NoticeThreshold> of(final String reminder, final long quota) {
        return NoticeThreshold.of(new BigDecimal(reminder), quota);
    }
}
