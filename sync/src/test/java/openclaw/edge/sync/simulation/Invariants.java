package openclaw.edge.sync.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.crdt.CrdtCounters;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.ReplicaEntry;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.MemberState;
import org.agrona.collections.Long2LongHashMap;

/**
 * Keeps the truth of every tenant and compares the nodes with it.
 *
 * <ul>
 *   <li>After every admission, refund and settlement: the bound over all windows (G2), and where no state is lost the
 *       sharper one over windows that begin with nobody silent. Under {@code dead_after} with twins a node is allowed
 *       once more what strangers had consumed that it met in such a window: {@link Account#metTokens}.
 *   <li>At every denial: a tenant within its shares is never denied (G5), unless what came late can have cost what it left
 *       free of them (G3); see {@link Lateness}.
 *   <li>At every admission: no quota is exceeded by what the node has heard of, and no limit that closes is open for too
 *       long while somebody is silent.
 *   <li>After every duty cycle: what the node had joined, for U; that no counter went back; that the node's own counters
 *       are the truth (G6: nothing that an incarnation counted is lost or counted twice).
 *   <li>Whenever a node without state begins to serve: that it holds what the others held; see {@link Pulled}.
 *   <li>Under {@code dead_after}: that nobody counts who is silent for longer.
 *   <li>At rest, by {@link AtRest}: convergence (G1), conservation (G6).
 * </ul>
 */
final class Invariants {

    /** A node is read again after so many cycles though it joined nothing by what it counts itself. */
    private static final int MOST_UNREAD = 16;

    /** Of a member that is heard, but not in step yet, or not any more. */
    private static final String HEARD = "heard, ";

    private final World world;
    private final Account[] accounts;
    private final Long2LongHashMap incarnations = new Long2LongHashMap(-1);
    private final long[] keys;
    private final int[][] rowOf;
    private final ReplicaRow row = new ReplicaRow();
    private final long[] ownIncarnations;
    private final Lateness lateness;
    private final long[] joinedBefore;
    private final int[] readLives;
    private final boolean[] admitsBefore;
    private final boolean[] hasCounted;
    private final int[] unread;
    private final Pulled pulled;
    private final Set<Integer> shared = new HashSet<>();
    private String violation;

    Invariants(final World world, final List<TenantPlan> plans, final int nodes) {
        this.world = world;
        this.accounts = new Account[plans.size()];
        for (int i = 0; i < accounts.length; i++) {
            accounts[i] = new Account(plans.get(i), nodes);
        }
        this.keys = new long[plans.size()];
        this.rowOf = new int[nodes][plans.size()];
        this.ownIncarnations = new long[nodes];
        this.lateness = new Lateness(world, nodes);
        this.joinedBefore = new long[nodes];
        this.readLives = new int[nodes];
        this.admitsBefore = new boolean[nodes];
        this.hasCounted = new boolean[nodes];
        this.unread = new int[nodes];
        this.pulled = new Pulled(world);
    }

    Account account(final int tenant) {
        return accounts[tenant];
    }

    /** The tenant with this key, or -1. */
    int tenant(final long keyHigh) {
        for (int tenant = 0; tenant < keys.length; tenant++) {
            if (keys[tenant] == keyHigh) {
                return tenant;
            }
        }
        return -1;
    }

    /** The first violation, or null. */
    String violation() {
        return violation;
    }

    void violated(final String what) {
        if (violation == null) {
            violation = String.format("%.6f s: %s", world.events().nowNs() / 1e9, what);
        }
    }

    /** Learns a tenant's key from the first node's table, whose rows are the tenants' in their order. */
    void learnKeys(final SimulatedNode node) {
        final ReplicaTable table = node.view();
        int tenant = 0;
        for (int i = 0; i < table.rows() && tenant < keys.length; i++) {
            if (table.read(i, row, node.nowNs()) && row.kind() == ReplicaEntry.KIND_TENANT) {
                keys[tenant++] = row.keyHigh();
            }
        }
        if (tenant != keys.length) {
            throw new AssertionError("rows of " + tenant + " tenants, expected " + keys.length);
        }
    }

    private boolean readTenant(final SimulatedNode node, final int tenant) {
        final ReplicaTable table = node.view();
        final int known = rowOf[node.number()][tenant];
        if (table.read(known, row, node.nowNs()) && row.keyHigh() == keys[tenant]) {
            return true;
        }
        for (int i = 0; i < table.rows(); i++) {
            if (table.read(i, row, node.nowNs()) && row.keyHigh() == keys[tenant]) {
                rowOf[node.number()][tenant] = i;
                return true;
            }
        }
        return false;
    }

    /** A small number for an incarnation, the same in every run of a seed. */
    int incarnation(final long id) {
        final int known = (int) incarnations.get(id);
        if (known >= 0) {
            return known;
        }
        incarnations.put(id, incarnations.size());
        return incarnations.size() - 1;
    }

    int own(final SimulatedNode node) {
        return incarnation(node.view().ownIncarnation());
    }

    void admitted(final SimulatedNode node, final int tenant, final long tokens) {
        hasCounted[node.number()] = true;
        final Account account = accounts[tenant];
        joinedOwn(node, tenant, tokens);
        account.admitted(own(node), tokens, world.events().nowNs());
        if (world.plans().get(tenant).kind() == TenantPlan.Kind.MODEST) {
            lateness.admitted(node, own(node), account.consumedTokens(own(node)));
        }
        checkBound(node, tenant);
        checkOpen(node, tenant);
        checkQuota(node, tenant);
    }

    /** A limit that closes is not open for longer than that while somebody is silent. */
    private void checkOpen(final SimulatedNode node, final int tenant) {
        if (world.policyOf(tenant) != PartitionPolicy.CLOSED) {
            return;
        }
        final long mostNs = RealGossip.CLOSED_AFTER_NS + 2 * world.timing().gossipIntervalNs();
        for (final ClusterView.Member member : node.gossip().view().members()) {
            if (member.isCounted()
                    && member.state() == MemberState.SUSPECT
                    && node.nowNs() - member.sinceNs() > mostNs) {
                violated("policy: " + node.name() + " admitted " + world.plans().get(tenant) + " though "
                        + member.name() + " is silent since " + (node.nowNs() - member.sinceNs()) / World.MS + " ms");
            }
        }
    }

    /** Of a quota no more is admitted than it has, as far as the node has heard of the others. */
    private void checkQuota(final SimulatedNode node, final int tenant) {
        final QuotaRow quota = node.quotaRow(tenant);
        if (quota != null && quotaTokens(node, quota) > world.quotaTokens()) {
            violated("quota: " + node.name() + " admitted " + world.plans().get(tenant) + " up to "
                    + quotaTokens(node, quota) + " of " + world.quotaTokens() + " tokens");
        }
    }

    /** What a node has heard of a quota. */
    static long quotaTokens(final SimulatedNode node, final QuotaRow quota) {
        return node.quotas().consumedTokens(quota) - node.quotas().refundedTokens(quota);
    }

    /** A node has joined all that its incarnation counted, unless another one goes by the same. */
    private void joinedOwn(final SimulatedNode node, final int tenant, final long more) {
        final int own = own(node);
        long tokens = Long.MAX_VALUE;
        if (shared.contains(own)) {
            tokens = readTenant(node, tenant) ? row.consumedTokens() - row.refundedTokens() : more;
        }
        accounts[tenant].joined(node.number(), own, tokens);
    }

    /** A node is about to begin as the copy of one that lives on: both go by one incarnation until they hear of it. */
    void twins(final SimulatedNode original) {
        shared.add(own(original));
    }

    /** Whether two nodes went by this incarnation, so that some of what they counted is in no counter. */
    boolean isShared(final int incarnation) {
        return shared.contains(incarnation);
    }

    /** A node without state is about to begin. */
    void begins(final SimulatedNode node) {
        pulled.begins(node);
    }

    void settled(final SimulatedNode node, final int tenant, final long difference) {
        hasCounted[node.number()] = true;
        final Account account = accounts[tenant];
        joinedOwn(node, tenant, difference);
        if (difference < 0) {
            account.refunded(own(node), -difference, world.events().nowNs());
        } else {
            account.settledAbove(own(node), difference, world.events().nowNs());
        }
        checkBound(node, tenant);
    }

    private void checkBound(final SimulatedNode node, final int tenant) {
        final TenantPlan plan = world.plans().get(tenant);
        if (!plan.isBounded() || world.policyOf(tenant) == PartitionPolicy.OPEN) {
            return;
        }
        final long over = accounts[tenant].overBoundTokens(world.forgivenTokens(tenant));
        if (over > world.toleranceTokens(tenant)) {
            final Account account = accounts[tenant];
            violated("G2: " + plan + ": window of " + account.excessTokens() + " tokens above R*T, U "
                    + account.unjoinedTokens() + ", S " + account.settledTokens() + ", F "
                    + world.forgivenTokens(tenant) + ": " + over + " above the bound");
        }
        // A refund that is under way when a window begins raises it: only what is never refunded is held so sharply.
        if (!world.isSharp() || plan.isCorrected()) {
            return;
        }
        final long strange =
                world.deadAfterNs() == 0 || shared.isEmpty() ? 0 : accounts[tenant].metTokens(node.number());
        final long overSharp =
                accounts[tenant].overWholeBoundTokens(node.number(), world.forgivenTokens(tenant)) - strange;
        if (overSharp > world.toleranceTokens(tenant)) {
            violated("G2: " + plan + ": " + overSharp + " tokens above what a window that began with nobody silent may"
                    + " have, at " + node.name());
        }
    }

    void denied(final SimulatedNode node, final int tenant) {
        accounts[tenant].denied(world.events().nowNs());
        if (world.plans().get(tenant).kind() == TenantPlan.Kind.MODEST
                && world.denialsCount()
                && world.policyOf(tenant) != PartitionPolicy.CLOSED) {
            checkDenial(node, world.plans().get(tenant));
        }
    }

    /**
     * G5, as far as G3 lets it: what the tenant left free of every share is more than what came late can have cost, and
     * yet it was denied.
     */
    private void checkDenial(final SimulatedNode node, final TenantPlan plan) {
        final double free = (1 - Demand.MODESTY) * plan.capacityTokens();
        final double late = lateness.tokens(node.number(), plan, Demand.MODESTY);
        if (late < free && !node.isClockSetBack()) {
            violated("G5: " + plan + " was denied at " + node.name() + " though within its shares; " + late
                    + " tokens may be late there, delays in ms " + lateness.at(node.number()));
        }
    }

    private void observeSilence() {
        boolean whole = true;
        for (final SimulatedNode each : world.nodes()) {
            // Whom the others have given up is there all the same.
            whole &= each.isRunning()
                    && each.table().clock().reachable() == each.table().clock().all()
                    && (world.deadAfterNs() == 0 || each.table().clock().all() == world.nodes().length);
        }
        for (final Account account : accounts) {
            account.whole(whole);
        }
    }

    /** Reads what the node now knows of every tenant. */
    void worked(final SimulatedNode node) {
        observeSilence();
        lateness.worked(node);
        final long own = node.view().ownIncarnation();
        final boolean admits = node.gossip().isReady();
        if (admits && (readLives[node.number()] != node.life() || !admitsBefore[node.number()])) {
            pulled.serves(node);
        }
        checkDead(node);
        if (!hasChanged(node, own, admits)) {
            return;
        }
        final boolean renewed = ownIncarnations[node.number()] != own;
        ownIncarnations[node.number()] = own;
        for (int tenant = 0; tenant < accounts.length; tenant++) {
            if (!readTenant(node, tenant)) {
                violated(
                        "G6: " + node.name() + " has no row of " + world.plans().get(tenant));
                continue;
            }
            final Account account = accounts[tenant];
            if (renewed) {
                account.counts(node.number(), false);
            }
            account.counts(node.number(), admits);
            final int ownIndex = incarnation(own);
            if (!shared.contains(ownIndex)
                    && (row.consumedTokens() != account.consumedTokens(ownIndex)
                            || row.refundedTokens() != account.refundedTokens(ownIndex))) {
                violated("G6: " + node.name() + " says of itself consumed " + row.consumedTokens() + ", refunded "
                        + row.refundedTokens() + " of " + world.plans().get(tenant) + ", the truth is "
                        + account.consumedTokens(ownIndex) + ", " + account.refundedTokens(ownIndex));
            }
            for (int pair = 0; pair < row.pairs(); pair++) {
                joined(node, tenant, pair);
            }
            account.joined(
                    node.number(),
                    ownIndex,
                    shared.contains(ownIndex) ? row.consumedTokens() - row.refundedTokens() : Long.MAX_VALUE);
            account.measureUnjoined();
        }
    }

    /** Who is silent for {@code dead_after} counts no more. */
    private void checkDead(final SimulatedNode node) {
        if (world.deadAfterNs() == 0) {
            return;
        }
        // The view is published once a second, beside when somebody is heard or silent.
        final long mostNs =
                world.deadAfterNs() + World.SECOND + 2 * world.timing().gossipIntervalNs();
        for (final ClusterView.Member each : node.gossip().view().members()) {
            final boolean isSilent = each.state() != MemberState.ALIVE
                    && !each.why().startsWith(HEARD)
                    && node.nowNs() - each.sinceNs() > mostNs;
            if (each.isCounted() && !each.name().isEmpty() && (isSilent || each.state() == MemberState.DEAD)) {
                violated("dead_after: " + node.name() + " counts " + each.name() + ", which is " + each.state()
                        + " since " + (node.nowNs() - each.sinceNs()) / World.MS + " ms");
            }
        }
    }

    /** Whether a node can know something that it did not when it was read last: most cycles join nothing. */
    private boolean hasChanged(final SimulatedNode node, final long own, final boolean admits) {
        final CrdtCounters counters = node.view().counters();
        final long joined = counters.get(CrdtCounter.JOINED) + counters.get(CrdtCounter.JOINED_BASELINE);
        final int number = node.number();
        final boolean changed = joined != joinedBefore[number]
                || own != ownIncarnations[number]
                || readLives[number] != node.life()
                || admitsBefore[number] != admits
                || hasCounted[number]
                || ++unread[number] >= MOST_UNREAD;
        if (changed) {
            joinedBefore[number] = joined;
            readLives[number] = node.life();
            admitsBefore[number] = admits;
            hasCounted[number] = false;
            unread[number] = 0;
        }
        return changed;
    }

    private void joined(final SimulatedNode node, final int tenant, final int pair) {
        final Account account = accounts[tenant];
        final int incarnation = incarnation(row.incarnationId(pair));
        account.joined(node.number(), incarnation, row.consumedTokens(pair) - row.refundedTokens(pair));
        if (world.plans().get(tenant).kind() == TenantPlan.Kind.MODEST) {
            lateness.joined(node, incarnation, row.consumedTokens(pair));
        }
        if (row.consumedTokens(pair) > account.consumedTokens(incarnation)
                || row.refundedTokens(pair) > account.refundedTokens(incarnation)) {
            violated("G1: " + node.name() + " believes consumed " + row.consumedTokens(pair) + ", refunded "
                    + row.refundedTokens(pair) + " of incarnation " + incarnation + " in "
                    + world.plans().get(tenant) + ", the truth is " + account.consumedTokens(incarnation) + ", "
                    + account.refundedTokens(incarnation));
        }
    }

    void killed(final SimulatedNode node) {
        observeSilence();
        lateness.killed(node);
        for (final Account account : accounts) {
            account.counts(node.number(), false);
        }
    }
}
