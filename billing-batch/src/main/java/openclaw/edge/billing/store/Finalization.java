package openclaw.edge.billing.store;

/**
 * One finalization of a cycle.
 *
 * @param id within the store
 * @param cycle for example {@code 2026-11}
 * @param revision 0 for the first, then one more for each that corrects
 * @param issueDate of its documents, {@code YYYY-MM-DD}
 * @param catalogSha256 of the catalog it was rated by
 * @param cutOffSha256 of what was read, as the manifest names it
 * @param ratingVersion of the rating that made it
 */
public record Finalization(
        long id,
        String cycle,
        int revision,
        String issueDate,
        String catalogSha256,
        String cutOffSha256,
        int ratingVersion) {}
