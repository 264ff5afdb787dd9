package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RenewalRateTest {

    @Test
    void shouldAllowSomeAtOnceAndThenOneEachMinute() {
        final RenewalRate rate = new RenewalRate();
        long nowNs = 1_800_000_000_000_000_000L;
        int taken = 0;
        for (int second = 0; second < 600; second++) {
            taken += rate.tryTake(nowNs) ? 1 : 0;
            taken += rate.tryTake(nowNs) ? 1 : 0;
            nowNs += 1_000_000_000L;
        }
        assertThat(taken).isEqualTo(RenewalRate.MOST_AT_ONCE + 9);
    }
}
