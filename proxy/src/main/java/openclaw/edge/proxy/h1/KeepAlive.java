package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/** The Keep-Alive field of HTTP/1 (RFC 2068 section 19.7.1.1), which servers still use to say when they close. */
final class KeepAlive {
    private static final byte[] TIMEOUT = {'t', 'i', 'm', 'e', 'o', 'u', 't', '='};
    private static final long LONGEST = 86_400;
    private static final long SECOND_NS = 1_000_000_000L;

    private KeepAlive() {}

    /** Nanoseconds that the upstream says it keeps the connection, less a second; {@link Long#MAX_VALUE} if it says nothing. */
    static long hintNs(final Head response) {
        final int index = response.find(FieldNames.KEEP_ALIVE);
        if (index < 0) {
            return Long.MAX_VALUE;
        }
        final long seconds = timeoutSeconds(response.bytes(), response.valueOffset(index), response.valueLength(index));
        return seconds < 0 ? Long.MAX_VALUE : (seconds - 1) * SECOND_NS;
    }

    /** The seconds of a {@code timeout=n} in a field value, at most a day; -1 if there is none. */
    static long timeoutSeconds(final byte[] bytes, final int offset, final int length) {
        final int end = offset + length;
        for (int i = offset; i + TIMEOUT.length < end; i++) {
            if (matches(bytes, i)) {
                return number(bytes, i + TIMEOUT.length, end);
            }
        }
        return -1;
    }

    private static boolean matches(final byte[] bytes, final int at) {
        for (int i = 0; i < TIMEOUT.length; i++) {
            if ((bytes[at + i] | 0x20) != (TIMEOUT[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static long number(final byte[] bytes, final int offset, final int end) {
        long value = -1;
        for (int i = offset; i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            value = Math.min(LONGEST, Math.max(0, value) * 10 + (bytes[i] - '0'));
        }
        return value;
    }
}
