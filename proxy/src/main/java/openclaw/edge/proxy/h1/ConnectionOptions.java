package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * What the Connection field says (RFC 9110 section 7.6.1), in either direction: who may close, and which further fields are
 * for this connection only.
 */
public final class ConnectionOptions {
    /** Bits in the result of {@link #read}. */
    private static final int SAYS_CLOSE = 1;

    private static final int SAYS_KEEP_ALIVE = 2;

    private static final byte[] CLOSE = Tokens.ascii("close");
    private static final byte[] KEEP_ALIVE = Tokens.ascii("keep-alive");

    /** Known fields that a nomination does not reach. */
    private static final long IMMUNE = bit(FieldNames.HOST)
            | bit(FieldNames.CONTENT_LENGTH)
            | bit(FieldNames.TRANSFER_ENCODING)
            | bit(FieldNames.CONNECTION)
            | bit(FieldNames.AUTHORIZATION)
            | bit(FieldNames.X_API_KEY)
            | bit(FieldNames.APIKEY)
            | bit(FieldNames.X_TENANT_ID)
            | bit(FieldNames.X_AGENT_ID)
            | bit(FieldNames.X_OPENCLAW_AGENT_ID)
            | bit(FieldNames.X_CONSUMER_ID)
            | bit(FieldNames.X_CONSUMER_AGENT)
            | bit(FieldNames.X_REQUEST_ID)
            | bit(FieldNames.EXPECT)
            | bit(FieldNames.MAX_FORWARDS)
            | bit(FieldNames.VIA);

    /** Hop-by-hop whether nominated or not: not counted as nominations, not touched here. */
    private static final long STANDING = bit(FieldNames.KEEP_ALIVE)
            | bit(FieldNames.PROXY_CONNECTION)
            | bit(FieldNames.PROXY_AUTHENTICATE)
            | bit(FieldNames.PROXY_AUTHORIZATION)
            | bit(FieldNames.TE)
            | bit(FieldNames.TRAILER)
            | bit(FieldNames.UPGRADE)
            | bit(FieldNames.HTTP2_SETTINGS);

    private ConnectionOptions() {}

    /**
     * Drops every field that Connection nominates. A nomination of a framing field, of Host, of an identity field or of
     * Connection itself is ignored: a client could otherwise strip what the request is judged by. {@code te}, {@code trailer},
     * {@code upgrade} and the other standing hop-by-hop fields are not touched here either; whoever forwards decides on them.
     * Does nothing, at no cost, when {@link Head#nominations()} is 0. To be called before fields are added to the head.
     *
     * @return the number of fields dropped
     */
    public static int dropNominated(final Head head) {
        if (head.nominations() == 0) {
            return 0;
        }
        int dropped = 0;
        final byte[] bytes = head.bytes();
        for (int i = head.find(FieldNames.CONNECTION); i >= 0; i = head.findFrom(FieldNames.CONNECTION, i + 1)) {
            final int end = head.valueOffset(i) + head.valueLength(i);
            for (int at = head.valueOffset(i); at < end; ) {
                final int memberEnd = Tokens.memberEnd(bytes, at, end);
                final int from = Tokens.trimStart(bytes, at, memberEnd);
                final int to = Tokens.trimEnd(bytes, from, memberEnd);
                if (isNomination(bytes, from, to - from)) {
                    dropped += drop(head, from, to - from);
                }
                at = memberEnd + 1;
            }
        }
        return dropped;
    }

    /**
     * Whether Connection names this option.
     *
     * @param lower in lower case, such as {@code upgrade}
     */
    public static boolean names(final Head head, final byte[] lower) {
        final byte[] bytes = head.bytes();
        for (int i = head.find(FieldNames.CONNECTION); i >= 0; i = head.findFrom(FieldNames.CONNECTION, i + 1)) {
            if (listHas(lower, bytes, head.valueOffset(i), head.valueLength(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a comma-separated list has this member, but for case. */
    static boolean listHas(final byte[] lower, final byte[] bytes, final int offset, final int length) {
        final int end = offset + length;
        for (int at = offset; at < end; ) {
            final int memberEnd = Tokens.memberEnd(bytes, at, end);
            final int from = Tokens.trimStart(bytes, at, memberEnd);
            if (Head.equalIgnoreCase(lower, bytes, from, Tokens.trimEnd(bytes, from, memberEnd) - from)) {
                return true;
            }
            at = memberEnd + 1;
        }
        return false;
    }

    /**
     * Reads all Connection fields; counts their nominations in the head.
     *
     * @return whether the sender keeps the connection after this message (RFC 9112 section 9.3)
     */
    static boolean readAll(final Head head) {
        int says = 0;
        for (int i = head.find(FieldNames.CONNECTION); i >= 0; i = head.findFrom(FieldNames.CONNECTION, i + 1)) {
            says |= read(head, head.bytes(), head.valueOffset(i), head.valueLength(i));
        }
        return (says & SAYS_CLOSE) == 0 && (head.minorVersion() != 0 || (says & SAYS_KEEP_ALIVE) != 0);
    }

    /**
     * Reads one Connection value; adds its nominations to the head's.
     *
     * @return {@link #SAYS_CLOSE} and {@link #SAYS_KEEP_ALIVE}, or 0
     */
    private static int read(final Head head, final byte[] bytes, final int offset, final int length) {
        if (Head.equalIgnoreCase(KEEP_ALIVE, bytes, offset, length)) {
            return SAYS_KEEP_ALIVE;
        }
        final int end = offset + length;
        int says = 0;
        for (int at = offset; at < end; ) {
            final int memberEnd = Tokens.memberEnd(bytes, at, end);
            final int from = Tokens.trimStart(bytes, at, memberEnd);
            final int lengthBytes = Tokens.trimEnd(bytes, from, memberEnd) - from;
            if (Head.equalIgnoreCase(CLOSE, bytes, from, lengthBytes)) {
                says |= SAYS_CLOSE;
            } else if (Head.equalIgnoreCase(KEEP_ALIVE, bytes, from, lengthBytes)) {
                says |= SAYS_KEEP_ALIVE;
            } else if (isNomination(bytes, from, lengthBytes)) {
                head.nominations(head.nominations() + 1);
            }
            at = memberEnd + 1;
        }
        return says;
    }

    private static boolean isNomination(final byte[] bytes, final int offset, final int length) {
        final int found = FieldNames.lookup(bytes, offset, length);
        if (found == FieldNames.NOT_A_TOKEN) {
            return false;
        }
        if ((found & FieldNames.LOOKALIKE) != 0) {
            return false;
        }
        if (found == FieldNames.UNKNOWN) {
            return !Head.equalIgnoreCase(CLOSE, bytes, offset, length);
        }
        return ((IMMUNE | STANDING) & bit(found)) == 0;
    }

    private static int drop(final Head head, final int nameOffset, final int nameLength) {
        int dropped = 0;
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.id(i) != Head.DROPPED
                    && head.nameLength(i) == nameLength
                    && sameName(head.bytes(), head.nameOffset(i), nameOffset, nameLength)) {
                head.drop(i);
                dropped++;
            }
        }
        return dropped;
    }

    private static boolean sameName(final byte[] bytes, final int a, final int b, final int length) {
        for (int i = 0; i < length; i++) {
            // Normal forms alone would take one punctuation character for another.
            if (bytes[a + i] != bytes[b + i]
                    && (!isLetter(bytes[a + i])
                            || FieldNames.normal(bytes[a + i]) != FieldNames.normal(bytes[b + i]))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(final byte b) {
        return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
    }

    private static long bit(final int id) {
        return 1L << id;
    }
}
