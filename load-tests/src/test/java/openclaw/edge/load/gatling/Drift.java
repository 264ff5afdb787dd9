package openclaw.edge.load.gatling;

import java.util.Arrays;
import java.util.List;

/**
 * Whether a series of equally distant samples grows: the slope through its second half is the median of the slopes between all pairs
 * of samples, which a quarter of outliers does not move; it counts as growth when even the lower end of its 95 % interval (by Kendall's
 * statistic) comes to more than a bound over that half. The first half is the time to settle.
 *
 * <p>Sources: H. Theil, A rank-invariant method of linear and polynomial regression analysis (1950); P. K. Sen, Estimates of the
 * regression coefficient based on Kendall's tau, JASA 63 (1968).
 *
 * @param median of the second half
 * @param growth over the second half, by the median slope
 * @param surely the same by the lower end of the interval
 * @param bound of it
 */
record Drift(double median, double growth, double surely, double bound) {
    /** Fewer samples in the second half say nothing. */
    static final int FEWEST = 6;

    private static final double NORMAL_95 = 1.96;

    /**
     * Looks at a series.
     *
     * @param samples all of them
     * @param least growth that counts at all
     * @param percent of the median that counts at all; the larger of both is the bound
     */
    static Drift of(final List<Double> samples, final double least, final double percent) {
        final List<Double> half = samples.subList(samples.size() / 2, samples.size());
        final double[] values =
                half.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        final double median = values.length == 0 ? 0 : values[values.length / 2];
        final double bound = Math.max(least, median * percent / 100);
        final int count = half.size();
        if (count < FEWEST) {
            return new Drift(median, 0, 0, bound);
        }
        final double[] slopes = slopes(half);
        final double spread = NORMAL_95 * Math.sqrt(count * (count - 1.0) * (2.0 * count + 5) / 18);
        final int lower = (int) Math.max(0, Math.floor((slopes.length - spread) / 2));
        return new Drift(median, slopes[slopes.length / 2] * (count - 1), slopes[lower] * (count - 1), bound);
    }

    private static double[] slopes(final List<Double> half) {
        final double[] slopes = new double[half.size() * (half.size() - 1) / 2];
        int at = 0;
        for (int i = 0; i < half.size(); i++) {
            for (int j = i + 1; j < half.size(); j++) {
                slopes[at++] = (half.get(j) - half.get(i)) / (j - i);
            }
        }
        Arrays.sort(slopes);
        return slopes;
    }

    /** Whether it grows beyond its bound. */
    boolean isFound() {
        return surely > bound;
    }

    /** As a line of the table. */
    Row row(final String what) {
        return new Row(
                what + String.format(", median %.2f, growth %.2f, surely", median, growth),
                String.format("%.2f", surely),
                String.format("<= %.2f", bound),
                !isFound());
    }
}
