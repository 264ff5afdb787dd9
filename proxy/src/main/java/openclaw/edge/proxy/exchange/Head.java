package openclaw.edge.proxy.exchange;

import java.util.Arrays;

/**
 * The head of one message: control data and fields as offsets into one byte array that is reused with its exchange.
 *
 * <pre>
 *  bytes:   | head as received ................ | values added here ... | free |
 *                 ^ name    ^ value                ^ name   ^ value
 *  fields:  | nameOffset nameLength valueOffset valueLength id | x fieldCount
 * </pre>
 *
 * A field is dropped by setting its id to {@link #DROPPED}; its place in the table stays, so indices are stable. Fields of a
 * {@linkplain FieldNames known name} are found without a search when absent. No Strings are made.
 */
public final class Head {
    /** Id of a field that is not to be sent on. */
    public static final int DROPPED = -2;

    /** {@link #bodyLengthBytes} of a message whose length is known only at its end. */
    public static final long LENGTH_UNKNOWN = -1;

    private static final int STRIDE = 5;
    private static final int INITIAL_BYTES = 1024;
    private static final int INITIAL_FIELDS = 24;
    /** Arrays grown beyond this are given up at {@link #reset}, so that one large head does not stay for ever. */
    private static final int KEEP_BYTES = 4096;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private int[] fields = new int[INITIAL_FIELDS * STRIDE];
    private int fieldCount;
    private long seen;
    private long repeated;

    private int methodId;
    private int methodOffset;
    private int methodLength;
    private int pathOffset;
    private int pathLength;
    private int authorityOffset;
    private int authorityLength;
    private boolean secure;
    private int status;
    private int reasonOffset;
    private int reasonLength;
    private int majorVersion = 1;
    private int minorVersion = 1;
    private Framing framing = Framing.NONE;
    private long bodyLengthBytes;
    private boolean keepAlive;
    private boolean expectContinue;
    private boolean acceptsTrailers;
    private boolean webSocket;
    private int nominations;

    /** How the receiver of the message finds its end: decided once, by the parser. */
    public enum Framing {
        /** No body follows. */
        NONE,
        /** {@link Head#bodyLengthBytes()} bytes follow; there was a Content-Length. */
        LENGTH,
        /** Chunks (or DATA frames) follow until their own end. */
        CHUNKED,
        /** Response only: everything until the connection ends. */
        CLOSE
    }

    /** Forgets everything; keeps arrays of usual size. */
    public void reset() {
        if (bytes.length > KEEP_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        if (fields.length > 4 * INITIAL_FIELDS * STRIDE) {
            fields = new int[INITIAL_FIELDS * STRIDE];
        }
        length = 0;
        fieldCount = 0;
        seen = 0;
        repeated = 0;
        methodId = 0;
        methodOffset = 0;
        methodLength = 0;
        pathOffset = 0;
        pathLength = 0;
        authorityOffset = 0;
        authorityLength = 0;
        secure = false;
        status = 0;
        reasonOffset = 0;
        reasonLength = 0;
        majorVersion = 1;
        minorVersion = 1;
        framing = Framing.NONE;
        bodyLengthBytes = 0;
        keepAlive = true;
        expectContinue = false;
        acceptsTrailers = false;
        webSocket = false;
        nominations = 0;
    }

    /** Bytes in use. */
    public int length() {
        return length;
    }

    /** The backing array, valid until the next call that adds to this head. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Makes room and counts it as used: the caller fills {@code bytes()[result, result + count)}.
     *
     * @return the offset of the new room
     */
    public int claim(final int count) {
        final int offset = length;
        if (offset + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, offset + count));
        }
        length = offset + count;
        return offset;
    }

    /** Copies bytes to the end. Returns their offset here. */
    public int append(final byte[] src, final int srcOffset, final int count) {
        final int offset = claim(count);
        System.arraycopy(src, srcOffset, bytes, offset, count);
        return offset;
    }

    /** Copies bytes to the end. Returns their offset here. */
    public int append(final byte[] src) {
        return append(src, 0, src.length);
    }

    /** Adds to the table a field whose bytes are already in {@link #bytes()}. Used by parsers. */
    public void index(
            final int id, final int nameOffset, final int nameLength, final int valueOffset, final int valueLength) {
        int at = fieldCount * STRIDE;
        if (at + STRIDE > fields.length) {
            fields = Arrays.copyOf(fields, fields.length * 2);
        }
        fields[at++] = nameOffset;
        fields[at++] = nameLength;
        fields[at++] = valueOffset;
        fields[at++] = valueLength;
        fields[at] = id;
        fieldCount++;
        if (id > 0) {
            final long bit = 1L << id;
            repeated |= seen & bit;
            seen |= bit;
        }
    }

    /** Adds a field of a known name, copying the value. */
    public void add(final int id, final byte[] value) {
        add(id, value, 0, value.length);
    }

    /** Adds a field of a known name, copying the value. */
    public void add(final int id, final byte[] value, final int valueOffset, final int valueLength) {
        add(id, FieldNames.canonical(id), value, valueOffset, valueLength);
    }

    /** Adds a field, copying name and value. {@code id} is {@link FieldNames#UNKNOWN} unless the name is a known one. */
    public void add(final int id, final byte[] name, final byte[] value, final int valueOffset, final int valueLength) {
        final int nameAt = append(name);
        final int valueAt = append(value, valueOffset, valueLength);
        index(id, nameAt, name.length, valueAt, valueLength);
    }

    /** Number of places in the field table, dropped ones included. */
    public int fieldCount() {
        return fieldCount;
    }

    /** The id at a place: a {@link FieldNames} id, {@link FieldNames#UNKNOWN}, or {@link #DROPPED}. */
    public int id(final int index) {
        return fields[index * STRIDE + 4];
    }

    public int nameOffset(final int index) {
        return fields[index * STRIDE];
    }

    public int nameLength(final int index) {
        return fields[index * STRIDE + 1];
    }

    public int valueOffset(final int index) {
        return fields[index * STRIDE + 2];
    }

    public int valueLength(final int index) {
        return fields[index * STRIDE + 3];
    }

    /** Points a field at another value that is already in {@link #bytes()}. */
    public void value(final int index, final int valueOffset, final int valueLength) {
        fields[index * STRIDE + 2] = valueOffset;
        fields[index * STRIDE + 3] = valueLength;
    }

    /** Takes one field out of what is sent on. */
    public void drop(final int index) {
        fields[index * STRIDE + 4] = DROPPED;
    }

    /** Takes every field of a known name out of what is sent on. */
    public void dropAll(final int id) {
        if ((seen & (1L << id)) != 0) {
            for (int i = 0, at = 4; i < fieldCount; i++, at += STRIDE) {
                if (fields[at] == id) {
                    fields[at] = DROPPED;
                }
            }
            seen &= ~(1L << id);
            repeated &= ~(1L << id);
        }
    }

    /** Whether a field of this known name was ever {@linkplain #index added} and not {@linkplain #dropAll dropped}. */
    public boolean has(final int id) {
        return (seen & (1L << id)) != 0;
    }

    /** Whether more than one field of this known name was added. */
    public boolean isRepeated(final int id) {
        return (repeated & (1L << id)) != 0;
    }

    /** Bits of all known names added, bit n for id n. */
    public long seen() {
        return seen;
    }

    /** Place of the first field of a known name, or -1. */
    public int find(final int id) {
        if ((seen & (1L << id)) == 0) {
            return -1;
        }
        return findFrom(id, 0);
    }

    /** Place of the first field of a known name at or after {@code from}, or -1. */
    public int findFrom(final int id, final int from) {
        for (int i = from, at = from * STRIDE + 4; i < fieldCount; i++, at += STRIDE) {
            if (fields[at] == id) {
                return i;
            }
        }
        return -1;
    }

    /** A {@link Methods} id. */
    public int methodId() {
        return methodId;
    }

    public int methodOffset() {
        return methodOffset;
    }

    public int methodLength() {
        return methodLength;
    }

    public void method(final int id, final int offset, final int lengthBytes) {
        methodId = id;
        methodOffset = offset;
        methodLength = lengthBytes;
    }

    /** Path and query in origin form (RFC 9112 section 3.2.1), or {@code *}. */
    public int pathOffset() {
        return pathOffset;
    }

    public int pathLength() {
        return pathLength;
    }

    public void path(final int offset, final int lengthBytes) {
        pathOffset = offset;
        pathLength = lengthBytes;
    }

    /** The authority asked for: the target's in absolute form, else Host's. Length 0: none (HTTP/1.0). */
    public int authorityOffset() {
        return authorityOffset;
    }

    public int authorityLength() {
        return authorityLength;
    }

    public void authority(final int offset, final int lengthBytes) {
        authorityOffset = offset;
        authorityLength = lengthBytes;
    }

    /** Whether the client came over TLS: scheme {@code https}. */
    public boolean isSecure() {
        return secure;
    }

    public void secure(final boolean value) {
        secure = value;
    }

    /** Status code of a response, 100 to 999. */
    public int status() {
        return status;
    }

    public void status(final int value) {
        status = value;
    }

    public int reasonOffset() {
        return reasonOffset;
    }

    public int reasonLength() {
        return reasonLength;
    }

    public void reason(final int offset, final int lengthBytes) {
        reasonOffset = offset;
        reasonLength = lengthBytes;
    }

    /** 1, or 2 when the message came by HTTP/2. */
    public int majorVersion() {
        return majorVersion;
    }

    public void majorVersion(final int value) {
        majorVersion = value;
    }

    /** 0 for HTTP/1.0; 1 for everything later. */
    public int minorVersion() {
        return minorVersion;
    }

    public void minorVersion(final int value) {
        minorVersion = value;
    }

    public Framing framing() {
        return framing;
    }

    /** Content length for {@link Framing#LENGTH}, 0 for {@link Framing#NONE}, else {@link #LENGTH_UNKNOWN}. */
    public long bodyLengthBytes() {
        return bodyLengthBytes;
    }

    /** Sets the one framing decision. */
    public void framing(final Framing value, final long lengthBytes) {
        framing = value;
        bodyLengthBytes = lengthBytes;
    }

    /** Whether the sender will take another message on this connection, by version and Connection. */
    public boolean isKeepAlive() {
        return keepAlive;
    }

    public void keepAlive(final boolean value) {
        keepAlive = value;
    }

    /** Whether the client waits for a 100 before it sends the body. */
    public boolean isExpectContinue() {
        return expectContinue;
    }

    public void expectContinue(final boolean value) {
        expectContinue = value;
    }

    /** Whether the client said that it takes trailer fields. */
    public boolean acceptsTrailers() {
        return acceptsTrailers;
    }

    public void acceptsTrailers(final boolean value) {
        acceptsTrailers = value;
    }

    /** Whether a request asks, by all the rules of its protocol, for a WebSocket tunnel (RFC 6455 section 4.1). */
    public boolean isWebSocket() {
        return webSocket;
    }

    public void webSocket(final boolean value) {
        webSocket = value;
    }

    /** Number of field names that Connection nominates as hop-by-hop besides {@code close} and {@code keep-alive}. */
    public int nominations() {
        return nominations;
    }

    public void nominations(final int value) {
        nominations = value;
    }

    /** Whether {@code a} equals {@code bytes[offset, offset + a.length)}. */
    public static boolean equalBytes(final byte[] a, final byte[] bytes, final int offset) {
        return Arrays.equals(a, 0, a.length, bytes, offset, offset + a.length);
    }

    /** Whether {@code lower}, in lower case, equals {@code bytes[offset, offset + length)} but for case. */
    public static boolean equalIgnoreCase(final byte[] lower, final byte[] bytes, final int offset, final int length) {
        if (lower.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int c = bytes[offset + i];
            if (c >= 'A' && c <= 'Z') {
                c += 32;
            }
            if (c != lower[i]) {
                return false;
            }
        }
        return true;
    }
}
