package openclaw.edge.billing.insight.statistics;

import java.util.Locale;

/**
 * What is to be expected of the hours to come: a profile by hour of the week, times a daily level that follows a damped trend
 * (Holt's method as Gardner and McKenzie damp it, Management Science 31, 1985).
 *
 * <ul>
 *   <li><b>Profile</b>: each hour of the last weeks, up to {@value #MAX_WEEKS} counted back from the end, in proportion to the
 *       line between the means of the weeks; the mean of that without its highest and lowest quarter. With less than two weeks
 *       by hour of the day; with less than two days every hour is like another.
 *   <li><b>Level</b>: the usage of each of the last 49 days divided by its profile, smoothed in logarithms. How much it follows,
 *       and whether it has a trend from the beginning, is what would have foretold these days best.
 *   <li><b>Band</b>: 80 %, from the errors of that foretelling (cut off at three robust deviations) carried through the
 *       smoothing to the sum of the days to come, and from what the days so far leave open of level and trend. With less than
 *       four days half to double.
 * </ul>
 */
public final class SeasonalForecast {
    /** Weeks that are looked at. */
    public static final int MAX_WEEKS = 12;

    /** How much of what may come the band is to hold, in percent. */
    public static final int BAND_PERCENT = 80;

    private static final int DAY = 24;
    private static final int WEEK = 168;
    private static final double Z = 1.2816;
    private static final int DAYS_FOR_BAND = 4;
    private static final int LEVEL_DAYS = 49;

    private final Basis basis;
    private final int days;
    private final double[] sumTo;
    private final long low;
    private final long high;

    /** What a forecast stands on. */
    public enum Basis {
        /** Two weeks or more. */
        HOUR_OF_WEEK,
        /** Two days or more. */
        HOUR_OF_DAY,
        /** Less. */
        MEAN,
        /** No usage was ever seen. */
        NOTHING;

        /** As it is printed. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private SeasonalForecast(Basis basis, int days, double[] sumTo, double error) {
        this.basis = basis;
        this.days = days;
        this.sumTo = sumTo;
        double sum = sumTo[sumTo.length - 1];
        boolean isGuess = error < 0;
        this.low = Math.round(Math.max(0, isGuess ? sum / 2 : sum - Z * error));
        this.high = Math.round(isGuess ? sum * 2 : sum + Z * error);
    }

    /**
     * Foretells.
     *
     * @param firstHour hour of the first value, counted from 1970-01-01T00:00Z
     * @param history one value for each hour from the first usage on, from 0
     * @param restHours hours to come, from 0
     */
    public static SeasonalForecast of(long firstHour, long[] history, int restHours) {
        int used = Math.min(history.length, MAX_WEEKS * WEEK);
        double[] values = new double[used];
        double sum = 0;
        for (int i = 0; i < used; i++) {
            values[i] = history[history.length - used + i];
            sum += values[i];
        }
        double[] sumTo = new double[restHours + 1];
        if (sum == 0) {
            return new SeasonalForecast(Basis.NOTHING, used / DAY, sumTo, 0);
        }
        long from = firstHour + history.length - used;
        Basis basis = used >= 2 * WEEK ? Basis.HOUR_OF_WEEK : used >= 2 * DAY ? Basis.HOUR_OF_DAY : Basis.MEAN;
        int season = basis == Basis.HOUR_OF_WEEK ? WEEK : basis == Basis.HOUR_OF_DAY ? DAY : 1;
        double[] profile = profile(values, season, from);
        if (basis == Basis.MEAN) {
            for (int i = 0; i < restHours; i++) {
                sumTo[i + 1] = sumTo[i] + sum / used;
            }
            return new SeasonalForecast(basis, used / DAY, sumTo, -1);
        }
        DailyLevel level = level(values, profile, from);
        double[] dayShares = new double[(restHours + DAY - 1) / DAY];
        for (int i = 0; i < restHours; i++) {
            double share = profile[(int) Math.floorMod(from + used + i, (long) season)];
            dayShares[i / DAY] += share;
            sumTo[i + 1] = sumTo[i] + share * level.ahead(i / DAY + 1);
        }
        double error = used / DAY < DAYS_FOR_BAND ? -1 : level.errorOfSum(dayShares);
        return new SeasonalForecast(basis, used / DAY, sumTo, error);
    }

    /** Shares of a mean day by hour of the season: all together the days of the season. */
    private static double[] profile(double[] values, int season, long from) {
        double[] means = windowMeans(values, season);
        double[] profile = new double[season];
        double[] ratios = new double[means.length];
        double sum = 0;
        for (int i = 0; i < season; i++) {
            int count = 0;
            int first = values.length - means.length * season + i;
            for (int window = 0; window < means.length; window++) {
                double level = between(means, window, (i + 0.5) / season - 0.5);
                if (level > 0) {
                    ratios[count++] = values[first + window * season] / level;
                }
            }
            int hour = (int) Math.floorMod(from + first, (long) season);
            profile[hour] = Robust.trimmedMean(ratios, count);
            sum += profile[hour];
        }
        for (int i = 0; i < season; i++) {
            profile[i] = sum == 0 ? 1.0 / DAY : profile[i] / sum * season / DAY;
        }
        return profile;
    }

    /** The mean hour of each season, counted back from the end, in the order of time. */
    private static double[] windowMeans(double[] values, int season) {
        double[] means = new double[values.length / season];
        int first = values.length - means.length * season;
        for (int i = first; i < values.length; i++) {
            means[(i - first) / season] += values[i] / season;
        }
        return means;
    }

    /** The level within a season, on the line between its mean and the neighbour's: growth shall not pass for a profile. */
    private static double between(double[] means, int window, double fromCentre) {
        int neighbour = fromCentre < 0 ? window - 1 : window + 1;
        double mean = means[window];
        double slope = 0;
        if (neighbour >= 0 && neighbour < means.length) {
            slope = (means[neighbour] - mean) * (fromCentre < 0 ? -1 : 1);
        } else if (means.length > 1) {
            slope = fromCentre < 0 ? means[1] - means[0] : mean - means[window - 1];
        }
        double level = mean + slope * fromCentre;
        return Math.max(level, mean / 4);
    }

    /** The level by days counted back from the end; a day whose profile is next to nothing says nothing. */
    private static DailyLevel level(double[] values, double[] profile, long from) {
        int allDays = Math.min(values.length / DAY, LEVEL_DAYS);
        double[] levels = new double[allDays];
        int known = 0;
        for (int day = 0; day < allDays; day++) {
            int begin = values.length - (allDays - day) * DAY;
            double sum = 0;
            double share = 0;
            for (int i = begin; i < begin + DAY; i++) {
                sum += values[i];
                share += profile[(int) Math.floorMod(from + i, (long) profile.length)];
            }
            if (share > 0.05) {
                levels[known++] = sum / share;
            }
        }
        return DailyLevel.of(levels, known);
    }

    /** What it stands on. */
    public Basis basis() {
        return basis;
    }

    /** Whole days that were looked at. */
    public int days() {
        return days;
    }

    /** What is expected of some of the hours to come; neighbouring ranges add up to the whole. */
    public long expected(int fromHour, int toHour) {
        return Math.round(sumTo[toHour]) - Math.round(sumTo[fromHour]);
    }

    /** What is expected of all hours to come. */
    public long expected() {
        return expected(0, sumTo.length - 1);
    }

    /** Lower end of the band of that. */
    public long low() {
        return Math.min(low, expected());
    }

    /** Upper end. */
    public long high() {
        return Math.max(high, expected());
    }
}
