package openclaw.edge.catalog;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes maps, lists, strings, whole numbers and booleans as canonical JSON (RFC 8785): keys by UTF-16 code units, no
 * white space, shortest escapes. The same value has the same bytes everywhere. Decimals are passed as strings.
 */
public final class CanonicalJson {
    private static final long MAX_EXACT = 1L << 53;

    private CanonicalJson() {}

    /**
     * The text of a value.
     *
     * @param value a {@link Map} with String keys, {@link Collection}, String, Integer, Long, Boolean or null
     * @throws IllegalArgumentException for anything else, and for whole numbers that JSON readers may not keep exact
     */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        append(out, value);
        return out.toString();
    }

    /** A count as a JSON number, or beyond 2^53, where readers lose digits, as a string. */
    public static Object count(long value) {
        return value > MAX_EXACT || value < -MAX_EXACT ? (Object) Long.toString(value) : (Object) value;
    }

    private static void append(StringBuilder out, Object value) {
        if (value instanceof Map<?, ?> map) {
            appendMap(out, map);
        } else if (value instanceof Collection<?> list) {
            appendList(out, list);
        } else if (value instanceof String text) {
            appendString(out, text);
        } else if (value instanceof Integer || value instanceof Long) {
            out.append(exact(((Number) value).longValue()));
        } else if (value instanceof Boolean || value == null) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("a " + value.getClass().getName() + " has no canonical form here");
        }
    }

    private static long exact(long value) {
        if (value > MAX_EXACT || value < -MAX_EXACT) {
            throw new IllegalArgumentException(value + " is beyond 2^53: write it as a string");
        }
        return value;
    }

    private static void appendMap(StringBuilder out, Map<?, ?> map) {
        TreeMap<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put((String) key, value));
        out.append('{');
        String separator = "";
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            out.append(separator);
            appendString(out, entry.getKey());
            out.append(':');
            append(out, entry.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private static void appendList(StringBuilder out, Collection<?> list) {
        out.append('[');
        String separator = "";
        for (Object element : list) {
            out.append(separator);
            append(out, element);
            separator = ",";
        }
        out.append(']');
    }

    private static void appendString(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
