package openclaw.edge.catalog;

/**
 * How request paths are read for matching. Works on the bytes of a request target up to its query; allocates nothing.
 */
public final class RequestPaths {
    private static final int NOT_HEX = -1;

    private RequestPaths() {}

    /** The length of the path in a target: up to {@code ?} or its end. */
    public static int lengthOfPath(byte[] target, int offset, int length) {
        for (int i = 0; i < length; i++) {
            if (target[offset + i] == '?') {
                return i;
            }
        }
        return length;
    }

    /**
     * Whether another server might read the path otherwise: dot segments (also escaped), {@code //}, {@code \}, {@code ;},
     * {@code %2F}, {@code %5C}, {@code %3B}, {@code %00}, broken escapes, or no {@code /} at its beginning ({@code *} aside).
     */
    public static boolean isAmbiguous(byte[] target, int offset, int length) {
        int end = offset + lengthOfPath(target, offset, length);
        if (end - offset == 1 && target[offset] == '*') {
            return false;
        }
        if (end == offset || target[offset] != '/') {
            return true;
        }
        int dots = 0;
        boolean onlyDots = true;
        boolean segmentEmpty = false;
        for (int i = offset; i < end; ) {
            int next = target[i] == '%' ? escaped(target, i, end) : target[i] & 0xFF;
            boolean slash = target[i] == '/';
            if (slash && (segmentEmpty || isDotSegment(dots, onlyDots))) {
                return true;
            }
            if (!slash && isRefused(next)) {
                return true;
            }
            dots = slash ? 0 : dots + 1;
            onlyDots = slash || (onlyDots && next == '.');
            segmentEmpty = slash;
            i += target[i] == '%' ? 3 : 1;
        }
        return isDotSegment(dots, onlyDots);
    }

    private static boolean isDotSegment(int length, boolean onlyDots) {
        return onlyDots && (length == 1 || length == 2);
    }

    private static boolean isRefused(int value) {
        return value == NOT_HEX || value == 0 || value == '/' || value == '\\' || value == ';';
    }

    /** The byte that the escape at {@code at} stands for, or {@link #NOT_HEX} when it is broken. */
    static int escaped(byte[] target, int at, int end) {
        if (at + 2 >= end) {
            return NOT_HEX;
        }
        int high = Character.digit(target[at + 1], 16);
        int low = Character.digit(target[at + 2], 16);
        return high < 0 || low < 0 ? NOT_HEX : high << 4 | low;
    }

    /** Whether the byte means the same escaped and plain everywhere (RFC 3986, unreserved). */
    static boolean isUnreserved(int value) {
        return (value >= 'a' && value <= 'z')
                || (value >= 'A' && value <= 'Z')
                || (value >= '0' && value <= '9')
                || value == '-'
                || value == '.'
                || value == '_'
                || value == '~';
    }

    /** Whether the path holds an escape of a byte that is not unreserved, which servers may or may not decode. */
    static boolean hasReservedEscape(byte[] target, int offset, int pathLength) {
        int end = offset + pathLength;
        for (int i = offset; i < end; i++) {
            if (target[i] == '%') {
                int value = escaped(target, i, end);
                if (value == NOT_HEX || !isUnreserved(value)) {
                    return true;
                }
            }
        }
        return false;
    }
}
