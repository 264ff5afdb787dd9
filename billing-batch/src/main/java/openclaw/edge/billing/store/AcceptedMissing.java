package openclaw.edge.billing.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something missing that somebody answers for.
 *
 * @param subject a life, or a node of which no life was read
 * @param lane its number, or {@value #ALL}
 * @param sequences {@code FROM-TO}, one sequence, {@value #END} for what follows the last one read, or {@value #ALL}
 * @param reason why, for the manifest
 */
public record AcceptedMissing(String subject, String lane, String sequences, String reason) {
    /** Any lane, any sequences. */
    public static final String ALL = "*";

    /** What follows the last sequence that was read. */
    public static final String END = "end";

    private static final Pattern SYNTAX =
            Pattern.compile("([^:]+):(\\*|[0-9]{1,4}):(\\*|end|([0-9]{1,18})(?:-([0-9]{1,18}))?)");

    /**
     * Reads {@code LIFE:LANE:RANGE}.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static AcceptedMissing parse(String text, String reason) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "': expected LIFE:LANE:RANGE as finalize names it, RANGE being"
                            + " FROM-TO, end or *, for example 0123456789abcdef0123456789abcdef:0:17-20");
        }
        return new AcceptedMissing(matcher.group(1), matcher.group(2), matcher.group(3), reason);
    }

    /** Whether it answers for all sequences of a range of a lane; {@link #ALL} and {@link #END} as text. */
    public boolean covers(String otherSubject, String otherLane, String otherSequences) {
        if (!subject.equals(otherSubject) || !(lane.equals(ALL) || lane.equals(otherLane))) {
            return false;
        }
        if (sequences.equals(ALL) || sequences.equals(otherSequences)) {
            return true;
        }
        long[] own = range(sequences);
        long[] other = range(otherSequences);
        return own != null && other != null && own[0] <= other[0] && own[1] >= other[1];
    }

    private static long[] range(String text) {
        if (text.equals(ALL) || text.equals(END)) {
            return null;
        }
        int dash = text.indexOf('-');
        long from = Long.parseLong(dash < 0 ? text : text.substring(0, dash));
        return new long[] {from, dash < 0 ? from : Long.parseLong(text.substring(dash + 1))};
    }

    /** As it is given on the command line. */
    @Override
    public String toString() {
        return subject + ":" + lane + ":" + sequences;
    }
}
