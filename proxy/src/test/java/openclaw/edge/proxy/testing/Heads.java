package openclaw.edge.proxy.testing;

import java.nio.charset.StandardCharsets;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;

/** Fills and reads heads in tests, without a protocol. */
public final class Heads {
    private Heads() {}

    /** A request head, fields given as {@code "Name: value"}. */
    public static Head request(final String method, final String path, final String... fields) {
        final Head head = new Head();
        fill(head, method, path, fields);
        return head;
    }

    /** Fills a request head. */
    public static void fill(final Head head, final String method, final String path, final String... fields) {
        head.reset();
        final byte[] name = bytes(method);
        final int at = head.append(name);
        head.method(Methods.lookup(head.bytes(), at, name.length), at, name.length);
        head.path(head.append(bytes(path)), path.length());
        for (final String field : fields) {
            add(head, field);
        }
    }

    /** Adds one field given as {@code "Name: value"}. */
    public static void add(final Head head, final String field) {
        final int colon = field.indexOf(':');
        final byte[] name = bytes(field.substring(0, colon));
        final byte[] value = bytes(field.substring(colon + 1).strip());
        head.add(FieldNames.lookup(name, 0, name.length) & FieldNames.ID_MASK, name, value, 0, value.length);
    }

    /** The value of the first field of this name that is not dropped, or null. */
    public static String value(final Head head, final String name) {
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.id(i) != Head.DROPPED
                    && text(head, head.nameOffset(i), head.nameLength(i)).equalsIgnoreCase(name)) {
                return text(head, head.valueOffset(i), head.valueLength(i));
            }
        }
        return null;
    }

    /** How many fields of this name are not dropped. */
    public static int count(final Head head, final String name) {
        int count = 0;
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.id(i) != Head.DROPPED
                    && text(head, head.nameOffset(i), head.nameLength(i)).equalsIgnoreCase(name)) {
                count++;
            }
        }
        return count;
    }

    /** A copy that stays when the original is reused: status and fields. */
    public static Head copy(final Head from) {
        final Head copy = new Head();
        copy.status(from.status());
        for (int i = 0; i < from.fieldCount(); i++) {
            if (from.id(i) != Head.DROPPED) {
                final byte[] name = bytes(text(from, from.nameOffset(i), from.nameLength(i)));
                copy.add(from.id(i), name, from.bytes(), from.valueOffset(i), from.valueLength(i));
            }
        }
        return copy;
    }

    private static String text(final Head head, final int offset, final int length) {
        return new String(head.bytes(), offset, length, StandardCharsets.ISO_8859_1);
    }

    /** Bytes of a text, one per character. */
    public static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
