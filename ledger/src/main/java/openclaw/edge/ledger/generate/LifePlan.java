package openclaw.edge.ledger.generate;

import openclaw.edge.ledger.record.Life;

/**
 * One process of a node: when, how long, how busy, and how it ends.
 *
 * @param life drawn by the seed
 * @param node its name
 * @param lanes event loops
 * @param openNs start in cycle time, shortly after a full hour
 * @param endNs its end, shortly before a full hour
 * @param records it leaves, those included that are made of it after a kill
 * @param isKilled whether it is killed with exchanges open, and closed by the life after it
 */
record LifePlan(Life life, String node, int lanes, long openNs, long endNs, long records, boolean isKilled) {
    static final long MINUTE_NS = 60_000_000_000L;
    static final long HOUR_NS = 60 * MINUTE_NS;

    /** Lives of each node. */
    static final int LIVES = 3;

    /** How busy a node is: so many records fill an hour's file, unless the cycle has too few hours. */
    private static final long RECORDS_PER_HOUR = 1_000_000;

    private static final int[] LANES = {2, 4, 3};

    /** The lives of a node: each in its own part of the cycle, as many whole hours as its records take. */
    static LifePlan[] of(final GenerateConfig config, final int node, final Chance chance) {
        final LifePlan[] plans = new LifePlan[LIVES];
        final long startNs = config.cycle().startNs();
        final int hoursEach = (int) ((config.cycle().endNs() - startNs) / HOUR_NS / LIVES);
        final long records = config.recordsOf(node);
        for (int i = 0; i < LIVES; i++) {
            final long own = records / LIVES + (i < records % LIVES ? 1 : 0);
            final int hours = (int) Math.max(1, Math.min(hoursEach, (own + RECORDS_PER_HOUR - 1) / RECORDS_PER_HOUR));
            final int firstHour = i * hoursEach + chance.below(hoursEach - hours + 1);
            plans[i] = new LifePlan(
                    new Life(chance.bits() | 1, chance.bits()),
                    GenerateConfig.nodeName(node),
                    LANES[i],
                    startNs + firstHour * HOUR_NS + MINUTE_NS,
                    startNs + (firstHour + hours) * HOUR_NS - MINUTE_NS,
                    own,
                    i == 0);
        }
        return plans;
    }

    /** When the first exchange ends: late enough for every exchange to be admitted after the start. */
    long firstEndNs() {
        return openNs + 2 * MINUTE_NS;
    }

    /** From one exchange's end to the next one's. */
    long stepNs() {
        return Math.max(1, (endNs - firstEndNs()) / Math.max(1, records));
    }
}
