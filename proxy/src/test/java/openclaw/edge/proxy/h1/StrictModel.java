package openclaw.edge.proxy.h1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * HTTP/1 messages as RFC 9110 and 9112 and this proxy's stricter rules have them, read from a whole array with no state in
 * between: the judge of everything that comes in and of everything that is written. It shares nothing with the code under test.
 *
 * <p>With a {@link Flaw} it is wrong on purpose, in the way of a well-known class of mistakes: a comparison that does not notice
 * would not notice it in the code under test either.
 */
final class StrictModel {
    /** Mistakes that servers have made. */
    enum Flaw {
        NONE,
        FIRST_CONTENT_LENGTH_WINS,
        LENGTH_AND_CHUNKED,
        CHUNKED_NOT_ALONE,
        CHUNKED_IN_HTTP_1_0,
        SPACE_BEFORE_COLON,
        LENGTH_LIST,
        LENGTH_SIGN,
        LENGTH_LEADING_ZERO,
        LENGTH_OVERFLOW,
        BARE_LF_IN_HEAD,
        BARE_LF_IN_CHUNK_LINE,
        BARE_CR_IN_VALUE,
        NUL_IN_VALUE,
        CHUNK_SIZE_SIGN,
        CHUNK_SIZE_WRAPS,
        CHUNK_SIZE_SPACE,
        CHUNK_LINE_UNBOUNDED,
        CHUNK_DATA_END_UNCHECKED,
        EXTENSION_QUOTES_IGNORED,
        LOOKALIKES_KEPT,
        TRAILERS_KEPT,
        NO_HOST,
        TWO_HOSTS,
        ANY_HOST,
        HOST_BEATS_TARGET,
        USERINFO,
        FRAGMENT,
        TAB_IN_TARGET,
        EMPTY_LINES_UNBOUNDED,
        NOMINATED_IDENTITY,
        CLOSE_IGNORED,
        HEAD_ANSWER_WITH_BODY,
        NO_CONTENT_WITH_LENGTH,
        LENGTHS_DIFFER,
        EXPECTATION_IGNORED,
        MANY_FIELDS,
        LONG_TARGET,
        LARGE_HEAD
    }

    private static final int MOST_EMPTY_LINES = 4;
    private static final int MOST_CHUNK_LINE = 256;

    private final byte[] bytes;
    private final String requestMethod;
    private final Flaw flaw;
    private int headLimit;
    private int fieldLimit;
    private final int targetLimit = 8 * 1024;
    private StrictMessage m;

    /** @param requestMethod null: these are requests; else what the response answers */
    StrictModel(final byte[] bytes, final String requestMethod, final Flaw flaw) {
        this.bytes = bytes;
        this.requestMethod = requestMethod;
        this.flaw = flaw;
        headLimit = requestMethod == null ? 16 * 1024 : 64 * 1024;
        fieldLimit = requestMethod == null ? 100 : 500;
    }

    /** What a proxy adds of its own to a request that was just within the limits passes here. */
    StrictModel behindProxy() {
        headLimit += 4 * 1024;
        fieldLimit += 16;
        return this;
    }

    /** Judges what begins at an offset. The end of the array ends a response that nothing else ends. */
    StrictMessage judge(final int offset) {
        m = new StrictMessage();
        int start = offset;
        if (requestMethod == null) {
            int empty = 0;
            while (at(start) == '\r' && at(start + 1) == '\n') {
                if (++empty > MOST_EMPTY_LINES && flaw != Flaw.EMPTY_LINES_UNBOUNDED) {
                    return refuse(400);
                }
                start += 2;
            }
            m.firstWord = firstWord(start);
        }
        final List<String> lines = new ArrayList<>();
        final int bodyStart = lines(start, lines);
        if (bodyStart < 0 || m.refused) {
            return m;
        }
        if (requestMethod == null) {
            request(lines);
        } else {
            response(lines);
        }
        if (m.refused) {
            return m;
        }
        m.headGood = true;
        new StrictBody(bytes, flaw).read(m, bodyStart, requestMethod != null);
        return m;
    }

    private String firstWord(final int start) {
        int end = start;
        while (end < bytes.length && StrictGrammar.isTchar((char) at(end))) {
            end++;
        }
        return at(end) == ' ' ? text(start, end) : "";
    }

    /** The lines up to the empty one. Returns what comes after that; -1: it is not here. */
    private int lines(final int start, final List<String> lines) {
        if (start == bytes.length || (start + 1 == bytes.length && at(start) == '\r' && requestMethod == null)) {
            return -1;
        }
        final char first = (char) at(start);
        if (requestMethod == null ? !StrictGrammar.isTchar(first) : first != 'H') {
            refuse(400);
            return -1;
        }
        int lineStart = start;
        for (int i = start; i < bytes.length; i++) {
            final int c = at(i);
            final boolean crlf = c == '\r' && at(i + 1) == '\n';
            final boolean bareLf = c == '\n' && flaw == Flaw.BARE_LF_IN_HEAD;
            if (crlf || bareLf) {
                final int next = crlf ? i + 2 : i + 1;
                limits(lines.size(), i - lineStart, next - start);
                if (i == lineStart) {
                    return m.refused ? -1 : next;
                }
                lines.add(text(lineStart, i));
                lineStart = next;
                i = next - 1;
            } else if (c == '\r' && i + 1 == bytes.length) {
                break;
            } else if (c < ' ' && c != '\t' && !isPassed(c)) {
                refuse(400);
            }
        }
        final int lineEnd = at(bytes.length - 1) == '\r' ? bytes.length - 1 : bytes.length;
        limits(Math.min(lines.size(), 1), lineEnd - lineStart, bytes.length - start + 1);
        return -1;
    }

    private boolean isPassed(final int c) {
        return (c == '\r' && flaw == Flaw.BARE_CR_IN_VALUE) || (c == 0 && flaw == Flaw.NUL_IN_VALUE);
    }

    /** @param line which one, 0 being the start line; {@code length} of it; {@code headLength} with it */
    private void limits(final int line, final int length, final int headLength) {
        if (headLength > headLimit && flaw != Flaw.LARGE_HEAD) {
            refuse(431);
        }
        if (line == 0 && length > targetLimit + 64 && requestMethod == null && flaw != Flaw.LONG_TARGET) {
            refuse(414);
        }
        if (line > fieldLimit && length > 0 && flaw != Flaw.MANY_FIELDS) {
            refuse(431);
        }
    }

    private void request(final List<String> lines) {
        final String[] words = lines.get(0).split(" ", -1);
        if (words.length != 3 || !StrictGrammar.isToken(words[0])) {
            // It may also be said of the first thing that is wrong on it.
            refuse(400);
            refuse(414);
            refuse(505);
            return;
        }
        version(words[2]);
        m.method = words[0];
        if (words[1].length() > targetLimit && flaw != Flaw.LONG_TARGET) {
            refuse(414);
        }
        if (m.method.equals("CONNECT") || m.method.equals("TRACE")) {
            refuse(405);
        }
        final List<String[]> fields = fields(lines);
        if (fields == null || !targetText(words[1])) {
            refuse(400);
            return;
        }
        target(words[1], fields);
        final List<String> codings = values(fields, "transfer-encoding");
        final List<String> lengths = values(fields, "content-length");
        requestFraming(codings, lengths);
        expectations(values(fields, "expect"));
        connection(fields);
        for (final String te : values(fields, "te")) {
            m.acceptsTrailers |= m.minorVersion == 1 && members(te).contains("trailers");
        }
        keep(fields, lengths.size());
    }

    private boolean targetText(final String target) {
        String text = target;
        if (flaw == Flaw.FRAGMENT) {
            text = text.replace('#', 'x');
        } else if (flaw == Flaw.TAB_IN_TARGET) {
            text = text.replace('\t', 'x');
        }
        return StrictGrammar.isTargetText(text);
    }

    private void version(final String version) {
        if (version.equals("HTTP/1.1") || version.equals("HTTP/1.0")) {
            m.minorVersion = version.charAt(7) - '0';
        } else {
            if (version.matches("(?s)HTTP/[0-9]\\.[0-9].*")) {
                refuse(505);
            }
            if (version.length() != 8 || m.statuses.isEmpty()) {
                refuse(400);
            }
        }
    }

    private void target(final String target, final List<String[]> fields) {
        final List<String> hosts = values(fields, "host");
        if ((hosts.isEmpty() && m.minorVersion == 1 && flaw != Flaw.NO_HOST)
                || (hosts.size() > 1 && flaw != Flaw.TWO_HOSTS)
                || (!hosts.isEmpty() && !StrictGrammar.isAuthority(hosts.get(0)) && flaw != Flaw.ANY_HOST)) {
            refuse(400);
        }
        m.authority = hosts.isEmpty() ? "" : hosts.get(0);
        m.path = target;
        if (target.startsWith("/") || (target.equals("*") && m.method.equals("OPTIONS"))) {
            return;
        }
        final String lower = target.toLowerCase(Locale.ROOT);
        final int from = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (from < 0) {
            refuse(400);
            return;
        }
        int to = from;
        while (to < target.length() && target.charAt(to) != '/' && target.charAt(to) != '?') {
            to++;
        }
        String authority = target.substring(from, to);
        if (flaw == Flaw.USERINFO) {
            authority = authority.substring(authority.indexOf('@') + 1);
        }
        if (!StrictGrammar.isAuthority(authority)) {
            refuse(400);
        }
        if (flaw != Flaw.HOST_BEATS_TARGET || hosts.isEmpty()) {
            m.authority = authority;
        }
        final String rest = target.substring(to);
        m.path = rest.startsWith("/") ? rest : rest.isEmpty() && m.method.equals("OPTIONS") ? "*" : "/" + rest;
    }

    private void requestFraming(final List<String> codings, final List<String> lengths) {
        if ((!codings.isEmpty() && !lengths.isEmpty() && flaw != Flaw.LENGTH_AND_CHUNKED)
                || (lengths.size() > 1 && flaw != Flaw.FIRST_CONTENT_LENGTH_WINS)) {
            refuse(400);
        }
        if (!codings.isEmpty()) {
            chunkedFraming(codings);
        } else if (!lengths.isEmpty()) {
            m.framing = StrictMessage.Framing.LENGTH;
            m.lengthBytes = length(lengths.get(0));
        }
        if (lengths.stream().anyMatch(l -> length(l) < 0) && (codings.isEmpty() || flaw != Flaw.LENGTH_AND_CHUNKED)) {
            refuse(400);
        }
    }

    private void chunkedFraming(final List<String> codings) {
        final boolean last = flaw == Flaw.CHUNKED_NOT_ALONE
                && codings.get(codings.size() - 1).toLowerCase(Locale.ROOT).endsWith("chunked");
        if ((!last && (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")))
                || (m.minorVersion == 0 && flaw != Flaw.CHUNKED_IN_HTTP_1_0)) {
            refuse(400);
        }
        m.framing = StrictMessage.Framing.CHUNKED;
        m.lengthBytes = -1;
    }

    private long length(final String value) {
        return switch (flaw) {
            case LENGTH_LIST -> StrictGrammar.length(StrictGrammar.trim(value.split(",", -1)[0]));
            case LENGTH_SIGN -> StrictGrammar.length(value.startsWith("+") ? value.substring(1) : value);
            case LENGTH_LEADING_ZERO -> StrictGrammar.length(value.replaceFirst("^0+(?=.)", ""));
            case LENGTH_OVERFLOW ->
                value.length() > 19 && value.chars().allMatch(c -> StrictGrammar.isDigit((char) c))
                        ? new java.math.BigInteger(value).longValue() & 0xFFFF
                        : StrictGrammar.length(value);
            default -> StrictGrammar.length(value);
        };
    }

    private void expectations(final List<String> values) {
        for (final String value : values) {
            if (value.equalsIgnoreCase("100-continue")) {
                m.expectContinue |= m.minorVersion == 1 && (m.lengthBytes != 0);
            } else if (m.minorVersion == 1 && !value.isEmpty() && flaw != Flaw.EXPECTATION_IGNORED) {
                refuse(417);
            }
        }
    }

    private void response(final List<String> lines) {
        final String line = lines.get(0);
        if (line.length() < 13
                || !line.substring(0, 13).matches("HTTP/1\\.[01] [1-9][0-9][0-9] ")
                || !StrictGrammar.isValue(line.substring(13))) {
            refuse(0);
            return;
        }
        m.minorVersion = line.charAt(7) - '0';
        m.status = Integer.parseInt(line.substring(9, 12));
        m.reason = line.substring(13);
        final List<String[]> fields = fields(lines);
        if (fields == null) {
            refuse(0);
            return;
        }
        final List<String> codings = values(fields, "transfer-encoding");
        final List<String> lengths = values(fields, "content-length");
        if ((!codings.isEmpty() && !lengths.isEmpty() && flaw != Flaw.LENGTH_AND_CHUNKED)
                || lengths.stream().anyMatch(l -> length(l) < 0)
                || (flaw != Flaw.LENGTHS_DIFFER
                        && lengths.stream().mapToLong(this::length).distinct().count() > 1)) {
            refuse(0);
        }
        connection(fields);
        final boolean never =
                m.status < 200 || (m.status == 204 && flaw != Flaw.NO_CONTENT_WITH_LENGTH) || m.status == 304;
        if (never || (requestMethod.equals("HEAD") && flaw != Flaw.HEAD_ANSWER_WITH_BODY)) {
            m.framing = StrictMessage.Framing.NONE;
        } else if (!codings.isEmpty()) {
            chunkedFraming(codings);
        } else if (!lengths.isEmpty()) {
            m.framing = StrictMessage.Framing.LENGTH;
            m.lengthBytes = length(lengths.get(0));
        } else {
            m.framing = StrictMessage.Framing.CLOSE;
            m.lengthBytes = -1;
            m.keepAlive = false;
        }
        keep(fields, m.status < 200 || m.status == 204 ? 0 : 1);
    }

    /** Name and value of every line but the first; null when one is none. */
    private List<String[]> fields(final List<String> lines) {
        final List<String[]> fields = new ArrayList<>();
        for (final String line : lines.subList(1, lines.size())) {
            final int colon = line.indexOf(':');
            if (colon < 0) {
                return null;
            }
            String name = line.substring(0, colon);
            if (requestMethod != null || flaw == Flaw.SPACE_BEFORE_COLON) {
                name = name.replaceAll("[ \t]+$", "");
            }
            final String value = StrictGrammar.trim(line.substring(colon + 1));
            final String judged = flaw == Flaw.BARE_CR_IN_VALUE
                    ? value.replace("\r", "")
                    : flaw == Flaw.NUL_IN_VALUE ? value.replace("\0", "") : value;
            if (!StrictGrammar.isToken(name) || !StrictGrammar.isValue(judged)) {
                return null;
            }
            fields.add(new String[] {name, value});
        }
        return fields;
    }

    private void connection(final List<String[]> fields) {
        final Set<String> options = new HashSet<>();
        values(fields, "connection").forEach(v -> options.addAll(members(v)));
        m.keepAlive = (!options.contains("close") || flaw == Flaw.CLOSE_IGNORED)
                && (m.minorVersion == 1 || options.contains("keep-alive"));
    }

    /** What is left of the fields: {@code lengths} of the Content-Length ones. */
    private void keep(final List<String[]> fields, final int lengths) {
        final Set<String> nominated = new HashSet<>();
        values(fields, "connection").forEach(v -> nominated.addAll(members(v)));
        int lengthsLeft = lengths;
        for (final String[] field : fields) {
            final String name = field[0].toLowerCase(Locale.ROOT);
            final boolean dropped = (StrictGrammar.isLookalike(name) && flaw != Flaw.LOOKALIKES_KEPT)
                    || (requestMethod == null && name.equals("expect"))
                    || (name.equals("content-length") && lengthsLeft-- <= 0);
            if (dropped) {
                continue;
            }
            final boolean host = requestMethod == null && name.equals("host");
            final String line = field[0] + ": " + (host ? m.authority : field[1]);
            m.fields.add(line);
            final boolean identity = flaw == Flaw.NOMINATED_IDENTITY && name.equals("x-tenant-id");
            if (!nominated.contains(name) || (!StrictGrammar.isNomination(name) && !identity)) {
                m.unnominated.add(line);
            }
        }
    }

    /** In lower case. */
    private static List<String> members(final String list) {
        final List<String> members = new ArrayList<>();
        for (final String member : list.split(",", -1)) {
            members.add(StrictGrammar.trim(member).toLowerCase(Locale.ROOT));
        }
        return members;
    }

    private static List<String> values(final List<String[]> fields, final String name) {
        return fields.stream()
                .filter(f -> f[0].equalsIgnoreCase(name))
                .map(f -> f[1])
                .toList();
    }

    private StrictMessage refuse(final int status) {
        m.refused = true;
        m.statuses.add(status);
        return m;
    }

    /** 0 to 255, or -1 at the end. */
    private int at(final int index) {
        return index < bytes.length ? bytes[index] & 0xff : -1;
    }

    private String text(final int from, final int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    static int mostChunkLine(final Flaw flaw) {
        return flaw == Flaw.CHUNK_LINE_UNBOUNDED ? Integer.MAX_VALUE : MOST_CHUNK_LINE;
    }
}
