package openclaw.edge.proxy.h1;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The small grammars of RFC 9110, 9112 and 3986, and the lists of field names, written down once more for
 * {@link StrictModel}: plain, slow, and with nothing in common with the code under test.
 */
final class StrictGrammar {
    /** Names that a look-alike is dropped for, and that are dropped from trailers. */
    private static final Set<String> KNOWN = new HashSet<>(Arrays.asList((""
                    + "host content-length transfer-encoding connection keep-alive proxy-connection te trailer upgrade"
                    + " expect http2-settings proxy-authenticate proxy-authorization authorization x-api-key apikey"
                    + " x-tenant-id x-agent-id x-request-id via forwarded x-forwarded-for x-forwarded-proto"
                    + " x-forwarded-host x-real-ip max-forwards date ratelimit ratelimit-policy retry-after"
                    + " x-should-retry idempotency-key content-type www-authenticate x-openclaw-agent-id x-consumer-id"
                    + " x-consumer-agent server cookie set-cookie allow content-encoding content-range cache-control")
            .split(" ")));

    /** What Connection cannot take out of a message: framing, routing, identity; and what ends at this hop anyway. */
    private static final Set<String> NOT_NOMINATED = new HashSet<>(Arrays.asList((""
                    + "host content-length transfer-encoding connection authorization x-api-key apikey x-tenant-id"
                    + " x-agent-id x-openclaw-agent-id x-consumer-id x-consumer-agent x-request-id expect max-forwards via"
                    + " keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer upgrade"
                    + " http2-settings close")
            .split(" ")));

    private StrictGrammar() {}

    static boolean isDigit(final char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHex(final char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    static boolean isAlnum(final char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isTchar(final char c) {
        return isAlnum(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /** HTAB, SP, VCHAR, obs-text. */
    static boolean isValueChar(final char c) {
        return c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff);
    }

    static boolean isToken(final String s) {
        return !s.isEmpty() && s.chars().allMatch(c -> isTchar((char) c));
    }

    static boolean isValue(final String s) {
        return s.chars().allMatch(c -> isValueChar((char) c));
    }

    static boolean isTargetText(final String s) {
        return !s.isEmpty() && s.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#');
    }

    /** Without the spaces and tabs around it. */
    static String trim(final String s) {
        int from = 0;
        int to = s.length();
        while (from < to && (s.charAt(from) == ' ' || s.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (s.charAt(to - 1) == ' ' || s.charAt(to - 1) == '\t')) {
            to--;
        }
        return s.substring(from, to);
    }

    /** 0 to 2^63 - 1 in decimal, no leading zero; else -1. */
    static long length(final String s) {
        if (s.isEmpty() || s.length() > 19 || (s.length() > 1 && s.charAt(0) == '0')) {
            return -1;
        }
        if (!s.chars().allMatch(c -> isDigit((char) c))) {
            return -1;
        }
        return s.length() == 19 && s.compareTo("9223372036854775807") > 0 ? -1 : Long.parseLong(s);
    }

    static boolean isKnown(final String name) {
        final String lower = name.toLowerCase(Locale.ROOT);
        return KNOWN.contains(lower) || (lower.startsWith("x-forwarded-") && !lower.equals("x-forwarded-"));
    }

    /** Whether some server might take it for a known name that it is not. */
    static boolean isLookalike(final String name) {
        final StringBuilder dashed = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            dashed.append(isAlnum(name.charAt(i)) ? name.charAt(i) : '-');
        }
        return !isKnown(name) && isKnown(dashed.toString());
    }

    /** Whether a member of Connection takes the fields of its name out of the message. */
    static boolean isNomination(final String member) {
        return isToken(member) && !isLookalike(member) && !NOT_NOMINATED.contains(member.toLowerCase(Locale.ROOT));
    }

    /** {@code host[:port]}, the host not empty. */
    static boolean isAuthority(final String s) {
        final int hostEnd = s.startsWith("[") ? s.indexOf(']') + 1 : s.indexOf(':') < 0 ? s.length() : s.indexOf(':');
        if (hostEnd <= 0) {
            return false;
        }
        final String host = s.substring(0, hostEnd);
        final boolean good = host.startsWith("[") ? isLiteral(host.substring(1, hostEnd - 1)) : isRegName(host);
        if (!good) {
            return false;
        }
        final String rest = s.substring(hostEnd);
        return rest.isEmpty() || (rest.charAt(0) == ':' && isPort(rest.substring(1)));
    }

    private static boolean isPort(final String s) {
        return s.length() <= 5
                && s.chars().allMatch(c -> isDigit((char) c))
                && (s.isEmpty() || Integer.parseInt(s) <= 65_535);
    }

    private static boolean isRegName(final String s) {
        for (int i = 0; i < s.length(); i++) {
            final char c = s.charAt(i);
            if (c == '%') {
                if (i + 2 >= s.length() || !isHex(s.charAt(i + 1)) || !isHex(s.charAt(i + 2))) {
                    return false;
                }
                i += 2;
            } else if (!isAlnum(c) && "-._~!$&'()*+,;=".indexOf(c) < 0) {
                return false;
            }
        }
        return !s.isEmpty();
    }

    private static boolean isLiteral(final String s) {
        if (s.startsWith("v") || s.startsWith("V")) {
            final int dot = s.indexOf('.');
            return dot > 1
                    && dot + 1 < s.length()
                    && s.substring(1, dot).chars().allMatch(c -> isHex((char) c))
                    && s.substring(dot + 1)
                            .chars()
                            .allMatch(c -> isAlnum((char) c) || "-._~!$&'()*+,;=:".indexOf(c) >= 0);
        }
        final int gap = s.indexOf("::");
        if (gap < 0) {
            return groups(s, true) == 8;
        }
        final String after = s.substring(gap + 2);
        final int left = gap == 0 ? 0 : groups(s.substring(0, gap), false);
        final int right = after.isEmpty() ? 0 : groups(after, true);
        return left >= 0 && right >= 0 && left + right <= 7;
    }

    /** How many 16-bit groups these are; -1: none that are legal. */
    private static int groups(final String s, final boolean dottedLast) {
        final String[] parts = s.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (dottedLast && i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                return isDotted(parts[i]) ? count + 2 : -1;
            }
            if (parts[i].isEmpty() || parts[i].length() > 4 || !parts[i].chars().allMatch(c -> isHex((char) c))) {
                return -1;
            }
            count++;
        }
        return count;
    }

    private static boolean isDotted(final String s) {
        final String[] octets = s.split("\\.", -1);
        for (final String octet : octets) {
            if (octet.length() > 3 || length(octet) < 0 || length(octet) > 255) {
                return false;
            }
        }
        return octets.length == 4;
    }
}
