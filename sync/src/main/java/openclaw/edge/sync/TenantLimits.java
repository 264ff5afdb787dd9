package openclaw.edge.sync;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.PartitionPolicy;

/**
 * What an embedded limiter limits, and how many keys it has room for.
 *
 * @param tenant whose limits they are.
 * @param limits in the order in which they are debited: those of keys first, so that what one key is refused for costs
 *     the others nothing, not even for an instant.
 * @param policy of limits that have none of their own.
 * @param mostKeys live buckets of keys at once, of each limit per key.
 */
record TenantLimits(String tenant, List<LimiterLimit> limits, PartitionPolicy policy, int mostKeys) {

    private static final int LEAST_SLOTS = 64;
    private static final int SPARE_FRACTION = 8;

    TenantLimits {
        final List<LimiterLimit> ordered = new ArrayList<>(limits);
        ordered.sort((one, other) -> Boolean.compare(other.isPerKey(), one.isPerKey()));
        limits = List.copyOf(ordered);
    }

    /** Slots of a table that holds them all. */
    int slots() {
        long perKey = 0;
        for (final LimiterLimit each : limits) {
            perKey += each.isPerKey() ? 1 : 0;
        }
        // An eighth more: a table keeps some free of keys.
        final long keys = perKey * mostKeys;
        return Math.toIntExact(LEAST_SLOTS + keys + keys / SPARE_FRACTION);
    }

    /** Reserves one of the limits, with this capacity and pace. */
    void reserve(
            final LimiterLimit limit,
            final LimitSpec spec,
            final CatalogSlots slots,
            final RequestLimits.Builder into) {
        if (limit.isPerKey()) {
            into.agents(slots.agents(tenant, limit.name(), spec, mostKeys));
        } else {
            into.bucket(slots.bucket(tenant, limit.name(), spec));
        }
    }
}
