package openclaw.edge.billing.insight;

import java.util.List;
import openclaw.edge.billing.insight.Insight.Amount;
import openclaw.edge.billing.insight.Insight.Before;
import openclaw.edge.billing.insight.Insight.Share;
import openclaw.edge.billing.insight.Periods.Period;
import openclaw.edge.billing.insight.statistics.Anomalies;
import openclaw.edge.billing.insight.statistics.Anomaly;
import openclaw.edge.billing.insight.statistics.SeasonalForecast;

/** Insights as one HTML page: no script, no resource from elsewhere, light or dark as the reader has it. */
final class InsightPage {
    private static final int SHOWN = 10;
    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#fff;--rule:#d5dae1;--bar:#2f6fb0;
            --band:#2f6fb033;--unusual:#b3400e}
            @media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#a3adba;--paper:#14181e;--rule:#39424e;--bar:#6fb0f0;
            --band:#6fb0f044;--unusual:#ff9a62}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:76rem;
            padding:0 1rem}
            h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:1rem;
            overflow-wrap:anywhere}h3{font-size:1rem;margin-bottom:.3rem}
            .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1rem}
            svg{width:100%;height:auto;display:block}svg text{font:13px system-ui,sans-serif;fill:var(--soft)}
            .grid{stroke:var(--rule)}.bar{fill:var(--bar)}.unusual,.mark{fill:var(--unusual)}
            .sum,.expected,.before{fill:none;stroke:var(--bar);stroke-width:2}.expected{stroke-dasharray:2 4}
            .before{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:7 4}.band{fill:var(--band)}
            table{border-collapse:collapse}th,td{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top;
            overflow-wrap:anywhere}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
            thead th{border-bottom:1px solid var(--rule);color:var(--soft);font-weight:600}
            .tables{display:flex;flex-wrap:wrap;gap:0 3rem;align-items:flex-start}.note{color:var(--soft)}
            """;

    private final InsightReport.Step step;
    private final Markup out = new Markup();
    private int plots;

    InsightPage(InsightReport.Step step) {
        this.step = step;
    }

    String write(String heading, Insight total, List<Insight> tenants, int hidden) {
        out.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>")
                .element("title", heading)
                .raw("<style>" + STYLE + "</style></head><body><main>")
                .element("h1", heading);
        if (total != null) {
            section(total);
        }
        tenants.forEach(this::section);
        if (hidden > 0) {
            out.raw("<p class=\"note\">")
                    .text(Figures.count(hidden) + " more tenants used less.")
                    .raw("</p>");
        }
        return out.raw("</main></body></html>\n").toString();
    }

    private void section(Insight insight) {
        String id = "p" + plots++;
        List<Period> periods = Periods.of(insight, step);
        boolean isByHour = step == InsightReport.Step.HOUR;
        out.raw("<section><h2 id=\"" + id + "\">").text(insight.title()).raw("</h2><p>");
        out.text(Figures.count(insight.usedTokens()) + " tokens of " + Figures.count(insight.usedRequests())
                + " requests, " + Figures.time(insight.fromHour()) + " to " + Figures.time(insight.asOfHour())
                + " (UTC).");
        out.raw("</p><div class=\"plots\">");
        Plots plot = new Plots(insight, id, out);
        out.raw("<figure style=\"margin:0\">");
        plot.bars(periods, isByHour);
        out.raw("<figcaption class=\"note\">")
                .text(isByHour ? "Tokens by hour" : "Tokens by day")
                .raw("</figcaption></figure><figure style=\"margin:0\">");
        plot.sums();
        out.raw("<figcaption class=\"note\">")
                .text("Tokens since the cycle began"
                        + (insight.isRunning() ? "; dotted: expected, with its band" : "")
                        + (insight.before().isEmpty()
                                ? ""
                                : "; dashed: cycle " + insight.before().get(0).cycle()))
                .raw("</figcaption></figure></div><div class=\"tables\">");
        summary(insight);
        before(insight);
        anomalies(insight.anomalies());
        shares("Agents", insight.agents());
        shares("Models", insight.models());
        out.raw("</div>");
        table(periods, isByHour);
        out.raw("</section>\n");
    }

    private void head(String title, String... columns) {
        out.raw("<div>").element("h3", title).raw("<table><thead><tr>");
        for (int i = 0; i < columns.length; i++) {
            out.raw(i == 0 ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">")
                    .text(columns[i])
                    .raw("</th>");
        }
        out.raw("</tr></thead><tbody>");
    }

    private void row(String first, String... cells) {
        out.raw("<tr><th scope=\"row\" style=\"font-weight:400\">").text(first).raw("</th>");
        for (String cell : cells) {
            out.raw("<td class=\"n\">").text(cell).raw("</td>");
        }
        out.raw("</tr>");
    }

    private void foot() {
        out.raw("</tbody></table></div>");
    }

    private void summary(Insight insight) {
        if (!insight.isRunning()) {
            if (!insight.amounts().isEmpty()) {
                head("Costs", "Currency", "Amount");
                insight.amounts()
                        .forEach(amount -> row(amount.currency(), amount.soFar().toPlainString()));
                foot();
            }
            return;
        }
        long used = insight.usedTokens();
        SeasonalForecast rest = insight.rest();
        head(
                "Forecast for " + Figures.time(insight.toHour()),
                "What",
                "so far",
                "expected",
                SeasonalForecast.BAND_PERCENT + " %, from",
                "to");
        row(
                "tokens",
                Figures.count(used),
                Figures.count(Math.addExact(used, rest.expected())),
                Figures.count(Math.addExact(used, rest.low())),
                Figures.count(Math.addExact(used, rest.high())));
        for (Amount amount : insight.amounts()) {
            row(
                    amount.currency(),
                    amount.soFar().toPlainString(),
                    amount.expected().toPlainString(),
                    amount.low().toPlainString(),
                    amount.high().toPlainString());
        }
        out.raw("</tbody></table><p class=\"note\">")
                .text("By " + rest.basis().text().replace('_', ' ') + ", " + rest.days() + " days")
                .raw("</p></div>");
    }

    private void before(Insight insight) {
        if (insight.before().isEmpty()) {
            return;
        }
        head("Cycles before, tokens", "Cycle", "by then", "since", "in all");
        for (Before before : insight.before()) {
            row(
                    before.cycle(),
                    Figures.count(before.tokensByThen()),
                    Figures.change(insight.usedTokens(), before.tokensByThen()),
                    Figures.count(before.tokens()));
        }
        foot();
    }

    private void anomalies(Anomalies.Found found) {
        if (found.anomalies().isEmpty()) {
            out.raw("<div>").element("h3", "Unusual hours").raw("<p class=\"note\">");
            out.text(
                    found.judgedHours() == 0
                            ? "Not judged: less than " + Anomalies.MIN_REFERENCES + " weeks are known."
                            : "None in " + found.judgedHours() + " hours.");
            out.raw("</p></div>");
            return;
        }
        head("Unusual hours", "What", "from", "hours", "tokens", "usual", "z");
        for (Anomaly anomaly : found.anomalies()) {
            row(
                    anomaly.kind(),
                    Figures.time(anomaly.fromHour()),
                    Figures.count(anomaly.toHour() - anomaly.fromHour()),
                    Figures.count(anomaly.actual()),
                    Figures.count(anomaly.usual()),
                    Figures.tenths(anomaly.scoreTenths()));
        }
        foot();
    }

    private void shares(String title, List<Share> shares) {
        if (shares.stream().allMatch(share -> share.name().isEmpty())) {
            return;
        }
        head(title, "Name", "requests", "tokens");
        for (Share share : shares.subList(0, Math.min(SHOWN, shares.size()))) {
            row(
                    share.name().isEmpty() ? "(none)" : share.name(),
                    Figures.count(share.requests()),
                    Figures.count(share.tokens()));
        }
        if (shares.size() > SHOWN) {
            row(Figures.count(shares.size() - SHOWN) + " more", "", "");
        }
        foot();
    }

    private void table(List<Period> periods, boolean isByHour) {
        out.raw("<details><summary>").text(isByHour ? "All hours" : "All days").raw("</summary>");
        head("Usage", isByHour ? "Hour (UTC)" : "Day (UTC)", "requests", "tokens");
        for (Period period : periods) {
            row(
                    isByHour ? Figures.time(period.fromHour()) : Figures.day(period.fromHour()),
                    Figures.count(period.requests()),
                    Figures.count(period.tokens()));
        }
        foot();
        out.raw("</details>");
    }
}
