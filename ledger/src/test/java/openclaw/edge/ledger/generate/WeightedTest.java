package openclaw.edge.ledger.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WeightedTest {
    private static final int DRAWS = 1_000_000;

    private static int[] draw(final Weighted weighted, final int size) {
        final Chance chance = new Chance(7, 1);
        final int[] counts = new int[size];
        for (int i = 0; i < DRAWS; i++) {
            counts[weighted.draw(chance.bits())]++;
        }
        return counts;
    }

    @Test
    void shouldDrawByWeight() {
        final int[] counts = draw(Weighted.of(1, 0, 3, 96), 4);
        assertThat(counts[0]).isCloseTo(DRAWS / 100, within(500));
        assertThat(counts[1]).isZero();
        assertThat(counts[2]).isCloseTo(3 * DRAWS / 100, within(900));
        assertThat(counts[3]).isCloseTo(96 * DRAWS / 100, within(1000));
    }

    @Test
    void shouldDrawByZipfsLaw() {
        final int size = 1000;
        final int[] counts = draw(Weighted.zipf(size), size);
        double sum = 0;
        for (int i = 1; i <= size; i++) {
            sum += 1.0 / i;
        }
        for (final int rank : new int[] {1, 2, 10, 100}) {
            final double expected = DRAWS / sum / rank;
            // Five standard deviations.
            assertThat((double) counts[rank - 1]).isCloseTo(expected, within(5 * Math.sqrt(expected)));
        }
    }

    @Test
    void shouldDrawAlwaysTheOnlyOne() {
        assertThat(draw(Weighted.zipf(1), 1)[0]).isEqualTo(DRAWS);
    }
}
