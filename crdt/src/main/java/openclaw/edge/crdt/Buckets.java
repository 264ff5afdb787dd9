package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.UnsafeApi;

/**
 * Decides requests over the limits that guard them: all are debited or none is. One instance for each event loop, over
 * tables that all share; any number of instances together are exact. An instance and its counters belong to one thread.
 *
 * <p>No allocation, no locks, no clock: time is passed in.
 *
 * <p>A bucket is the generic cell rate algorithm on one word, {@code tat}, in virtual time v: n tokens are admitted when
 * {@code max(v + floor, tat) + n * T - v <= B * T}, and then that maximum plus {@code n * T} is the new tat.
 */
public final class Buckets {

    /** Most tokens of one request. */
    public static final long MAX_TOKENS = 1L << 48;

    /** Unsent growth of one 64th of a quota is urgent; of buckets see {@link VirtualClock.Pace#pressureShift}. */
    private static final int QUOTA_PRESSURE_SHIFT = 6;

    private static final int ATTEMPTS_ON_STALE = 8;

    private final BucketTable table;
    private final VirtualClock clock;
    private final SlotMemory slots;
    private final SlotMemory rows;
    private final CrdtCounters counters = new CrdtCounters();
    private final AgentSlots agentSlots;
    private final AdmissionControl control;
    private final ChangeRing slotChanges;
    private final ChangeRing rowChanges;
    private final FoundSlot found = new FoundSlot();
    private final SlotBirth birth = new SlotBirth();

    /**
     * Decisions over a node's tables.
     *
     * @param table of the buckets.
     * @param quotas rows of quotas.
     */
    public Buckets(final BucketTable table, final QuotaTable quotas) {
        this.table = table;
        this.clock = table.clock();
        this.slots = table.store().memory();
        this.rows = quotas.store().memory();
        this.agentSlots = table.agentSlots();
        this.control = new AdmissionControl(slots, rows, counters);
        this.slotChanges = table.marks().register();
        this.rowChanges = quotas.marks().register();
    }

    /** What this instance has counted. */
    public CrdtCounters counters() {
        return counters;
    }

    /**
     * Admits a request if every limit of the set does. Afterwards {@link LimitSet#remaining} and
     * {@link LimitSet#resetNs} tell of each limit.
     *
     * @param set the limits; an empty set admits.
     * @param tokens cost of the request, 0 to {@link #MAX_TOKENS}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return see {@link Decision}.
     * @throws IllegalArgumentException if {@code tokens} is out of range.
     */
    public long tryAdmit(final LimitSet set, final long tokens, final long nowNs) {
        requireTokens(tokens, MAX_TOKENS);
        final VirtualClock.Pace pace = clock.pace(nowNs);
        control.at(pace, nowNs);
        set.decidedAt(pace);
        final long closed = pace.isClosed(nowNs) ? closed(set, pace) : AdmissionControl.NO_REFUSAL;
        long decision = closed == AdmissionControl.NO_REFUSAL ? control.attempt(set, tokens) : closed;
        for (int i = 1; Decision.reason(decision) == Decision.REASON_STALE && i <= ATTEMPTS_ON_STALE; i++) {
            if (!findAgain(set, Decision.limitIndex(decision))) {
                break;
            }
            decision = control.attempt(set, tokens);
        }
        if (Decision.isAdmitted(decision)) {
            admitted(set, tokens);
        } else {
            counters.addRelease(counterOf(Decision.reason(decision)), 1);
            control.levels(set);
        }
        return decision;
    }

    /**
     * Somebody has been silent for long: limits whose policy is to refuse then do, the others decide. Or what was counted
     * is lost: then any limit refuses.
     */
    private static long closed(final LimitSet set, final VirtualClock.Pace pace) {
        if (pace.isRefusing() && set.size() > 0) {
            return Decision.lost();
        }
        final int entry = set.closedEntry(pace.policy());
        return entry < 0
                ? AdmissionControl.NO_REFUSAL
                : Decision.refused(entry, Decision.REASON_PARTITION, Decision.PARTITION_RETRY_NS);
    }

    private boolean findAgain(final LimitSet set, final int entry) {
        return set.isAgent(entry)
                && agentSlots.findAgain(
                        set,
                        entry,
                        LimitWord.now(set.limitWord(entry), control.virtualUnits(), control.withheldUnits()),
                        birth,
                        found);
    }

    private void admitted(final LimitSet set, final long tokens) {
        set.charge(tokens);
        if (tokens != 0) {
            countConsumed(set, tokens);
        }
        counters.addRelease(CrdtCounter.ADMITTED, 1);
        counters.addRelease(CrdtCounter.ADMITTED_TOKENS, tokens);
    }

    /** Counts what was just debited in slots whose lives were looked at just now. */
    private void countConsumed(final LimitSet set, final long tokens) {
        final long[] words = set.words();
        final int end = set.end();
        for (int at = 0; at < end; at += LimitSet.STRIDE) {
            final long slot = words[at + LimitSet.SLOT];
            final SlotMemory memory = (slot & LimitSet.QUOTA) != 0 ? rows : slots;
            final byte[] array = memory.array();
            final long address = memory.origin() + (int) slot;
            UnsafeApi.getAndAddLong(array, address + CONSUMED_OFFSET, tokens);
            if (UnsafeApi.getLong(array, address + LIFE_OFFSET) != words[at + LimitSet.LIFE]) {
                UnsafeApi.getAndAddLong(array, address + CONSUMED_OFFSET, -tokens);
                counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            }
        }
        if (slotChanges.isOn() || rowChanges.isOn()) {
            for (int i = 0; i < set.size(); i++) {
                // Of a slot that has just ended a mark too many, which does no harm.
                mark(set, i);
            }
        }
    }

    /** Adds to a counter of an entry's slot; false if the slot's life has ended, and then nothing stays added. */
    private boolean count(final LimitSet set, final int entry, final int counterOffset, final long tokens) {
        final SlotMemory memory = set.isQuotaEntry(entry) ? rows : slots;
        return BucketWords.count(memory.buffer(), set.slotOffset(entry), counterOffset, set.life(entry), tokens);
    }

    /** Lets gossip know what was just counted. A quota that is only counted is never urgent. */
    private void mark(final LimitSet set, final int entry) {
        if (set.isQuotaEntry(entry)) {
            if (rowChanges.isOn()) {
                final long limit = set.capacity(entry);
                rowChanges.mark(
                        set.slotOffset(entry),
                        1,
                        set.isDenying(entry) ? Math.max(1, limit >>> QUOTA_PRESSURE_SHIFT) : ChangeRing.NEVER);
            }
        } else if (slotChanges.isOn()) {
            final long unitsPerToken = set.unitsPerToken(entry);
            slotChanges.mark(
                    set.slotOffset(entry),
                    unitsPerToken,
                    Math.max(unitsPerToken, set.capacity(entry) >>> set.pressureShift()));
        }
    }

    private static CrdtCounter counterOf(final int reason) {
        switch (reason) {
            case Decision.REASON_RATE:
                return CrdtCounter.REFUSED_RATE;
            case Decision.REASON_COST_ABOVE_CAPACITY:
                return CrdtCounter.REFUSED_COST_ABOVE_CAPACITY;
            case Decision.REASON_QUOTA:
                return CrdtCounter.REFUSED_QUOTA;
            case Decision.REASON_PARTITION:
                return CrdtCounter.REFUSED_PARTITION;
            case Decision.REASON_LOST:
                return CrdtCounter.REFUSED_LOST;
            default:
                return CrdtCounter.REFUSED_STALE;
        }
    }

    /**
     * Gives back tokens of an admitted request to all its limits: counted as refunded, credited at most up to full.
     *
     * @param set as admitted.
     * @param tokens 0 to {@link LimitSet#chargedTokens}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @throws IllegalArgumentException if that is more than the request is charged with, or negative.
     */
    public void refund(final LimitSet set, final long tokens, final long nowNs) {
        requireTokens(tokens, set.chargedTokens());
        if (tokens == 0) {
            return;
        }
        set.charge(-tokens);
        control.at(clock.pace(nowNs), nowNs);
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            // Counted first: a kill between the two leaves the bucket too low, never too high.
            if (count(set, i, REFUNDED_OFFSET, tokens)) {
                control.refund(set, i, tokens);
                mark(set, i);
            } else {
                counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            }
        }
        counters.addRelease(CrdtCounter.REFUNDED_TOKENS, tokens);
    }

    /**
     * Makes the charge of an admitted request what it turned out to cost: the rest is refunded, or what is missing is
     * debited, below zero if need be.
     *
     * @param set as admitted.
     * @param actualTokens what the request cost in the end, 0 to {@link #MAX_TOKENS}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @throws IllegalArgumentException if {@code actualTokens} is out of range.
     */
    public void settle(final LimitSet set, final long actualTokens, final long nowNs) {
        requireTokens(actualTokens, MAX_TOKENS);
        final long missing = actualTokens - set.chargedTokens();
        if (missing <= 0) {
            refund(set, -missing, nowNs);
            return;
        }
        set.charge(missing);
        control.at(clock.pace(nowNs), nowNs);
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            if (!control.debitAnyway(set, i, missing)) {
                counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            } else if (!set.isQuotaEntry(i)) {
                meterSettled(set.slotOffset(i), missing);
            }
        }
        for (int i = 0; i < size; i++) {
            if (count(set, i, CONSUMED_OFFSET, missing)) {
                mark(set, i);
            } else {
                counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            }
        }
        counters.addRelease(CrdtCounter.SETTLED_ABOVE_TOKENS, missing);
    }

    private void meterSettled(final int slot, final long tokens) {
        final LimitMeter meter = table.meter(slot);
        if (meter != null) {
            meter.addSettledAbove(tokens);
        }
    }

    /**
     * What {@link #tryAdmit} would answer. Debits and counts nothing; afterwards {@link LimitSet#remaining} and
     * {@link LimitSet#resetNs} tell what each limit has now, before the tokens asked for.
     *
     * @param set the limits; an empty set admits.
     * @param tokens cost of the request, 0 to {@link #MAX_TOKENS}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return see {@link Decision}.
     * @throws IllegalArgumentException if {@code tokens} is out of range.
     */
    public long peek(final LimitSet set, final long tokens, final long nowNs) {
        requireTokens(tokens, MAX_TOKENS);
        final VirtualClock.Pace pace = clock.pace(nowNs);
        control.at(pace, nowNs);
        set.decidedAt(pace);
        final long closed = pace.isClosed(nowNs) ? closed(set, pace) : AdmissionControl.NO_REFUSAL;
        long decision = closed == AdmissionControl.NO_REFUSAL ? control.lookAtAll(set, tokens) : closed;
        for (int i = 1; Decision.reason(decision) == Decision.REASON_STALE && i <= ATTEMPTS_ON_STALE; i++) {
            if (!findAgain(set, Decision.limitIndex(decision))) {
                break;
            }
            decision = control.lookAtAll(set, tokens);
        }
        control.levels(set);
        return decision;
    }

    /**
     * Gives back tokens of requests whose sets are not at hand: each limit gets back at most what this incarnation has
     * counted as consumed since the birth of its slot and not given back since; so a slot reclaimed meanwhile, which was
     * full, gets nothing.
     *
     * @param set the limits, just gathered.
     * @param tokens 0 to {@link #MAX_TOKENS}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @throws IllegalArgumentException if {@code tokens} is out of range.
     */
    public void giveBack(final LimitSet set, final long tokens, final long nowNs) {
        requireTokens(tokens, MAX_TOKENS);
        control.at(clock.pace(nowNs), nowNs);
        final int size = set.size();
        long most = 0;
        for (int i = 0; i < size; i++) {
            final SlotMemory memory = set.isQuotaEntry(i) ? rows : slots;
            final long given = BucketWords.countRefund(memory.buffer(), set.slotOffset(i), set.life(i), tokens);
            if (given > 0) {
                control.refund(set, i, given);
                mark(set, i);
            }
            most = Math.max(most, given);
        }
        counters.addRelease(CrdtCounter.REFUNDED_TOKENS, most);
    }

    private static void requireTokens(final long tokens, final long max) {
        if (tokens < 0 || tokens > max) {
            throw new IllegalArgumentException("tokens=" + tokens + ", expected 0 to " + max);
        }
    }
}
