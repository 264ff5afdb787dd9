package openclaw.edge.sync.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.crdt.LimitSpec;
import openclaw.edge.crdt.PartitionPolicy;

/** Everything that one simulation consists of: time, network, nodes, tenants, the truth. */
final class World {

    static final long MS = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    private final EventQueue events = new EventQueue();
    private final Random random;
    private final SimulatedNetwork network;
    private final List<TenantPlan> plans;
    private final int[] limitVersions;
    private final long[] toleranceTokens;
    private final SimulatedNode[] nodes;
    private final int configured;
    private final Gossip.Factory gossips;
    private final Timing timing;
    private final Invariants invariants;
    private final StringBuilder log = new StringBuilder();
    private boolean denialsCount;
    private boolean startsFull;
    private boolean sharp;
    private long deadAfterNs;
    private long forgivenBeforeUnits;
    private PartitionPolicy policy = PartitionPolicy.SHARE;
    private final PartitionPolicy[] ownPolicies;
    private long quotaTokens = 1_000_000;
    private final Map<Integer, List<String>> lists = new HashMap<>();
    private final Set<Integer> retired = new HashSet<>();

    /**
     * How the nodes are configured.
     *
     * @param gossipIntervalNs between two rounds.
     * @param suspectAfterNs of silence.
     * @param joinTimeoutNs how long a node without state waits for others.
     * @param dutyNs between two duty cycles of an idle agent.
     */
    record Timing(long gossipIntervalNs, long suspectAfterNs, long joinTimeoutNs, long dutyNs) {
        static final Timing DEFAULT = new Timing(20 * MS, 1000 * MS, 500 * MS, 2 * MS);
    }

    World(
            final long seed,
            final int configured,
            final int mostNodes,
            final List<TenantPlan> plans,
            final Timing timing,
            final Function<World, Gossip.Factory> gossips) {
        this.random = new Random(seed);
        this.network = new SimulatedNetwork(events, random);
        this.network.nodes(mostNodes);
        this.plans = List.copyOf(plans);
        this.limitVersions = new int[plans.size()];
        Arrays.fill(limitVersions, 1);
        this.toleranceTokens = new long[plans.size()];
        this.ownPolicies = new PartitionPolicy[plans.size()];
        this.configured = configured;
        this.timing = timing;
        this.gossips = gossips.apply(this);
        this.nodes = new SimulatedNode[mostNodes];
        for (int i = 0; i < mostNodes; i++) {
            nodes[i] = new SimulatedNode(this, i);
        }
        this.invariants = new Invariants(this, plans, mostNodes);
    }

    /** Starts the configured nodes, all at once. */
    void start() {
        for (int i = 0; i < configured; i++) {
            start(i);
        }
    }

    /** Starts a node; the first one of all before any other. */
    void start(final int number) {
        nodes[number].start();
        if (number == 0) {
            invariants.learnKeys(nodes[0]);
        }
    }

    /** Nodes that start from now on find their buckets full, as if they had run for long. */
    void startFull() {
        startsFull = true;
    }

    /** Nodes that start from now on without state have none. */
    void startPulling() {
        startsFull = false;
    }

    /** Whether the bound is to hold in its sharper form: nobody loses what it knew. */
    boolean isSharp() {
        return sharp;
    }

    void sharp(final boolean isSharp) {
        sharp = isSharp;
    }

    boolean startsFull() {
        return startsFull;
    }

    EventQueue events() {
        return events;
    }

    Random random() {
        return random;
    }

    SimulatedNetwork network() {
        return network;
    }

    List<TenantPlan> plans() {
        return plans;
    }

    Timing timing() {
        return timing;
    }

    long dutyNs() {
        return timing.dutyNs();
    }

    Gossip.Factory gossips() {
        return gossips;
    }

    Invariants invariants() {
        return invariants;
    }

    /** The list of a node's peers: all that are configured, where no other is set. */
    List<String> peers(final int node) {
        return lists.getOrDefault(node, configuredPeers());
    }

    /** All that are configured. */
    List<String> configuredPeers() {
        return IntStream.range(0, configured).mapToObj(SimulatedNetwork::peer).toList();
    }

    /** From a node's next start on: its list of peers. */
    void peers(final int node, final List<String> list) {
        lists.put(node, List.copyOf(list));
    }

    /** Nodes named in the configuration of all. */
    int configured() {
        return configured;
    }

    SimulatedNode node(final int number) {
        return nodes[number];
    }

    SimulatedNode[] nodes() {
        return nodes;
    }

    List<SimulatedNode> running() {
        final List<SimulatedNode> running = new ArrayList<>();
        for (final SimulatedNode node : nodes) {
            if (node.isRunning()) {
                running.add(node);
            }
        }
        return running;
    }

    int limitVersion(final int tenant) {
        return limitVersions[tenant];
    }

    /** A limit that changes alternates between its plan's and twice that. */
    LimitSpec spec(final int tenant, final int version) {
        final TenantPlan plan = plans.get(tenant);
        final long factor = version % 2 == 1 ? 1 : 2;
        final LimitSpec spec =
                LimitSpec.of(plan.capacityTokens() * factor, plan.refillTokens() * factor, plan.intervalNs(), version);
        return ownPolicies[tenant] == null ? spec : spec.under(ownPolicies[tenant]);
    }

    /** The cluster's policy, and that of one tenant's limit, or null if it has none of its own. */
    void policy(final PartitionPolicy ofAll, final int tenant, final PartitionPolicy own) {
        policy = ofAll;
        ownPolicies[tenant] = own;
    }

    PartitionPolicy policy() {
        return policy;
    }

    /** The policy in force for a tenant's limit. */
    PartitionPolicy policyOf(final int tenant) {
        return ownPolicies[tenant] == null ? policy : ownPolicies[tenant];
    }

    /** From the start: the quota of tenants that have one; beyond it requests are refused. */
    void quota(final long tokens) {
        quotaTokens = tokens;
    }

    long quotaTokens() {
        return quotaTokens;
    }

    /** The catalog changes: nodes see it when they reload. */
    void changeLimits() {
        for (int i = 0; i < limitVersions.length; i++) {
            if (plans.get(i).kind() == TenantPlan.Kind.CHANGING) {
                limitVersions[i]++;
            }
        }
    }

    /** What the debt cap forgave of a tenant at all nodes, in tokens. */
    long forgivenTokens(final int tenant) {
        long units = forgivenBeforeUnits;
        for (final SimulatedNode node : nodes) {
            units += node.isRunning() ? forgivenUnits(node) : 0;
        }
        return units / plans.get(tenant).spec(1).unitsPerToken();
    }

    private static long forgivenUnits(final SimulatedNode node) {
        return node.view().counters().get(CrdtCounter.DEBT_CAPPED_UNITS);
    }

    /** A node is about to end. */
    void ending(final SimulatedNode node) {
        forgivenBeforeUnits += forgivenUnits(node);
    }

    /** What a wrong wall clock may have given a tenant beside the bound, and rounding. */
    long toleranceTokens(final int tenant) {
        return toleranceTokens[tenant] + 1;
    }

    void tolerate(final long refillNs) {
        for (int i = 0; i < toleranceTokens.length; i++) {
            final TenantPlan plan = plans.get(i);
            toleranceTokens[i] +=
                    Math.min(plan.capacityTokens(), 1 + (long) ((double) refillNs / SECOND * plan.refillPerSecond()));
        }
    }

    boolean denialsCount() {
        return denialsCount;
    }

    void denialsCount(final boolean count) {
        denialsCount = count;
    }

    /** Everybody has what an incarnation counted that is no more: some node dropped it from its buckets. */
    void retired(final long incarnation) {
        retired.add(invariants.incarnation(incarnation));
    }

    boolean isRetired(final int incarnation) {
        return retired.contains(incarnation);
    }

    /** A node's process is about to begin. */
    void begins(final SimulatedNode node) {
        if (!node.table().hasStarted()) {
            invariants.begins(node);
        }
    }

    /** Before the start: after how long a silent member is dead, 0 for never. */
    void deadAfterNs(final long newDeadAfterNs) {
        deadAfterNs = newDeadAfterNs;
    }

    long deadAfterNs() {
        return deadAfterNs;
    }

    void worked(final SimulatedNode node) {
        invariants.worked(node);
    }

    /** Notes what is done to the cluster, for the report of a seed that fails. */
    void note(final String what) {
        log.append(String.format("%12.6f s  %s%n", events.nowNs() / 1e9, what));
    }

    String log() {
        return log.toString();
    }
}
