package openclaw.edge.proxy.h2;

import java.util.Arrays;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;

/**
 * Encodes heads as header blocks (RFC 7541) with the static table alone: statuses, methods and names by their index, values as
 * plain literals that no table keeps. One per event loop: it assembles in an array of its own, from where it is copied at once.
 */
final class HeaderBlock {
    private static final int NEVER_INDEXED = 0x10;
    private static final int NAME_PREFIX = 0x0F;
    private static final int LENGTH_PREFIX = 0x7F;
    private static final int STATUS_INDEX = 8;
    private static final int INDEXED = 0x80;
    private static final int AUTHORITY_INDEX = 1;
    private static final int METHOD_INDEX = 2;
    private static final int POST_INDEX = 3;
    private static final int PATH_INDEX = 4;
    private static final int HTTP_INDEX = 6;
    private static final int HTTPS_INDEX = 7;
    private static final int DECIMAL_DIGITS = 20;

    /** Fields that belong to a connection, or are written from the framing decision. */
    private static final long SKIPPED = 1L << FieldNames.CONTENT_LENGTH
            | 1L << FieldNames.TRANSFER_ENCODING
            | 1L << FieldNames.CONNECTION
            | 1L << FieldNames.KEEP_ALIVE
            | 1L << FieldNames.PROXY_CONNECTION
            | 1L << FieldNames.TE
            | 1L << FieldNames.UPGRADE
            | 1L << FieldNames.HTTP2_SETTINGS;

    private static final long SKIPPED_IN_REQUESTS = SKIPPED | 1L << FieldNames.HOST;

    /** What nobody on the way may keep in a table; names that are not known may be those of configured secrets. */
    private static final long SECRET = 1L << FieldNames.UNKNOWN
            | 1L << FieldNames.SET_COOKIE
            | 1L << FieldNames.COOKIE
            | 1L << FieldNames.AUTHORIZATION;

    private static final byte[] TE_TRAILERS = {0, 2, 't', 'e', 8, 't', 'r', 'a', 'i', 'l', 'e', 'r', 's'};

    /** Index in the static table of each known name; 0 for those that it does not have. */
    private static final byte[] STATIC_INDEX = new byte[FieldNames.LIMIT];

    static {
        STATIC_INDEX[FieldNames.ALLOW] = 22;
        STATIC_INDEX[FieldNames.AUTHORIZATION] = 23;
        STATIC_INDEX[FieldNames.CACHE_CONTROL] = 24;
        STATIC_INDEX[FieldNames.CONTENT_ENCODING] = 26;
        STATIC_INDEX[FieldNames.CONTENT_LENGTH] = 28;
        STATIC_INDEX[FieldNames.CONTENT_RANGE] = 30;
        STATIC_INDEX[FieldNames.CONTENT_TYPE] = 31;
        STATIC_INDEX[FieldNames.COOKIE] = 32;
        STATIC_INDEX[FieldNames.DATE] = 33;
        STATIC_INDEX[FieldNames.MAX_FORWARDS] = 47;
        STATIC_INDEX[FieldNames.RETRY_AFTER] = 53;
        STATIC_INDEX[FieldNames.SERVER] = 54;
        STATIC_INDEX[FieldNames.SET_COOKIE] = 55;
        STATIC_INDEX[FieldNames.VIA] = 60;
        STATIC_INDEX[FieldNames.WWW_AUTHENTICATE] = 61;
    }

    private byte[] bytes = new byte[4096];
    private int length;

    /** Encodes a response's head, interim or final. */
    void response(final Head head) {
        length = 0;
        putStatus(head.status());
        final Head.Framing framing = head.framing();
        final boolean keepsLength = framing == Head.Framing.NONE && head.status() >= 200 && head.status() != 204;
        putFields(head, keepsLength ? SKIPPED & ~(1L << FieldNames.CONTENT_LENGTH) : SKIPPED);
        if (framing == Head.Framing.LENGTH) {
            putContentLength(head.bodyLengthBytes());
        }
    }

    /**
     * Encodes a request's head; its authority must not be empty.
     *
     * @param secure whether the connection is TLS: scheme {@code https}
     */
    void request(final Head head, final boolean secure) {
        length = 0;
        final byte[] from = head.bytes();
        final int method = head.methodId();
        if (method == Methods.GET || method == Methods.POST) {
            putIndexed(method == Methods.GET ? METHOD_INDEX : POST_INDEX);
        } else {
            putLiteral(METHOD_INDEX, from, head.methodOffset(), head.methodLength());
        }
        putIndexed(secure ? HTTPS_INDEX : HTTP_INDEX);
        putLiteral(AUTHORITY_INDEX, from, head.authorityOffset(), head.authorityLength());
        putLiteral(PATH_INDEX, from, head.pathOffset(), head.pathLength());
        putFields(head, SKIPPED_IN_REQUESTS);
        if (head.framing() == Head.Framing.LENGTH) {
            putContentLength(head.bodyLengthBytes());
        }
        if (head.acceptsTrailers()) {
            ensure(TE_TRAILERS.length);
            System.arraycopy(TE_TRAILERS, 0, bytes, length, TE_TRAILERS.length);
            length += TE_TRAILERS.length;
        }
    }

    /** Encodes a trailer section. Returns whether there is a field in it. */
    boolean trailers(final Head head) {
        length = 0;
        putFields(head, SKIPPED);
        return length > 0;
    }

    /** The block in {@code [0, length)}; valid until the next is encoded. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void putIndexed(final int index) {
        ensure(1);
        bytes[length++] = (byte) (INDEXED | index);
    }

    private void putLiteral(final int nameIndex, final byte[] from, final int offset, final int count) {
        putInt(0, NAME_PREFIX, nameIndex);
        putString(from, offset, count);
    }

    private void putString(final byte[] from, final int offset, final int count) {
        putInt(0, LENGTH_PREFIX, count);
        ensure(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    private void putStatus(final int status) {
        final int index = statusIndex(status);
        ensure(5);
        if (index > 0) {
            putIndexed(index);
            return;
        }
        bytes[length++] = STATUS_INDEX;
        bytes[length++] = 3;
        bytes[length++] = (byte) ('0' + status / 100);
        bytes[length++] = (byte) ('0' + status / 10 % 10);
        bytes[length++] = (byte) ('0' + status % 10);
    }

    private static int statusIndex(final int status) {
        return switch (status) {
            case 200 -> 8;
            case 204 -> 9;
            case 206 -> 10;
            case 304 -> 11;
            case 400 -> 12;
            case 404 -> 13;
            case 500 -> 14;
            default -> 0;
        };
    }

    private void putFields(final Head head, final long skipped) {
        for (int i = 0, count = head.fieldCount(); i < count; i++) {
            final int id = head.id(i);
            if (id >= 0 && (skipped >>> id & 1) == 0) {
                putField(head, i, id);
            }
        }
    }

    private void putField(final Head head, final int index, final int id) {
        putName(id, head.bytes(), head.nameOffset(index), head.nameLength(index));
        putString(head.bytes(), head.valueOffset(index), head.valueLength(index));
    }

    private void putName(final int id, final byte[] name, final int offset, final int nameLength) {
        final int form = (SECRET >>> id & 1) == 0 ? 0 : NEVER_INDEXED;
        putInt(form, NAME_PREFIX, STATIC_INDEX[id]);
        if (STATIC_INDEX[id] != 0) {
            return;
        }
        putInt(0, LENGTH_PREFIX, nameLength);
        ensure(nameLength);
        for (int i = offset, end = offset + nameLength; i < end; i++) {
            final byte b = name[i];
            bytes[length++] = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
        }
    }

    private void putContentLength(final long value) {
        putInt(0, NAME_PREFIX, STATIC_INDEX[FieldNames.CONTENT_LENGTH]);
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        ensure(1 + DECIMAL_DIGITS);
        bytes[length++] = (byte) digits;
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** An integer with a prefix (RFC 7541 section 5.1). */
    private void putInt(final int form, final int prefix, final int value) {
        ensure(6);
        if (value < prefix) {
            bytes[length++] = (byte) (form | value);
            return;
        }
        bytes[length++] = (byte) (form | prefix);
        int rest = value - prefix;
        while (rest >= 0x80) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    private void ensure(final int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
