package openclaw.edge.load.harness;

import java.util.List;
import java.util.Locale;

/**
 * A response as it was read.
 *
 * @param status of the final head, or 0 when not even a head came
 * @param interim status codes of the 1xx heads before it
 * @param lines the final head's lines
 * @param body after removing chunks, a character for each byte; as much as was kept
 * @param bodyBytes length of the body, kept or not
 * @param complete whether the response ended as its own framing says
 */
public record RawResponse(
        int status, List<Integer> interim, List<String> lines, String body, long bodyBytes, boolean complete) {

    /** The first value of a field, or null. */
    public String field(final String name) {
        final String prefix = name.toLowerCase(Locale.ROOT) + ":";
        for (final String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                return line.substring(prefix.length()).trim();
            }
        }
        return null;
    }

    /** Whether the sender says that it will close. */
    public boolean isLast() {
        final String connection = field("Connection");
        return connection != null && connection.equalsIgnoreCase("close");
    }

    @Override
    public String toString() {
        return (complete ? "" : "incomplete ") + lines + " " + bodyBytes + " bytes: "
                + body.substring(0, Math.min(body.length(), 300));
    }
}
