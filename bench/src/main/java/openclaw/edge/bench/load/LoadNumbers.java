package openclaw.edge.bench.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people write them on a command line: {@code 20k} requests per second, for {@code 2m}. */
final class LoadNumbers {
    private static final Pattern RATE = Pattern.compile("([0-9]{1,9})([kM]?)(?:/s)?");
    private static final Pattern SECONDS = Pattern.compile("([0-9]{1,9})(s|m|h)?");
    private static final int KILO = 1_000;
    private static final int MINUTE = 60;

    private LoadNumbers() {}

    /**
     * Requests per second.
     *
     * @param option its name, for the message
     * @param text like 20000, 20k or 1M
     * @return the number, whose range is not checked
     * @throws IllegalArgumentException when it has another form
     */
    static int rate(final String option, final String text) {
        final Matcher matcher = RATE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    option + "=" + text + ": expected requests per second like 20000, 20k or 1M");
        }
        return product(
                matcher.group(1),
                switch (matcher.group(2)) {
                    case "k" -> KILO;
                    case "M" -> KILO * KILO;
                    default -> 1;
                });
    }

    /**
     * A time in seconds.
     *
     * @param option its name, for the message
     * @param text like 30, 30s, 2m or 1h
     * @return the number, whose range is not checked
     * @throws IllegalArgumentException when it has another form
     */
    static int seconds(final String option, final String text) {
        final Matcher matcher = SECONDS.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    option + "=" + text + ": expected whole seconds like 30 or 30s, minutes like 2m, or hours like 1h");
        }
        return product(
                matcher.group(1),
                switch (String.valueOf(matcher.group(2))) {
                    case "m" -> MINUTE;
                    case "h" -> MINUTE * MINUTE;
                    default -> 1;
                });
    }

    /** What does not fit is out of every range. */
    private static int product(final String digits, final int unit) {
        return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(digits) * unit);
    }
}
