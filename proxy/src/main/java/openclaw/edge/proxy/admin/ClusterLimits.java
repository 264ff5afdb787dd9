package openclaw.edge.proxy.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.decide.AdmissionPart;
import openclaw.edge.proxy.decide.GuardingLimit;
import openclaw.edge.proxy.decide.TenantEntry;

/**
 * The limits of all tenants as the cluster's figures name them: of a limit per agent the bucket that agents beyond the bound share,
 * since clients name the others. As many as the catalog holds, whoever asks.
 */
final class ClusterLimits {
    private static final long NS_PER_MS = 1_000_000L;

    private ClusterLimits() {}

    /**
     * One limit.
     *
     * @param tenant whose
     * @param limit its name
     * @param bucket reserved by the catalog in force
     */
    record Limit(String tenant, String limit, ReservedBucket bucket) {
        /** Values of the labels tenant and limit. */
        List<String> labels() {
            return List.of(tenant, limit);
        }
    }

    /** One limit's U; -1 while not known. */
    record Unsynced(Limit limit, long tokens) {}

    /** Those of the snapshot in force. */
    static List<Limit> of(final AdminSources sources) {
        final List<Limit> limits = new ArrayList<>();
        final Snapshot snapshot = sources.snapshots().current();
        final long epochNs = System.currentTimeMillis() * NS_PER_MS;
        for (int i = 0; i < snapshot.tenantCount(); i++) {
            final TenantEntry tenant = snapshot.tenant(i);
            final AdmissionPart part = tenant.partAt(epochNs);
            for (int n = 0; n < part.limitCount(); n++) {
                final GuardingLimit limit = part.limit(n);
                limits.add(new Limit(
                        tenant.id(),
                        limit.name(),
                        limit.agents() == null ? limit.bucket() : limit.agents().overflow()));
            }
        }
        return limits;
    }

    /** U of each; asks the gossip thread, so not for an event loop of clients. */
    static List<Unsynced> unsynced(final ClusterReport report, final List<Limit> limits) {
        final long[] tokens =
                report.unsynced().apply(limits.stream().map(Limit::bucket).toList());
        final List<Unsynced> all = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            all.add(new Unsynced(limits.get(i), tokens[i]));
        }
        return all;
    }

    /** Those with the most tokens that somebody has not heard of, at least one each. */
    static List<Unsynced> most(final List<Unsynced> all, final int count) {
        return all.stream()
                .filter(each -> each.tokens() > 0)
                .sorted(Comparator.comparingLong(Unsynced::tokens).reversed())
                .limit(count)
                .toList();
    }
}
