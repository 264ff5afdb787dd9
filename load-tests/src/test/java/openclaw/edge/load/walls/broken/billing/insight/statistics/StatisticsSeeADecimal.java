package openclaw.edge.load.walls.broken.billing.insight.statistics;

/** Breaks a wall on purpose. */
public final class StatisticsSeeADecimal {
    private StatisticsSeeADecimal() {}

    /** May be floating here, but nowhere else. */
    public static double mean() {
        return java.math.BigDecimal.ONE.scale() / 2.0;
    }
}
