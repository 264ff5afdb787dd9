package openclaw.edge.rating;

import openclaw.edge.catalog.CyclePart;

/**
 * What a tenant used in one part of a cycle.
 *
 * @param part the part
 * @param requests billed requests, from 0
 * @param tokens charged tokens, from 0
 */
public record PartUsage(CyclePart part, long requests, long tokens) {
    /** Checks that nothing is negative. */
    public PartUsage {
        if (requests < 0 || tokens < 0) {
            throw new IllegalArgumentException(
                    "requests=" + requests + ", tokens=" + tokens + ": expected sums that are not negative");
        }
    }

    /** What the quota counts and prices apply to: requests where they are sold in packages, else tokens. */
    long quantity() {
        return part.terms().price().hasPackages() ? requests : tokens;
    }
}
