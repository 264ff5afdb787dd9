package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * Writes heads, chunk heads and trailers. Framing and Connection are written anew from the decision and the flags; the received
 * Content-Length, Transfer-Encoding, Connection and (requests) Host lines are never copied. Every other field that is not
 * {@link Head#DROPPED} is written in its order: which those are is decided before this is called.
 *
 * <p>One per event loop: it assembles in an array of its own and then copies once.
 */
public final class HeadWriter {
    /** The connection ends with this message: {@code Connection: close}. */
    public static final int CLOSE = 1;

    /** {@code Connection: keep-alive}, for HTTP/1.0 clients that asked for it. */
    public static final int KEEP_ALIVE = 1 << 1;

    /** Requests: trailers are taken: {@code TE: trailers} and {@code Connection: TE}. The head's own TE must be dropped. */
    public static final int TE_TRAILERS = 1 << 2;

    /** {@code Connection: Upgrade} and {@code Upgrade: websocket}. The head's own Upgrade must be dropped. */
    public static final int UPGRADE = 1 << 3;

    /**
     * Responses: the client speaks HTTP/1.0, so that neither chunked nor anything else is written for a body of unknown length,
     * which then goes until the connection closes ({@link #CLOSE} must be set with it).
     */
    public static final int TO_HTTP_1_0 = 1 << 4;

    private static final int CONNECTION_FLAGS = CLOSE | KEEP_ALIVE | TE_TRAILERS | UPGRADE;

    /** The Connection line of every combination of {@link #CONNECTION_FLAGS}, with the fields that it names. */
    private static final byte[][] CONNECTION_LINES = new byte[CONNECTION_FLAGS + 1][];

    private static final long FRAMING_FIELDS =
            1L << FieldNames.CONTENT_LENGTH | 1L << FieldNames.TRANSFER_ENCODING | 1L << FieldNames.CONNECTION;

    private static final byte[] VERSION_AND_HOST = Tokens.ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] CRLF = Tokens.ascii("\r\n");
    private static final byte[] COLON_SPACE = Tokens.ascii(": ");
    private static final byte[] CONTENT_LENGTH = Tokens.ascii("Content-Length: ");
    private static final byte[] CHUNKED = Tokens.ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] LAST_CHUNK = Tokens.ascii("0\r\n\r\n");
    private static final byte[] HEX = Tokens.ascii("0123456789abcdef");
    private static final int CRLF_SHORT = '\r' << 8 | '\n';
    private static final int INITIAL_BYTES = 8 * 1024;
    private static final int DECIMAL_DIGITS = 20;

    static {
        for (int flags = 0; flags <= CONNECTION_FLAGS; flags++) {
            final StringBuilder options = new StringBuilder();
            option(options, (flags & CLOSE) != 0, "close");
            option(options, (flags & KEEP_ALIVE) != 0, "keep-alive");
            option(options, (flags & TE_TRAILERS) != 0, "TE");
            option(options, (flags & UPGRADE) != 0, "Upgrade");
            CONNECTION_LINES[flags] = Tokens.ascii((flags == 0 ? "" : "Connection: " + options + "\r\n")
                    + ((flags & TE_TRAILERS) == 0 ? "" : "TE: trailers\r\n")
                    + ((flags & UPGRADE) == 0 ? "" : "Upgrade: websocket\r\n"));
        }
    }

    private byte[] scratch = new byte[INITIAL_BYTES];
    private int length;

    /** Makes a writer with its scratch space. */
    public HeadWriter() {}

    /**
     * Writes a request head: {@code method SP path SP HTTP/1.1}, Host, fields, framing, Connection, empty line.
     *
     * @param authority what Host says instead of {@link Head#authorityOffset()}; null: the head's own, which must not be empty
     * @param flags {@link #CLOSE}, {@link #KEEP_ALIVE}, {@link #TE_TRAILERS}, {@link #UPGRADE}, or 0
     * @param out written to at its writer index
     */
    public void writeRequest(final Head head, final byte[] authority, final int flags, final ByteBuf out) {
        final byte[] bytes = head.bytes();
        length = 0;
        put(bytes, head.methodOffset(), head.methodLength());
        put((byte) ' ');
        put(bytes, head.pathOffset(), head.pathLength());
        put(VERSION_AND_HOST);
        if (authority != null) {
            put(authority);
        } else {
            if (head.authorityLength() == 0) {
                throw new IllegalArgumentException("the request names no authority: pass the upstream's");
            }
            put(bytes, head.authorityOffset(), head.authorityLength());
        }
        put(CRLF);
        putFields(head, FRAMING_FIELDS | 1L << FieldNames.HOST);
        if (head.framing() == Head.Framing.LENGTH) {
            putContentLength(head.bodyLengthBytes());
        } else if (head.framing() == Head.Framing.CHUNKED) {
            put(CHUNKED);
        }
        put(CONNECTION_LINES[flags & CONNECTION_FLAGS]);
        put(CRLF);
        out.writeBytes(scratch, 0, length);
    }

    /**
     * Writes a response head: {@code HTTP/1.1 SP status SP reason}, fields, framing, Connection, empty line. Framing:
     * {@link Head.Framing#LENGTH} as Content-Length; {@link Head.Framing#CHUNKED} and {@link Head.Framing#CLOSE} as chunked,
     * or, with {@link #TO_HTTP_1_0}, as nothing; {@link Head.Framing#NONE}: a Content-Length that the head still holds (answers
     * to HEAD, 304) is kept. An empty reason is replaced by the standard one.
     *
     * @param flags {@link #CLOSE}, {@link #KEEP_ALIVE}, {@link #UPGRADE}, {@link #TO_HTTP_1_0}, or 0
     */
    public void writeResponse(final Head head, final int flags, final ByteBuf out) {
        length = 0;
        putStatusLine(head);
        final Head.Framing framing = head.framing();
        if (framing == Head.Framing.NONE) {
            putFields(head, FRAMING_FIELDS & ~(1L << FieldNames.CONTENT_LENGTH));
        } else {
            putFields(head, FRAMING_FIELDS);
            if (framing == Head.Framing.LENGTH) {
                putContentLength(head.bodyLengthBytes());
            } else if ((flags & TO_HTTP_1_0) == 0) {
                put(CHUNKED);
            }
        }
        put(CONNECTION_LINES[flags & CONNECTION_FLAGS & ~TE_TRAILERS]);
        put(CRLF);
        out.writeBytes(scratch, 0, length);
    }

    /** Writes the line before a chunk's data. {@code lengthBytes} is above 0; after the data comes {@link #writeChunkEnd}. */
    public static void writeChunkHead(final ByteBuf out, final int lengthBytes) {
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException(
                    "lengthBytes=" + lengthBytes + ", expected more than 0: an empty chunk would end the message");
        }
        for (int shift = (31 - Integer.numberOfLeadingZeros(lengthBytes)) & ~3; shift >= 0; shift -= 4) {
            out.writeByte(HEX[lengthBytes >>> shift & 0xF]);
        }
        ByteBufUtil.writeShortBE(out, CRLF_SHORT);
    }

    /** Writes the line end after a chunk's data. */
    public static void writeChunkEnd(final ByteBuf out) {
        ByteBufUtil.writeShortBE(out, CRLF_SHORT);
    }

    /** Writes the last chunk and an empty trailer section. */
    public static void writeLastChunk(final ByteBuf out) {
        out.writeBytes(LAST_CHUNK);
    }

    /** Writes the last chunk and a trailer section: every field that is not {@link Head#DROPPED}. */
    public void writeLastChunk(final Head trailers, final ByteBuf out) {
        length = 0;
        put(LAST_CHUNK, 0, LAST_CHUNK.length - CRLF.length);
        putFields(trailers, FRAMING_FIELDS);
        put(CRLF);
        out.writeBytes(scratch, 0, length);
    }

    private void putStatusLine(final Head head) {
        final byte[] standard = StatusLines.of(head.status());
        final int reasonLength = head.reasonLength();
        final int from = StatusLines.REASON_OFFSET;
        if (reasonLength == 0
                || Arrays.equals(
                        standard,
                        from,
                        standard.length - CRLF.length,
                        head.bytes(),
                        head.reasonOffset(),
                        head.reasonOffset() + reasonLength)) {
            put(standard);
        } else {
            put(standard, 0, from);
            put(head.bytes(), head.reasonOffset(), reasonLength);
            put(CRLF);
        }
    }

    /**
     * The fields that are neither dropped nor in {@code skipped}, a bit per known name. Lines that stand together in the head
     * just as they are to be written are copied in one run.
     */
    private void putFields(final Head head, final long skipped) {
        final byte[] bytes = head.bytes();
        int runStart = 0;
        int runEnd = 0;
        for (int i = 0, count = head.fieldCount(); i < count; i++) {
            final int id = head.id(i);
            if (id < 0 || (skipped >>> id & 1) != 0) {
                continue;
            }
            final int nameOffset = head.nameOffset(i);
            final int nameEnd = nameOffset + head.nameLength(i);
            final int valueOffset = head.valueOffset(i);
            final int valueEnd = valueOffset + head.valueLength(i);
            if (isLine(bytes, head.length(), nameEnd, valueOffset, valueEnd)) {
                if (nameOffset != runEnd) {
                    put(bytes, runStart, runEnd - runStart);
                    runStart = nameOffset;
                }
                runEnd = valueEnd + 2;
            } else {
                put(bytes, runStart, runEnd - runStart);
                runStart = 0;
                runEnd = 0;
                put(bytes, nameOffset, nameEnd - nameOffset);
                put(COLON_SPACE);
                put(bytes, valueOffset, valueEnd - valueOffset);
                put(CRLF);
            }
        }
        put(bytes, runStart, runEnd - runStart);
    }

    /** Whether what stands between name and value is a colon and one space, and after the value CRLF. */
    private static boolean isLine(
            final byte[] bytes, final int length, final int nameEnd, final int valueOffset, final int valueEnd) {
        return valueOffset == nameEnd + 2
                && bytes[nameEnd] == ':'
                && bytes[nameEnd + 1] == ' '
                && valueEnd + 2 <= length
                && bytes[valueEnd] == '\r'
                && bytes[valueEnd + 1] == '\n';
    }

    private void putContentLength(final long value) {
        if (value < 0) {
            throw new IllegalArgumentException("bodyLengthBytes=" + value + ", expected 0 or more with framing LENGTH");
        }
        put(CONTENT_LENGTH);
        ensure(DECIMAL_DIGITS + CRLF.length);
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            scratch[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        put(CRLF);
    }

    private void put(final byte b) {
        ensure(1);
        scratch[length++] = b;
    }

    private void put(final byte[] src) {
        put(src, 0, src.length);
    }

    private void put(final byte[] src, final int offset, final int count) {
        ensure(count);
        System.arraycopy(src, offset, scratch, length, count);
        length += count;
    }

    private void ensure(final int count) {
        if (length + count > scratch.length) {
            scratch = Arrays.copyOf(scratch, Math.max(scratch.length * 2, length + count));
        }
    }

    private static void option(final StringBuilder options, final boolean on, final String name) {
        if (on) {
            options.append(options.length() == 0 ? "" : ", ").append(name);
        }
    }
}
