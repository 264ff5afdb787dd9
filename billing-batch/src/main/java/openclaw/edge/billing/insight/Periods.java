package openclaw.edge.billing.insight;

import java.util.ArrayList;
import java.util.List;

/** Hours put together to the days of UTC, or left alone. */
final class Periods {
    private Periods() {}

    /**
     * Hours next to each other.
     *
     * @param fromHour the first one
     * @param toHour after the last one
     */
    record Period(long fromHour, long toHour, long requests, long tokens) {}

    static List<Period> of(Insight insight, InsightReport.Step step) {
        List<Period> periods = new ArrayList<>();
        long hour = insight.fromHour();
        while (hour < insight.asOfHour()) {
            long end = step == InsightReport.Step.HOUR ? hour + 1 : Math.min(Figures.nextDay(hour), insight.asOfHour());
            long requests = 0;
            long tokens = 0;
            for (long each = hour; each < end; each++) {
                requests += insight.requests()[(int) (each - insight.fromHour())];
                tokens = Math.addExact(tokens, insight.tokens()[(int) (each - insight.fromHour())]);
            }
            periods.add(new Period(hour, end, requests, tokens));
            hour = end;
        }
        return periods;
    }
}
