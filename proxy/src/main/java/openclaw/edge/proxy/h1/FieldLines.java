package openclaw.edge.proxy.h1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/** Reads the field lines of a head or trailer section (RFC 9112 section 5), the empty line included, into a head's table. */
final class FieldLines {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SPACES = 0x2020_2020_2020_2020L;
    private static final long DELS = 0x7F7F_7F7F_7F7F_7F7FL;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private final boolean spaceBeforeColon;
    private int lookalikes;

    /** @param spaceBeforeColon whether spaces before the colon are removed (responses, RFC 9112 section 5.1) or an error */
    FieldLines(final boolean spaceBeforeColon) {
        this.spaceBeforeColon = spaceBeforeColon;
    }

    /**
     * Indexes every line in {@code head.bytes()[offset, end)}, which must end with an empty line and hold no other.
     *
     * @return {@link HeadError#NONE}, or what is wrong with the first line that is wrong
     */
    HeadError parse(final Head head, final int offset, final int end, final int most) {
        lookalikes = 0;
        final byte[] bytes = head.bytes();
        int at = offset;
        while (at < end && bytes[at] != '\r') {
            if (head.fieldCount() == most) {
                return HeadError.TOO_MANY_FIELDS;
            }
            final long name = FieldNames.scan(bytes, at, end);
            final int nameEnd = FieldNames.scannedEnd(name);
            int colon = nameEnd;
            if (spaceBeforeColon && nameEnd > at) {
                colon = Tokens.trimStart(bytes, nameEnd, end);
            }
            if (colon == end || bytes[colon] != ':' || nameEnd == at) {
                return badName(bytes, at, colon, end);
            }
            final int valueOffset = Tokens.trimStart(bytes, colon + 1, end);
            int lineEnd = nextSpecial(bytes, valueOffset, end);
            while (lineEnd < end && bytes[lineEnd] == '\t') {
                lineEnd = nextSpecial(bytes, lineEnd + 1, end);
            }
            if (!isCrlf(bytes, lineEnd, end)) {
                return badEnd(bytes, lineEnd, end);
            }
            final int valueEnd = Tokens.trimEnd(bytes, valueOffset, lineEnd);
            int id = FieldNames.scannedId(name);
            if ((id & FieldNames.LOOKALIKE) != 0) {
                lookalikes++;
                id = Head.DROPPED;
            }
            head.index(id, at, nameEnd - at, valueOffset, valueEnd - valueOffset);
            at = lineEnd + 2;
        }
        return isCrlf(bytes, at, end) && at + 2 == end ? HeadError.NONE : HeadError.LINE_END;
    }

    /** How many lines of the last section were dropped because their name looks like a known one and is not it. */
    int lookalikes() {
        return lookalikes;
    }

    /** Whether CRLF stands at an offset, before {@code end}. */
    static boolean isCrlf(final byte[] bytes, final int at, final int end) {
        return at + 1 < end && bytes[at] == '\r' && bytes[at + 1] == '\n';
    }

    /** What is wrong where a value should have ended in CRLF. */
    static HeadError badEnd(final byte[] bytes, final int at, final int end) {
        return at >= end || bytes[at] == '\r' || bytes[at] == '\n' ? HeadError.LINE_END : HeadError.CONTROL_BYTE;
    }

    /** The first offset in {@code [from, end)} that holds a byte below 0x20 or DEL, or {@code end}; eight at a time. */
    static int nextSpecial(final byte[] bytes, final int from, final int end) {
        int at = from;
        while (end - at >= Long.BYTES) {
            final long word = (long) WORDS.get(bytes, at);
            final long orDel = word ^ DELS;
            // A borrow can only set bits above a true one, so the lowest is exact.
            final long special = (((word - SPACES) & ~word) | ((orDel - ONES) & ~orDel)) & HIGH_BITS;
            if (special != 0) {
                return at + (Long.numberOfTrailingZeros(special) >>> 3);
            }
            at += Long.BYTES;
        }
        while (at < end && (bytes[at] & 0xE0) != 0 && bytes[at] != 0x7F) {
            at++;
        }
        return at;
    }

    /** Eight bytes as one little-endian word, for comparing. */
    static long word(final byte[] bytes, final int at) {
        return (long) WORDS.get(bytes, at);
    }

    private static HeadError badName(final byte[] bytes, final int from, final int colon, final int end) {
        if (Tokens.isSpace(bytes[from])) {
            return HeadError.FOLD;
        }
        if (colon == end || bytes[colon] == '\r') {
            return HeadError.NO_COLON;
        }
        return bytes[colon] == '\n' ? HeadError.LINE_END : HeadError.FIELD_NAME;
    }
}
