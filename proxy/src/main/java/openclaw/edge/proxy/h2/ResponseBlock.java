package openclaw.edge.proxy.h2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.Arrays;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * Decodes the header blocks of responses (RFC 7541) straight into heads, each field as a line of HTTP/1, which then is written on
 * in one run with its neighbours. Every block of a connection is decoded, wanted or not, since the dynamic table goes on.
 *
 * <p>What breaks HPACK breaks the connection; what is no legal field makes the block malformed and nothing else. One per
 * connection; what is said of a block is valid until the next.
 */
final class ResponseBlock {
    /** Lists and the number of fields that are taken; as those of responses by HTTP/1. */
    static final int HEAD_BYTES = 64 * 1024;

    private static final int MAX_FIELDS = 500;
    private static final int INDEXED = 0x80;
    private static final int INDEXED_MASK = 0x7F;
    private static final int WITH_INDEXING = 0x40;
    private static final int WITH_INDEXING_MASK = 0x3F;
    private static final int SIZE_UPDATE = 0x20;
    private static final int SIZE_UPDATE_MASK = 0x1F;
    private static final int LITERAL_MASK = 0x0F;
    private static final int HUFFMAN = 0x80;
    private static final int STATUS_DIGITS = 3;
    private static final int MAX_SHIFT = 21;

    private final DynamicTable table = new DynamicTable();
    private final LastLiterals lastLiterals = new LastLiterals();
    private byte[] line = new byte[1024];
    private byte[] block;
    private int at;
    private int end;
    private Head head;
    private int nameLength;
    private int valueLength;
    private boolean malformed;
    private boolean regular;
    private int status;
    private int lookalikes;
    private int listBytes;

    /** Whether something in the block is no legal field, or there is too much of it; the head is not whole then. */
    boolean isMalformed() {
        return malformed;
    }

    /** The status that the block names; 0: none. */
    int status() {
        return status;
    }

    /** How many fields were dropped because they look like a known name and are not it. */
    int lookalikes() {
        return lookalikes;
    }

    /**
     * Decodes {@code bytes[0, length)}.
     *
     * @param to receives the fields
     * @throws Http2Exception COMPRESSION_ERROR: nothing that follows on this connection can be decoded
     */
    void read(final byte[] bytes, final int length, final Head to) throws Http2Exception {
        block = bytes;
        at = 0;
        end = length;
        head = to;
        malformed = false;
        regular = false;
        status = 0;
        lookalikes = 0;
        listBytes = 0;
        boolean first = true;
        while (at < end) {
            final int b = bytes[at];
            if ((b & INDEXED) != 0) {
                add(entry(integer(INDEXED_MASK)));
            } else if ((b & WITH_INDEXING) != 0) {
                literal(WITH_INDEXING_MASK, true);
            } else if ((b & SIZE_UPDATE) != 0) {
                resize(integer(SIZE_UPDATE_MASK), first);
                continue;
            } else {
                literal(LITERAL_MASK, false);
            }
            first = false;
        }
    }

    private void resize(final int bytes, final boolean allowed) throws Http2Exception {
        if (!allowed || bytes > DynamicTable.MAX_BYTES) {
            throw broken("a dynamic table size update " + (allowed ? "to " + bytes : "behind a field"));
        }
        table.limit(bytes);
    }

    private FieldLine entry(final int index) throws Http2Exception {
        if (index > 0 && index <= StaticTable.SIZE) {
            return StaticTable.get(index);
        }
        final int dynamic = index - StaticTable.SIZE - 1;
        if (index <= 0 || dynamic >= table.count()) {
            throw broken("index " + index);
        }
        return table.get(dynamic);
    }

    private void literal(final int mask, final boolean isKept) throws Http2Exception {
        final int index = integer(mask);
        final int from = at;
        if (index > 0 && index <= StaticTable.SIZE && !isKept) {
            skipString();
            final LastLiterals.Literal last = lastLiterals.find(index, block, from, at);
            if (last != null) {
                nameLength = last.nameLength();
                valueLength = last.valueLength();
                add(last.line(), last.kind());
                return;
            }
            at = from;
        }
        final int kind = decode(index);
        if (isKept) {
            table.add(new FieldLine(Arrays.copyOf(line, lineLength()), nameLength, valueLength, kind));
        } else if (index > 0 && index <= StaticTable.SIZE) {
            final LastLiterals.Literal last = lastLiterals.begin(index, block, from, at);
            if (last != null) {
                last.is(line, nameLength, valueLength, kind);
            }
        }
        add(line, kind);
    }

    /** Decodes a field into the line; its name is that of an entry, or stands before the value. Returns its kind. */
    private int decode(final int index) throws Http2Exception {
        final int kind;
        if (index == 0) {
            nameLength = string(0);
            kind = FieldLine.kindOf(line, 0, nameLength);
        } else {
            final FieldLine named = entry(index);
            nameLength = named.nameLength();
            ensure(nameLength);
            System.arraycopy(named.bytes(), 0, line, 0, nameLength);
            kind = named.kind();
        }
        final int value = nameLength + FieldLine.SEPARATOR_BYTES;
        valueLength = string(value);
        line[nameLength] = ':';
        line[nameLength + 1] = ' ';
        line[value + valueLength] = '\r';
        line[value + valueLength + 1] = '\n';
        return kind >= 0 && !FieldLine.isValue(line, value, valueLength) ? FieldLine.BAD : kind;
    }

    private int lineLength() {
        return nameLength + valueLength + 2 * FieldLine.SEPARATOR_BYTES;
    }

    // ---- fields ----

    private void add(final FieldLine field) {
        nameLength = field.nameLength();
        valueLength = field.valueLength();
        add(field.bytes(), field.kind());
    }

    private void add(final byte[] bytes, final int kind) {
        if (kind == FieldLine.STATUS) {
            readStatus(bytes);
            return;
        }
        regular = true;
        listBytes += nameLength + valueLength + DynamicTable.ENTRY_OVERHEAD_BYTES;
        if (kind == FieldLine.BAD || listBytes > HEAD_BYTES || head.fieldCount() >= MAX_FIELDS) {
            malformed = true;
        } else if ((kind & FieldNames.LOOKALIKE) != 0) {
            lookalikes++;
        } else if (!malformed) {
            final int name = head.append(bytes, 0, lineLength());
            head.index(kind, name, nameLength, name + nameLength + FieldLine.SEPARATOR_BYTES, valueLength);
        }
    }

    private void readStatus(final byte[] bytes) {
        final int value = nameLength + FieldLine.SEPARATOR_BYTES;
        if (regular || status != 0 || valueLength != STATUS_DIGITS || bytes[value] == '0') {
            malformed = true;
            return;
        }
        int code = 0;
        for (int i = value; i < value + STATUS_DIGITS; i++) {
            malformed |= !Tokens.is(Tokens.DIGIT, bytes[i]);
            code = code * 10 + bytes[i] - '0';
        }
        status = malformed ? 0 : code;
    }

    // ---- primitives ----

    /** An integer with a prefix (RFC 7541 section 5.1). */
    private int integer(final int mask) throws Http2Exception {
        if (at == end) {
            throw broken("an integer without bytes");
        }
        int value = block[at++] & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; at < end; shift += 7) {
            final int b = block[at++];
            if (shift > MAX_SHIFT) {
                throw broken("an integer above 2^28");
            }
            value += (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw broken("an integer without an end");
    }

    private void skipString() throws Http2Exception {
        final int length = integer(INDEXED_MASK);
        checkLength(length);
        at += length;
    }

    private void checkLength(final int length) throws Http2Exception {
        if (length > end - at) {
            throw broken("a string of " + length + " bytes in a block that has " + (end - at) + " left");
        }
    }

    /** Decodes a string into the line from {@code to} on, with room behind it. Returns its length. */
    private int string(final int to) throws Http2Exception {
        final boolean huffman = at < end && (block[at] & HUFFMAN) != 0;
        final int length = integer(INDEXED_MASK);
        checkLength(length);
        final int from = at;
        at += length;
        if (!huffman) {
            ensure(to + length);
            System.arraycopy(block, from, line, to, length);
            return length;
        }
        ensure(to + Huffman.mostBytes(length));
        final int decoded = Huffman.decode(block, from, at, line, to);
        if (decoded == Huffman.BAD) {
            throw broken("a string that breaks the Huffman code");
        }
        return decoded - to;
    }

    private void ensure(final int length) {
        final int needed = length + 2 * FieldLine.SEPARATOR_BYTES;
        if (needed > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, needed));
        }
    }

    private static Http2Exception broken(final String what) {
        return Http2Exception.connectionError(Http2Error.COMPRESSION_ERROR, "HPACK: %s", what);
    }
}
