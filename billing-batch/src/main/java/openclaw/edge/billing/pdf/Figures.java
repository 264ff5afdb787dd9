package openclaw.edge.billing.pdf;

/** Decimal strings for people. */
final class Figures {
    private static final int GROUP = 3;

    private Figures() {}

    /** With commas between groups of three digits before the point; the digits stay what they are. */
    static String grouped(String decimal) {
        int start = decimal.startsWith("-") ? 1 : 0;
        int point = decimal.indexOf('.');
        StringBuilder text = new StringBuilder(decimal);
        for (int at = (point < 0 ? decimal.length() : point) - GROUP; at > start; at -= GROUP) {
            text.insert(at, ',');
        }
        return text.toString();
    }
}
