package openclaw.edge.load.gatling;

import java.util.List;

/**
 * One thing that must hold, and whether it does.
 *
 * @param what must hold
 * @param left side of it, as found
 * @param right side of it, as found
 * @param holds whether it does
 */
record Row(String what, String left, String right, boolean holds) {
    private static final int WHAT_WIDTH = 62;

    /** Two figures that must be the same. */
    static Row same(final String what, final long left, final long right) {
        return new Row(what, Long.toString(left), Long.toString(right), left == right);
    }

    /** A figure that must not be above another. */
    static Row atMost(final String what, final long figure, final long bound) {
        return new Row(what, Long.toString(figure), "<= " + bound, figure <= bound);
    }

    /** A figure that must not be below another. */
    static Row atLeast(final String what, final long figure, final long bound) {
        return new Row(what, Long.toString(figure), ">= " + bound, figure >= bound);
    }

    /** A figure that must lie between two others, both included. */
    static Row between(final String what, final long figure, final long from, final long to) {
        return new Row(what, Long.toString(figure), from + " to " + to, figure >= from && figure <= to);
    }

    /** A figure that nothing is asked of. */
    static Row told(final String what, final String figure) {
        return new Row(what, figure, "", true);
    }

    /** All of them under a title, a line each. */
    static String table(final String title, final List<Row> rows) {
        final StringBuilder text = new StringBuilder("---- ").append(title).append(' ');
        text.append("-".repeat(Math.max(0, WHAT_WIDTH + 33 - title.length()))).append('\n');
        for (final Row row : rows) {
            text.append(String.format(
                    "%-" + WHAT_WIDTH + "s %14s %-18s %s%n",
                    row.what(),
                    row.left(),
                    row.right(),
                    row.right().isEmpty() && row.holds() ? "" : row.holds() ? "ok" : "VIOLATED"));
        }
        return text.toString();
    }
}
