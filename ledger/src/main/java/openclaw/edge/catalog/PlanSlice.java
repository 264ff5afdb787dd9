package openclaw.edge.catalog;

/**
 * A time during which a tenant's terms do not change.
 *
 * @param fromNs first instant; {@link Long#MIN_VALUE} for always
 * @param toNs first instant after it; {@link Long#MAX_VALUE} for ever
 * @param terms what holds
 */
public record PlanSlice(long fromNs, long toNs, Terms terms) {}
