package openclaw.edge.billing.insight.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds hours that are unlike the same hour of the weeks before, by robust z-scores (Iglewicz and Hoaglin, How to Detect and
 * Handle Outliers, 1993): {@code z = (value - median) / spread} over the same hour of the week in up to
 * {@value #MAX_REFERENCES} weeks before it.
 *
 * <ul>
 *   <li>An hour is judged when at least {@value #MIN_REFERENCES} such weeks are known, and reported from |z| &gt;= 5.0.
 *   <li>{@code spread} is 1.4826 times the median absolute deviation (MAD) of these weeks, but not less than that of the
 *       median hour in proportion (few weeks may agree by chance), a tenth of the median, a tenth of the tenant's median hour
 *       with usage, and 1: so a MAD of 0 makes no hour infinitely strange.
 *   <li>Hours in a row without any usage are also judged together, a silence: what they lack against the root of the sum of
 *       their squared spreads. So a long silence is found where a single noisy hour proves nothing.
 *   <li>Neighbouring hours on the same side, up to {@value #BRIDGED_HOURS} usual ones between them, are one anomaly.
 * </ul>
 */
public final class Anomalies {
    /** From this score on, in tenths, an hour is reported. */
    public static final int THRESHOLD_TENTHS = 50;

    /** Weeks that must be known. */
    public static final int MIN_REFERENCES = 4;

    /** Weeks that are looked at. */
    public static final int MAX_REFERENCES = 8;

    /** Usual hours that do not end an anomaly. */
    public static final int BRIDGED_HOURS = 2;

    private static final int WEEK = 168;
    private static final double THRESHOLD = THRESHOLD_TENTHS / 10.0;

    private final long firstHour;
    private final long[] values;
    private final int from;
    private final double[] median;
    private final double[] spread;
    private final double[] score;
    private int judged;

    private Anomalies(long firstHour, long[] values, int from) {
        this.firstHour = firstHour;
        this.values = values;
        this.from = from;
        int hours = values.length - from;
        this.median = new double[hours];
        this.spread = new double[hours];
        this.score = new double[hours];
    }

    /**
     * What was found.
     *
     * @param anomalies in the order of time
     * @param judgedHours hours with enough weeks before them
     * @param unjudgedHours hours without
     */
    public record Found(List<Anomaly> anomalies, int judgedHours, int unjudgedHours) {
        /** With an unmodifiable copy. */
        public Found {
            anomalies = List.copyOf(anomalies);
        }
    }

    /**
     * Judges hours by those before them.
     *
     * @param firstHour hour of the first value, counted from 1970-01-01T00:00Z
     * @param values one for each hour, from 0
     * @param from index of the first value to judge
     */
    public static Found of(long firstHour, long[] values, int from) {
        int begin = Math.min(from, values.length);
        Anomalies anomalies = new Anomalies(firstHour, values, begin);
        anomalies.compare();
        anomalies.silences();
        return new Found(anomalies.merged(), anomalies.judged, values.length - begin - anomalies.judged);
    }

    private void compare() {
        double[] references = new double[MAX_REFERENCES];
        double[] relative = new double[score.length];
        int relatives = 0;
        for (int i = 0; i < score.length; i++) {
            int count = 0;
            for (int at = from + i - WEEK; at >= 0 && count < MAX_REFERENCES; at -= WEEK) {
                references[count++] = values[at];
            }
            spread[i] = -1;
            if (count >= MIN_REFERENCES) {
                judged++;
                median[i] = Robust.median(references, count);
                spread[i] = Robust.TO_SIGMA * Robust.deviation(references, count, median[i]);
                if (median[i] > 0) {
                    relative[relatives++] = spread[i] / median[i];
                }
            }
        }
        double pooled = relatives == 0 ? 0 : Robust.median(relative, relatives);
        double least = Math.max(1, typical() / 10);
        for (int i = 0; i < score.length; i++) {
            if (spread[i] >= 0) {
                double floor = Math.max(least, median[i] * Math.max(pooled, 0.1));
                spread[i] = Math.max(spread[i], floor);
                score[i] = (values[from + i] - median[i]) / spread[i];
            }
        }
    }

    /** The median hour with usage. */
    private double typical() {
        double[] used = Arrays.stream(values)
                .filter(value -> value > 0)
                .mapToDouble(value -> value)
                .toArray();
        return used.length == 0 ? 0 : Robust.median(used, used.length);
    }

    /** Gives every hour of a run without usage the score of the whole run, where that is further from 0. */
    private void silences() {
        int begin = 0;
        while (begin < score.length) {
            double lacking = 0;
            double variance = 0;
            int end = begin;
            while (end < score.length && values[from + end] == 0 && spread[end] >= 0) {
                lacking += median[end];
                variance += spread[end] * spread[end];
                end++;
            }
            if (lacking > 0) {
                double together = -lacking / Math.sqrt(variance);
                for (int i = begin; i < end; i++) {
                    score[i] = Math.min(score[i], together);
                }
            }
            begin = end + 1;
        }
    }

    private List<Anomaly> merged() {
        List<Anomaly> found = new ArrayList<>();
        int i = 0;
        while (i < score.length) {
            if (!isStrange(i)) {
                i++;
                continue;
            }
            int last = i;
            for (int next = i + 1; next < score.length && next <= last + 1 + BRIDGED_HOURS; next++) {
                if (isStrange(next) && score[next] > 0 == score[i] > 0) {
                    last = next;
                }
            }
            found.add(anomaly(i, last + 1));
            i = last + 1;
        }
        return found;
    }

    private boolean isStrange(int hour) {
        return Math.abs(score[hour]) >= THRESHOLD;
    }

    private Anomaly anomaly(int begin, int end) {
        long actual = 0;
        double usual = 0;
        double furthest = 0;
        for (int i = begin; i < end; i++) {
            actual = Math.addExact(actual, values[from + i]);
            usual += median[i];
            if (isStrange(i) && Math.abs(score[i]) > Math.abs(furthest)) {
                furthest = score[i];
            }
        }
        long first = firstHour + from;
        return new Anomaly(first + begin, first + end, actual, Math.round(usual), Math.round(furthest * 10));
    }
}
