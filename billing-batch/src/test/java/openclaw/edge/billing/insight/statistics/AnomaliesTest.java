package openclaw.edge.billing.insight.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnomaliesTest {
    private static final int WEEK = 168;
    private static final long SEED = 7_311L;

    /** Nine weeks of days and nights, with noise. */
    private static long[] hours(double noise) {
        Random random = new Random(SEED);
        long[] hours = new long[9 * WEEK];
        for (int i = 0; i < hours.length; i++) {
            double shape = i % 24 < 7 ? 0 : 1 + Math.sin((i % 24 - 7) * Math.PI / 17);
            hours[i] = Math.round(1_000 * shape * Math.max(0, 1 + noise * random.nextGaussian()));
        }
        return hours;
    }

    private static Anomalies.Found of(long[] hours) {
        return Anomalies.of(100, hours, 8 * WEEK);
    }

    @Test
    void shouldFindNothingInNoiseAlone() {
        for (double noise : new double[] {0, 0.05, 0.15, 0.25}) {
            Anomalies.Found found = of(hours(noise));
            assertThat(found.anomalies()).as("seed %d, noise %s", SEED, noise).isEmpty();
            assertThat(found.judgedHours()).isEqualTo(WEEK);
            assertThat(found.unjudgedHours()).isZero();
        }
    }

    @Test
    void shouldFindSpikesWhereTheMadIsZero() {
        long[] hours = hours(0);
        int at = 8 * WEEK + 3 * 24 + 12;
        hours[at] *= 3;
        hours[at + 1] *= 3;
        hours[8 * WEEK + 5 * 24 + 3] = 900;
        assertThat(of(hours).anomalies())
                .containsExactly(
                        new Anomaly(
                                100 + at, 102 + at, hours[at] + hours[at + 1], (hours[at] + hours[at + 1]) / 3, 200),
                        new Anomaly(
                                100 + 8 * WEEK + 5 * 24 + 3,
                                100 + 8 * WEEK + 5 * 24 + 4,
                                900,
                                0,
                                of(hours).anomalies().get(1).scoreTenths()));
        assertThat(of(hours).anomalies()).allMatch(anomaly -> anomaly.kind().equals("spike"));
        assertThat(of(hours).anomalies().get(1).scoreTenths()).isGreaterThan(50);
    }

    @Test
    void shouldFindSilencesThatNoSingleHourProves() {
        long[] hours = hours(0.3);
        int at = 8 * WEEK + 2 * 24 + 9;
        Arrays.fill(hours, at, at + 1, 0);
        assertThat(of(hours).anomalies()).as("one hour, seed %d", SEED).isEmpty();
        Arrays.fill(hours, at, at + 12, 0);
        Anomaly silence = of(hours).anomalies().get(0);
        assertThat(silence.kind()).isEqualTo("silence");
        assertThat(silence.fromHour()).isEqualTo(100 + at);
        assertThat(silence.toHour()).isEqualTo(112 + at);
        assertThat(silence.actual()).isZero();
        assertThat(silence.usual()).isGreaterThan(10_000);
        assertThat(silence.scoreTenths()).isLessThan(-50);
    }

    @Test
    void shouldCallADropADrop() {
        long[] hours = hours(0.02);
        int at = 8 * WEEK + 38;
        hours[at] /= 4;
        assertThat(of(hours).anomalies())
                .singleElement()
                .satisfies(drop -> assertThat(drop.kind()).isEqualTo("drop"));
    }

    @Test
    void shouldJudgeNothingByLessThanFourWeeks() {
        long[] hours = Arrays.copyOf(hours(0), 4 * WEEK + 10);
        hours[3 * WEEK + 12] = 99_000_000;
        hours[4 * WEEK + 7] = 9_999;
        Anomalies.Found found = Anomalies.of(0, hours, 2 * WEEK);
        assertThat(found.judgedHours()).isEqualTo(10);
        assertThat(found.unjudgedHours()).isEqualTo(2 * WEEK);
        assertThat(found.anomalies())
                .singleElement()
                .satisfies(one -> assertThat(one.fromHour()).isEqualTo(4 * WEEK + 7L));
        assertThat(Anomalies.of(0, new long[0], 5).anomalies()).isEmpty();
    }
}
