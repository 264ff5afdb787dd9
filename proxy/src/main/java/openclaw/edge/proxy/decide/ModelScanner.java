package openclaw.edge.proxy.decide;

/**
 * Reads the model that a JSON body names: the string value of its one top-level key {@code model}. Whatever two JSON readers
 * could see differently is {@link #UNCLEAR}: escapes in a top-level key or in the value, keys that are {@code model} but for
 * case, a second such key, comments, single quotes, control bytes, encodings other than plain UTF-8, anything after the
 * object, and a body that is not all there. One per event loop; allocates nothing, reads every byte once.
 */
public final class ModelScanner {
    /** The body names one model, at {@link #modelOffset()}. */
    public static final int CLEAR = 0;

    /** A JSON object without a model. */
    public static final int NONE = 1;

    /** Not to be told, or not the same for every reader. */
    public static final int UNCLEAR = 2;

    private static final int MAX_DEPTH = 63;
    private static final int KEY_LENGTH = 5;

    /** Bytes that may stand outside of strings within a value, besides brackets. */
    private static final boolean[] PLAIN = new boolean[256];

    static {
        for (final char c : "0123456789+-.eEtrufalsn,: \t\r\n".toCharArray()) {
            PLAIN[c] = true;
        }
    }

    private byte[] bytes = {};
    private int end;
    private int at;
    private boolean escaped;
    private int modelOffset;
    private int modelLength;

    /**
     * Scans a whole body.
     *
     * @param body holds it
     * @param offset of its first byte
     * @param length in bytes
     * @return {@link #CLEAR}, {@link #NONE} or {@link #UNCLEAR}
     */
    public int scan(final byte[] body, final int offset, final int length) {
        bytes = body;
        at = offset;
        end = offset + length;
        modelOffset = -1;
        if (!take('{')) {
            return UNCLEAR;
        }
        if (!take('}')) {
            do {
                if (!member()) {
                    return UNCLEAR;
                }
            } while (take(','));
            if (!take('}')) {
                return UNCLEAR;
            }
        }
        skipSpace();
        if (at != end) {
            return UNCLEAR;
        }
        return modelOffset < 0 ? NONE : CLEAR;
    }

    /**
     * Where the model stands in the array scanned. After {@link #UNCLEAR} where the first one stands that was read without doubt;
     * -1: there is none.
     */
    public int modelOffset() {
        return modelOffset;
    }

    /** Length of the model's name in bytes. */
    public int modelLength() {
        return modelLength;
    }

    /** Whether a member was read without doubt. */
    private boolean member() {
        skipSpace();
        final int keyAt = at + 1;
        if (!string() || escaped) {
            return false;
        }
        final boolean isModel = isModelButForCase(keyAt, at - 1 - keyAt);
        if (!take(':')) {
            return false;
        }
        skipSpace();
        return isModel ? model(keyAt) : value();
    }

    private boolean model(final int keyAt) {
        final int valueAt = at + 1;
        if (modelOffset >= 0 || !isLowerCase(keyAt) || !string() || escaped) {
            return false;
        }
        modelOffset = valueAt;
        modelLength = at - 1 - valueAt;
        return true;
    }

    /** Whether a value that is of no interest was passed: strings exactly, brackets in balance. */
    private boolean value() {
        if (at == end) {
            return false;
        }
        final byte first = bytes[at];
        if (first == '"') {
            return string();
        }
        final boolean opens = first == '{' || first == '[';
        return opens ? nested() : scalar();
    }

    private boolean scalar() {
        final int from = at;
        while (at < end && bytes[at] != ',' && bytes[at] != '}' && !isSpace(bytes[at])) {
            if (bytes[at] == ':' || !PLAIN[bytes[at] & 0xFF]) {
                return false;
            }
            at++;
        }
        return at > from;
    }

    private boolean nested() {
        long objects = 0;
        int depth = 0;
        while (at < end) {
            final byte b = bytes[at];
            if (b == '"') {
                if (!string()) {
                    return false;
                }
                continue;
            }
            if (b == '{' || b == '[') {
                if (++depth > MAX_DEPTH) {
                    return false;
                }
                objects = (objects << 1) | (b == '{' ? 1 : 0);
            } else if (b == '}' || b == ']') {
                final int expected = b == '}' ? 1 : 0;
                if ((objects & 1) != expected) {
                    return false;
                }
                objects >>>= 1;
                depth--;
            } else if (!PLAIN[b & 0xFF]) {
                return false;
            }
            at++;
            if (depth == 0) {
                return true;
            }
        }
        return false;
    }

    /** Passes a string; {@link #escaped} tells whether it has escapes. */
    private boolean string() {
        if (at == end || bytes[at] != '"') {
            return false;
        }
        escaped = false;
        for (int i = at + 1; i < end; i++) {
            final int b = bytes[i] & 0xFF;
            if (b == '"') {
                at = i + 1;
                return true;
            }
            if (b == '\\') {
                escaped = true;
                i++;
            } else if (b < 0x20 || b == 0xC0 || b == 0xC1 || b > 0xF4) {
                // Bytes that no UTF-8 has: an overlong quote is a quote to some.
                return false;
            }
        }
        return false;
    }

    private boolean isModelButForCase(final int offset, final int length) {
        return length == KEY_LENGTH
                && (bytes[offset] | 0x20) == 'm'
                && (bytes[offset + 1] | 0x20) == 'o'
                && (bytes[offset + 2] | 0x20) == 'd'
                && (bytes[offset + 3] | 0x20) == 'e'
                && (bytes[offset + 4] | 0x20) == 'l';
    }

    private boolean isLowerCase(final int offset) {
        for (int i = offset; i < offset + KEY_LENGTH; i++) {
            if ((bytes[i] & 0x20) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Passes white space and then this byte, if it comes next. */
    private boolean take(final char expected) {
        skipSpace();
        if (at < end && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < end && isSpace(bytes[at])) {
            at++;
        }
    }

    private static boolean isSpace(final byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
