package openclaw.edge.proxy.h2;

import openclaw.edge.proxy.exchange.CommonDefect;
import openclaw.edge.proxy.exchange.Defect;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;
import openclaw.edge.proxy.exchange.grammar.Authority;
import openclaw.edge.proxy.exchange.grammar.ContentLength;
import openclaw.edge.proxy.exchange.grammar.Expectation;
import openclaw.edge.proxy.exchange.grammar.RequestTarget;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * Turns a header block into a request's head (RFC 9113 section 8.3), by the same grammar as HTTP/1 requests. The framing for the
 * way onwards is decided here, from END_STREAM and Content-Length alone. One per event loop; keeps nothing between calls but
 * the number of look-alikes and the last defect.
 */
final class RequestReader {
    /** What became of a block. */
    enum Verdict {
        /** The head is complete and legal. */
        OK,
        /** The block is malformed (RFC 9113 section 8.1.1): a stream error PROTOCOL_ERROR. */
        MALFORMED,
        /** The request is answered with {@link RequestReader#defect}. */
        REFUSED
    }

    private static final int METHOD = 0;
    private static final int SCHEME = 1;
    private static final int AUTHORITY = 2;
    private static final int PATH = 3;
    private static final int PROTOCOL = 4;
    private static final byte[][] PSEUDO_NAMES = {
        Tokens.ascii(":method"),
        Tokens.ascii(":scheme"),
        Tokens.ascii(":authority"),
        Tokens.ascii(":path"),
        Tokens.ascii(":protocol")
    };

    private static final byte[] HTTP = Tokens.ascii("http");
    private static final byte[] HTTPS = Tokens.ascii("https");
    private static final byte[] COOKIE = Tokens.ascii("cookie");
    private static final byte[] TRAILERS = Tokens.ascii("trailers");
    private static final long CONNECTION_FIELDS = 1L << FieldNames.CONNECTION
            | 1L << FieldNames.TRANSFER_ENCODING
            | 1L << FieldNames.KEEP_ALIVE
            | 1L << FieldNames.UPGRADE
            | 1L << FieldNames.PROXY_CONNECTION;

    private final RequestTarget target = new RequestTarget();
    private final int[] pseudo = new int[PSEUDO_NAMES.length];
    private int lookalikes;
    private Defect defect = CommonDefect.HEAD_TOO_LARGE;

    /** How many fields of the last block were dropped because they look like a known name and are not it. */
    int lookalikes() {
        return lookalikes;
    }

    /** What is wrong with the last request that was refused. */
    Defect defect() {
        return defect;
    }

    private Verdict refused(final Defect by) {
        defect = by;
        return Verdict.REFUSED;
    }

    /**
     * Reads a request.
     *
     * @param end whether the request ends with this block
     * @param head was reset; is filled as far as the block was read, the method first
     * @return what became of it
     */
    Verdict read(final FieldBlock block, final boolean end, final Head head, final H2Settings settings) {
        lookalikes = 0;
        head.majorVersion(2);
        head.minorVersion(1);
        head.keepAlive(true);
        head.acceptsTrailers(true);
        final int first = readPseudo(block);
        if (first < 0 || !readMethod(block, head)) {
            return block.isTooLarge() ? refused(CommonDefect.HEAD_TOO_LARGE) : Verdict.MALFORMED;
        }
        if (!readFields(block, first, head)) {
            return Verdict.MALFORMED;
        }
        if (block.isTooLarge() || head.fieldCount() > settings.fields()) {
            return refused(block.isTooLarge() ? CommonDefect.HEAD_TOO_LARGE : CommonDefect.TOO_MANY_FIELDS);
        }
        if (head.methodId() == Methods.CONNECT || head.methodId() == Methods.TRACE) {
            return refused(CommonDefect.METHOD_NOT_ALLOWED);
        }
        final Verdict verdict = readTarget(block, head, settings);
        if (verdict != Verdict.OK || !decideFraming(head, end)) {
            return verdict == Verdict.OK ? Verdict.MALFORMED : verdict;
        }
        return head.has(FieldNames.EXPECT) && !Expectation.read(head) ? refused(CommonDefect.EXPECTATION) : Verdict.OK;
    }

    /**
     * Reads a trailer section. Every field of a known name is dropped: what frames, routes, authenticates, identifies or
     * describes the content is too late here (RFC 9110 section 6.5.1).
     *
     * @return whether it is legal
     */
    boolean readTrailers(final FieldBlock block, final Head trailers, final H2Settings settings) {
        lookalikes = 0;
        if (block.isTooLarge() || block.count() > settings.fields() || !readFields(block, 0, trailers)) {
            return false;
        }
        for (int i = 0; i < trailers.fieldCount(); i++) {
            if (trailers.id(i) > 0) {
                trailers.drop(i);
            }
        }
        return true;
    }

    /** Finds the pseudo-fields. Returns the place of the first field that is none, or -1. */
    private int readPseudo(final FieldBlock block) {
        for (int i = 0; i < pseudo.length; i++) {
            pseudo[i] = -1;
        }
        final byte[] bytes = block.bytes();
        int at = 0;
        while (at < block.count() && block.nameLength(at) > 0 && bytes[block.nameOffset(at)] == ':') {
            final int which = which(bytes, block.nameOffset(at), block.nameLength(at));
            if (which < 0 || pseudo[which] >= 0) {
                return -1;
            }
            pseudo[which] = at++;
        }
        return at;
    }

    private static int which(final byte[] bytes, final int offset, final int length) {
        for (int i = 0; i < PSEUDO_NAMES.length; i++) {
            if (PSEUDO_NAMES[i].length == length && Head.equalBytes(PSEUDO_NAMES[i], bytes, offset)) {
                return i;
            }
        }
        return -1;
    }

    private boolean readMethod(final FieldBlock block, final Head head) {
        final int i = pseudo[METHOD];
        if (i < 0) {
            return false;
        }
        final int offset = block.valueOffset(i);
        final int length = block.valueLength(i);
        if (length == 0 || Tokens.skip(Tokens.TOKEN, block.bytes(), offset, offset + length) != offset + length) {
            return false;
        }
        final int id = Methods.lookup(block.bytes(), offset, length);
        head.method(id, head.append(block.bytes(), offset, length), length);
        // Extended CONNECT (RFC 8441) is not offered; ":protocol" elsewhere is no field at all.
        return pseudo[PROTOCOL] < 0 || id == Methods.CONNECT;
    }

    private boolean readFields(final FieldBlock block, final int from, final Head head) {
        boolean cookies = false;
        for (int i = from; i < block.count(); i++) {
            final int found = check(block, i);
            if (found < 0) {
                return false;
            }
            if ((found & FieldNames.LOOKALIKE) != 0) {
                lookalikes++;
            } else if (found != FieldNames.COOKIE) {
                copy(block, i, found, head);
            } else if (!cookies) {
                cookies = true;
                joinCookies(block, i, head);
            }
        }
        return !head.isRepeated(FieldNames.TE);
    }

    /** What {@link FieldNames#lookup} gives for a field's name, or -1 if the field is not allowed. */
    private static int check(final FieldBlock block, final int index) {
        final byte[] bytes = block.bytes();
        final int name = block.nameOffset(index);
        final int nameLength = block.nameLength(index);
        for (int i = name; i < name + nameLength; i++) {
            if (bytes[i] >= 'A' && bytes[i] <= 'Z') {
                return -1;
            }
        }
        final int found = FieldNames.lookup(bytes, name, nameLength);
        final int value = block.valueOffset(index);
        final int length = block.valueLength(index);
        if (found < 0
                || (found < FieldNames.LOOKALIKE && (CONNECTION_FIELDS >>> found & 1) != 0)
                || Tokens.skip(Tokens.VALUE, bytes, value, value + length) != value + length
                || (length > 0 && (Tokens.isSpace(bytes[value]) || Tokens.isSpace(bytes[value + length - 1])))) {
            return -1;
        }
        return found == FieldNames.TE && !Head.equalIgnoreCase(TRAILERS, bytes, value, length) ? -1 : found;
    }

    /** Copies a field as a line of HTTP/1, which then is written on in one run with its neighbours. */
    private static void copy(final FieldBlock block, final int index, final int id, final Head head) {
        final int value = beginLine(block, index, block.valueLength(index), head);
        System.arraycopy(block.bytes(), block.valueOffset(index), head.bytes(), value, block.valueLength(index));
        indexLine(id, block.nameLength(index), value, block.valueLength(index), head);
    }

    /** Crumbs of a cookie become one field again (RFC 9113 section 8.2.3). */
    private static void joinCookies(final FieldBlock block, final int first, final Head head) {
        int length = -2;
        for (int i = first; i < block.count(); i++) {
            length += isCookie(block, i) ? 2 + block.valueLength(i) : 0;
        }
        final int value = beginLine(block, first, length, head);
        final byte[] bytes = head.bytes();
        int at = value;
        for (int i = first; i < block.count(); i++) {
            if (isCookie(block, i)) {
                if (at > value) {
                    bytes[at++] = ';';
                    bytes[at++] = ' ';
                }
                System.arraycopy(block.bytes(), block.valueOffset(i), bytes, at, block.valueLength(i));
                at += block.valueLength(i);
            }
        }
        // A crumb may be empty: then a separator is missing at the beginning.
        indexLine(FieldNames.COOKIE, block.nameLength(first), value, at - value, head);
    }

    private static boolean isCookie(final FieldBlock block, final int index) {
        return block.nameLength(index) == COOKIE.length
                && Head.equalBytes(COOKIE, block.bytes(), block.nameOffset(index));
    }

    private static int beginLine(final FieldBlock block, final int index, final int valueLength, final Head head) {
        final int nameLength = block.nameLength(index);
        final int at = head.claim(nameLength + 2 + valueLength + 2);
        final byte[] bytes = head.bytes();
        System.arraycopy(block.bytes(), block.nameOffset(index), bytes, at, nameLength);
        bytes[at + nameLength] = ':';
        bytes[at + nameLength + 1] = ' ';
        return at + nameLength + 2;
    }

    private static void indexLine(
            final int id, final int nameLength, final int value, final int valueLength, final Head head) {
        head.bytes()[value + valueLength] = '\r';
        head.bytes()[value + valueLength + 1] = '\n';
        head.index(id, value - 2 - nameLength, nameLength, value, valueLength);
    }

    private Verdict readTarget(final FieldBlock block, final Head head, final H2Settings settings) {
        if (!isScheme(block) || pseudo[PATH] < 0 || !readAuthority(block, head)) {
            return Verdict.MALFORMED;
        }
        final int offset = block.valueOffset(pseudo[PATH]);
        final int length = block.valueLength(pseudo[PATH]);
        final byte[] bytes = block.bytes();
        if (length == 0
                || (bytes[offset] != '/' && bytes[offset] != '*')
                || Tokens.skip(Tokens.TARGET, bytes, offset, offset + length) != offset + length) {
            return Verdict.MALFORMED;
        }
        if (length > settings.targetBytes()) {
            return refused(CommonDefect.TARGET_TOO_LONG);
        }
        final int at = head.append(bytes, offset, length);
        return target.read(head, at, at + length) ? Verdict.OK : Verdict.MALFORMED;
    }

    private boolean isScheme(final FieldBlock block) {
        final int i = pseudo[SCHEME];
        return i >= 0
                && (Head.equalIgnoreCase(HTTP, block.bytes(), block.valueOffset(i), block.valueLength(i))
                        || Head.equalIgnoreCase(HTTPS, block.bytes(), block.valueOffset(i), block.valueLength(i)));
    }

    /** Either names the authority; both must name the same one (RFC 9113 section 8.3.1). */
    private boolean readAuthority(final FieldBlock block, final Head head) {
        final int host = head.find(FieldNames.HOST);
        if (host >= 0) {
            if (head.isRepeated(FieldNames.HOST)
                    || !Authority.isValid(head.bytes(), head.valueOffset(host), head.valueLength(host))) {
                return false;
            }
            head.authority(head.valueOffset(host), head.valueLength(host));
        }
        final int i = pseudo[AUTHORITY];
        if (i < 0) {
            return host >= 0;
        }
        final int length = block.valueLength(i);
        if (!Authority.isValid(block.bytes(), block.valueOffset(i), length)) {
            return false;
        }
        if (host >= 0) {
            return isSame(block, i, head, host);
        }
        head.authority(head.append(block.bytes(), block.valueOffset(i), length), length);
        return true;
    }

    /** Host names have no case; nothing else is normalised. */
    private static boolean isSame(final FieldBlock block, final int index, final Head head, final int host) {
        final int length = head.valueLength(host);
        if (length != block.valueLength(index)) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(head.bytes()[head.valueOffset(host) + i]) != lower(block.bytes()[block.valueOffset(index) + i])) {
                return false;
            }
        }
        return true;
    }

    private static int lower(final byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    private static boolean decideFraming(final Head head, final boolean end) {
        final int i = head.find(FieldNames.CONTENT_LENGTH);
        if (i < 0) {
            head.framing(end ? Head.Framing.NONE : Head.Framing.CHUNKED, end ? 0 : Head.LENGTH_UNKNOWN);
            return true;
        }
        final long length = ContentLength.parse(head.bytes(), head.valueOffset(i), head.valueLength(i));
        if (length < 0 || head.isRepeated(FieldNames.CONTENT_LENGTH) || (end && length != 0)) {
            return false;
        }
        head.framing(Head.Framing.LENGTH, length);
        return true;
    }
}
