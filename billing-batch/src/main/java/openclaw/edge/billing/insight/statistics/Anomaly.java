package openclaw.edge.billing.insight.statistics;

/**
 * Hours that are far from what is usual at their time of the week.
 *
 * @param fromHour first hour, counted from 1970-01-01T00:00Z
 * @param toHour first hour after it
 * @param actual sum of the hours
 * @param usual sum of the medians of the same hours of the weeks before
 * @param scoreTenths robust z-score in tenths, of several hours the one furthest from 0; above 0 a spike, below a silence or drop
 */
public record Anomaly(long fromHour, long toHour, long actual, long usual, long scoreTenths) {
    /** Whether it is more than usual. */
    public boolean isSpike() {
        return scoreTenths > 0;
    }

    /** {@code spike}, {@code silence} when there was nothing at all, or {@code drop}. */
    public String kind() {
        return isSpike() ? "spike" : actual == 0 ? "silence" : "drop";
    }
}
