package openclaw.edge.billing.insight;

import java.math.BigDecimal;
import java.util.List;
import openclaw.edge.billing.insight.statistics.Anomalies;
import openclaw.edge.billing.insight.statistics.SeasonalForecast;

/**
 * What is to be said of one tenant's cycle, or of all tenants together.
 *
 * @param tenantId whose; null for all together
 * @param cycle its id
 * @param fromHour first hour of the cycle, counted from 1970
 * @param toHour first hour after it
 * @param asOfHour first hour that is not looked at, within the cycle or at its end
 * @param requests by hour, up to there
 * @param tokens by hour, up to there
 * @param before the cycles before, the latest first
 * @param agents the most used ones first
 * @param models the most used ones first
 * @param anomalies what is unlike other weeks
 * @param rest what is expected of the rest; null when the cycle is over
 * @param amounts by currency; empty where an agent or model alone is looked at
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares insights, or changes the arrays once they are there.
record Insight(
        String tenantId,
        String cycle,
        long fromHour,
        long toHour,
        long asOfHour,
        long[] requests,
        long[] tokens,
        List<Before> before,
        List<Share> agents,
        List<Share> models,
        Anomalies.Found anomalies,
        SeasonalForecast rest,
        List<Amount> amounts) {
    /**
     * A cycle before.
     *
     * @param cycle its id
     * @param tokensByThen up to the same time into it
     * @param tokens of all of it
     * @param tokensByHour of all of it
     */
    @SuppressWarnings("ArrayRecordComponent") // As above.
    record Before(String cycle, long tokensByThen, long tokens, long[] tokensByHour) {}

    /** What an agent or a model used. */
    record Share(String name, long requests, long tokens) {}

    /**
     * Money, taxes included.
     *
     * @param soFar what was used costs
     * @param expected what the cycle is expected to cost; null when it is over, as the next two
     * @param low what it costs at the lower end of the band of tokens
     * @param high what it costs at the upper end
     */
    record Amount(String currency, BigDecimal soFar, BigDecimal expected, BigDecimal low, BigDecimal high) {
        Amount plus(Amount other) {
            return new Amount(
                    currency,
                    soFar.add(other.soFar),
                    plus(expected, other.expected),
                    plus(low, other.low),
                    plus(high, other.high));
        }

        private static BigDecimal plus(BigDecimal one, BigDecimal other) {
            return one == null ? other : other == null ? one : one.add(other);
        }
    }

    /** Whether the cycle goes on. */
    boolean isRunning() {
        return rest != null;
    }

    long usedTokens() {
        return sum(tokens);
    }

    long usedRequests() {
        return sum(requests);
    }

    static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum = Math.addExact(sum, value);
        }
        return sum;
    }

    /** Its name for people. */
    String title() {
        return tenantId == null ? "All tenants" : tenantId;
    }
}
