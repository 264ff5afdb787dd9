package openclaw.edge.sync.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import openclaw.edge.crdt.AgentBuckets;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.CatalogSlots;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.KeyHash;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.ReplicaTable;
import openclaw.edge.crdt.ReservedBucket;

/**
 * One node of the simulated cluster: a process that lives from {@link #start} to {@link #kill}, over a disk that outlives
 * it. Its clock is the simulation's plus what its machine's wall clock was wrong by when it started.
 */
final class SimulatedNode {

    /** Where the simulation's time begins, in nanoseconds since the Unix epoch. */
    static final long EPOCH_NS = 1_800_000_000_000_000_000L;

    private static final String NAME = "node-";
    private static final int CYCLE = 202_611;
    private static final int MAX_AGENTS = 6;

    private final World world;
    private final int number;
    private SimulatedDisk disk;
    private long wallErrorNs;
    private boolean isClockSetBack;

    // Of the present process.
    private BucketTable table;
    private QuotaTable quotas;
    private Buckets buckets;
    private ReplicaTable view;
    private ReservedBucket[] tenants;
    private AgentBuckets[] agents;
    private QuotaRow[] quotaRows;
    private LimitSet[] sets;
    private int[] limitVersions;
    private final KeyHash keyHash = new KeyHash();
    private SimulatedNetwork.Port port;
    private Gossip gossip;
    private boolean running;
    private boolean paused;
    private boolean stalled;
    private boolean leaving;
    private long startedNs;
    private long wakesAtNs;
    private long idleNs;
    private long housekeepingDueNs;
    private int life;
    private int directory;
    private String boot;

    SimulatedNode(final World world, final int number) {
        this.world = world;
        this.number = number;
        this.disk = SimulatedDisk.empty(number);
    }

    int number() {
        return number;
    }

    String name() {
        return NAME + number;
    }

    /** The number of the node with this name. */
    static int number(final String name) {
        return Integer.parseInt(name.substring(NAME.length()));
    }

    /** The node's clock: nanoseconds since the Unix epoch, as it believes. */
    long nowNs() {
        return EPOCH_NS + wallErrorNs + world.events().nowNs();
    }

    BucketTable table() {
        return table;
    }

    QuotaTable quotas() {
        return quotas;
    }

    /** The table as the truth looks at it. */
    ReplicaTable view() {
        return view;
    }

    SimulatedNetwork.Port port() {
        return port;
    }

    SimulatedDisk disk() {
        return disk;
    }

    Gossip gossip() {
        return gossip;
    }

    boolean isRunning() {
        return running;
    }

    boolean isPaused() {
        return paused;
    }

    /** True if its gossip's thread gets no processor. */
    boolean isStalled() {
        return stalled;
    }

    /** True if requests that come now are decided. */
    boolean serves() {
        return running && !paused && !leaving && gossip.isReady();
    }

    ReservedBucket tenant(final int index) {
        return tenants[index];
    }

    QuotaRow quotaRow(final int index) {
        return quotaRows[index];
    }

    /** Counts up with every process of the node. */
    int life() {
        return life;
    }

    /** When the present process started. */
    long startedNs() {
        return startedNs;
    }

    /** Before a start: what the process will find. */
    void disk(final SimulatedDisk newDisk) {
        disk = newDisk;
    }

    /** Before a start: by how much the wall clock will be wrong. */
    void wallErrorNs(final long errorNs) {
        isClockSetBack |= errorNs < wallErrorNs;
        wallErrorNs = errorNs;
    }

    /** True if its wall clock went back between two processes: then it does not know for how long it was down. */
    boolean isClockSetBack() {
        return isClockSetBack;
    }

    long wallErrorNs() {
        return wallErrorNs;
    }

    /** Before a start: the disk lies in another directory than that of the process before. */
    void newDirectory() {
        directory++;
        boot = null;
    }

    /** Before a start: the disk is a copy of another node's that lives on, made with the whole machine or not. */
    void twinOf(final SimulatedNode original, final boolean isMachine) {
        disk = original.disk().copy();
        boot = isMachine ? original.bootId() : null;
    }

    /** What the incarnation is bound to beside the files. */
    String bootId() {
        return boot != null ? boot : "boot-" + number + '-' + directory;
    }

    /** Starts a process over the disk. */
    void start() {
        life++;
        startedNs = world.events().nowNs();
        running = true;
        paused = false;
        stalled = false;
        leaving = false;
        final long nowNs = nowNs();
        table = BucketTable.inMemory(disk.buckets(), nowNs, Math.max(2, world.configured()));
        quotas = QuotaTable.inMemory(disk.quotas(), nowNs);
        buckets = new Buckets(table, quotas);
        reserve();
        if (world.startsFull() && !table.hasStarted()) {
            table.startAt(1, 1, nowNs);
        }
        view = table.replicas();
        world.begins(this);
        port = world.network().open(number, this::dutySoon);
        gossip = world.gossips().open(this);
        wakesAtNs = Long.MAX_VALUE;
        idleNs = world.dutyNs();
        wake(world.random().nextInt((int) world.dutyNs()));
    }

    private void reserve() {
        final List<TenantPlan> plans = world.plans();
        final int size = plans.size();
        tenants = new ReservedBucket[size];
        agents = new AgentBuckets[size];
        quotaRows = new QuotaRow[size];
        sets = new LimitSet[size];
        limitVersions = new int[size];
        final CatalogSlots slots = table.catalogSlots(nowNs());
        for (int i = 0; i < size; i++) {
            final TenantPlan plan = plans.get(i);
            limitVersions[i] = world.limitVersion(i);
            tenants[i] = slots.bucket(plan.name(), "tenant", world.spec(i, limitVersions[i]));
            sets[i] = new LimitSet();
            sets[i].add(tenants[i]);
            if (plan.kind() == TenantPlan.Kind.AGENTS) {
                agents[i] = slots.agents(plan.name(), "agent", plan.spec(1), MAX_AGENTS);
                quotaRows[i] = quotas.row(plan.name(), CYCLE, world.quotaTokens(), true);
            }
        }
        slots.commit();
    }

    /** Takes the present versions of the limits, as a reload of the catalog does. */
    void reload() {
        if (running) {
            reserve();
        }
    }

    /** The gossip's thread wakes after a time, unless it does so earlier anyhow. */
    private void wake(final long afterNs) {
        final long atNs = world.events().nowNs() + afterNs;
        if (atNs >= wakesAtNs) {
            return;
        }
        wakesAtNs = atNs;
        final int ofLife = life;
        world.events().at(atNs, () -> {
            if (ofLife == life && running && wakesAtNs == atNs) {
                wakesAtNs = Long.MAX_VALUE;
                duty();
            }
        });
    }

    /** Idle cycles come at ever longer intervals, since each costs and none changes anything: up to half a tick. */
    private void duty() {
        boolean isBusy = false;
        if (!paused && !stalled) {
            isBusy = gossip.doWork() > 0;
            if (isBusy) {
                world.worked(this);
            }
        }
        final long nowNs = world.events().nowNs();
        if (!paused && nowNs >= housekeepingDueNs) {
            housekeepingDueNs = nowNs + World.SECOND;
            table.checkpoint(nowNs());
            table.sweep(nowNs(), 2 * SimulatedDisk.SLOTS);
        }
        final long longestNs = Math.max(world.dutyNs(), world.timing().gossipIntervalNs() / 2);
        idleNs = isBusy ? world.dutyNs() : Math.min(longestNs, 2 * idleNs);
        wake(idleNs);
    }

    /** The gossip's thread wakes within a fraction of its idle time. */
    private void dutySoon() {
        if (wakesAtNs - world.events().nowNs() > World.MS) {
            wake(1 + world.random().nextInt((int) World.MS));
        }
    }

    /** A request: decided by the tenant's limit, or for an agents' tenant by all that guard it. */
    boolean request(final int tenant, final long tokens, final int agent) {
        if (!serves()) {
            return false;
        }
        final TenantPlan.Kind kind = world.plans().get(tenant).kind();
        final LimitSet set = set(tenant, agent, kind);
        final boolean admitted = Decision.isAdmitted(buckets.tryAdmit(set, tokens, nowNs()));
        if (!admitted) {
            world.invariants().denied(this, tenant);
            return false;
        }
        world.invariants().admitted(this, tenant, tokens);
        if (kind == TenantPlan.Kind.REFUNDING || kind == TenantPlan.Kind.SETTLING) {
            settleLater(tenant, set, tokens, kind);
        }
        dutySoon();
        return true;
    }

    private LimitSet set(final int tenant, final int agent, final TenantPlan.Kind kind) {
        if (kind == TenantPlan.Kind.REFUNDING || kind == TenantPlan.Kind.SETTLING) {
            // A request in flight keeps its own handle on its limits.
            final LimitSet set = new LimitSet();
            set.add(tenants[tenant]);
            return set;
        }
        if (agents[tenant] == null) {
            return sets[tenant];
        }
        final LimitSet set = sets[tenant];
        set.clear();
        final byte[] agentName = ("agent-" + agent).getBytes(StandardCharsets.US_ASCII);
        table.findOrCreateAgent(
                set, agents[tenant], keyHash.agent(agents[tenant], agentName, 0, agentName.length), nowNs());
        set.add(tenants[tenant]);
        set.add(quotaRows[tenant]);
        return set;
    }

    private void settleLater(final int tenant, final LimitSet set, final long tokens, final TenantPlan.Kind kind) {
        if (world.random().nextInt(3) != 0) {
            return;
        }
        final int ofLife = life;
        final long actual = kind == TenantPlan.Kind.REFUNDING
                ? world.random().nextInt((int) tokens + 1)
                : tokens + 1 + world.random().nextInt(3);
        world.events().after(world.random().nextInt(1_500_000_000), () -> {
            if (ofLife == life && running && !paused) {
                buckets.settle(set, actual, nowNs());
                world.invariants().settled(this, tenant, actual - tokens);
                dutySoon();
            }
        });
    }

    void pause(final boolean newPaused) {
        paused = newPaused;
    }

    /** The gossip's thread alone gets no processor; requests go on. */
    void stall(final boolean newStalled) {
        stalled = newStalled;
    }

    boolean isLeaving() {
        return running && leaving;
    }

    /** Takes no more requests, and says goodbye. */
    void goodbye() {
        leaving = true;
        gossip.goodbye();
    }

    /** The process ends at once; its disk is as it was at this instant. */
    void kill() {
        world.ending(this);
        running = false;
        gossip.close();
        port.close();
        world.invariants().killed(this);
    }
}
