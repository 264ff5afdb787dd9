package openclaw.edge.billing.insight;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.insight.Insight.Amount;
import openclaw.edge.billing.insight.Insight.Share;
import openclaw.edge.billing.insight.statistics.Anomalies;
import openclaw.edge.billing.insight.statistics.Anomaly;
import openclaw.edge.billing.insight.statistics.SeasonalForecast;
import openclaw.edge.catalog.CanonicalJson;

/** An insight as canonical JSON: counts are numbers (strings beyond 2^53), money and scores decimal strings. */
final class InsightJson {
    private InsightJson() {}

    static String write(Insight insight, String agent, String model, InsightReport.Step step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("billing_cycle_id", insight.cycle());
        json.put("tenant_id", insight.tenantId());
        json.put("agent", agent);
        json.put("model", model);
        json.put("from", Figures.instant(insight.fromHour()));
        json.put("to", Figures.instant(insight.toHour()));
        json.put("as_of", Figures.instant(insight.asOfHour()));
        json.put("used", Map.of("requests", count(insight.usedRequests()), "tokens", count(insight.usedTokens())));
        json.put(
                step == InsightReport.Step.HOUR ? "hours" : "days",
                Periods.of(insight, step).stream()
                        .filter(period -> period.requests() != 0 || period.tokens() != 0)
                        .map(period -> Map.of(
                                "from", Figures.instant(period.fromHour()),
                                "requests", count(period.requests()),
                                "tokens", count(period.tokens())))
                        .toList());
        json.put(
                "before",
                insight.before().stream()
                        .map(before -> Map.of(
                                "billing_cycle_id", before.cycle(),
                                "tokens_by_then", count(before.tokensByThen()),
                                "tokens", count(before.tokens())))
                        .toList());
        json.put("agents", insight.agents().stream().map(InsightJson::share).toList());
        json.put("models", insight.models().stream().map(InsightJson::share).toList());
        json.put("anomalies", anomalies(insight.anomalies()));
        json.put("forecast", insight.isRunning() ? forecast(insight) : null);
        json.put("amounts", insight.amounts().stream().map(InsightJson::amount).toList());
        return CanonicalJson.write(json);
    }

    private static Map<String, Object> share(Share share) {
        return Map.of("name", share.name(), "requests", count(share.requests()), "tokens", count(share.tokens()));
    }

    private static Map<String, Object> anomalies(Anomalies.Found found) {
        List<Map<String, Object>> list =
                found.anomalies().stream().map(InsightJson::anomaly).toList();
        return Map.of(
                "threshold", Figures.tenths(Anomalies.THRESHOLD_TENTHS),
                "judged_hours", found.judgedHours(),
                "unjudged_hours", found.unjudgedHours(),
                "found", list);
    }

    private static Map<String, Object> anomaly(Anomaly anomaly) {
        return Map.of(
                "kind", anomaly.kind(),
                "from", Figures.instant(anomaly.fromHour()),
                "to", Figures.instant(anomaly.toHour()),
                "tokens", count(anomaly.actual()),
                "usual_tokens", count(anomaly.usual()),
                "score", Figures.tenths(anomaly.scoreTenths()));
    }

    private static Map<String, Object> forecast(Insight insight) {
        SeasonalForecast rest = insight.rest();
        long used = insight.usedTokens();
        return Map.of(
                "basis", rest.basis().text(),
                "days", rest.days(),
                "band_percent", SeasonalForecast.BAND_PERCENT,
                "tokens", count(Math.addExact(used, rest.expected())),
                "tokens_low", count(Math.addExact(used, rest.low())),
                "tokens_high", count(Math.addExact(used, rest.high())));
    }

    private static Map<String, Object> amount(Amount amount) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("currency", amount.currency());
        json.put("so_far", amount.soFar().toPlainString());
        json.put("expected", text(amount.expected()));
        json.put("low", text(amount.low()));
        json.put("high", text(amount.high()));
        return json;
    }

    private static String text(BigDecimal amount) {
        return amount == null ? null : amount.toPlainString();
    }
}
