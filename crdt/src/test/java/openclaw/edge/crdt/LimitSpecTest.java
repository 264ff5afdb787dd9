package openclaw.edge.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LimitSpecTest {

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long YEAR_NS = 366L * 86_400 * SECOND_NS;

    @Test
    void shouldHoldTheFastestRefillExactly() {
        final LimitSpec spec = LimitSpec.of(1_000_000_000, 1_000_000_000, SECOND_NS, 1);
        assertThat(spec.unitsPerToken()).isEqualTo(16);
        assertThat(spec.fullRefillNs()).isEqualTo(SECOND_NS);
        assertThat(spec.effectiveRefillPpm()).isEqualTo(1_000_000);
    }

    @Test
    void shouldRoundTheTimePerTokenUpNeverDown() {
        final long seed = 7;
        final Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            final long intervalNs = 1 + (random.nextLong() >>> (random.nextInt(54) + 10));
            final long refill = 1 + (long) (random.nextDouble() * (intervalNs - 1));
            final LimitSpec spec;
            try {
                spec = LimitSpec.of(1, refill, intervalNs, i);
            } catch (final IllegalArgumentException e) {
                assertThat(intervalNs / refill).as("seed %d", seed).isGreaterThanOrEqualTo(YEAR_NS);
                continue;
            }
            final BigInteger owed = BigInteger.valueOf(intervalNs).multiply(BigInteger.valueOf(16));
            final BigInteger given = BigInteger.valueOf(spec.unitsPerToken()).multiply(BigInteger.valueOf(refill));
            assertThat(given).as("%s per %d, seed %d", refill, intervalNs, seed).isGreaterThanOrEqualTo(owed);
            assertThat(given.subtract(owed))
                    .as("%s per %d, seed %d", refill, intervalNs, seed)
                    .isLessThan(BigInteger.valueOf(refill).add(owed.shiftRight(39)));
        }
    }

    @Test
    void shouldTellHowFarAFastRefillIsMissed() {
        assertThat(LimitSpec.of(10, 900_000_000, SECOND_NS, 1).effectiveRefillPpm())
                .isBetween(987_000L, 988_000L);
        assertThat(LimitSpec.of(10, 999_983, SECOND_NS, 1).effectiveRefillPpm()).isGreaterThan(999_930L);
        assertThat(LimitSpec.of(10, 1000, 60 * SECOND_NS, 1).effectiveRefillPpm())
                .isEqualTo(1_000_000);
    }

    @Test
    void shouldRefuseAFullRefillOfMoreThanAYear() {
        assertThat(LimitSpec.of(366, 1, 86_400 * SECOND_NS, 1).fullRefillNs()).isEqualTo(YEAR_NS);
        assertThatThrownBy(() -> LimitSpec.of(367, 1, 86_400 * SECOND_NS, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capacity=367")
                .hasMessageContaining("more than a year")
                .hasMessageContaining("raise refill_rate or lower capacity");
        assertThatThrownBy(() -> LimitSpec.of(Long.MAX_VALUE, 1, Long.MAX_VALUE, 1))
                .hasMessageContaining("more than a year");
    }

    @Test
    void shouldRefuseARefillFasterThanOneTokenPerNanosecond() {
        assertThatThrownBy(() -> LimitSpec.of(10, SECOND_NS + 1, SECOND_NS, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("refill_rate=1000000001")
                .hasMessageContaining("lower refill_rate");
    }

    @Test
    void shouldRefuseWhatIsNotPositive() {
        assertThatThrownBy(() -> LimitSpec.of(0, 1, 1, 1)).hasMessageContaining("capacity=0, expected at least 1");
        assertThatThrownBy(() -> LimitSpec.of(1, -1, 1, 1)).hasMessageContaining("refill_rate=-1");
        assertThatThrownBy(() -> LimitSpec.of(1, 1, 0, 1)).hasMessageContaining("interval");
    }
}
