package openclaw.edge.sync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import openclaw.edge.crdt.PartitionPolicy;
import openclaw.edge.sync.ClusterView;

/** One run: a cluster, its tenants and what befalls them, all drawn from a seed. */
final class Simulation {

    /** Until all are ready and their buckets, begun with a share, are full. */
    private static final long WARM_UP_NS = 3 * World.SECOND;

    private static final long FAULTS_NS = WARM_UP_NS + 12 * World.SECOND;
    private static final long SETTLING_NS = 4 * World.SECOND;

    /** Requests of a tenant at a node: more cost time, and show nothing that these do not. */
    private static final double MOST_PER_SECOND = 120;

    /** One seed in so many waits until all buckets are full. */
    private static final int WAITS = 16;

    /** From this seed on links also pass one way only; seeds below stay what they were. */
    static final long ONE_WAY_SEEDS = 1_000_000;

    private final long seed;
    private final World world;
    private final Schedule.Faults faults;
    private final boolean startsFull;
    private final List<Demand> demands = new ArrayList<>();

    /** What differs between one kind of simulation and another. */
    interface Setup {
        /** Gossip of the simulation's nodes. */
        Gossip.Factory gossips(World world);

        /** Faults of a seed. */
        default Schedule.Faults faults(final Random random) {
            return Schedule.Faults.of(random);
        }
    }

    Simulation(final long seed, final Setup setup) {
        this.seed = seed;
        // The first numbers of a Random are much alike for seeds that are.
        final Random random = new Random(new SplittableRandom(seed).nextLong());
        final int nodes = 2 + random.nextInt(4);
        final Schedule.Faults drawn = setup.faults(random);
        this.faults = seed < ONE_WAY_SEEDS ? drawn : drawn.withOneWay();
        this.startsFull = random.nextInt(4) != 0;
        this.world = new World(
                random.nextLong(),
                nodes,
                faults.members() || faults.twins() ? nodes + 1 : nodes,
                plans(random, startsFull),
                timing(random),
                setup::gossips);
        world.deadAfterNs(
                faults.dead() ? (2L + random.nextInt(7)) * world.timing().suspectAfterNs() : 0);
        policies(random);
        world.quota(100L + random.nextInt(1_000));
    }

    /** Mostly shares; else all limits are open or close, or one limit is otherwise than the cluster. */
    private void policies(final Random random) {
        final PartitionPolicy[] all = PartitionPolicy.values();
        final PartitionPolicy ofAll = random.nextInt(6) == 0 ? all[random.nextInt(all.length)] : PartitionPolicy.SHARE;
        final int tenant = random.nextInt(world.plans().size());
        final boolean hasOwn =
                random.nextInt(6) == 0 && world.plans().get(tenant).kind() != TenantPlan.Kind.AGENTS;
        world.policy(ofAll, tenant, hasOwn ? all[random.nextInt(all.length)] : null);
    }

    private static World.Timing timing(final Random random) {
        final long intervalNs = (10L + random.nextInt(30)) * World.MS;
        return new World.Timing(
                intervalNs, (8L + random.nextInt(8)) * intervalNs, 300 * World.MS, (1L + random.nextInt(4)) * World.MS);
    }

    private static List<TenantPlan> plans(final Random random, final boolean startsFull) {
        final List<TenantPlan> plans = new ArrayList<>();
        for (final TenantPlan.Kind kind : TenantPlan.Kind.values()) {
            final long capacity = 20L + random.nextInt(100);
            final long perSecond = Math.max(20, capacity * (1 + random.nextInt(4)) / 2);
            plans.add(
                    kind == TenantPlan.Kind.MODEST && startsFull
                            ? slow(random)
                            : new TenantPlan(kind.name(), capacity, perSecond, World.SECOND, kind));
        }
        return plans;
    }

    /** A limit that what is late for as long as a silence goes unnoticed takes little of. */
    private static TenantPlan slow(final Random random) {
        final long capacity = 100L + random.nextInt(200);
        return new TenantPlan(
                "MODEST", capacity, capacity, (8L + random.nextInt(12)) * World.SECOND, TenantPlan.Kind.MODEST);
    }

    private void demand(final Random random) {
        final int nodes = world.nodes().length;
        for (int tenant = 0; tenant < world.plans().size(); tenant++) {
            final TenantPlan plan = world.plans().get(tenant);
            for (int node = 0; node < nodes; node++) {
                final double share = new double[] {0, 0.3, 1, 1, 4}[random.nextInt(5)] * plan.refillPerSecond();
                final double perSecond = plan.kind() == TenantPlan.Kind.MODEST ? 2.0 * plan.refillPerSecond() : share;
                final long periodNs = random.nextInt(3) == 0 ? (2L + random.nextInt(4)) * World.SECOND : 0;
                final Demand demand = new Demand(
                        world,
                        tenant,
                        node,
                        Math.min(perSecond, MOST_PER_SECOND),
                        periodNs,
                        1 + random.nextInt(2),
                        world.nodes().length);
                demands.add(demand);
                for (int i = random.nextInt(4); i > 0; i--) {
                    world.events()
                            .at(
                                    WARM_UP_NS + (long) (random.nextDouble() * (FAULTS_NS - WARM_UP_NS)),
                                    () -> demand.burst((int) plan.capacityTokens()));
                }
            }
        }
    }

    World world() {
        return world;
    }

    /**
     * Runs to the end, or to the first violation.
     *
     * @return the violation, or null.
     */
    String run() {
        if (startsFull) {
            world.startFull();
        }
        world.start();
        world.startPulling();
        acquaint();
        world.events().runUntil(WARM_UP_NS);
        world.sharp(!faults.lostDisks() && !faults.clocks());
        // What a node that has lost its state begins with is not its share.
        // Nor is what a node may use that is not counted yet, or not any more.
        // Who was dead pays for all that it used meanwhile, by all that the others had.
        world.denialsCount(!faults.lostDisks() && !faults.members() && !faults.dead() && !faults.twins());
        demand(new Random(seed + 1));
        new Schedule(world, faults, FAULTS_NS);
        final Told told = new Told(world, TenantPlan.Kind.GREEDY.ordinal());
        for (long atNs = WARM_UP_NS; atNs < FAULTS_NS + SETTLING_NS / 2; atNs += 100 * World.MS) {
            world.events().runUntil(atNs);
            told.look();
            if (world.invariants().violation() != null) {
                return violation();
            }
        }
        demands.forEach(Demand::stop);
        world.events().runUntil(FAULTS_NS + SETTLING_NS);
        final AtRest rest = new AtRest(world);
        rest.checkConvergence();
        rest.checkHeard();
        rest.checkTwins();
        rest.checkQuotas(!faults.lostDisks() && !faults.twins());
        refill(rest);
        return violation();
    }

    /** That every bucket is refilled shows in a moment; some seeds wait for it, so that nothing comes of itself later. */
    private void refill(final AtRest rest) {
        final long nowNs = world.events().nowNs();
        if (seed % WAITS == 0) {
            world.events().runUntil(nowNs + rest.refillNs());
            rest.checkFull();
        } else {
            final Map<SimulatedNode, long[]> owed = rest.owedNs();
            world.events().runUntil(nowNs + World.SECOND);
            rest.checkRefill(owed, World.SECOND);
        }
    }

    /** Everybody counts a token of every tenant, one after another, so that all have heard of all counters. */
    private void acquaint() {
        for (int node = 0; node < world.configured(); node++) {
            final SimulatedNode first = world.node(node);
            world.events().at((1500 + node * 200L) * World.MS, () -> {
                for (int tenant = 0; tenant < world.plans().size(); tenant++) {
                    first.request(tenant, 1, 0);
                }
            });
        }
    }

    private String violation() {
        return world.invariants().violation();
    }

    /** What each node knows of its cluster in the end. */
    private String views() {
        final StringBuilder views = new StringBuilder();
        for (final SimulatedNode node : world.running()) {
            final ClusterView view = node.gossip().view();
            views.append(view.node())
                    .append(" counts ")
                    .append(view.reachable())
                    .append(" of ")
                    .append(view.all());
            for (final ClusterView.Member each : view.members()) {
                views.append("; ")
                        .append(each.name())
                        .append(each.isCounted() ? " counted " : " not counted ")
                        .append(each.state())
                        .append(": ")
                        .append(each.why());
            }
            views.append('\n');
        }
        return views.toString();
    }

    /** Everything that a reader of a failure needs. */
    String report() {
        return "seed " + seed + ": " + world.nodes().length + " nodes, " + world.timing() + ", " + faults + ", policy "
                + world.policy() + '\n'
                + world.log() + views() + violation() + "\nreplay: mvn -pl sync -am test -Dtest=SimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed=" + seed;
    }
}
