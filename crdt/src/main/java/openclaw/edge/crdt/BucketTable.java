package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The buckets of one node in one mapped file, found by a keyed hash of tenant, limit and agent. Reopening the file
 * resumes where the process was closed or killed.
 *
 * <p>{@link #findOrCreateAgent} is for any number of event loops at once, lock-free and without allocation. Everything
 * else belongs to slower threads: {@link #catalogSlots} to one at a time, {@link #sweep} to one
 * agent's duty cycle, the readings to whoever scrapes.
 *
 * <p>Reclaim rests on this: a bucket is closed by one CAS on its word, which fails if anybody debited it, and only when
 * it has been full for {@link #RECLAIM_AFTER_NS}, and among N members for the time in which N - 1 capacities refill,
 * unless room is short ({@link CrdtCounter#RECLAIMED_EARLY}); a closed bucket admits nothing, and its life word then changes for
 * good, so that decisions begun before come back stale and find the agent's bucket again.
 */
public final class BucketTable implements AutoCloseable {

    /** How long a bucket must have been full before it is reclaimed, in virtual nanoseconds, at least; see the class. */
    public static final long RECLAIM_AFTER_NS = 10_000_000_000L;

    /** An epoch farther back than two years is moved when the file is opened, so that words never overflow. */
    private static final long MAX_EPOCH_UNITS = 2 * VirtualTime.MAX_REFILL_UNITS;

    /** One slot in so many is kept free of agents, for the next catalog. */
    static final int SPARE_FRACTION = 16;

    private final Path file;
    private final SlotStore store;
    private final UnsafeBuffer slots;
    private final VirtualClock clock;
    private final CrdtCounters counters = new CrdtCounters();
    private final ChangeMarks marks;
    private final TableFileWatch fileWatch;
    private final ReservedLimits limits = new ReservedLimits();
    private final int spare;
    private final TableIncarnations incarnations;
    private final StartLevel start;
    private final BucketSweep sweep;
    private final AgentSlots agentSlots;
    private final long withheldBeforeUnits;
    private final SilenceNotes silenceNotes;
    private final AtomicBoolean isNoting = new AtomicBoolean();
    private BucketReplicas replicas;

    // Of catalogs and of the sweep; guarded by this.
    private BitSet reserved = new BitSet();
    private long committedUnits = Long.MAX_VALUE;

    BucketTable(final Path file, final SlotStore store, final long nowNs, final int members) {
        this.file = file;
        this.store = store;
        this.fileWatch = new TableFileWatch(store, false, counters);
        this.slots = store.buffer();
        this.marks = new ChangeMarks(store, counters);
        this.spare = store.slots() / SPARE_FRACTION;
        final VirtualClock resumed = ClockCells.resume(slots, nowNs, members);
        final long fromUnits = resumed.virtualUnits(nowNs);
        final long fromWithheldUnits = resumed.withheldUnits(nowNs);
        final long withheldBefore = SilenceNotes.stoppedUnits(slots, ClockCells.withheldUnits(slots));
        this.clock = fromUnits + fromWithheldUnits > MAX_EPOCH_UNITS
                ? resumed.movedTo(VirtualTime.START_UNITS, 0, nowNs)
                : resumed;
        final long shiftUnits = clock.withheldUnits(nowNs) - fromWithheldUnits;
        this.withheldBeforeUnits = Math.max(0, withheldBefore + shiftUnits);
        this.silenceNotes = new SilenceNotes(slots, clock, shiftUnits, withheldBeforeUnits);
        // Before the clock, which from then on says when this process began, not when the one before stopped.
        SilenceNotes.noteStopped(slots, withheldBeforeUnits, shiftUnits == 0);
        // Before the words: a kill between leaves words too far ahead, which are clamped, never debts forgotten.
        checkpoint(nowNs);
        final TableRecovery recovery = new TableRecovery(
                slots, fromUnits, fromWithheldUnits, clock.virtualUnits(nowNs), clock.withheldUnits(nowNs), counters);
        store.rebuild(recovery::restoreBucket);
        recovery.concludeHoles(shiftUnits);
        recovery.countAgents(store);
        this.incarnations = new TableIncarnations(file, store, counters);
        this.start = new StartLevel(slots);
        this.sweep = new BucketSweep(this);
        this.agentSlots = new AgentSlots(store, clock, start, spare, counters);
        if (clock != resumed) {
            start.forget();
        }
        if (members == 1 && !start.isDecided()) {
            // Alone there is nobody to ask: full.
            startAt(1, 1, nowNs);
        }
    }

    /**
     * Opens the table of a lone node, or makes its file, preallocated by writing.
     *
     * @param config where and how large.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return the table.
     * @throws TableException if the file is another's (magic, layout version, size, hash key), is in use by another
     *     process, or cannot be made; the message says which and what to do.
     */
    public static BucketTable open(final TableConfig config, final long nowNs) {
        return open(config, nowNs, 1);
    }

    /**
     * Opens the table of a member of a cluster: until its clock is told otherwise it reaches nobody, and neither did it
     * while it was down.
     *
     * @param config where and how large.
     * @param nowNs nanoseconds since the Unix epoch.
     * @param members of the cluster, this one included.
     * @return the table.
     * @throws TableException as {@link #open(TableConfig, long)}.
     */
    public static BucketTable open(final TableConfig config, final long nowNs, final int members) {
        final SlotStore store = SlotStore.open(config, TableHeaderDescriptor.KIND_BUCKETS, nowNs);
        return new BucketTable(config.file(), store, nowNs, members);
    }

    /**
     * Opens the table over memory instead of a file, as it was left there.
     *
     * @param memory of one table; no other may be open over it.
     * @param nowNs nanoseconds since the Unix epoch.
     * @param members of the cluster, this one included.
     * @return the table.
     */
    public static BucketTable inMemory(final TableMemory memory, final long nowNs, final int members) {
        final SlotStore store = SlotStore.inMemory(memory, TableHeaderDescriptor.KIND_BUCKETS, nowNs);
        return new BucketTable(memory.config().file(), store, nowNs, members);
    }

    /**
     * The table as gossip sees it; from the first call on event loops mark what they change. To be handed to the gossip
     * agent's thread.
     */
    public synchronized ReplicaTable replicas() {
        if (replicas == null) {
            replicas = new BucketReplicas(this, marks);
        }
        return replicas;
    }

    /** The clock in which all buckets refill. */
    public VirtualClock clock() {
        return clock;
    }

    /** What the table itself counts: creations, overflow, reclaim, clamps. */
    public CrdtCounters counters() {
        return counters;
    }

    /** Where the table lies. */
    public Path file() {
        return file;
    }

    /** Looks now and then whether its file is still there and whole. */
    public TableFileWatch fileWatch() {
        return fileWatch;
    }

    /** This life of the node's counters, a random number kept in the file; see {@link NodeIncarnation}. */
    public long incarnation() {
        return slots.getLong(TableHeaderDescriptor.INCARNATION_OFFSET);
    }

    /** Slots in use. */
    public int liveSlots() {
        return store.used();
    }

    /** Slots in all. */
    public int slots() {
        return store.slots();
    }

    /**
     * True if the table has a past: how full its buckets began was decided, in this life of the process or one before.
     * Of a lone node's table it always is; a member of a cluster that has none pulls it from the others, or decides by
     * {@link #startAt}.
     */
    public boolean hasStarted() {
        return start.isDecided();
    }

    /**
     * Decides how full the buckets of a table without a past begin: all that are there are taken down to this fraction
     * of their capacities, if they are fuller, and those born later begin as full as these have become by then. Kept in
     * the file; a kill before the end leaves it undecided.
     *
     * @param numerator 0 to {@code denominator}: 1 of 1 for full, 1 of N among N that start together, 0 for empty.
     * @param denominator 1 to {@link VirtualClock#MAX_MEMBERS}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @throws IllegalArgumentException if that is no fraction.
     */
    public synchronized void startAt(final int numerator, final int denominator, final long nowNs) {
        if (denominator < 1 || denominator > VirtualClock.MAX_MEMBERS || numerator < 0 || numerator > denominator) {
            throw new IllegalArgumentException("start at " + numerator + "/" + denominator
                    + " of the capacity, expected 0 <= numerator <= denominator <= " + VirtualClock.MAX_MEMBERS);
        }
        start.apply(this, numerator, denominator, clock.pace(nowNs), nowNs);
    }

    /**
     * How full all buckets are at least that nobody has used since the table began: as full as that of the limit that takes
     * longest to refill. Looks at every limit; to be called now and then.
     *
     * @param parts of a full one, at least 1.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return so many of these, rounded down; all of them once everything is refilled.
     */
    public int fill(final int parts, final long nowNs) {
        return start.fill(limits.longestRefillUnits(), clock.pace(nowNs).virtualUnits(nowNs), parts);
    }

    /** The limit that guards a slot, or null if no catalog of this life of the process has reserved it. */
    LimitSpec specOf(final int slot, final long life) {
        final int of = kind(life) == KIND_AGENT ? slots.getInt(slot + OWNER_OFFSET) : slot;
        final ReservedLimits.Limit limit = limits.get(store.slotNumber(of));
        return limit == null ? null : limit.spec;
    }

    /** What a bucket's word is at birth. */
    long birthUnits(final long limit, final long capacityUnits, final long nowUnits) {
        return start.birthUnits(limit, capacityUnits, nowUnits);
    }

    /**
     * The silence of all others while this node was down: growth that they report of before its first contact is settled
     * by it, unless they were silent before: see {@link SilenceNotes#before}. To be asked for once, and ended by
     * {@link VirtualClock#heard} when the last of them is heard.
     *
     * @param policy of the cluster, now as then.
     * @return a silence that began with the last note of the clock in the life of the process that last noted who is
     *     silent: those that were killed before they did heard nobody.
     */
    public Silence downtime(final PartitionPolicy policy) {
        return clock.begin(Silence.since(withheldBeforeUnits, policy));
    }

    /** Who is silent, kept for the next life of the process; of those who were so in the one before. */
    public SilenceNotes silenceNotes() {
        return silenceNotes;
    }

    /**
     * S of a reserved bucket: tokens that settlement charged above what had been admitted, on this node since the
     * process began. Any thread.
     */
    public long settledAboveTokens(final ReservedBucket bucket) {
        final LimitMeter meter = meter(bucket.slotOffset());
        return meter == null ? 0 : meter.settledAboveTokens();
    }

    /**
     * F of a reserved bucket: tokens that the debt cap forgave on this node since the process began, rounded up. Any
     * thread.
     */
    public long debtForgivenTokens(final ReservedBucket bucket) {
        final LimitMeter meter = meter(bucket.slotOffset());
        final long unitsPerToken = bucket.spec().unitsPerToken();
        return meter == null ? 0 : (meter.cappedUnits() + unitsPerToken - 1) / unitsPerToken;
    }

    /** The number of a reserved bucket's row, as {@link #reservedRows} and {@link #replicas} know it; any thread. */
    public int row(final ReservedBucket bucket) {
        return store.slotNumber(bucket.slotOffset());
    }

    /** The meter of a reserved slot, or null. */
    LimitMeter meter(final int slot) {
        final ReservedLimits.Limit limit = limits.get(store.slotNumber(slot));
        return limit == null ? null : limit.meter;
    }

    TableIncarnations incarnations() {
        return incarnations;
    }

    SlotStore store() {
        return store;
    }

    ChangeMarks marks() {
        return marks;
    }

    ReservedLimits limits() {
        return limits;
    }

    /** Slots that agents leave free, for the next catalog. */
    int spare() {
        return spare;
    }

    /** Slots that orphans of tenants leave free: half of what agents do. */
    int orphanSpare() {
        return spare / 2;
    }

    /**
     * Begins the reservation of a catalog's slots. Nothing of the previous catalog is given up before
     * {@link CatalogSlots#commit}.
     *
     * @param nowNs nanoseconds since the Unix epoch.
     * @return to be filled by one thread; one reservation at a time.
     */
    public CatalogSlots catalogSlots(final long nowNs) {
        return new CatalogSlots(this, clock.pace(nowNs), nowNs);
    }

    /** Takes over or creates a slot that the sweep leaves alone from now on; an orphan gets its pace. */
    synchronized SlotStore.Outcome reserve(
            final KeyHash key,
            final SlotBirth birth,
            final LimitSpec spec,
            final int maxAgents,
            final long nowNs,
            final FoundSlot found) {
        final SlotStore.Outcome outcome = store.findOrCreate(key.high(), key.low(), birth, 0, found);
        if (outcome == SlotStore.Outcome.FOUND || outcome == SlotStore.Outcome.CREATED) {
            final int slotNumber = store.slotNumber(found.offset());
            reserved.set(slotNumber);
            final ReservedLimits.Limit before = limits.get(slotNumber);
            final LimitMeter meter = before == null ? new LimitMeter() : before.meter;
            if (before != null && before.spec.capacityTokens() != spec.capacityTokens()) {
                // A fraction of the former capacity.
                Aside.drop(slots, found.offset());
            }
            limits.put(new ReservedLimits.Limit(slotNumber, spec, maxAgents, meter));
            final long virtualUnits = clock.virtualUnits(nowNs);
            final long withheldUnits = clock.withheldUnits(nowNs);
            if (LimitConversion.adopt(
                    slots, found.offset(), found.life(), birth.limit(), virtualUnits, withheldUnits)) {
                counters.getAndAdd(CrdtCounter.ORPHAN_ADOPTED, 1);
                final long most = VirtualTime.multiply(clock.all(), spec.capacityUnits());
                final long cutUnits =
                        BucketWords.cut(slots, found.offset(), found.life(), most, virtualUnits, withheldUnits);
                counters.getAndAdd(CrdtCounter.DEBT_CAPPED_UNITS, cutUnits);
                meter.addCapped(cutUnits);
            }
        }
        return outcome;
    }

    /**
     * Which rows catalogs have reserved: tenants' buckets and overflow buckets. Any thread.
     *
     * @param into receives the numbers of the rows, as of {@link #replicas}, and loses what it had.
     */
    public synchronized void reservedRows(final BitSet into) {
        into.clear();
        into.or(reserved);
    }

    /** From now on these, by slot number, are all that is reserved. */
    synchronized void commit(final BitSet slotNumbers, final long virtualUnits) {
        reserved = slotNumbers;
        limits.retain(slotNumbers);
        committedUnits = virtualUnits;
    }

    /**
     * Finds an agent's bucket, or creates it full, and adds it to the set; where the tenant has its maximum of live
     * agents, or the table is full, the tenant's overflow bucket is added instead. Never refuses. No allocation, no
     * lock.
     *
     * @param set to which the bucket is added.
     * @param agents the agents' limit, as reserved with the catalog.
     * @param key holding the agent's key, from {@link KeyHash#agent}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return true if the agent has a bucket of its own, false if it shares the overflow bucket.
     */
    public boolean findOrCreateAgent(
            final LimitSet set, final AgentBuckets agents, final KeyHash key, final long nowNs) {
        return agentSlots.findOrCreate(set, agents, key, nowNs);
    }

    /** Where agents' buckets are born. */
    AgentSlots agentSlots() {
        return agentSlots;
    }

    /**
     * Reclaims full buckets that no catalog reserves, looking at a part of the table each time. Safe against concurrent
     * admission. For one thread.
     *
     * @param nowNs nanoseconds since the Unix epoch.
     * @param maxSlots how many places of the index to look at, at least; rounded up to eight.
     * @return buckets reclaimed.
     */
    public synchronized int sweep(final long nowNs, final int maxSlots) {
        return sweep.sweep(clock.pace(nowNs), nowNs, maxSlots, reserved, committedUnits);
    }

    /**
     * Gives back what buckets gave up for silent members that are heard again: to be called in each duty cycle, for one
     * thread, the one that joins. Looks at all slots once, a part each time, after k/N has risen; else does nothing. What
     * it has not come to yet is given back when it is missed, by {@link Buckets} and by joining.
     *
     * @param nowNs nanoseconds since the Unix epoch.
     * @param maxSlots how many slots to look at, at least 1.
     * @return slots looked at.
     */
    public int giveBack(final long nowNs, final int maxSlots) {
        return sweep.giveBack(clock.pace(nowNs), nowNs, maxSlots);
    }

    /**
     * Notes the clock in the file, so that a restart goes on from there: what passes between the last note and a kill is
     * refilled as if all others had been silent. Cheap; any thread, and while one does it the others need not.
     *
     * @param nowNs nanoseconds since the Unix epoch.
     */
    public void checkpoint(final long nowNs) {
        if (isNoting.compareAndSet(false, true)) {
            try {
                final VirtualClock.Pace pace = clock.pace(nowNs);
                ClockCells.write(slots, nowNs, pace.virtualUnits(nowNs), pace.withheldUnits(nowNs));
            } finally {
                isNoting.set(false);
            }
        }
    }

    /**
     * What a bucket has left now, in tokens; for scraping.
     *
     * @param bucket reserved with the present catalog.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return 0 to the capacity.
     */
    public long remainingTokens(final ReservedBucket bucket, final long nowNs) {
        final VirtualClock.Pace pace = clock.pace(nowNs);
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.withheldUnits(nowNs);
        final long word = BucketWords.read(slots, bucket.slotOffset(), bucket.life(), virtualUnits, withheldUnits);
        if (word == BucketWords.STALE) {
            return bucket.spec().capacityTokens();
        }
        final long limit = slots.getLong(bucket.slotOffset() + LIMIT_OFFSET);
        final long unitsPerToken = LimitWord.unitsPerToken(limit);
        final long capacityUnits = VirtualTime.multiply(bucket.spec().capacityTokens(), unitsPerToken);
        final long floorUnits = LimitWord.isOpen(limit) ? 0 : pace.floorUnits(capacityUnits, unitsPerToken);
        final long ahead = (word & VirtualTime.TIME_MASK) - LimitWord.now(limit, virtualUnits, withheldUnits);
        return Math.max(0, capacityUnits - Math.max(floorUnits, ahead)) / unitsPerToken;
    }

    /** Tokens that a bucket's slot has admitted on this node since its birth; 0 if it was reclaimed. */
    public long consumedTokens(final ReservedBucket bucket) {
        return counter(bucket, CONSUMED_OFFSET);
    }

    /**
     * Tokens that were refunded to a bucket's slot on this node since its birth; 0 if it was reclaimed. Read before
     * {@link #consumedTokens} it is never the greater.
     */
    public long refundedTokens(final ReservedBucket bucket) {
        return counter(bucket, REFUNDED_OFFSET);
    }

    private long counter(final ReservedBucket bucket, final int counterOffset) {
        final long value = OwnCounters.tokens(slots.getLongVolatile(bucket.slotOffset() + counterOffset));
        return slots.getLongVolatile(bucket.slotOffset() + LIFE_OFFSET) == bucket.life() ? value : 0;
    }

    /** Live agents' buckets of a limit. */
    public int liveAgents(final AgentBuckets agents) {
        return slots.getIntVolatile(agents.overflow().slotOffset() + LIVE_AGENTS_OFFSET);
    }

    /**
     * Unmaps the file. Nobody may use the table any more; what was written is kept by the operating system, and written
     * back if the file was removed meanwhile.
     *
     * @throws TableException if it cannot be written back.
     */
    @Override
    public void close() {
        fileWatch.close();
    }
}
