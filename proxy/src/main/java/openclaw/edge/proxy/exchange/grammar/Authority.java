package openclaw.edge.proxy.exchange.grammar;

/** The form of {@code host[:port]}, in Host and in targets (RFC 3986 section 3.2 without userinfo, RFC 9110 section 4.2). */
public final class Authority {
    private static final int MOST_PORT_DIGITS = 5;
    private static final int MOST_PORT = 65_535;

    private Authority() {}

    /** Whether the bytes are a host that is not empty, and perhaps a port, which may be empty. */
    public static boolean isValid(final byte[] bytes, final int offset, final int length) {
        final int end = offset + length;
        if (length == 0) {
            return false;
        }
        final int hostEnd = bytes[offset] == '[' ? literalEnd(bytes, offset, end) : nameEnd(bytes, offset, end);
        if (hostEnd <= offset) {
            return false;
        }
        return hostEnd == end || (bytes[hostEnd] == ':' && isPort(bytes, hostEnd + 1, end));
    }

    private static boolean isPort(final byte[] bytes, final int from, final int end) {
        int port = 0;
        for (int at = from; at < end; at++) {
            if (!Tokens.is(Tokens.DIGIT, bytes[at]) || at - from == MOST_PORT_DIGITS) {
                return false;
            }
            port = port * 10 + bytes[at] - '0';
        }
        return port <= MOST_PORT;
    }

    /** Where a registered name ends, or -1 when a percent sign begins no escape. */
    private static int nameEnd(final byte[] bytes, final int from, final int end) {
        int at = from;
        while (true) {
            at = Tokens.skip(Tokens.REG_NAME, bytes, at, end);
            if (at == end || bytes[at] != '%') {
                return at;
            }
            if (end - at < 3 || Tokens.hexValue(bytes[at + 1]) < 0 || Tokens.hexValue(bytes[at + 2]) < 0) {
                return -1;
            }
            at += 3;
        }
    }

    /** One past the bracket that closes an IP literal, or -1. */
    private static int literalEnd(final byte[] bytes, final int from, final int end) {
        final int inside = from + 1;
        final int close = Tokens.skip(Tokens.IP_LITERAL, bytes, inside, end);
        if (close == end || close == inside || bytes[close] != ']') {
            return -1;
        }
        final boolean good =
                (bytes[inside] | 0x20) == 'v' ? isFuture(bytes, inside + 1, close) : isIpv6(bytes, inside, close);
        return good ? close + 1 : -1;
    }

    /** {@code 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )}. */
    private static boolean isFuture(final byte[] bytes, final int from, final int end) {
        final int dot = Tokens.skip(Tokens.HEX_DIGIT, bytes, from, end);
        return dot > from && dot + 1 < end && bytes[dot] == '.';
    }

    private static boolean isIpv6(final byte[] bytes, final int from, final int end) {
        int groups = 0;
        boolean gap = false;
        int at = from;
        if (end - from >= 2 && bytes[from] == ':' && bytes[from + 1] == ':') {
            gap = true;
            at += 2;
        }
        while (at < end) {
            final int groupEnd = Tokens.skip(Tokens.HEX_DIGIT, bytes, at, end);
            if (groupEnd < end && bytes[groupEnd] == '.') {
                return isIpv4(bytes, at, end) && isWhole(groups + 2, gap);
            }
            if (groupEnd == at || groupEnd - at > 4) {
                return false;
            }
            groups++;
            at = groupEnd;
            if (at < end) {
                if (bytes[at] != ':' || at + 1 == end) {
                    return false;
                }
                at++;
                if (bytes[at] == ':') {
                    if (gap) {
                        return false;
                    }
                    gap = true;
                    at++;
                }
            }
        }
        return isWhole(groups, gap);
    }

    private static boolean isWhole(final int groups, final boolean gap) {
        return gap ? groups < 8 : groups == 8;
    }

    private static boolean isIpv4(final byte[] bytes, final int from, final int end) {
        int at = from;
        for (int part = 0; part < 4; part++) {
            final int partEnd = Tokens.skip(Tokens.DIGIT, bytes, at, end);
            if (partEnd == at || partEnd - at > 3 || (partEnd - at > 1 && bytes[at] == '0')) {
                return false;
            }
            int value = 0;
            for (int i = at; i < partEnd; i++) {
                value = value * 10 + bytes[i] - '0';
            }
            if (value > 255 || (part < 3 ? partEnd == end || bytes[partEnd] != '.' : partEnd != end)) {
                return false;
            }
            at = partEnd + 1;
        }
        return true;
    }
}
