package openclaw.edge.proxy.identify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/**
 * Finds the key in a head: {@code Authorization: Bearer} (RFC 6750 section 2.1), {@code x-api-key}, {@code apikey}. Other
 * authentication schemes are no key of ours. Several fields may say the same. Owned by one event loop.
 */
final class Credentials {
    /** No key was sent. */
    static final int NONE = 0;

    /** One key was sent, perhaps several times; it may be empty. */
    static final int ONE = 1;

    /** Keys of different value were sent. */
    static final int CONFLICT = 2;

    private static final byte[] BEARER = "bearer".getBytes(StandardCharsets.US_ASCII);

    private int found;
    private int valueOffset;
    private int valueLength;

    /** Looks for the key. Authorization must not be repeated. */
    int find(final Head request) {
        found = NONE;
        final int authorization = request.find(FieldNames.AUTHORIZATION);
        if (authorization >= 0) {
            bearer(request, request.valueOffset(authorization), request.valueLength(authorization));
        }
        collect(request, FieldNames.X_API_KEY);
        collect(request, FieldNames.APIKEY);
        return found;
    }

    /** Offset of the key in the head, after {@link #ONE}. */
    int valueOffset() {
        return valueOffset;
    }

    int valueLength() {
        return valueLength;
    }

    private void bearer(final Head request, final int offset, final int length) {
        final byte[] bytes = request.bytes();
        final int end = offset + length;
        if (length < BEARER.length || !Head.equalIgnoreCase(BEARER, bytes, offset, BEARER.length)) {
            return;
        }
        int at = offset + BEARER.length;
        if (at < end && bytes[at] != ' ') {
            return;
        }
        while (at < end && bytes[at] == ' ') {
            at++;
        }
        add(bytes, at, end - at);
    }

    private void collect(final Head request, final int id) {
        for (int i = request.find(id); i >= 0; i = request.findFrom(id, i + 1)) {
            add(request.bytes(), request.valueOffset(i), request.valueLength(i));
        }
    }

    private void add(final byte[] bytes, final int offset, final int length) {
        if (found == NONE) {
            found = ONE;
            valueOffset = offset;
            valueLength = length;
        } else if (!Arrays.equals(bytes, valueOffset, valueOffset + valueLength, bytes, offset, offset + length)) {
            found = CONFLICT;
        }
    }
}
