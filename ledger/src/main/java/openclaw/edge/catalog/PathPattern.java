package openclaw.edge.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path as cost rules and routes name it: an exact path, or with {@code *} at its end every path that begins so.
 * Unreserved escapes are decoded on both sides; the query takes no part.
 */
public final class PathPattern {
    private final String text;
    private final boolean prefix;
    private final byte[] unreservedDecoded;
    private final byte[] allDecoded;

    private PathPattern(String text) {
        this.text = text;
        this.prefix = text.endsWith("*");
        String literal = prefix ? text.substring(0, text.length() - 1) : text;
        byte[] bytes = literal.getBytes(StandardCharsets.UTF_8);
        this.unreservedDecoded = normalize(bytes, false);
        this.allDecoded = normalize(bytes, true);
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException whose message says what was expected
     */
    public static PathPattern of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int star = text.indexOf('*');
        boolean starInside = star >= 0 && star != text.length() - 1;
        boolean visible = text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
        int literal = star < 0 ? bytes.length : bytes.length - 1;
        if (starInside || !visible || text.indexOf('?') >= 0 || RequestPaths.isAmbiguous(bytes, 0, literal)) {
            throw new IllegalArgumentException("a path like /v1/rate or /v1/chat/*");
        }
        return new PathPattern(text);
    }

    /** Whether the path of a request target matches, unreserved escapes decoded. Allocates nothing. */
    public boolean matches(byte[] target, int offset, int length) {
        return matches(target, offset, RequestPaths.lengthOfPath(target, offset, length), false);
    }

    boolean matches(byte[] target, int offset, int pathLength, boolean decodeAll) {
        byte[] pattern = decodeAll ? allDecoded : unreservedDecoded;
        int end = offset + pathLength;
        int matched = 0;
        int hexDigits = 0;
        for (int i = offset; i < end; ) {
            if (matched == pattern.length) {
                return prefix;
            }
            int value = target[i] & 0xFF;
            int step = 1;
            if (hexDigits > 0) {
                hexDigits--;
                value = Character.toUpperCase(value);
            } else if (value == '%') {
                int escaped = RequestPaths.escaped(target, i, end);
                boolean decode = escaped >= 0 && (decodeAll || RequestPaths.isUnreserved(escaped));
                value = decode ? escaped : value;
                step = decode ? 3 : 1;
                hexDigits = decode || escaped < 0 ? 0 : 2;
            }
            if (value != (pattern[matched++] & 0xFF)) {
                return false;
            }
            i += step;
        }
        return matched == pattern.length;
    }

    /** Whether some path matches both; when in doubt, so it is. */
    boolean overlaps(PathPattern other) {
        int common = Math.min(allDecoded.length, other.allDecoded.length);
        return Arrays.equals(allDecoded, 0, common, other.allDecoded, 0, common)
                && (prefix || allDecoded.length >= other.allDecoded.length)
                && (other.prefix || other.allDecoded.length >= allDecoded.length);
    }

    private static byte[] normalize(byte[] bytes, boolean decodeAll) {
        byte[] out = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int escaped = bytes[i] == '%' ? RequestPaths.escaped(bytes, i, bytes.length) : -1;
            if (escaped < 0) {
                out[length++] = bytes[i];
            } else if (decodeAll || RequestPaths.isUnreserved(escaped)) {
                out[length++] = (byte) escaped;
                i += 2;
            } else {
                out[length++] = '%';
                out[length++] = (byte) Character.toUpperCase(bytes[++i]);
                out[length++] = (byte) Character.toUpperCase(bytes[++i]);
            }
        }
        return Arrays.copyOf(out, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As written. */
    @Override
    public String toString() {
        return text;
    }
}
