package openclaw.edge.sync;

/**
 * What an embedded limiter does while it hears no member: it falls back to {@link StrictBuckets} of its own, and back when
 * a member is heard and joined. Members themselves never fall back: what k of N may use says their clock.
 *
 * <p>{@link #onView} and {@link #sweep} are for one thread; {@link #strict} for any.
 */
final class FallBack {

    private final TenantLimits limits;
    private final int configuredMembers;
    private volatile StrictBuckets strict;
    private int lastKnownMembers;

    /**
     * Begins cut off, until the first member is heard.
     *
     * @param limits of the tenant.
     * @param configuredMembers N as far as the configuration tells, at least 1.
     * @param nowNs nanoseconds since the Unix epoch.
     */
    FallBack(final TenantLimits limits, final int configuredMembers, final long nowNs) {
        this.limits = limits;
        this.configuredMembers = configuredMembers;
        this.strict = new StrictBuckets(limits, configuredMembers, nowNs);
    }

    /** The buckets that decide too while no member is heard; else null. */
    StrictBuckets strict() {
        return strict;
    }

    /**
     * Looks at who is heard.
     *
     * @param view the latest.
     * @param nowNs nanoseconds since the Unix epoch.
     */
    void onView(final ClusterView view, final long nowNs) {
        final boolean isHearing = view.isReady() && view.reachable() > 0;
        if (isHearing) {
            lastKnownMembers = view.all();
            strict = null;
        } else if (strict == null) {
            strict = new StrictBuckets(limits, lastKnownMembers, nowNs);
        } else if (lastKnownMembers == 0 && Math.max(configuredMembers, view.all()) > strict.members()) {
            // Never heard anybody yet, and DNS now names more than the configuration could tell.
            strict = new StrictBuckets(limits, view.all(), nowNs);
        }
    }

    /** Gives up keys whose strict buckets have long been full. */
    void sweep(final long nowNs, final int maxSlots) {
        final StrictBuckets present = strict;
        if (present != null) {
            present.table().sweep(nowNs, maxSlots);
        }
    }
}
