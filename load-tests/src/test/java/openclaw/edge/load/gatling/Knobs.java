package openclaw.edge.load.gatling;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code -DNAME=} says about a run. Anything that is out of its range ends the run before it begins. */
final class Knobs {
    private Knobs() {}

    /**
     * A whole number.
     *
     * @param name of the property
     * @param usual value without it
     * @param from least that it may be
     * @param to most that it may be
     * @throws IllegalArgumentException when it is none, or out of range
     */
    static int number(final String name, final int usual, final int from, final int to) {
        final String text = System.getProperty(name, "").replace("_", "").trim();
        if (text.isEmpty()) {
            return usual;
        }
        try {
            final int value = Integer.parseInt(text);
            if (value >= from && value <= to) {
                return value;
            }
        } catch (final NumberFormatException notANumber) {
            // Told below, as what is out of range is.
        }
        throw new IllegalArgumentException(
                "-D" + name + "=" + text + ", expected a whole number from " + from + " to " + to);
    }

    /** How long the load lasts, {@code -Dseconds=}, 1 to a day. */
    static int seconds(final int usual) {
        return number("seconds", usual, 1, 86_400);
    }

    /** Requests per second, {@code -Drate=}, 1 to 100,000. */
    static int rate(final int usual) {
        return number("rate", usual, 1, 100_000);
    }

    /** What a property says, if it is set to anything. */
    static Optional<String> text(final String name) {
        return Optional.ofNullable(System.getProperty(name)).map(String::trim).filter(text -> !text.isEmpty());
    }

    /** Elements between commas. */
    static List<String> list(final String name) {
        return text(name).stream()
                .flatMap(text -> Stream.of(text.split(",")))
                .map(String::trim)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    /**
     * URLs between commas, without the slash at their ends.
     *
     * @throws IllegalArgumentException when one of them is no {@code http://} or {@code https://} URL
     */
    static List<String> urls(final String name) {
        return list(name).stream().map(each -> url(name, each)).toList();
    }

    private static String url(final String name, final String text) {
        if (!text.matches("https?://[^/\\s]+/?")) {
            throw new IllegalArgumentException(
                    "-D" + name + "=" + text + ", expected http://host:port or https://host");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
