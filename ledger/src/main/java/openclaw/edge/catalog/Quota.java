package openclaw.edge.catalog;

/**
 * What a whole cycle includes. It counts charged tokens; where requests are sold in packages every request costs one
 * token ({@link CatalogReader} sees to it), so that it counts requests as well.
 *
 * @param monthly tokens per whole cycle; {@link #NONE} when nothing is included and nothing is denied
 * @param overage what happens past it
 */
public record Quota(long monthly, Overage overage) {
    /** No quota: nothing is included, nothing is denied. */
    public static final long NONE = -1;

    /** Stands where a plan has no {@code monthly_quota}. */
    public static final Quota UNLIMITED = new Quota(NONE, Overage.ALLOW);

    /** Whether there is a quota. */
    public boolean isSet() {
        return monthly != NONE;
    }
}
