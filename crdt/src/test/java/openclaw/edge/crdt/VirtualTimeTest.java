package openclaw.edge.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Integer arithmetic against BigInteger. */
final class VirtualTimeTest {

    private static final long SEED = 20_261_101L;
    private static final int ROUNDS = 200_000;

    private final Random random = new Random(SEED);

    @Test
    void shouldMultiplySaturating() {
        for (int i = 0; i < ROUNDS; i++) {
            final long a = anyMagnitude(63);
            final long b = anyMagnitude(60);
            final BigInteger exact = big(a).multiply(big(b));
            final long expected = exact.bitLength() > 62 ? VirtualTime.TIME_MASK : exact.longValueExact();
            assertThat(VirtualTime.multiply(a, b))
                    .as("%d * %d, seed %d", a, b, SEED)
                    .isEqualTo(expected);
        }
    }

    @Test
    void shouldMultiplyAndDivideIn128BitsRoundingAsSaid() {
        for (int i = 0; i < ROUNDS; i++) {
            final long a = anyMagnitude(63);
            final long b = anyMagnitude(63);
            final long c = 1 + anyMagnitude(62);
            final BigInteger product = big(a).multiply(big(b));
            final BigInteger[] exact = product.divideAndRemainder(big(c));
            final BigInteger ceil = exact[1].signum() == 0 ? exact[0] : exact[0].add(BigInteger.ONE);
            assertThat(VirtualTime.mulDivFloor(a, b, c))
                    .as("floor(%d * %d / %d), seed %d", a, b, c, SEED)
                    .isEqualTo(saturated(exact[0]));
            assertThat(VirtualTime.mulDivCeil(a, b, c))
                    .as("ceil(%d * %d / %d), seed %d", a, b, c, SEED)
                    .isEqualTo(saturated(ceil));
        }
    }

    @Test
    void shouldScaleByFractionsRoundingDown() {
        for (int i = 0; i < ROUNDS; i++) {
            final long units = anyMagnitude(62);
            final int all = 1 + random.nextInt(VirtualClock.MAX_MEMBERS);
            final int reachable = random.nextInt(all + 1);
            final long expected = big(units)
                    .multiply(BigInteger.valueOf(reachable))
                    .divide(BigInteger.valueOf(all))
                    .longValueExact();
            assertThat(VirtualTime.scale(units, reachable, all))
                    .as("%d * %d / %d, seed %d", units, reachable, all, SEED)
                    .isEqualTo(expected);
        }
    }

    @Test
    void shouldStorePacesRoundedUpByAtMostOnePartInTwoToTheForty() {
        for (int i = 0; i < ROUNDS; i++) {
            final long units = 1 + anyMagnitude(59);
            final long rounded = LimitWord.roundUp(units);
            assertThat(rounded).as("T %d, seed %d", units, SEED).isBetween(units, units + (units >>> 40) + 1);
            assertThat(units < 1L << 41 ? rounded == units : rounded >= units).isTrue();
            final int version = random.nextInt();
            final long word = LimitWord.of(version, rounded);
            assertThat(LimitWord.unitsPerToken(word)).isEqualTo(rounded);
            assertThat(word).as("parity 0, never negative, never 'untouched'").isPositive();
            assertThat(LimitWord.isUntouched(word)).isFalse();
            assertThat(LimitWord.isUntouched(LimitWord.withoutVersion(word))).isTrue();
            assertThat(LimitWord.unitsPerToken(LimitWord.withoutVersion(word | LimitWord.PARITY)))
                    .isEqualTo(rounded);
        }
    }

    @Test
    void shouldOrderVersionsAlsoWhereTheyWrapAround() {
        for (int i = 0; i < 1_000; i++) {
            final int version = random.nextInt(Integer.MAX_VALUE - 20_000);
            final int lead = 1 + random.nextInt(LimitWord.MAX_VERSION_LEAD);
            final long older = LimitWord.of(version, 100);
            final long newer = LimitWord.of(version + lead, 200);
            assertThat(LimitWord.supersedes(newer, older)).as("seed %d", SEED).isTrue();
            assertThat(LimitWord.supersedes(older, newer)).as("seed %d", SEED).isFalse();
        }
        final long one = LimitWord.of(7, 100);
        assertThat(LimitWord.supersedes(one, one | LimitWord.PARITY)).isFalse();
        assertThat(LimitWord.supersedes(LimitWord.of(7, 101), one)).isTrue();
        assertThat(LimitWord.supersedes(one, LimitWord.withoutVersion(one))).isTrue();
    }

    /** A number of up to so many bits, every length as likely. */
    private long anyMagnitude(final int maxBits) {
        final int bits = random.nextInt(maxBits + 1);
        return bits == 0 ? 0 : random.nextLong() >>> (Long.SIZE - bits);
    }

    private static BigInteger big(final long value) {
        return BigInteger.valueOf(value);
    }

    private static long saturated(final BigInteger value) {
        return value.bitLength() > 63 ? Long.MAX_VALUE : value.longValueExact();
    }
}
