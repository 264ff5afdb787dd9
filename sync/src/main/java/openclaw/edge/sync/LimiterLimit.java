package openclaw.edge.sync;

import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.PartitionPolicy;

/**
 * One limit of an embedded limiter.
 *
 * @param name unique among the limits; the same as in the catalog, to share the proxies' buckets.
 * @param isPerKey true: each key has a bucket of its own; false: all share one.
 * @param spec capacity and pace.
 * @param policy of its own, or null: the cluster's.
 */
record LimiterLimit(String name, boolean isPerKey, LimitSpec spec, PartitionPolicy policy) {

    PartitionPolicy policyOr(final PartitionPolicy ofCluster) {
        return policy == null ? ofCluster : policy;
    }
}
