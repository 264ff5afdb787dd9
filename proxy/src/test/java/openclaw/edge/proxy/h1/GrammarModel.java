package openclaw.edge.proxy.h1;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import openclaw.edge.proxy.exchange.FieldNames;

/**
 * The grammar of RFC 9112 with this proxy's stricter choices, as regular expressions over whole messages: slow, and written to
 * be compared with the text of the rules. What the codec must agree with.
 */
final class GrammarModel {
    /** One message that is accepted, in words; or that none is. */
    record Verdict(boolean accepted, String message, boolean last, int end) {
        static final Verdict REFUSED = new Verdict(false, "refused", true, 0);
        static final Verdict INCOMPLETE = new Verdict(false, "incomplete", true, 0);
    }

    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private static final String VISIBLE = "[\\x21-\\x7e\\x80-\\xff]";
    private static final String VALUE = "((?:" + VISIBLE + "(?:[ \\t\\x21-\\x7e\\x80-\\xff]*" + VISIBLE + ")?)?)";
    private static final Pattern REQUEST_LINE =
            Pattern.compile("(" + TOKEN + ") ([\\x21\\x22\\x24-\\x7e]+) HTTP/1\\.([01])");
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.([01]) ([1-9][0-9][0-9]) ([\\t\\x20-\\x7e\\x80-\\xff]*)");
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):[ \\t]*" + VALUE + "[ \\t]*");
    private static final Pattern LOOSE_FIELD = Pattern.compile("(" + TOKEN + ")[ \\t]*:[ \\t]*" + VALUE + "[ \\t]*");
    private static final String PORT =
            "(?::(0*(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])?))?";
    private static final String REG_NAME = "(?:[A-Za-z0-9\\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+";
    private static final Pattern AUTHORITY = Pattern.compile("(?:" + REG_NAME + "|\\[" + ipv6() + "\\])" + PORT);
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?]*)((?:[/?].*)?)");
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,18}");
    private static final String QUOTED =
            "\"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*\"";
    private static final Pattern CHUNK_LINE = Pattern.compile("([0-9A-Fa-f]{1,16})(?:[ \\t]*;[ \\t]*" + TOKEN
            + "(?:[ \\t]*=[ \\t]*(?:" + TOKEN + "|" + QUOTED + "))?)*\r\n");
    private static final Set<String> KNOWN = new HashSet<>();

    static {
        for (int id = 1; id < FieldNames.LIMIT; id++) {
            if (id != FieldNames.X_FORWARDED_OTHER) {
                KNOWN.add(new String(FieldNames.canonical(id), java.nio.charset.StandardCharsets.US_ASCII)
                        .toLowerCase(Locale.ROOT));
            }
        }
    }

    private final String text;
    private final String requestMethod;

    /** @param requestMethod null for requests, else what the response answers */
    GrammarModel(final String text, final String requestMethod) {
        this.text = text;
        this.requestMethod = requestMethod;
    }

    /** Judges the message at an offset; responses are read to the end of the text when nothing else ends them. */
    Verdict judge(final int offset) {
        int from = offset;
        if (requestMethod == null) {
            for (int skipped = 0; text.startsWith("\r\n", from); from += 2) {
                if (++skipped > 4) {
                    return Verdict.REFUSED;
                }
            }
        }
        final int headEnd = text.indexOf("\r\n\r\n", from);
        if (headEnd < 0) {
            return Verdict.INCOMPLETE;
        }
        final String[] lines = text.substring(from, headEnd).split("\r\n", -1);
        return requestMethod == null ? request(lines, headEnd + 4) : response(lines, headEnd + 4);
    }

    private Verdict request(final String[] lines, final int bodyStart) {
        final Matcher line = REQUEST_LINE.matcher(lines[0]);
        final List<String[]> fields = fields(lines, FIELD);
        if (!line.matches() || fields == null || line.group(1).matches("CONNECT|TRACE")) {
            return Verdict.REFUSED;
        }
        final boolean old = line.group(3).equals("0");
        final List<String> hosts = values(fields, "host");
        if (hosts.size() > 1 || (hosts.isEmpty() && !old) || (hosts.size() == 1 && !isAuthority(hosts.get(0)))) {
            return Verdict.REFUSED;
        }
        final String[] target = target(line.group(1), line.group(2));
        if (target == null) {
            return Verdict.REFUSED;
        }
        final String authority = target[0] != null ? target[0] : hosts.isEmpty() ? "" : hosts.get(0);
        final List<String> lengths = values(fields, "content-length");
        final List<String> codings = values(fields, "transfer-encoding");
        if (lengths.size() + codings.size() > 1
                || (lengths.size() == 1 && !isLength(lengths.get(0)))
                || (codings.size() == 1 && (old || !codings.get(0).equalsIgnoreCase("chunked")))) {
            return Verdict.REFUSED;
        }
        final boolean body =
                codings.size() == 1 || (lengths.size() == 1 && !lengths.get(0).equals("0"));
        boolean expected = false;
        for (final String expectation : values(fields, "expect")) {
            final boolean known = expectation.equalsIgnoreCase("100-continue");
            if (!known && !old && !expectation.isEmpty()) {
                return Verdict.REFUSED;
            }
            expected |= known && !old && body;
        }
        final List<String> sent = new ArrayList<>();
        for (final String[] field : fields) {
            final boolean host = field[0].equalsIgnoreCase("host");
            if (!isLookalike(field[0]) && !field[0].equalsIgnoreCase("expect")) {
                sent.add(field[0] + ": " + (host ? authority : field[1]));
            }
        }
        final String what = line.group(1) + " " + target[1] + " " + authority + " " + sent + " expect=" + expected;
        final boolean keepAlive = keepAlive(fields, old);
        final Long length = lengths.isEmpty() ? Long.valueOf(0) : Long.valueOf(lengths.get(0));
        return codings.size() == 1
                ? chunked(what, bodyStart, !keepAlive)
                : counted(what, bodyStart, length, !keepAlive);
    }

    private Verdict response(final String[] lines, final int bodyStart) {
        final Matcher line = STATUS_LINE.matcher(lines[0]);
        final List<String[]> fields = fields(lines, LOOSE_FIELD);
        if (!line.matches() || fields == null) {
            return Verdict.REFUSED;
        }
        final int status = Integer.parseInt(line.group(2));
        final Set<String> lengths = new HashSet<>(values(fields, "content-length"));
        final List<String> codings = values(fields, "transfer-encoding");
        if ((!lengths.isEmpty() && !codings.isEmpty())
                || lengths.size() > 1
                || lengths.stream().anyMatch(l -> !isLength(l))) {
            return Verdict.REFUSED;
        }
        final boolean empty = status < 200 || status == 204;
        final List<String> sent = new ArrayList<>();
        boolean lengthSent = empty;
        for (final String[] field : fields) {
            final boolean length = field[0].equalsIgnoreCase("content-length");
            if (!isLookalike(field[0]) && !(length && lengthSent)) {
                sent.add(field[0] + ": " + field[1]);
            }
            lengthSent |= length;
        }
        final String what = status + " " + line.group(3) + " " + sent;
        final boolean last = status >= 200 || status == 101;
        if (empty || status == 304 || requestMethod.equals("HEAD")) {
            return counted(what, bodyStart, 0, last);
        }
        if (!codings.isEmpty()) {
            final boolean good = codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
            return good && line.group(1).equals("1") ? chunked(what, bodyStart, last) : Verdict.REFUSED;
        }
        final int rest = text.length() - bodyStart;
        return counted(
                what,
                bodyStart,
                lengths.isEmpty() ? rest : Long.parseLong(lengths.iterator().next()),
                last);
    }

    private Verdict counted(final String what, final int from, final long length, final boolean last) {
        if (text.length() - from < length) {
            return Verdict.INCOMPLETE;
        }
        final int end = from + (int) length;
        return new Verdict(true, what + " body=" + text.substring(from, end) + " trailers=[]", last, end);
    }

    private Verdict chunked(final String what, final int from, final boolean last) {
        final StringBuilder body = new StringBuilder();
        final Matcher line = CHUNK_LINE.matcher(text);
        int at = from;
        while (true) {
            if (!line.region(at, text.length()).lookingAt() || line.end() - 2 - at > 256) {
                return Verdict.INCOMPLETE;
            }
            at = line.end();
            final long size = Long.parseUnsignedLong(line.group(1), 16);
            if (size == 0) {
                break;
            }
            if (size < 0 || size > text.length() - at - 2L || !text.startsWith("\r\n", at + (int) size)) {
                return Verdict.INCOMPLETE;
            }
            body.append(text, at, at + (int) size);
            at += (int) size + 2;
        }
        final int end = text.startsWith("\r\n", at) ? at : text.indexOf("\r\n\r\n", at) + 2;
        if (end < at) {
            return Verdict.INCOMPLETE;
        }
        final List<String> trailers = new ArrayList<>();
        if (end > at) {
            final List<String[]> fields = fields(("\r\n" + text.substring(at, end - 2)).split("\r\n", -1), FIELD);
            if (fields == null) {
                return Verdict.INCOMPLETE;
            }
            for (final String[] field : fields) {
                if (!isKnown(field[0]) && !isLookalike(field[0])) {
                    trailers.add(field[0] + ": " + field[1]);
                }
            }
        }
        return new Verdict(true, what + " body=" + body + " trailers=" + trailers, last, end + 2);
    }

    private static List<String[]> fields(final String[] lines, final Pattern pattern) {
        final List<String[]> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            final Matcher field = pattern.matcher(lines[i]);
            if (!field.matches()) {
                return null;
            }
            fields.add(new String[] {field.group(1), field.group(2)});
        }
        return fields;
    }

    private static List<String> values(final List<String[]> fields, final String name) {
        return fields.stream()
                .filter(f -> f[0].equalsIgnoreCase(name))
                .map(f -> f[1])
                .toList();
    }

    private static String[] target(final String method, final String target) {
        if (target.startsWith("/")) {
            return new String[] {null, target};
        }
        if (target.equals("*") && method.equals("OPTIONS")) {
            return new String[] {null, "*"};
        }
        final Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches() || !isAuthority(absolute.group(1))) {
            return null;
        }
        final String rest = absolute.group(2);
        final String path = rest.startsWith("/") ? rest : rest.isEmpty() && method.equals("OPTIONS") ? "*" : "/" + rest;
        return new String[] {absolute.group(1), path};
    }

    private static boolean isAuthority(final String text) {
        final Matcher authority = AUTHORITY.matcher(text);
        return authority.matches()
                && (authority.group(1) == null || authority.group(1).length() <= 5);
    }

    private static boolean isLength(final String value) {
        return LENGTH.matcher(value).matches() && new java.math.BigInteger(value).bitLength() < Long.SIZE;
    }

    private static boolean keepAlive(final List<String[]> fields, final boolean old) {
        final List<String> options = new ArrayList<>();
        for (final String value : values(fields, "connection")) {
            for (final String option : value.toLowerCase(Locale.ROOT).split(",", -1)) {
                options.add(option.replaceAll("^[ \\t]+|[ \\t]+$", ""));
            }
        }
        return !options.contains("close") && (!old || options.contains("keep-alive"));
    }

    private static boolean isKnown(final String name) {
        final String lower = name.toLowerCase(Locale.ROOT);
        return KNOWN.contains(lower) || (lower.startsWith("x-forwarded-") && lower.length() > 12);
    }

    private static boolean isLookalike(final String name) {
        return !isKnown(name) && isKnown(name.replaceAll("[^0-9A-Za-z]", "-"));
    }

    /** RFC 3986 section 3.2.2, written out; and IPvFuture. */
    private static String ipv6() {
        final String h = "[0-9A-Fa-f]{1,4}";
        final String octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
        final String ls32 = "(?:" + h + ":" + h + "|" + octet + "(?:\\." + octet + "){3})";
        final StringBuilder forms = new StringBuilder("(?:(?:" + h + ":){6}" + ls32);
        forms.append("|::(?:").append(h).append(":){5}").append(ls32);
        for (int after = 4; after >= 0; after--) {
            forms.append("|(?:(?:")
                    .append(h)
                    .append(":){0,")
                    .append(4 - after)
                    .append('}')
                    .append(h)
                    .append(")?::(?:");
            forms.append(h).append(":){").append(after).append('}').append(ls32);
        }
        // A gap before the last group, and at the end.
        forms.append("|(?:(?:")
                .append(h)
                .append(":){0,5}")
                .append(h)
                .append(")?::")
                .append(h);
        forms.append("|(?:(?:").append(h).append(":){0,6}").append(h).append(")?::");
        return forms.append("|[vV][0-9A-Fa-f]+\\.[A-Za-z0-9\\-._~!$&'()*+,;=:]+)")
                .toString();
    }
}
