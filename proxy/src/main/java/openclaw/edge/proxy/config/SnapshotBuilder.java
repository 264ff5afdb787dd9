package openclaw.edge.proxy.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.LimitRule;
import openclaw.edge.catalog.OnPartition;
import openclaw.edge.catalog.Per;
import openclaw.edge.catalog.Quota;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.proxy.answer.Shape;
import openclaw.edge.proxy.decide.AdmissionPart;
import openclaw.edge.proxy.decide.GuardingLimit;
import openclaw.edge.proxy.decide.Route;
import openclaw.edge.proxy.decide.Routes;
import openclaw.edge.proxy.decide.TenantEntry;
import openclaw.edge.proxy.identify.AgentRules;
import openclaw.edge.proxy.identify.ApiKeyTable;
import openclaw.edge.proxy.identify.FieldRef;
import openclaw.edge.proxy.identify.Identity;
import openclaw.edge.proxy.identify.IdentityRules;
import openclaw.edge.proxy.identify.TenantIndex;

/**
 * Makes snapshots: resolves every tenant's limits to buckets and its cycles to quota rows, off the event loops. One per node, one
 * thread at a time, since it numbers the versions of limits.
 */
public final class SnapshotBuilder {
    /** Stands for the quota of tenants that have none, so that their tokens are counted all the same. */
    static final long UNBOUNDED_TOKENS = 1L << 60;

    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final BucketTable table;
    private final QuotaTable quotas;
    private long lastNumber;
    private int lastVersion;

    /** @param table of the node's buckets */
    public SnapshotBuilder(final BucketTable table, final QuotaTable quotas) {
        this.table = table;
        this.quotas = quotas;
    }

    /** A snapshot that is ready to come into force. */
    public static final class Prepared {
        private final Snapshot snapshot;
        private final CatalogSlots slots;

        private Prepared(final Snapshot snapshot, final CatalogSlots slots) {
            this.snapshot = snapshot;
            this.slots = slots;
        }

        /** The snapshot. */
        public Snapshot snapshot() {
            return snapshot;
        }

        /** It is in force: slots that only its predecessor needed are given up, an hour from now, once full. */
        public void commit() {
            slots.commit();
        }
    }

    /** {@link #prepare}s a snapshot that is in force when this returns. */
    public Snapshot build(
            final EdgeConfig config,
            final Catalog catalog,
            final List<LoopView> loops,
            final long epochNs,
            final long bucketNs) {
        final Prepared prepared = prepare(config, catalog, loops, epochNs, bucketNs);
        prepared.commit();
        return prepared.snapshot();
    }

    /**
     * Makes the next snapshot. The tables then hold what it needs, and still what its predecessor needs: it may be thrown away.
     *
     * @param loops what is each event loop's own, in the order of their indices
     * @param epochNs cycle time now
     * @param bucketNs the time of buckets now, which does not follow steps of the wall clock
     * @throws IllegalArgumentException if configuration and catalog do not fit each other; the message names the key
     * @throws openclaw.edge.crdt.TableException if the tables have no room for the catalog
     */
    public Prepared prepare(
            final EdgeConfig config,
            final Catalog catalog,
            final List<LoopView> loops,
            final long epochNs,
            final long bucketNs) {
        final long number = ++lastNumber;
        final List<Tenant> tenants = new ArrayList<>(catalog.tenants());
        final CatalogSlots slots = table.catalogSlots(bucketNs);
        final TenantEntry[] entries = new TenantEntry[tenants.size()];
        // Every version of this snapshot is newer than any of its predecessor, whose later terms may be in force
        // already.
        final int firstVersion = lastVersion + 1;
        long refreshAtNs = Long.MAX_VALUE;
        for (int i = 0; i < entries.length; i++) {
            final Tenant tenant = tenants.get(i);
            entries[i] = entry(tenant, slots, firstVersion, epochNs);
            lastVersion =
                    Math.max(lastVersion, firstVersion - 1 + entries[i].parts().size());
            refreshAtNs = Math.min(
                    refreshAtNs, tenant.billing().calendar().cycleAt(epochNs).endNs());
        }
        final IdentityRules identity = identity(config.identity(), tenants);
        final Routes routes = routes(config);
        return new Prepared(
                new Snapshot(number, config, catalog, identity, entries, routes, loops, refreshAtNs), slots);
    }

    /** The cycle that runs and the one after it: a snapshot stays good for at least a cycle. */
    private TenantEntry entry(
            final Tenant tenant, final CatalogSlots slots, final int firstVersion, final long epochNs) {
        final BillingCycle current = tenant.billing().calendar().cycleAt(epochNs);
        final BillingCycle next = tenant.billing().calendar().cycleAt(current.endNs());
        final List<CyclePart> terms = new ArrayList<>();
        for (final CyclePart part : tenant.parts(current)) {
            if (part.toNs() > epochNs) {
                terms.add(part);
            }
        }
        terms.addAll(tenant.parts(next));
        final List<AdmissionPart> parts = new ArrayList<>();
        for (final CyclePart part : terms) {
            // Later terms are later versions of a limit, so that buckets are converted forwards only.
            parts.add(part(tenant.id(), part, slots, firstVersion + parts.size()));
        }
        return new TenantEntry(tenant.id(), parts);
    }

    private AdmissionPart part(
            final String tenant, final CyclePart terms, final CatalogSlots slots, final int version) {
        final List<GuardingLimit> limits = new ArrayList<>();
        addLimits(tenant, terms, slots, version, Per.AGENT, limits);
        addLimits(tenant, terms, slots, version, Per.TENANT, limits);
        final long quota = terms.cycleQuota() == Quota.NONE ? UNBOUNDED_TOKENS : terms.cycleQuota();
        return new AdmissionPart(
                terms, limits, quotas.row(tenant, cycleNumber(terms.cycle()), quota, terms.deniesOverage()));
    }

    /** The agent's limits are debited first: what one agent is refused for costs its tenant nothing, not even for an instant. */
    private static void addLimits(
            final String tenant,
            final CyclePart terms,
            final CatalogSlots slots,
            final int version,
            final Per per,
            final List<GuardingLimit> out) {
        for (final LimitRule rule : terms.terms().limits()) {
            if (rule.per() != per) {
                continue;
            }
            final LimitSpec spec = LimitSpec.of(
                            rule.capacity(),
                            rule.refillRate(),
                            Math.multiplyExact(rule.intervalSeconds(), NS_PER_SECOND),
                            version)
                    .under(policy(rule.onPartition()));
            out.add(
                    per == Per.TENANT
                            ? GuardingLimit.ofTenant(rule.name(), slots.bucket(tenant, rule.name(), spec))
                            : GuardingLimit.ofAgents(
                                    rule.name(),
                                    slots.agents(
                                            tenant,
                                            rule.name(),
                                            spec,
                                            terms.terms().maxAgents())));
        }
    }

    /** Null where the limit goes by the cluster's. */
    private static PartitionPolicy policy(final OnPartition own) {
        if (own == null) {
            return null;
        }
        return switch (own) {
            case SHARE -> PartitionPolicy.SHARE;
            case OPEN -> PartitionPolicy.OPEN;
            case CLOSED -> PartitionPolicy.CLOSED;
        };
    }

    /** 202611 for the cycle 2026-11. */
    private static long cycleNumber(final BillingCycle cycle) {
        return Long.parseLong(cycle.id().replace("-", ""));
    }

    private static IdentityRules identity(final IdentityConfig config, final List<Tenant> tenants) {
        final List<byte[]> ids = new ArrayList<>();
        int keyCount = 0;
        for (final Tenant tenant : tenants) {
            ids.add(tenant.id().getBytes(StandardCharsets.US_ASCII));
            keyCount += tenant.apiKeyHashes().size();
        }
        final ApiKeyTable keys = new ApiKeyTable(keyCount);
        for (int i = 0; i < tenants.size(); i++) {
            for (final String hash : tenants.get(i).apiKeyHashes()) {
                keys.put(HexFormat.of().parseHex(hash), i);
            }
        }
        final TenantIndex index = new TenantIndex(ids);
        final List<FieldRef> agentFields = new ArrayList<>();
        for (final String name : config.agentHeaders()) {
            agentFields.add(new FieldRef(name));
        }
        return new IdentityRules(
                config.mode() == IdentityConfig.Mode.API_KEY
                        ? IdentityRules.Mode.API_KEY
                        : IdentityRules.Mode.TRUSTED_HEADER,
                keys,
                index,
                defaultTenant(config.defaultTenant(), index),
                config.trustedSources()::contains,
                new AgentRules(agentFields, config.defaultAgent(), config.agentFromModel()));
    }

    private static int defaultTenant(final String id, final TenantIndex index) {
        if (id == null) {
            return Identity.NO_TENANT;
        }
        final byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        final int number = index.find(bytes, 0, bytes.length);
        if (number == TenantIndex.UNKNOWN) {
            throw new IllegalArgumentException("identity.default_tenant='" + id
                    + "' is no tenant of the catalog, expected one of its ids; correct it or add the tenant");
        }
        return number;
    }

    private static Routes routes(final EdgeConfig config) {
        final List<Route> routes = new ArrayList<>();
        for (final RouteConfig route : config.routes()) {
            routes.add(route(route, false, config.timeouts().tunnelIdleNs()));
        }
        return new Routes(routes, route(config.defaultRoute(), true, Route.NO_TUNNEL));
    }

    private static Route route(final RouteConfig route, final boolean isEverythingElse, final long tunnelIdleNs) {
        final Shape errors = switch (route.errors()) {
            case PROBLEM -> Shape.PROBLEM;
            case OPENAI -> Shape.OPENAI;
            case ANTHROPIC -> Shape.ANTHROPIC;
        };
        return new Route(
                isEverythingElse ? null : route.pattern(),
                route.responseHeadTimeoutNs(),
                route.responseIdleTimeoutNs(),
                errors,
                route.idempotent(),
                route.webSocket() ? tunnelIdleNs : Route.NO_TUNNEL);
    }
}
