package openclaw.edge.sync.simulation;

import java.util.HashMap;
import java.util.Map;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.ReplicaEntry;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;

/**
 * What must be true once nothing goes wrong any more, nobody asks, and everything that was under way has arrived:
 * all nodes hold the same counters for every key, incarnation and generation (G1); those of every incarnation that runs
 * are what it truly counted (G6); everybody is heard again, and every bucket is full once the debt that there can be has
 * been repaid (G5: no operator).
 */
final class AtRest {

    /** A unit of virtual time is a sixteenth of a nanosecond. */
    private static final int UNIT_BITS = 4;

    private final World world;
    private final ReplicaRow row = new ReplicaRow();

    AtRest(final World world) {
        this.world = world;
    }

    private record Pair(int tenant, int incarnation) {}

    private record Value(long generation, long consumed, long refunded) {}

    /** G1 and G6. */
    void checkConvergence() {
        final Map<Pair, Value> all = new HashMap<>();
        final Map<Pair, String> holders = new HashMap<>();
        for (final SimulatedNode node : world.running()) {
            tenants(node).forEach((pair, value) -> {
                final Value known = all.putIfAbsent(pair, value);
                final String holder = holders.putIfAbsent(pair, node.name());
                if (known != null && !known.equals(value)) {
                    violated(node.name() + " holds " + value + ", " + holder + ' ' + known, pair);
                }
            });
        }
        for (final SimulatedNode node : world.running()) {
            final Map<Pair, Value> held = tenants(node);
            all.forEach((pair, value) -> {
                if (!held.containsKey(pair) && !world.isRetired(pair.incarnation)) {
                    violated(node.name() + " lacks " + value + " of " + holders.get(pair), pair);
                }
            });
            checkTruth(node, held);
        }
    }

    private void violated(final String what, final Pair pair) {
        world.invariants()
                .violated("G1: " + what + " of incarnation " + pair.incarnation + " in "
                        + world.plans().get(pair.tenant));
    }

    private void checkTruth(final SimulatedNode node, final Map<Pair, Value> values) {
        final Invariants invariants = world.invariants();
        final long own = node.view().ownIncarnation();
        for (int tenant = 0; tenant < world.plans().size(); tenant++) {
            final long consumed = invariants.account(tenant).consumedTokens(invariants.incarnation(own));
            final Value value = values.get(new Pair(tenant, invariants.incarnation(own)));
            if (!invariants.isShared(invariants.incarnation(own))
                    && (value == null ? consumed != 0 : value.consumed != consumed)) {
                invariants.violated("G6: the cluster holds " + value + " of "
                        + world.plans().get(tenant) + " at " + node.name() + ", the truth is " + consumed);
            }
        }
    }

    /** All counters of tenants' buckets that are not zero. */
    private Map<Pair, Value> tenants(final SimulatedNode node) {
        final Map<Pair, Value> values = new HashMap<>();
        final ReplicaTable table = node.view();
        for (int i = 0; i < table.rows(); i++) {
            if (!table.read(i, row, node.nowNs()) || world.invariants().tenant(row.keyHigh()) < 0) {
                continue;
            }
            put(values, table.ownIncarnation(), row.generation(), row.consumedTokens(), row.refundedTokens());
            for (int pair = 0; pair < row.pairs(); pair++) {
                put(
                        values,
                        row.incarnationId(pair),
                        row.generation(pair),
                        row.consumedTokens(pair),
                        row.refundedTokens(pair));
            }
        }
        return values;
    }

    private void put(
            final Map<Pair, Value> values,
            final long incarnation,
            final long generation,
            final long consumed,
            final long refunded) {
        if ((consumed | refunded) != 0) {
            final Invariants invariants = world.invariants();
            values.put(
                    new Pair(invariants.tenant(row.keyHigh()), invariants.incarnation(incarnation)),
                    new Value(generation, consumed, refunded));
        }
    }

    /** No two nodes go by one incarnation. */
    void checkTwins() {
        final Map<Long, SimulatedNode> nodes = new HashMap<>();
        for (final SimulatedNode node : world.running()) {
            final SimulatedNode other = nodes.put(node.view().ownIncarnation(), node);
            if (other != null) {
                world.invariants().violated("G6: " + node.name() + " and " + other.name() + " go by one incarnation");
            }
        }
    }

    /**
     * G1 of quotas: everybody has heard of all that was ever admitted, so that what was admitted beyond the quota had not
     * been heard of by who admitted it.
     *
     * @param isNothingLost no node has lost what it knew; else nobody may know more than the truth.
     */
    void checkQuotas(final boolean isNothingLost) {
        for (final SimulatedNode node : world.running()) {
            for (int tenant = 0; tenant < world.plans().size(); tenant++) {
                final QuotaRow quota = node.quotaRow(tenant);
                final long truth = world.invariants().account(tenant).netTokens();
                final long known = quota == null ? truth : Invariants.quotaTokens(node, quota);
                if (known > truth || (isNothingLost && known < truth)) {
                    world.invariants()
                            .violated("G1: " + node.name() + " has heard of " + known + " tokens of the quota of "
                                    + world.plans().get(tenant) + ", the truth is " + truth);
                }
            }
        }
    }

    /** Everybody heard by everybody. */
    void checkHeard() {
        for (final SimulatedNode node : world.running()) {
            final int reachable = node.table().clock().reachable();
            final int all = node.table().clock().all();
            if (reachable != all || all != world.running().size()) {
                world.invariants()
                        .violated("G5: " + node.name() + " counts " + reachable + " of " + all + ", there are "
                                + world.running().size());
            }
            if (!node.gossip().isReady()) {
                world.invariants()
                        .violated("G5: " + node.name() + " is not ready: "
                                + node.gossip().view().why());
            }
        }
    }

    /** How long it takes until every bucket must be full. */
    long refillNs() {
        long longest = 0;
        for (final TenantPlan plan : world.plans()) {
            longest = Math.max(longest, 2 * plan.capacityTokens() * plan.intervalNs() / plan.refillTokens());
        }
        return longest * world.nodes().length;
    }

    /** What is missing in every tenant's bucket at every running node, in nanoseconds of refill. */
    Map<SimulatedNode, long[]> owedNs() {
        final Map<SimulatedNode, long[]> owed = new HashMap<>();
        for (final SimulatedNode node : world.running()) {
            final long[] of = new long[world.plans().size()];
            final ReplicaTable table = node.view();
            for (int i = 0; i < table.rows(); i++) {
                if (table.read(i, row, node.nowNs()) && row.kind() == ReplicaEntry.KIND_TENANT) {
                    of[world.invariants().tenant(row.keyHigh())] = row.deficitUnits() >> UNIT_BITS;
                }
            }
            owed.put(node, of);
        }
        return owed;
    }

    /**
     * Every bucket is refilled at the full rate, and would be full in the time that this may take.
     *
     * @param before what was missing.
     * @param passedNs since then.
     */
    void checkRefill(final Map<SimulatedNode, long[]> before, final long passedNs) {
        final long longestNs = refillNs();
        owedNs().forEach((node, owed) -> {
            for (int tenant = 0; tenant < owed.length; tenant++) {
                final long beforeNs = before.get(node)[tenant];
                if (beforeNs > longestNs || owed[tenant] > Math.max(0, beforeNs - passedNs) + 1) {
                    world.invariants()
                            .violated("G5: " + node.name() + " lacked " + beforeNs + " ns of refill of "
                                    + world.plans().get(tenant) + ", and " + owed[tenant] + " after " + passedNs
                                    + " ns in which nothing happened");
                }
            }
        });
    }

    /** No debt is left over. */
    void checkFull() {
        for (final SimulatedNode node : world.running()) {
            for (int tenant = 0; tenant < world.plans().size(); tenant++) {
                final long remaining = node.table().remainingTokens(node.tenant(tenant), node.nowNs());
                final long capacity = node.tenant(tenant).spec().capacityTokens();
                if (remaining != capacity) {
                    world.invariants()
                            .violated("G5: " + node.name() + " has " + remaining + " of " + capacity
                                    + " tokens left of " + world.plans().get(tenant) + " long after the last request");
                }
            }
        }
    }
}
