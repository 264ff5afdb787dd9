package openclaw.edge.proxy.h2;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/** A field of a response as a table of HPACK keeps it: a line of HTTP/1, copied in one piece, and what its name is. */
final class FieldLine {
    /** The pseudo-field of responses. */
    static final int STATUS = -2;

    /** No field of a response: another pseudo-field, a name that is none, or one of a connection. */
    static final int BAD = -1;

    /** What stands between name and value, and behind the value. */
    static final int SEPARATOR_BYTES = 2;

    private static final byte[] STATUS_NAME = Tokens.ascii(":status");
    private static final long CONNECTION_FIELDS = 1L << FieldNames.CONNECTION
            | 1L << FieldNames.TRANSFER_ENCODING
            | 1L << FieldNames.KEEP_ALIVE
            | 1L << FieldNames.UPGRADE
            | 1L << FieldNames.PROXY_CONNECTION;

    private final byte[] bytes;
    private final int nameLength;
    private final int valueLength;
    private final int kind;

    /**
     * @param bytes the line, with its CRLF; taken over
     * @param nameLength in bytes
     * @param valueLength in bytes; the value begins two bytes behind the name
     * @param kind {@link #STATUS}, {@link #BAD}, or what {@link FieldNames#lookup} gives for the name
     */
    FieldLine(final byte[] bytes, final int nameLength, final int valueLength, final int kind) {
        this.bytes = bytes;
        this.nameLength = nameLength;
        this.valueLength = valueLength;
        this.kind = kind;
    }

    /** What the name in {@code bytes[from, from + length)} is. */
    static int kindOf(final byte[] bytes, final int from, final int length) {
        if (length == STATUS_NAME.length && Head.equalBytes(STATUS_NAME, bytes, from)) {
            return STATUS;
        }
        for (int i = from; i < from + length; i++) {
            if (bytes[i] >= 'A' && bytes[i] <= 'Z') {
                return BAD;
            }
        }
        final int found = FieldNames.lookup(bytes, from, length);
        return found < 0 || (found < FieldNames.LOOKALIKE && (CONNECTION_FIELDS >>> found & 1) != 0) ? BAD : found;
    }

    /** Whether {@code bytes[from, from + length)} may be a value (RFC 9113 section 8.2.1). */
    static boolean isValue(final byte[] bytes, final int from, final int length) {
        final int end = from + length;
        return Tokens.skip(Tokens.VALUE, bytes, from, end) == end
                && (length == 0 || (!Tokens.isSpace(bytes[from]) && !Tokens.isSpace(bytes[end - 1])));
    }

    /** The line; not to be written to. */
    byte[] bytes() {
        return bytes;
    }

    int nameLength() {
        return nameLength;
    }

    int valueLength() {
        return valueLength;
    }

    int kind() {
        return kind;
    }

    /** What it counts in the dynamic table (RFC 7541 section 4.1). */
    int tableBytes() {
        return nameLength + valueLength + DynamicTable.ENTRY_OVERHEAD_BYTES;
    }
}
