package openclaw.edge.billing.journal;

import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.yaml.VisibleText;

/** Writes values to text that is safe in JSON and on a terminal, whatever bytes a journal holds. Allocates little. */
final class Text {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int NANO_DIGITS = 9;
    private static final int HEX_DIGITS = 16;
    private static final long MAX_EXACT = 1L << 53;

    private Text() {}

    /** A JSON string, or null for an empty one. */
    static void jsonOrNull(StringBuilder out, String text) {
        if (text.isEmpty()) {
            out.append("null");
        } else {
            json(out, text);
        }
    }

    /** A JSON string in which everything that a terminal could obey, or not show, is escaped. */
    static void json(StringBuilder out, String text) {
        out.append('"');
        escape(out, text, true);
        out.append('"');
    }

    /** Plain text, the same escaped. */
    static void plain(StringBuilder out, String text) {
        escape(out, text, false);
    }

    /** Plain text, the same escaped. */
    static String plain(String text) {
        StringBuilder out = new StringBuilder(text.length());
        plain(out, text);
        return out.toString();
    }

    private static void escape(StringBuilder out, String text, boolean isJson) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7F) {
                if (c == '\\' || (isJson && c == '"')) {
                    out.append('\\');
                }
                out.append(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                codePoint(out, text.codePointAt(i - 1), c, text.charAt(i));
            } else if (VisibleText.isVisible(c)) {
                out.append(c);
            } else {
                hex4(out, c);
            }
        }
    }

    private static void codePoint(StringBuilder out, int codePoint, char high, char low) {
        if (VisibleText.isVisible(codePoint)) {
            out.append(high).append(low);
        } else {
            hex4(out, high);
            hex4(out, low);
        }
    }

    private static void hex4(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >>> shift & 0xF, 16));
        }
    }

    /** 16 hexadecimal digits. */
    static void hex(StringBuilder out, long bits) {
        hex(out, bits, HEX_DIGITS);
    }

    /** The lowest hexadecimal digits, so many. */
    static void hex(StringBuilder out, long bits, int digits) {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((int) (bits >>> shift) & 0xF, 16));
        }
    }

    /** A JSON number; beyond 2^53, where readers lose digits, a string of it. */
    static void count(StringBuilder out, long value) {
        if (value > MAX_EXACT || value < -MAX_EXACT) {
            out.append('"').append(value).append('"');
        } else {
            out.append(value);
        }
    }

    /** An instant in UTC with nine digits of the second, as ISO 8601 has it. */
    static String instant(long ns) {
        StringBuilder out = new StringBuilder(30);
        new Instants().append(out, ns);
        return out.toString();
    }

    /** Writes instants near each other without working out the date each time. Not thread-safe. */
    static final class Instants {
        private long second = Long.MIN_VALUE;
        private String prefix = "";

        /** An instant in UTC with nine digits of the second, as ISO 8601 has it. */
        void append(StringBuilder out, long ns) {
            long at = Math.floorDiv(ns, NS_PER_SECOND);
            if (at != second) {
                second = at;
                String whole = BillingCalendar.instant(at * NS_PER_SECOND).toString();
                prefix = whole.substring(0, whole.length() - 1);
            }
            out.append(prefix).append('.');
            int end = out.length() + NANO_DIGITS;
            out.append("000000000");
            long nanos = Math.floorMod(ns, NS_PER_SECOND);
            for (int i = end - 1; nanos > 0; i--) {
                out.setCharAt(i, (char) ('0' + nanos % 10));
                nanos /= 10;
            }
            out.append('Z');
        }
    }
}
