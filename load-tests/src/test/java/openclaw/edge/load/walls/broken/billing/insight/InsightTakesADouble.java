package openclaw.edge.load.walls.broken.billing.insight;

import openclaw.edge.load.walls.broken.billing.insight.statistics.StatisticsSeeADecimal;

/** Breaks a wall on purpose. */
public final class InsightTakesADouble {
    long price() {
        return (long) (StatisticsSeeADecimal.mean() * 100);
    }
}
