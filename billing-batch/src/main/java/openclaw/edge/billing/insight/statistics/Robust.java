package openclaw.edge.billing.insight.statistics;

import java.util.Arrays;

/** Location and spread that single outliers do not move. */
final class Robust {
    /** What the median absolute deviation of normal values is to be multiplied with, to be their standard deviation. */
    static final double TO_SIGMA = 1.4826;

    private Robust() {}

    /** The median of the first values; sorts them. */
    static double median(double[] values, int count) {
        Arrays.sort(values, 0, count);
        int middle = count / 2;
        return count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** The median absolute deviation of the first values from a centre; overwrites them. */
    static double deviation(double[] values, int count, double centre) {
        for (int i = 0; i < count; i++) {
            values[i] = Math.abs(values[i] - centre);
        }
        return median(values, count);
    }

    /** The mean of the first values without the highest and the lowest quarter; sorts them. */
    static double trimmedMean(double[] values, int count) {
        Arrays.sort(values, 0, count);
        int left = count / 4;
        double sum = 0;
        for (int i = left; i < count - left; i++) {
            sum += values[i];
        }
        return count == 0 ? 0 : sum / (count - 2 * left);
    }

    /** The root mean square of values that have the mean 0, those beyond three robust deviations cut off there. */
    static double sigma(double[] values, int count) {
        double limit = 3 * TO_SIGMA * deviation(values.clone(), count, 0);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double value = limit > 0 ? Math.min(Math.abs(values[i]), limit) : values[i];
            sum += value * value;
        }
        return Math.sqrt(sum / count);
    }
}
