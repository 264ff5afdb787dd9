package openclaw.edge.sync;

import java.nio.file.Path;
import java.util.List;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;

/**
 * The local buckets of one time of being cut off: of every limit one N-th, that is {@code max(1, B/N)} of the capacity and
 * R/N of the refill, all empty when it begins. In memory, never replicated, thrown away when a member is heard. A limit
 * whose policy is {@link PartitionPolicy#OPEN} has none.
 */
final class StrictBuckets {

    private static final int QUOTA_ROWS = 16;
    private static final long UNITS_PER_NS = 16;

    /** Of a full refill; a day less than {@link LimitSpec} takes, since it rounds. */
    private static final long LONGEST_NS = 365L * 86_400L * 1_000_000_000L;

    private final int members;
    private final BucketTable table;
    private final QuotaTable quotas;
    private final RequestLimits limits;
    private final int[] places;

    /**
     * Empty buckets.
     *
     * @param of the tenant's limits.
     * @param members N.
     * @param nowNs nanoseconds since the Unix epoch, when they begin to fill.
     */
    StrictBuckets(final TenantLimits of, final int members, final long nowNs) {
        this.members = members;
        final TableConfig config = TableConfig.of(Path.of("cut-off"), of.slots());
        this.table = BucketTable.inMemory(new TableMemory(config, 2), nowNs, 1);
        this.quotas = QuotaTable.inMemory(
                new TableMemory(new TableConfig(Path.of("cut-off-quotas"), QUOTA_ROWS, 0, 0, 0), 2), nowNs);
        final List<LimiterLimit> all = of.limits();
        this.places = new int[all.size()];
        final RequestLimits.Builder builder = RequestLimits.builder();
        final CatalogSlots slots = table.catalogSlots(nowNs);
        int size = 0;
        for (int i = 0; i < all.size(); i++) {
            final LimiterLimit each = all.get(i);
            if (each.policyOr(of.policy()) != PartitionPolicy.OPEN) {
                of.reserve(each, share(each.spec(), members), slots, builder);
                places[size++] = i;
            }
        }
        slots.commit();
        table.startAt(0, 1, nowNs);
        this.limits = builder.build(null);
    }

    /** One N-th of a limit, at least one token of capacity; rounded against the tenant. */
    static LimitSpec share(final LimitSpec spec, final int members) {
        final long capacity = Math.max(1, spec.capacityTokens() / members);
        final long longestNs = LONGEST_NS / capacity;
        final long tokenNs = spec.unitsPerToken() >= longestNs / members * UNITS_PER_NS
                ? longestNs
                : (spec.unitsPerToken() * members + UNITS_PER_NS - 1) / UNITS_PER_NS;
        return LimitSpec.of(capacity, 1, tokenNs, 1);
    }

    /** N when they began. */
    int members() {
        return members;
    }

    BucketTable table() {
        return table;
    }

    RequestLimits limits() {
        return limits;
    }

    /** The place among all limits of the one at a place here. */
    int placeOf(final int index) {
        return places[index];
    }

    /** Decisions over them, for one thread at a time. */
    Buckets newBuckets() {
        return new Buckets(table, quotas);
    }
}
