package openclaw.edge.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;
import org.agrona.concurrent.UnsafeBuffer;

/** How often a request may still be passed on, and whether it was here before. One per event loop. */
final class Hops {
    /** {@link #count} of a request that says nothing, or nothing that counts. */
    static final int UNBOUNDED = -1;

    private static final int MAX_DIGITS = 9;

    private final byte[] ownName;
    private final byte[] digits = new byte[MAX_DIGITS + 1];
    private final UnsafeBuffer digitsBuffer = new UnsafeBuffer(digits);

    /** @param via this node's name in Via; null: it adds none, and nothing is told by it */
    Hops(final String via) {
        ownName = via == null ? null : via.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads Max-Forwards, which counts for OPTIONS (RFC 9110 section 7.6.2; TRACE is refused before), and takes one from it.
     *
     * @return what the request came with; 0: it is to be answered here
     */
    int count(final Head request) {
        if (!request.has(FieldNames.MAX_FORWARDS) || request.methodId() != Methods.OPTIONS) {
            return UNBOUNDED;
        }
        final int at = request.find(FieldNames.MAX_FORWARDS);
        final int length = request.valueLength(at);
        if (length == 0 || length > MAX_DIGITS || request.isRepeated(FieldNames.MAX_FORWARDS)) {
            return UNBOUNDED;
        }
        int hops = 0;
        for (int i = request.valueOffset(at), end = i + length; i < end; i++) {
            final int digit = request.bytes()[i] - '0';
            if (digit < 0 || digit > 9) {
                return UNBOUNDED;
            }
            hops = hops * 10 + digit;
        }
        if (hops > 0) {
            final int digitCount = digitsBuffer.putNaturalIntAscii(0, hops - 1);
            request.value(at, request.append(digits, 0, digitCount), digitCount);
        }
        return hops;
    }

    /** Whether this node's own name stands in Via: the request goes in a circle. */
    boolean isLoop(final Head request) {
        if (ownName == null || !request.has(FieldNames.VIA)) {
            return false;
        }
        for (int i = request.find(FieldNames.VIA); i >= 0; i = request.findFrom(FieldNames.VIA, i + 1)) {
            if (names(request.bytes(), request.valueOffset(i), request.valueOffset(i) + request.valueLength(i))) {
                return true;
            }
        }
        return false;
    }

    /** Looks for {@code protocol SP received-by [SP comment]} in a list (RFC 9110 section 7.6.3). */
    private boolean names(final byte[] bytes, final int from, final int end) {
        int at = from;
        while (at < end) {
            at = skip(bytes, at, end, true);
            final int protocolEnd = skip(bytes, at, end, false);
            final int name = skip(bytes, protocolEnd, end, true);
            final int nameEnd = skip(bytes, name, end, false);
            if (Head.equalIgnoreCase(ownName, bytes, name, nameEnd - name)) {
                return true;
            }
            at = nameEnd;
            while (at < end && bytes[at] != ',') {
                at++;
            }
            at++;
        }
        return false;
    }

    /** Passes white space, or what is neither white space nor a comma. */
    private static int skip(final byte[] bytes, final int from, final int end, final boolean space) {
        int at = from;
        while (at < end && bytes[at] != ',' && (bytes[at] == ' ' || bytes[at] == '\t') == space) {
            at++;
        }
        return at;
    }
}
