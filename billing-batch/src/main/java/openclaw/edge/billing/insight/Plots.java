package openclaw.edge.billing.insight;

import java.math.BigInteger;
import java.util.List;
import openclaw.edge.billing.insight.Insight.Before;
import openclaw.edge.billing.insight.Periods.Period;
import openclaw.edge.billing.insight.statistics.Anomaly;
import openclaw.edge.billing.insight.statistics.SeasonalForecast;

/** Plots as inline SVG: whole coordinates in a box of {@value #WIDTH} x {@value #HEIGHT}. */
final class Plots {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 220;
    private static final int LEFT = 64;
    private static final int RIGHT = 712;
    private static final int TOP = 12;
    private static final int BOTTOM = 196;

    private final Insight insight;
    private final String id;
    private final Markup out;

    /**
     * Plots of an insight.
     *
     * @param id unique on the page
     */
    Plots(Insight insight, String id, Markup out) {
        this.insight = insight;
        this.id = id;
        this.out = out;
    }

    private void begin(String name, String title, String description, long most) {
        String own = id + name;
        out.raw("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\" aria-labelledby=\"" + own + "t " + own
                + "d\">");
        out.raw("<title id=\"" + own + "t\">").text(title).raw("</title>");
        out.raw("<desc id=\"" + own + "d\">").text(description).raw("</desc>");
        for (int part = 0; part <= 2; part++) {
            int y = BOTTOM - (BOTTOM - TOP) * part / 2;
            line("grid", LEFT, y, RIGHT, y);
            label(LEFT - 6, y + 4, "end", shortCount(most / 2 * part + most % 2 * part / 2));
        }
        long last = insight.toHour();
        for (long day = Figures.nextDay(insight.fromHour() - 1); day < last; day += 7 * 24) {
            label(x(day), BOTTOM + 18, "middle", Figures.day(day).substring(5));
        }
    }

    private void end() {
        out.raw("</svg>");
    }

    private int x(long hour) {
        return LEFT
                + (int) ((RIGHT - LEFT)
                        * (hour - insight.fromHour())
                        / Math.max(1, insight.toHour() - insight.fromHour()));
    }

    private static int y(long value, long most) {
        return BOTTOM
                - BigInteger.valueOf(value)
                        .multiply(BigInteger.valueOf(BOTTOM - TOP))
                        .divide(BigInteger.valueOf(Math.max(1, most)))
                        .intValue();
    }

    private void line(String style, int x1, int y1, int x2, int y2) {
        out.raw("<line class=\"" + style + "\" x1=\"" + x1 + "\" y1=\"" + y1 + "\" x2=\"" + x2 + "\" y2=\"" + y2
                + "\"/>");
    }

    private void label(int x, int y, String anchor, String text) {
        out.raw("<text x=\"" + x + "\" y=\"" + y + "\" text-anchor=\"" + anchor + "\">")
                .text(text)
                .raw("</text>");
    }

    /** Three digits and what they stand for. */
    static String shortCount(long value) {
        String[] units = {"", "k", "M", "G", "T", "P", "E"};
        long left = value;
        int unit = 0;
        long tenths = 0;
        while (left >= 1_000) {
            tenths = left % 1_000 / 100;
            left /= 1_000;
            unit++;
        }
        return left + (unit > 0 && left < 100 && tenths > 0 ? "." + tenths : "") + units[unit];
    }

    /** Usage by day or hour; what is unusual has another colour and a mark. */
    void bars(List<Period> periods, boolean isByHour) {
        long most = periods.stream().mapToLong(Period::tokens).max().orElse(0);
        begin(
                "b",
                (isByHour ? "Tokens by hour, " : "Tokens by day, ") + insight.title(),
                "Bars of the table below, the highest " + Figures.count(most) + " tokens; unusual ones are marked.",
                most);
        for (Period period : periods) {
            int from = x(period.fromHour());
            int width = Math.max(1, x(period.toHour()) - from - (isByHour ? 0 : 3));
            int top = y(period.tokens(), most);
            boolean isUnusual = isUnusual(period);
            out.raw("<rect class=\"" + (isUnusual ? "unusual" : "bar") + "\" x=\"" + from + "\" y=\"" + top
                    + "\" width=\"" + width + "\" height=\"" + (BOTTOM - top) + "\"><title>");
            out.text(isByHour ? Figures.time(period.fromHour()) : Figures.day(period.fromHour()))
                    .text(": " + Figures.count(period.tokens()) + (isUnusual ? ", unusual" : ""))
                    .raw("</title></rect>");
            if (isUnusual) {
                int middle = from + width / 2;
                int tip = Math.max(TOP, top - 3);
                out.raw("<path class=\"mark\" d=\"M" + (middle - 4) + " " + (tip - 7) + "h8l-4 6z\"/>");
            }
        }
        end();
    }

    private boolean isUnusual(Period period) {
        for (Anomaly anomaly : insight.anomalies().anomalies()) {
            if (anomaly.fromHour() < period.toHour() && anomaly.toHour() > period.fromHour()) {
                return true;
            }
        }
        return false;
    }

    /** The sum from the cycle's beginning, the one of the cycle before, and where it will end. */
    void sums() {
        long used = insight.usedTokens();
        SeasonalForecast rest = insight.rest();
        long end = rest == null ? used : Math.addExact(used, rest.high());
        Before before = insight.before().isEmpty() ? null : insight.before().get(0);
        long most = Math.max(1, Math.max(end, before == null ? 0 : before.tokens()));
        begin(
                "s",
                "Tokens since the cycle began, " + insight.title(),
                Figures.count(used) + " tokens so far"
                        + (rest == null
                                ? ""
                                : ", " + Figures.count(Math.addExact(used, rest.expected())) + " expected at the end ("
                                        + Figures.count(Math.addExact(used, rest.low())) + " to " + Figures.count(end)
                                        + ")")
                        + (before == null ? "" : "; dashed: cycle " + before.cycle()),
                most);
        if (before != null) {
            path("before", before.tokensByHour(), most);
        }
        if (rest != null) {
            band(rest, used, most);
        }
        path("sum", insight.tokens(), most);
        end();
    }

    private void path(String style, long[] tokensByHour, long most) {
        StringBuilder points = new StringBuilder("M" + LEFT + " " + BOTTOM);
        long sum = 0;
        for (int i = 0; i < tokensByHour.length && insight.fromHour() + i < insight.toHour(); i++) {
            sum = Math.addExact(sum, tokensByHour[i]);
            if (i % 6 == 5 || i == tokensByHour.length - 1) {
                points.append('L')
                        .append(x(insight.fromHour() + i + 1))
                        .append(' ')
                        .append(y(sum, most));
            }
        }
        out.raw("<path class=\"" + style + "\" d=\"" + points + "\"/>");
    }

    /** The band of the end, narrower before it in proportion to what is expected by then. */
    private void band(SeasonalForecast rest, long used, long most) {
        int now = x(insight.asOfHour());
        int from = y(used, most);
        int hours = (int) (insight.toHour() - insight.asOfHour());
        StringBuilder expected = new StringBuilder("M" + now + " " + from);
        StringBuilder upper = new StringBuilder("M" + now + " " + from);
        StringBuilder lower = new StringBuilder();
        for (int hour = Math.min(6, hours); ; hour = Math.min(hour + 6, hours)) {
            long byThen = rest.expected(0, hour);
            int x = x(insight.asOfHour() + hour);
            point(expected, x, y(Math.addExact(used, byThen), most));
            point(upper, x, y(Math.addExact(used, Figures.scaled(byThen, rest.high(), rest.expected())), most));
            lower.insert(
                    0,
                    "L" + x + " " + y(Math.addExact(used, Figures.scaled(byThen, rest.low(), rest.expected())), most));
            if (hour == hours) {
                break;
            }
        }
        out.raw("<path class=\"band\" d=\"" + upper + lower + "z\"/>");
        out.raw("<path class=\"expected\" d=\"" + expected + "\"/>");
    }

    private static void point(StringBuilder path, int x, int y) {
        path.append('L').append(x).append(' ').append(y);
    }
}
