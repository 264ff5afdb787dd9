package openclaw.edge.proxy.config;

import java.util.List;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.proxy.decide.Routes;
import openclaw.edge.proxy.decide.TenantEntry;
import openclaw.edge.proxy.identify.FieldRef;
import openclaw.edge.proxy.identify.IdentityRules;

/**
 * Configuration, catalog and what is made of them as one whole, ready for requests: read once per request from one volatile
 * field; a running exchange keeps what it began with. Everything that a reload may change is reached from here and nowhere else.
 * Immutable; made by {@link SnapshotBuilder}.
 */
public final class Snapshot {
    private final long number;
    private final EdgeConfig config;
    private final Catalog catalog;
    private final IdentityRules identity;
    private final FieldRef identityField;
    private final FieldRef agentField;
    private final TenantEntry[] tenants;
    private final Routes routes;
    private final LoopView[] loops;
    private final long refreshAtNs;

    Snapshot(
            final long number,
            final EdgeConfig config,
            final Catalog catalog,
            final IdentityRules identity,
            final TenantEntry[] tenants,
            final Routes routes,
            final List<LoopView> loops,
            final long refreshAtNs) {
        this.number = number;
        this.config = config;
        this.catalog = catalog;
        this.identity = identity;
        this.identityField = new FieldRef(config.upstream().identityHeader());
        this.agentField = new FieldRef(config.upstream().agentHeader());
        this.tenants = tenants;
        this.routes = routes;
        this.loops = loops.toArray(new LoopView[0]);
        this.refreshAtNs = refreshAtNs;
    }

    /** Grows by one with each snapshot of the process, from 1. */
    public long number() {
        return number;
    }

    /** The configuration that it was made from. */
    public EdgeConfig config() {
        return config;
    }

    /** The catalog that it was made from. */
    public Catalog catalog() {
        return catalog;
    }

    /** How requests are identified; tenants' numbers are places in this snapshot. */
    public IdentityRules identity() {
        return identity;
    }

    /** The field that tells the upstream the tenant. */
    public FieldRef identityField() {
        return identityField;
    }

    /** The field that tells the upstream the agent. */
    public FieldRef agentField() {
        return agentField;
    }

    /** Number of tenants. */
    public int tenantCount() {
        return tenants.length;
    }

    /** A tenant by its number. */
    public TenantEntry tenant(final int index) {
        return tenants[index];
    }

    /** The routes. */
    public Routes routes() {
        return routes;
    }

    /** What is an event loop's own, by the loop's index. */
    public LoopView loop(final int index) {
        return loops[index];
    }

    /** Whether requests carry Via, and are refused when they came through this node before. */
    public boolean addsVia() {
        return config.via();
    }

    /** Whether requests go on, counted as lost, when they cannot be recorded. */
    public boolean admitsWhenUnavailable() {
        return config.journal().admitsWhenUnavailable();
    }

    /** Whether a path that others may read otherwise is refused. */
    public boolean isStrictAboutPaths() {
        return config.strictPaths();
    }

    /**
     * When, in cycle time, a snapshot of the same configuration must follow at the latest: the first cycle that it knows has ended
     * then, and it still knows the next.
     */
    public long refreshAtNs() {
        return refreshAtNs;
    }
}
