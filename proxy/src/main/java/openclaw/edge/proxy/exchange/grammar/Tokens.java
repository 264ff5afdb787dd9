package openclaw.edge.proxy.exchange.grammar;

import java.nio.charset.StandardCharsets;

/** The character classes of RFC 9110 section 5.6 and RFC 3986, one table look-up each. */
public final class Tokens {
    /** tchar: what methods, field names and list members are made of. */
    public static final int TOKEN = 1;

    /** What a field value may hold: HTAB, SP, VCHAR, obs-text. A reason phrase and a quoted string are made of the same. */
    public static final int VALUE = 1 << 1;

    /** What may stand in a request target here: 0x21 to 0x7E without {@code #}. */
    public static final int TARGET = 1 << 2;

    /** reg-name: unreserved, sub-delims; percent is checked apart. */
    public static final int REG_NAME = 1 << 3;

    /** What may stand between the brackets of an IP literal, IPvFuture included. */
    public static final int IP_LITERAL = 1 << 4;

    /** DIGIT (RFC 5234 appendix B.1). */
    public static final int DIGIT = 1 << 5;
    /** HEXDIG of either case. */
    public static final int HEX_DIGIT = 1 << 6;

    private static final byte[] CLASSES = new byte[256];
    private static final byte[] HEX_VALUES = new byte[256];

    static {
        final String digits = "0123456789";
        final String letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        add(digits, TOKEN | REG_NAME | IP_LITERAL | DIGIT | HEX_DIGIT);
        add(letters, TOKEN | REG_NAME | IP_LITERAL);
        add("abcdefABCDEF", HEX_DIGIT);
        add("!#$%&'*+-.^_`|~", TOKEN);
        add("-._~!$&'()*+,;=", REG_NAME | IP_LITERAL);
        add(":", IP_LITERAL);
        add("\t ", VALUE);
        for (int c = 0x21; c < 0x7F; c++) {
            CLASSES[c] |= VALUE;
            if (c != '#') {
                CLASSES[c] |= TARGET;
            }
        }
        for (int c = 0x80; c < 0x100; c++) {
            CLASSES[c] |= VALUE;
        }
        for (int c = 0; c < 256; c++) {
            HEX_VALUES[c] = (byte) Character.digit(c < 128 ? c : 0, 16);
        }
    }

    private Tokens() {}

    private static void add(final String chars, final int classes) {
        for (final byte c : chars.getBytes(StandardCharsets.US_ASCII)) {
            CLASSES[c] |= (byte) classes;
        }
    }

    /** Whether a byte is of any of the classes. */
    public static boolean is(final int classes, final byte b) {
        return (CLASSES[b & 0xFF] & classes) != 0;
    }

    /** Whether a byte is SP or HTAB. */
    public static boolean isSpace(final byte b) {
        return b == ' ' || b == '\t';
    }

    /** 0 to 15, or -1. */
    public static int hexValue(final byte b) {
        return HEX_VALUES[b & 0xFF];
    }

    /** The first offset in {@code [from, end)} whose byte is in none of the classes, or {@code end}. */
    public static int skip(final int classes, final byte[] bytes, final int from, final int end) {
        int at = from;
        while (at < end && (CLASSES[bytes[at] & 0xFF] & classes) != 0) {
            at++;
        }
        return at;
    }

    /** The end of the list member that begins at {@code from}: the next comma, or {@code end}. */
    public static int memberEnd(final byte[] bytes, final int from, final int end) {
        int at = from;
        while (at < end && bytes[at] != ',') {
            at++;
        }
        return at;
    }

    /** The first offset in {@code [from, end)} that holds no space or tab, or {@code end}. */
    public static int trimStart(final byte[] bytes, final int from, final int end) {
        int at = from;
        while (at < end && isSpace(bytes[at])) {
            at++;
        }
        return at;
    }

    /** One past the last offset in {@code [from, end)} that holds no space or tab, or {@code from}. */
    public static int trimEnd(final byte[] bytes, final int from, final int end) {
        int at = end;
        while (at > from && isSpace(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    /** The bytes of an ASCII string. */
    public static byte[] ascii(final String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }
}
