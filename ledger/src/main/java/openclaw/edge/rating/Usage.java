package openclaw.edge.rating;

/**
 * Sums of usage.
 *
 * @param requests billed requests, from 0
 * @param tokens charged tokens, from 0
 */
public record Usage(long requests, long tokens) {
    /** Nothing was used. */
    public static final Usage NONE = new Usage(0, 0);

    /** Checks that nothing is negative. */
    public Usage {
        if (requests < 0 || tokens < 0) {
            throw new IllegalArgumentException(
                    "requests=" + requests + ", tokens=" + tokens + ": expected sums that are not negative");
        }
    }
}
