package openclaw.edge.billing.insight;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import openclaw.edge.billing.insight.Insight.Amount;
import openclaw.edge.billing.insight.Insight.Before;
import openclaw.edge.billing.insight.Insight.Share;
import openclaw.edge.billing.insight.Periods.Period;
import openclaw.edge.billing.insight.statistics.Anomalies;
import openclaw.edge.billing.insight.statistics.Anomaly;
import openclaw.edge.billing.insight.statistics.SeasonalForecast;

/** Insights for a terminal of 80 columns. */
final class InsightText {
    private static final String BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private static final String EMPTY = "\u00b7";
    private static final int SHOWN = 5;
    private static final int SHOWN_ANOMALIES = 10;

    private final InsightReport.Step step;
    private final PrintWriter out;

    InsightText(InsightReport.Step step, PrintWriter out) {
        this.step = step;
        this.out = out;
    }

    void print(String heading, Insight total, List<Insight> tenants, int hidden) {
        out.println(Figures.cut(heading, 80));
        if (total != null) {
            print(total);
        }
        tenants.forEach(this::print);
        if (hidden > 0) {
            out.println();
            out.println(Figures.count(hidden) + " more tenants used less; see them with --top or --tenant");
        }
        out.flush();
    }

    private void print(Insight insight) {
        out.println();
        out.println(Figures.cut(insight.title(), 80));
        line(
                "used",
                Figures.count(insight.usedTokens()) + " tokens of " + Figures.count(insight.usedRequests())
                        + " requests");
        line("", Figures.time(insight.fromHour()) + " to " + Figures.time(insight.asOfHour()) + " (UTC)");
        periods(insight);
        for (Before before : insight.before()) {
            line(
                    before.cycle(),
                    String.format(
                            Locale.ROOT,
                            "%s by then (%s since), %s in all",
                            Figures.count(before.tokensByThen()),
                            Figures.change(insight.usedTokens(), before.tokensByThen()),
                            Figures.count(before.tokens())));
        }
        forecast(insight);
        insight.amounts().forEach(this::amount);
        anomalies(insight.anomalies());
        shares("agents", insight.agents());
        shares("models", insight.models());
    }

    private void line(String name, String text) {
        out.println(Figures.cut(String.format(Locale.ROOT, "  %-9s %s", name, text), 80));
    }

    private void periods(Insight insight) {
        List<Period> periods = Periods.of(insight, step);
        long most = periods.stream().mapToLong(Period::tokens).max().orElse(0);
        if (most == 0) {
            return;
        }
        if (step == InsightReport.Step.DAY) {
            Period peak = periods.stream()
                    .filter(period -> period.tokens() == most)
                    .findFirst()
                    .orElseThrow();
            line("by day", bars(periods, most));
            line("", "most " + Figures.count(most) + " on " + Figures.day(peak.fromHour()));
            return;
        }
        for (int begin = 0; begin < periods.size(); ) {
            long day = periods.get(begin).fromHour() / 24;
            int end = begin;
            long tokens = 0;
            while (end < periods.size() && periods.get(end).fromHour() / 24 == day) {
                tokens += periods.get(end++).tokens();
            }
            int before = (int) (periods.get(begin).fromHour() % 24);
            out.println(String.format(
                    Locale.ROOT,
                    "  %s %s%-" + (24 - before) + "s %,18d",
                    Figures.day(periods.get(begin).fromHour()),
                    " ".repeat(before),
                    bars(periods.subList(begin, end), most),
                    tokens));
            begin = end;
        }
    }

    private static String bars(List<Period> periods, long most) {
        StringBuilder text = new StringBuilder();
        for (Period period : periods) {
            // In two steps, since eight times a sum may be more than a long holds.
            int height = (int) (period.tokens() / Math.max(1, (most + BARS.length() - 1) / BARS.length()));
            text.append(
                    period.tokens() == 0 ? EMPTY : String.valueOf(BARS.charAt(Math.min(BARS.length() - 1, height))));
        }
        return text.toString();
    }

    private void forecast(Insight insight) {
        if (!insight.isRunning()) {
            return;
        }
        SeasonalForecast rest = insight.rest();
        long used = insight.usedTokens();
        line(
                "forecast",
                Figures.count(Math.addExact(used, rest.expected())) + " tokens by " + Figures.time(insight.toHour()));
        line(
                "",
                SeasonalForecast.BAND_PERCENT + " %: " + Figures.count(Math.addExact(used, rest.low())) + " to "
                        + Figures.count(Math.addExact(used, rest.high())) + "; by "
                        + rest.basis().text().replace('_', ' ') + ", " + rest.days() + " days");
    }

    private void amount(Amount amount) {
        if (amount.expected() == null) {
            line("costs", amount.soFar().toPlainString() + " " + amount.currency());
            return;
        }
        line(
                "costs",
                amount.expected().toPlainString() + " " + amount.currency() + " expected, "
                        + amount.soFar().toPlainString() + " so far");
        line(
                "",
                SeasonalForecast.BAND_PERCENT + " %: " + amount.low().toPlainString() + " to "
                        + amount.high().toPlainString());
    }

    private void anomalies(Anomalies.Found found) {
        if (found.judgedHours() == 0) {
            line("unusual", "not judged: less than " + Anomalies.MIN_REFERENCES + " weeks are known");
            return;
        }
        String name = "unusual";
        for (Anomaly anomaly : found.anomalies()
                .subList(0, Math.min(SHOWN_ANOMALIES, found.anomalies().size()))) {
            line(
                    name,
                    String.format(
                            Locale.ROOT,
                            "%-7s %s %4d h %s, usual %s (z %s)",
                            anomaly.kind(),
                            Figures.time(anomaly.fromHour()),
                            anomaly.toHour() - anomaly.fromHour(),
                            Figures.count(anomaly.actual()),
                            Figures.count(anomaly.usual()),
                            Figures.tenths(anomaly.scoreTenths())));
            name = "";
        }
        if (found.anomalies().isEmpty()) {
            line(name, "nothing in " + found.judgedHours() + " hours");
        } else if (found.anomalies().size() > SHOWN_ANOMALIES) {
            line("", (found.anomalies().size() - SHOWN_ANOMALIES) + " more, see --json");
        }
    }

    private void shares(String title, List<Share> shares) {
        boolean isNamed = shares.stream().anyMatch(share -> !share.name().isEmpty());
        String name = title;
        for (Share share : isNamed ? shares.subList(0, Math.min(SHOWN, shares.size())) : List.<Share>of()) {
            line(
                    name,
                    String.format(
                            Locale.ROOT,
                            "%-40s %20s",
                            share.name().isEmpty() ? "(none)" : Figures.cut(share.name(), 40),
                            Figures.count(share.tokens())));
            name = "";
        }
        if (isNamed && shares.size() > SHOWN) {
            line("", Figures.count(shares.size() - SHOWN) + " more");
        }
    }
}
