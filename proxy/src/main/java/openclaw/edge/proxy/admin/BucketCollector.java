package openclaw.edge.proxy.admin;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.catalog.Quota;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.proxy.config.Snapshot;
import openclaw.edge.proxy.decide.AdmissionPart;
import openclaw.edge.proxy.decide.GuardingLimit;
import openclaw.edge.proxy.decide.TenantEntry;

/**
 * {@code token_bucket_*{tenant,limit}}: tenants' buckets and quotas at scrape time. Of a limit per agent the number of live agents
 * and the bucket that agents beyond the bound share; agents' own buckets are not told apart, since clients name them.
 */
final class BucketCollector extends Collector {
    private static final List<String> LABELS = List.of("tenant", "limit");

    private final AdminSources sources;
    private final FormerLimits former = new FormerLimits();

    BucketCollector(final AdminSources sources) {
        this.sources = sources;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        final Families families = new Families();
        final List<FormerLimits.Counters> present = new ArrayList<>();
        final Snapshot snapshot = sources.snapshots().current();
        final long epochNs = System.currentTimeMillis() * 1_000_000L;
        for (int i = 0; i < snapshot.tenantCount(); i++) {
            final TenantEntry tenant = snapshot.tenant(i);
            final AdmissionPart part = tenant.partAt(epochNs);
            for (int n = 0; n < part.limitCount(); n++) {
                present.add(
                        addLimit(families, List.of(tenant.id(), part.limit(n).name()), part.limit(n)));
            }
            present.add(addQuota(families, List.of(tenant.id(), AdmissionPart.QUOTA_POLICY), part));
        }
        former.see(snapshot, present);
        former.all().forEach(families::add);
        return families.all();
    }

    private static final class Families {
        private final GaugeMetricFamily capacity = new GaugeMetricFamily(
                "token_bucket_capacity", "Tokens of a full bucket, or of the cycle's quota", LABELS);
        private final GaugeMetricFamily remaining =
                new GaugeMetricFamily("token_bucket_remaining", "Tokens that are left", LABELS);
        private final CounterMetricFamily consumed =
                new CounterMetricFamily("token_bucket_consumed", "Tokens admitted, refunds not taken off", LABELS);
        private final CounterMetricFamily refunded =
                new CounterMetricFamily("token_bucket_refunded", "Tokens given back", LABELS);
        private final GaugeMetricFamily agents =
                new GaugeMetricFamily("token_bucket_live_agents", "Agents with a bucket of their own", LABELS);

        FormerLimits.Counters add(final FormerLimits.Counters counters) {
            Samples.add(consumed, counters.labels(), counters.consumed());
            Samples.add(refunded, counters.labels(), counters.refunded());
            return counters;
        }

        List<MetricFamilySamples> all() {
            return List.of(capacity, remaining, consumed, refunded, agents);
        }
    }

    private FormerLimits.Counters addLimit(
            final Families families, final List<String> labels, final GuardingLimit limit) {
        final AdminSources.Tables tables = sources.tables();
        if (limit.agents() != null) {
            Samples.add(families.agents, labels, tables.buckets().liveAgents(limit.agents()));
        }
        final ReservedBucket bucket =
                limit.agents() == null ? limit.bucket() : limit.agents().overflow();
        Samples.add(families.capacity, labels, bucket.spec().capacityTokens());
        Samples.add(
                families.remaining,
                labels,
                tables.buckets().remainingTokens(bucket, tables.bucketNs().getAsLong()));
        return families.add(new FormerLimits.Counters(
                        labels,
                        () -> tables.buckets().consumedTokens(bucket),
                        () -> tables.buckets().refundedTokens(bucket))
                .read());
    }

    private FormerLimits.Counters addQuota(
            final Families families, final List<String> labels, final AdmissionPart part) {
        final AdminSources.Tables tables = sources.tables();
        final QuotaRow row = part.quota();
        final FormerLimits.Counters counters = new FormerLimits.Counters(
                        labels,
                        () -> tables.quotas().consumedTokens(row),
                        () -> tables.quotas().refundedTokens(row))
                .read();
        final long quota = part.terms().cycleQuota();
        if (quota != Quota.NONE) {
            Samples.add(families.capacity, labels, quota);
            Samples.add(families.remaining, labels, Math.max(0, quota - (counters.consumed() - counters.refunded())));
        }
        return families.add(counters);
    }
}
