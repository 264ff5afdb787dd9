package openclaw.edge.yaml;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scalar grammars. Each method throws {@link IllegalArgumentException} for what is not of its kind. */
final class Scalars {
    static final String WHOLE = "a whole number like 5_000_000";
    static final String DECIMAL = "a decimal number like 0.00002";
    static final String DURATION = "a duration like 20ms, 1s, 10m or 2h";
    static final String SIZE = "a size like 512B, 16KiB or 10MiB";

    // A leading zero would be octal to one YAML reader and decimal to the next: it is neither here.
    private static final String DIGITS = "(?:0|[1-9][0-9]*(?:_[0-9]+)*)";
    private static final Pattern WHOLE_PATTERN = Pattern.compile("-?" + DIGITS);
    private static final Pattern DECIMAL_PATTERN =
            Pattern.compile("-?" + DIGITS + "(?:\\.[0-9]+(?:_[0-9]+)*)?(?:[eE][-+]?[0-9]{1,2})?");
    private static final Pattern UNIT_PATTERN = Pattern.compile("(" + DIGITS + ") ?([A-Za-z]*)");

    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);
    private static final Map<String, Long> BYTES = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private Scalars() {}

    static long whole(String text) {
        if (!WHOLE_PATTERN.matcher(text).matches()) {
            throw new IllegalArgumentException(WHOLE);
        }
        return Long.parseLong(text.replace("_", ""));
    }

    static BigDecimal decimal(String text) {
        if (!DECIMAL_PATTERN.matcher(text).matches()) {
            throw new IllegalArgumentException(DECIMAL);
        }
        return new BigDecimal(text.replace("_", ""));
    }

    static long durationNs(String text) {
        return withUnit(text, NANOS, "", DURATION);
    }

    static long sizeBytes(String text) {
        return withUnit(text, BYTES, "B", SIZE);
    }

    static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    private static long withUnit(String text, Map<String, Long> units, String bareUnit, String expected) {
        Matcher matcher = UNIT_PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(expected);
        }
        long value = Long.parseLong(matcher.group(1).replace("_", ""));
        String unit = matcher.group(2).isEmpty() ? bareUnit : matcher.group(2);
        Long factor = units.get(unit);
        if (factor == null && !(unit.isEmpty() && value == 0)) {
            throw new IllegalArgumentException(expected);
        }
        try {
            return factor == null ? 0 : Math.multiplyExact(value, factor);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(expected, e);
        }
    }
}
