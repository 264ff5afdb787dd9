package openclaw.edge.load.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A leak is found under noise and outliers; what has settled, and noise alone, are none. */
final class DriftTest {
    private static final int SAMPLES = 60;
    private static final int SEEDS = 200;

    private static List<Double> series(final IntToDoubleFunction value) {
        return IntStream.range(0, SAMPLES).mapToObj(i -> value.applyAsDouble(i)).toList();
    }

    @Test
    void shouldFindALeakInEverySeedOfNoise() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            // 0.5 with each sample: 14.5 over the second half; noise of 2, and a tenth of outliers.
            final List<Double> leak =
                    series(i -> 100 + 0.5 * i + random.nextDouble(-2, 2) + (random.nextInt(10) == 0 ? 80 : 0));
            assertThat(Drift.of(leak, 5, 5).isFound())
                    .as("seed %d: %s", seed, leak)
                    .isTrue();
        }
    }

    @Test
    void shouldFindNoneInNoiseOrInWhatHasSettled() {
        int found = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final List<Double> noise =
                    series(i -> 100 + random.nextDouble(-10, 10) + (random.nextInt(10) == 0 ? 80 : 0));
            found += Drift.of(noise, 5, 5).isFound() ? 1 : 0;
            final List<Double> settled = series(i -> Math.min(i, 25) * 10 + random.nextDouble(-1, 1));
            assertThat(Drift.of(settled, 5, 5).isFound())
                    .as("seed %d: %s", seed, settled)
                    .isFalse();
        }
        assertThat(found).as("of %d seeds of noise", SEEDS).isZero();
    }

    @Test
    void shouldNotMindStepsWithinTheBoundNorFewSamplesNorWhatShrinks() {
        assertThat(Drift.of(series(i -> i < 50 ? 20 : 24), 5, 10).isFound()).isFalse();
        assertThat(Drift.of(List.of(1.0, 100.0, 1_000.0, 10_000.0), 5, 5).isFound())
                .isFalse();
        assertThat(Drift.of(series(i -> 1_000 - 10 * i), 5, 5).isFound()).isFalse();
        assertThat(Drift.of(List.of(), 5, 5).isFound()).isFalse();
    }

    @Test
    void shouldSayOfADriftHowLargeItIs() {
        final Drift drift = Drift.of(series(i -> 3.0 * i), 5, 0);
        assertThat(drift.growth()).isEqualTo(3.0 * (SAMPLES / 2 - 1));
        assertThat(drift.row("descriptors").holds()).isFalse();
        assertThat(drift.row("descriptors").right()).isEqualTo("<= 5.00");
    }
}
