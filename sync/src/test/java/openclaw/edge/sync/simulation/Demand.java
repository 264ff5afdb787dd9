package openclaw.edge.sync.simulation;

import java.util.Random;

/**
 * Requests of one tenant at one node: at random intervals around a mean, in phases or all the time, now and then in a
 * burst. Those of a modest tenant pass a bucket of {@link #MODESTY} of the node's share of the limit first.
 */
final class Demand {

    /** Of each node's share, what a modest tenant uses. */
    static final double MODESTY = 0.9;

    private static final long IDLE_NS = 50 * World.MS;

    private final World world;
    private final int tenant;
    private final int node;
    private final Random random;
    private final double perSecond;
    private final long periodNs;
    private final int maxTokens;
    private final int members;
    private boolean stopped;
    private double allowance;
    private long allowedAtNs;

    /**
     * Demand that begins at once.
     *
     * @param perSecond mean of requests.
     * @param periodNs if not 0, requests come in the first third of each period only.
     * @param maxTokens of one request.
     * @param members among which a modest tenant's limit is shared.
     */
    Demand(
            final World world,
            final int tenant,
            final int node,
            final double perSecond,
            final long periodNs,
            final int maxTokens,
            final int members) {
        this.world = world;
        this.tenant = tenant;
        this.node = node;
        this.random = new Random(world.random().nextLong());
        this.perSecond = perSecond;
        this.periodNs = periodNs;
        this.maxTokens = maxTokens;
        this.members = members;
        this.allowedAtNs = world.events().nowNs();
        this.allowance = MODESTY * world.plans().get(tenant).capacityTokens() / members;
        next();
    }

    void stop() {
        stopped = true;
    }

    private void next() {
        final long nowNs = world.events().nowNs();
        if (perSecond <= 0 || (periodNs != 0 && nowNs % periodNs > periodNs / 3)) {
            world.events().after(IDLE_NS, this::idle);
            return;
        }
        final long afterNs = (long) (-Math.log(1 - random.nextDouble()) / perSecond * World.SECOND);
        world.events().after(Math.min(afterNs, World.SECOND), () -> {
            if (!stopped) {
                request(1 + random.nextInt(maxTokens));
                next();
            }
        });
    }

    private void idle() {
        if (!stopped && perSecond > 0) {
            next();
        }
    }

    /** Many requests at once. */
    void burst(final int requests) {
        for (int i = 0; i < requests && !stopped; i++) {
            request(1);
        }
    }

    private void request(final int tokens) {
        if (world.plans().get(tenant).kind() == TenantPlan.Kind.MODEST && !isModest(tokens)) {
            return;
        }
        world.node(node).request(tenant, tokens, random.nextInt(12));
    }

    private boolean isModest(final int tokens) {
        final TenantPlan plan = world.plans().get(tenant);
        final long nowNs = world.events().nowNs();
        final double earned = MODESTY * plan.refillPerSecond() / members * (nowNs - allowedAtNs) / World.SECOND;
        allowance = Math.min(MODESTY * plan.capacityTokens() / members, allowance + earned);
        allowedAtNs = nowNs;
        if (allowance < tokens) {
            return false;
        }
        allowance -= tokens;
        return true;
    }
}
