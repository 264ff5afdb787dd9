package openclaw.edge.billing.insight.statistics;

/**
 * A level that follows the logarithms of days with a damped trend: {@code l' = l + t + a e, t' = d (t + a b e)}, e being a
 * logarithm less {@code l + t}. In logarithms growth is a line, and days of much usage do not outweigh the others.
 */
final class DailyLevel {
    private static final double[] FOLLOWS = {0.02, 0.05, 0.1, 0.2, 0.4, 0.7};
    private static final double[] TREND_FOLLOWS = {0, 0.05};
    private static final double DAMPING = 0.99;
    private static final double FORGETTING = 0.98;
    /** A line has to be that much better to be believed. */
    private static final double DOUBT_OF_LINES = 1.1;

    private static final int WARM_UP_DAYS = 7;
    private static final int TREND_DAYS = 21;
    /** A day without usage has no logarithm: at least this part of a mean day. */
    private static final double LEAST = 0.05;
    /** A trend shall not lead beyond three times, or a third of, today's level. */
    private static final double FURTHEST = StrictMath.log(3);

    private final double follow;
    private final double trendFollow;
    private final double[] logs;
    private final int count;
    private final boolean hasLine;
    private double level;
    private double trend;
    private double cost;
    private double meanOverLevel = 1;
    private double[] errors = new double[0];

    private DailyLevel(double[] logs, int count, double follow, double trendFollow, boolean hasLine) {
        this.logs = logs;
        this.count = count;
        this.follow = follow;
        this.trendFollow = trendFollow;
        this.hasLine = hasLine;
    }

    /** The one that would have foretold the first {@code count} days best. */
    static DailyLevel of(double[] days, int count) {
        double mean = 0;
        for (int i = 0; i < count; i++) {
            mean += days[i] / count;
        }
        double[] logs = new double[count];
        for (int i = 0; i < count; i++) {
            logs[i] = StrictMath.log(Math.max(days[i], mean * LEAST));
        }
        double[] line = count >= TREND_DAYS ? line(logs) : new double[0];
        DailyLevel best = null;
        for (double follow : FOLLOWS) {
            for (double trendFollow : TREND_FOLLOWS) {
                for (boolean hasLine : new boolean[] {false, true}) {
                    if (!hasLine || line.length > 0) {
                        DailyLevel candidate = new DailyLevel(logs, count, follow, trendFollow, hasLine);
                        candidate.run(hasLine ? line[0] : candidate.firstDays(), hasLine ? line[1] : 0);
                        best = best == null || candidate.cost < best.cost ? candidate : best;
                    }
                }
            }
        }
        best.scale();
        return best;
    }

    private double firstDays() {
        double[] first = logs.clone();
        return Robust.median(first, Math.min(WARM_UP_DAYS, count));
    }

    /** A line that both halves of the days bear out; none where one rises and the other does not. */
    private static double[] line(double[] logs) {
        int middle = logs.length / 2;
        double before = slope(logs, 0, middle);
        double after = slope(logs, middle, logs.length);
        double lesser = before * after <= 0 ? 0 : Math.abs(before) < Math.abs(after) ? before : after;
        double all = slope(logs, 0, logs.length);
        double slope = Math.abs(lesser) >= Math.abs(all) / 3 ? all : lesser;
        double[] starts = new double[logs.length];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = logs[i] - slope * i;
        }
        return new double[] {Robust.median(starts, starts.length) - slope, slope};
    }

    /** Theil and Sen's slope, the median of those between any two days: a step of the last days does not turn it. */
    private static double slope(double[] logs, int from, int to) {
        double[] slopes = new double[(to - from) * (to - from - 1) / 2];
        int pairs = 0;
        for (int i = from; i < to; i++) {
            for (int j = from; j < i; j++) {
                slopes[pairs++] = (logs[i] - logs[j]) / (i - j);
            }
        }
        return Robust.median(slopes, pairs);
    }

    private void run(double firstLevel, double firstTrend) {
        level = firstLevel;
        trend = firstTrend;
        int warmUp = count > 2 * WARM_UP_DAYS ? WARM_UP_DAYS : 1;
        errors = new double[Math.max(0, count - warmUp)];
        // A line that was drawn goes on undamped through the days that it was drawn from.
        double damping = hasLine ? 1 : DAMPING;
        for (int i = 0; i < count; i++) {
            double error = logs[i] - level - trend;
            level += trend + follow * error;
            trend = damping * (trend + follow * trendFollow * error);
            if (i >= warmUp) {
                errors[i - warmUp] = error;
            }
        }
        cost = cost() * (hasLine ? DOUBT_OF_LINES : 1);
    }

    /** Squares of the errors, later ones weighing more. */
    private double cost() {
        double sum = 0;
        for (double error : errors) {
            sum = sum * FORGETTING + error * error;
        }
        return sum;
    }

    /** The mean of logarithms is not the logarithm of the mean (Duan's smearing, JASA 78, 1983). */
    private void scale() {
        if (errors.length == 0) {
            return;
        }
        double limit = 3 * Robust.sigma(errors, errors.length);
        double mean = 0;
        double sum = 0;
        for (double error : errors) {
            double kept = Math.max(-limit, Math.min(limit, error));
            mean += kept / errors.length;
            sum += StrictMath.exp(kept);
        }
        meanOverLevel = sum / errors.length / StrictMath.exp(mean);
    }

    /** The level of a day to come, from 1. */
    double ahead(int day) {
        double ahead = 0;
        double step = trend;
        for (int i = 0; i < day; i++) {
            ahead += step;
            step *= DAMPING;
        }
        return meanOverLevel * StrictMath.exp(level + Math.max(-FURTHEST, Math.min(FURTHEST, ahead)));
    }

    /**
     * The standard deviation of the sum of days to come, each with its share of a mean day: by what these days will do, and by
     * what the days so far do not tell of level and trend.
     */
    double errorOfSum(double[] shares) {
        if (errors.length == 0) {
            return 0;
        }
        double[] expected = new double[shares.length];
        double sum = 0;
        double byDay = 0;
        for (int day = 0; day < shares.length; day++) {
            expected[day] = shares[day] * ahead(day + 1);
            sum += expected[day];
            byDay += expected[day] * (day + 1);
        }
        double variance = sum * sum * Math.max(follow / (2 - follow), 1.0 / count);
        if (hasLine) {
            variance += byDay * byDay * 12 / ((double) count * count * count);
        }
        for (int day = 0; day < shares.length; day++) {
            double weight = expected[day];
            double passedOn = follow;
            double trendPart = follow * trendFollow * DAMPING;
            for (int later = day + 1; later < shares.length; later++) {
                passedOn += trendPart;
                trendPart *= DAMPING;
                weight += passedOn * expected[later];
            }
            variance += weight * weight;
        }
        return Robust.sigma(errors, errors.length) * Math.sqrt(variance);
    }
}
