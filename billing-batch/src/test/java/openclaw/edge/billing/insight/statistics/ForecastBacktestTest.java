package openclaw.edge.billing.insight.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forecasts of histories whose end is known: seeded, so that every figure is the same in every run. */
class ForecastBacktestTest {
    private static final int WEEK = 168;
    private static final int CYCLE_HOURS = 30 * 24;
    private static final int HISTORY_HOURS = 10 * WEEK;
    private static final int SEEDS = 60;
    private static final long SEED = 20_261_122L;

    /** Days into the cycle at which it is foretold. */
    private static final int[] ORIGINS = {4, 10, 17, 24};

    /**
     * A kind of history, the mean error of the cycle's total that is allowed in percent, and the error that is allowed as a part
     * of the straight line's. Where nothing but noise is to be known, or all of the cycle comes after one step, the straight line
     * is hard to beat.
     */
    private enum Kind {
        FLAT(1.0, 1.0),
        WEEKLY(2.0, 0.2),
        GROWTH(3.0, 0.6),
        NOISE(7.0, 0.75),
        STEP(9.0, 2.0),
        DECLINE(3.0, 0.25);

        final double worstPercent;
        final double worstOfStraightLine;

        Kind(double worstPercent, double worstOfStraightLine) {
            this.worstPercent = worstPercent;
            this.worstOfStraightLine = worstOfStraightLine;
        }

        long[] hours(Random random) {
            long[] hours = new long[HISTORY_HOURS + CYCLE_HOURS];
            double noise = this == NOISE ? 0.6 : this == FLAT ? 0.1 : 0.25;
            double dayNoise = this == NOISE ? 0.3 : this == FLAT ? 0.02 : 0.06;
            double weekly = this == FLAT ? 0 : this == WEEKLY ? 0.85 : 0.5;
            double growth = this == GROWTH ? 0.012 : this == DECLINE ? -0.008 : 0;
            // Before the first forecast: what is still to come nobody foretells.
            int stepAt = HISTORY_HOURS + (random.nextInt(7) - 4) * 24;
            double today = 1;
            for (int i = 0; i < hours.length; i++) {
                if (i % 24 == 0) {
                    today = Math.max(0.05, 1 + dayNoise * random.nextGaussian());
                }
                boolean isWeekend = i % WEEK >= 5 * 24;
                double shape = (isWeekend ? 1 - weekly : 1) * (1 + 0.7 * Math.sin((i % 24 - 8) * Math.PI / 12));
                double level = 10_000 * Math.pow(1 + growth, i / 24.0) * (this == STEP && i >= stepAt ? 1.8 : 1);
                double value = level * shape * today * Math.max(0, 1 + noise * random.nextGaussian());
                hours[i] = Math.round(value);
            }
            return hours;
        }
    }

    /** Sums over all seeds and origins. */
    private static final class Score {
        int forecasts;
        int within;
        double error;
        double naiveError;

        void add(long[] hours, int origin) {
            long used = sum(hours, HISTORY_HOURS, HISTORY_HOURS + origin);
            long rest = sum(hours, HISTORY_HOURS + origin, hours.length);
            long[] history = java.util.Arrays.copyOf(hours, HISTORY_HOURS + origin);
            SeasonalForecast forecast = SeasonalForecast.of(1_000, history, CYCLE_HOURS - origin);
            double straight = (double) used / origin * (CYCLE_HOURS - origin);
            forecasts++;
            within += rest >= forecast.low() && rest <= forecast.high() ? 1 : 0;
            error += Math.abs(forecast.expected() - rest) * 100.0 / (used + rest);
            naiveError += Math.abs(straight - rest) * 100.0 / (used + rest);
        }

        double coverage() {
            return within * 100.0 / forecasts;
        }

        double meanError() {
            return error / forecasts;
        }

        double meanNaiveError() {
            return naiveError / forecasts;
        }
    }

    private static long sum(long[] hours, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += hours[i];
        }
        return sum;
    }

    private static Score score(Kind kind) {
        Score score = new Score();
        for (int seed = 0; seed < SEEDS; seed++) {
            long[] hours = kind.hours(new Random(SEED + seed));
            for (int days : ORIGINS) {
                score.add(hours, days * 24);
            }
        }
        return score;
    }

    @ParameterizedTest
    @EnumSource
    void shouldForetellTheCyclesEndWithinBounds(Kind kind) {
        Score score = score(kind);
        String figures = String.format(
                "%s, seeds from %d: mean error %.2f %% of the cycle, straight line %.2f %%, in the band %.0f %%",
                kind, SEED, score.meanError(), score.meanNaiveError(), score.coverage());
        System.out.println(figures);
        assertThat(score.meanError())
                .as(figures)
                .isLessThan(score.meanNaiveError() * kind.worstOfStraightLine)
                .isLessThan(kind.worstPercent);
        assertThat(score.coverage()).as(figures).isBetween(60.0, 100.0);
    }

    @Test
    void shouldForetellAllKindsTogetherInHalfTheErrorOfAStraightLine() {
        double error = 0;
        double straight = 0;
        int within = 0;
        int forecasts = 0;
        for (Kind kind : Kind.values()) {
            Score score = score(kind);
            error += score.error;
            straight += score.naiveError;
            within += score.within;
            forecasts += score.forecasts;
        }
        assertThat(error).isLessThan(straight / 2);
        assertThat(within * 100.0 / forecasts).as("within the band of 80 %%").isBetween(70.0, 90.0);
    }

    @Test
    void shouldSayWhatItStandsOn() {
        long[] hours = Kind.WEEKLY.hours(new Random(SEED));
        assertThat(basis(hours, 0)).isEqualTo(SeasonalForecast.Basis.NOTHING);
        assertThat(basis(hours, 47)).isEqualTo(SeasonalForecast.Basis.MEAN);
        assertThat(basis(hours, 48)).isEqualTo(SeasonalForecast.Basis.HOUR_OF_DAY);
        assertThat(basis(hours, 2 * WEEK)).isEqualTo(SeasonalForecast.Basis.HOUR_OF_WEEK);
        assertThat(SeasonalForecast.of(0, new long[900], 10).high()).isZero();
        SeasonalForecast guess = SeasonalForecast.of(0, new long[] {4, 4}, 10);
        assertThat(guess.low()).isEqualTo(20);
        assertThat(guess.expected()).isEqualTo(40);
        assertThat(guess.high()).isEqualTo(80);
    }

    private static SeasonalForecast.Basis basis(long[] hours, int length) {
        return SeasonalForecast.of(0, java.util.Arrays.copyOf(hours, length), 24)
                .basis();
    }

    @Test
    void shouldAddUpOverRangesOfHours() {
        long[] hours = Kind.GROWTH.hours(new Random(SEED));
        SeasonalForecast forecast = SeasonalForecast.of(5, hours, 301);
        assertThat(forecast.expected(0, 17) + forecast.expected(17, 200) + forecast.expected(200, 301))
                .isEqualTo(forecast.expected());
        assertThat(forecast.low()).isLessThan(forecast.expected());
        assertThat(forecast.high()).isGreaterThan(forecast.expected());
        assertThat(SeasonalForecast.of(5, hours, 0).expected()).isZero();
    }
}
