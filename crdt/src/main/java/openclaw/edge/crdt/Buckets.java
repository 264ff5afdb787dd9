package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

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
    private static final long NO_REFUSAL = 0;

    private final BucketTable table;
    private final VirtualClock clock;
    private final UnsafeBuffer slots;
    private final UnsafeBuffer rows;
    private final CrdtCounters counters = new CrdtCounters();
    private final ChangeRing slotChanges;
    private final ChangeRing rowChanges;
    private final FoundSlot found = new FoundSlot();
    private final SlotBirth birth = new SlotBirth();

    /** Each entry's word as it was looked at, for the CAS that takes. */
    private final long[] seen = new long[LimitSet.MAX_ENTRIES];

    /**
     * Decisions over a node's tables.
     *
     * @param table of the buckets.
     * @param quotas rows of quotas.
     */
    public Buckets(final BucketTable table, final QuotaTable quotas) {
        this.table = table;
        this.clock = table.clock();
        this.slots = table.store().buffer();
        this.rows = quotas.store().buffer();
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
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.openUnits(nowNs) - virtualUnits;
        set.decidedAt(pace);
        long decision = pace.isClosed(nowNs)
                ? attemptClosed(set, tokens, pace, virtualUnits, withheldUnits)
                : attempt(set, tokens, pace, virtualUnits, withheldUnits);
        for (int i = 1; Decision.reason(decision) == Decision.REASON_STALE && i <= ATTEMPTS_ON_STALE; i++) {
            if (!findAgain(set, Decision.limitIndex(decision), virtualUnits, withheldUnits)) {
                break;
            }
            decision = attempt(set, tokens, pace, virtualUnits, withheldUnits);
        }
        if (Decision.isAdmitted(decision)) {
            admitted(set, tokens);
        } else {
            refused(set, decision, pace, virtualUnits, withheldUnits);
        }
        return decision;
    }

    /**
     * Somebody has been silent for long: limits whose policy is to refuse then do, the others decide. Or what was counted
     * is lost: then any limit refuses.
     */
    private long attemptClosed(
            final LimitSet set,
            final long tokens,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        final long refusal = closed(set, pace);
        return refusal == NO_REFUSAL ? attempt(set, tokens, pace, virtualUnits, withheldUnits) : refusal;
    }

    private static long closed(final LimitSet set, final VirtualClock.Pace pace) {
        if (pace.isRefusing() && set.size() > 0) {
            return Decision.lost();
        }
        final int entry = set.closedEntry(pace.policy());
        return entry < 0 ? NO_REFUSAL : Decision.refused(entry, Decision.REASON_PARTITION, Decision.PARTITION_RETRY_NS);
    }

    private long attempt(
            final LimitSet set,
            final long tokens,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        // To look before taking spares most refusals an undo, and lets the cache misses of all limits overlap.
        final long seenRefusal = lookAtAll(set, tokens, pace, virtualUnits, withheldUnits);
        if (seenRefusal != NO_REFUSAL || tokens == 0) {
            return seenRefusal;
        }
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            final long refusal = take(set, i, tokens, pace, virtualUnits, withheldUnits);
            if (refusal != NO_REFUSAL) {
                undo(set, i, tokens, virtualUnits, withheldUnits);
                return refusal;
            }
        }
        return Decision.ADMITTED;
    }

    private long lookAtAll(
            final LimitSet set,
            final long tokens,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            final long refusal = look(set, i, tokens, pace, virtualUnits, withheldUnits);
            if (refusal != NO_REFUSAL) {
                return refusal;
            }
        }
        return NO_REFUSAL;
    }

    /** Judges one limit; if it admits, {@code seen} holds the word and the entry's level what the debit would make. */
    private long look(
            final LimitSet set,
            final int entry,
            final long tokens,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        return set.isQuotaEntry(entry)
                ? lookAtQuota(set, entry, tokens)
                : lookAtBucket(set, entry, tokens, pace, virtualUnits, withheldUnits);
    }

    private long lookAtBucket(
            final LimitSet set,
            final int entry,
            final long tokens,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        final long word = readFor(set, entry, pace, virtualUnits, withheldUnits);
        if (word == BucketWords.STALE) {
            return Decision.refused(entry, Decision.REASON_STALE, Decision.NEVER_NS);
        }
        final long limit = set.limitWord(entry);
        final long capacityUnits = set.capacity(entry);
        final long cost = VirtualTime.multiply(tokens, LimitWord.unitsPerToken(limit));
        final long ahead = ahead(word, limit, capacityUnits, pace, virtualUnits, withheldUnits) + cost;
        if (ahead > capacityUnits) {
            if (cost <= capacityUnits && hasComeBack(set, entry, limit, pace, virtualUnits, withheldUnits)) {
                return lookAtBucket(set, entry, tokens, pace, virtualUnits, withheldUnits);
            }
            return refusal(entry, cost > capacityUnits, ahead - capacityUnits, LimitWord.isOpen(limit), pace);
        }
        seen[entry] = word;
        set.level(entry, ahead);
        return NO_REFUSAL;
    }

    /** True if the bucket was fuller, had what was given up for silent members that are heard again been given back. */
    private boolean hasComeBack(
            final LimitSet set,
            final int entry,
            final long limit,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        final int slot = set.slotOffset(entry);
        if (pace.all == 1 || LimitWord.isOpen(limit) || !Aside.isAny(slots, slot)) {
            return false;
        }
        final long capacityTokens = set.capacity(entry) / LimitWord.unitsPerToken(limit);
        final long units =
                Aside.giveBack(slots, slot, set.life(entry), capacityTokens, pace, virtualUnits, withheldUnits);
        counters.addRelease(CrdtCounter.ASIDE_GIVEN_BACK_UNITS, units);
        return units > 0;
    }

    /** Notes what the floor took off the level, if it did. */
    private void setAside(final LimitSet set, final int entry, final long tokens, final long virtualUnits) {
        final long limit = set.limitWord(entry);
        if (LimitWord.isOpen(limit)) {
            return;
        }
        final long unitsPerToken = LimitWord.unitsPerToken(limit);
        final long beginUnits = set.level(entry) - VirtualTime.multiply(tokens, unitsPerToken);
        final long raisedUnits = beginUnits - Math.max(0, (seen[entry] & VirtualTime.TIME_MASK) - virtualUnits);
        if (raisedUnits > 0) {
            Aside.add(slots, set.slotOffset(entry), raisedUnits, beginUnits, set.capacity(entry));
        }
    }

    private long lookAtQuota(final LimitSet set, final int entry, final long tokens) {
        final int row = set.slotOffset(entry);
        final long used = rows.getLongAcquire(row + WORD_OFFSET);
        if (rows.getLong(row + LIFE_OFFSET) != set.life(entry)) {
            return Decision.refused(entry, Decision.REASON_STALE, Decision.NEVER_NS);
        }
        if (used + tokens > set.capacity(entry) && set.isDenying(entry)) {
            return Decision.refused(entry, Decision.REASON_QUOTA, Decision.NEVER_NS);
        }
        seen[entry] = used;
        set.level(entry, used + tokens);
        return NO_REFUSAL;
    }

    /** Debits one limit as it was seen; if it changed meanwhile, as it is now, unless it refuses now. */
    private long take(
            final LimitSet set,
            final int entry,
            final long tokens,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        final int slot = set.slotOffset(entry);
        for (int i = 0; i < BucketWords.ATTEMPTS; i++) {
            final boolean quota = set.isQuotaEntry(entry);
            final UnsafeBuffer buffer = quota ? rows : slots;
            final long taken = quota
                    ? set.level(entry)
                    : (LimitWord.now(set.limitWord(entry), virtualUnits, withheldUnits) + set.level(entry))
                            | (seen[entry] & LimitWord.PARITY);
            if (buffer.compareAndSetLong(slot + WORD_OFFSET, seen[entry], taken)) {
                if (buffer.getLong(slot + LIFE_OFFSET) == set.life(entry)) {
                    if (!quota && !pace.isComplete()) {
                        setAside(set, entry, tokens, virtualUnits);
                    }
                    return NO_REFUSAL;
                }
                counters.addRelease(CrdtCounter.STALE_DEBITED, 1);
                return Decision.refused(entry, Decision.REASON_STALE, Decision.NEVER_NS);
            }
            final long refusal = look(set, entry, tokens, pace, virtualUnits, withheldUnits);
            if (refusal != NO_REFUSAL) {
                return refusal;
            }
        }
        return Decision.refused(entry, Decision.REASON_STALE, Decision.NEVER_NS);
    }

    /** The bucket's word, in the pace of the entry's version of the limit; or {@link BucketWords#STALE}. */
    private long readFor(
            final LimitSet set,
            final int entry,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        final int slot = set.slotOffset(entry);
        for (int i = 0; i < BucketWords.ATTEMPTS; i++) {
            final long word = slots.getLongAcquire(slot + WORD_OFFSET);
            if (word < 0 || slots.getLong(slot + LIFE_OFFSET) != set.life(entry)) {
                return BucketWords.STALE;
            }
            final long limit = slots.getLong(slot + LIMIT_OFFSET);
            if (LimitWord.sameLimit(limit, set.limitWord(entry)) && ((limit ^ word) & LimitWord.PARITY) == 0) {
                return word;
            }
            LimitConversion.reconcile(slots, set, entry, pace, virtualUnits, withheldUnits, counters);
        }
        return BucketWords.STALE;
    }

    /** How far ahead of now, in the limit's clock, the next debit begins. */
    private static long ahead(
            final long word,
            final long limit,
            final long capacityUnits,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        final long time = word & VirtualTime.TIME_MASK;
        return LimitWord.isOpen(limit)
                ? Math.max(0, time - virtualUnits - withheldUnits)
                : Math.max(pace.floorUnits(capacityUnits, LimitWord.unitsPerToken(limit)), time - virtualUnits);
    }

    private static long refusal(
            final int entry,
            final boolean above,
            final long missingUnits,
            final boolean open,
            final VirtualClock.Pace pace) {
        if (above) {
            return Decision.refused(entry, Decision.REASON_COST_ABOVE_CAPACITY, Decision.NEVER_NS);
        }
        if (pace.reachable == 0 && !open) {
            return Decision.refused(entry, Decision.REASON_PARTITION, Decision.PARTITION_RETRY_NS);
        }
        final long waitNs = open
                ? VirtualTime.realNs(missingUnits, 1, 1, Decision.MAX_WAIT_NS)
                : VirtualTime.realNs(missingUnits, pace.reachable, pace.all, Decision.MAX_WAIT_NS);
        return Decision.refused(entry, Decision.REASON_RATE, waitNs);
    }

    /** Takes back what the entries before {@code end} were debited. */
    private void undo(
            final LimitSet set, final int end, final long tokens, final long virtualUnits, final long withheldUnits) {
        if (end == 0 || tokens == 0) {
            return;
        }
        for (int i = 0; i < end; i++) {
            if (!giveBack(set, i, tokens, virtualUnits, withheldUnits)) {
                counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            }
        }
        counters.addRelease(CrdtCounter.UNDONE, 1);
    }

    private boolean giveBack(
            final LimitSet set, final int entry, final long tokens, final long virtualUnits, final long withheldUnits) {
        final int slot = set.slotOffset(entry);
        if (!set.isQuotaEntry(entry)) {
            return BucketWords.credit(slots, slot, set.life(entry), tokens, virtualUnits, withheldUnits);
        }
        return BucketWords.count(rows, slot, WORD_OFFSET, set.life(entry), -tokens);
    }

    private void creditRefund(
            final LimitSet set, final int entry, final long tokens, final long virtualUnits, final long withheldUnits) {
        if (set.isQuotaEntry(entry)) {
            giveBack(set, entry, tokens, virtualUnits, withheldUnits);
            return;
        }
        final long repaid =
                BucketWords.refund(slots, set.slotOffset(entry), set.life(entry), tokens, virtualUnits, withheldUnits);
        if (repaid > 0) {
            counters.addRelease(CrdtCounter.OWED_REPAID_UNITS, repaid);
        }
    }

    private boolean findAgain(final LimitSet set, final int entry, final long virtualUnits, final long withheldUnits) {
        return set.isAgent(entry)
                && table.findAgain(
                        set, entry, LimitWord.now(set.limitWord(entry), virtualUnits, withheldUnits), birth, found);
    }

    private void admitted(final LimitSet set, final long tokens) {
        set.charge(tokens);
        if (tokens != 0) {
            addToAll(set, CONSUMED_OFFSET, tokens);
        }
        counters.addRelease(CrdtCounter.ADMITTED, 1);
        counters.addRelease(CrdtCounter.ADMITTED_TOKENS, tokens);
    }

    private void addToAll(final LimitSet set, final int counterOffset, final long tokens) {
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            final UnsafeBuffer buffer = set.isQuotaEntry(i) ? rows : slots;
            if (BucketWords.count(buffer, set.slotOffset(i), counterOffset, set.life(i), tokens)) {
                mark(set, i);
            } else {
                counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            }
        }
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

    private void refused(
            final LimitSet set,
            final long decision,
            final VirtualClock.Pace pace,
            final long virtualUnits,
            final long withheldUnits) {
        counters.addRelease(counterOf(Decision.reason(decision)), 1);
        levels(set, pace, virtualUnits, withheldUnits);
    }

    /** What every limit has left, nothing being debited. */
    private void levels(
            final LimitSet set, final VirtualClock.Pace pace, final long virtualUnits, final long withheldUnits) {
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            if (set.isQuotaEntry(i)) {
                set.level(i, rows.getLongAcquire(set.slotOffset(i) + WORD_OFFSET));
                continue;
            }
            final long word = readFor(set, i, pace, virtualUnits, withheldUnits);
            set.level(
                    i,
                    word == BucketWords.STALE
                            ? 0
                            : ahead(word, set.limitWord(i), set.capacity(i), pace, virtualUnits, withheldUnits));
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
        final VirtualClock.Pace pace = clock.pace(nowNs);
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.openUnits(nowNs) - virtualUnits;
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            final UnsafeBuffer buffer = set.isQuotaEntry(i) ? rows : slots;
            // Counted first: a kill between the two leaves the bucket too low, never too high.
            if (BucketWords.count(buffer, set.slotOffset(i), REFUNDED_OFFSET, set.life(i), tokens)) {
                creditRefund(set, i, tokens, virtualUnits, withheldUnits);
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
        final VirtualClock.Pace pace = clock.pace(nowNs);
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.openUnits(nowNs) - virtualUnits;
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            final int slot = set.slotOffset(i);
            final boolean live = set.isQuotaEntry(i)
                    ? BucketWords.count(rows, slot, WORD_OFFSET, set.life(i), missing)
                    : BucketWords.debit(
                                    slots,
                                    slot,
                                    set.life(i),
                                    missing,
                                    virtualUnits,
                                    withheldUnits,
                                    VirtualTime.MAX_AHEAD_UNITS)
                            != BucketWords.STALE;
            if (!live) {
                counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            } else if (!set.isQuotaEntry(i)) {
                meterSettled(slot, missing);
            }
        }
        addToAll(set, CONSUMED_OFFSET, missing);
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
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.openUnits(nowNs) - virtualUnits;
        set.decidedAt(pace);
        final long refusal = pace.isClosed(nowNs) ? closed(set, pace) : NO_REFUSAL;
        long decision = refusal == NO_REFUSAL ? lookAtAll(set, tokens, pace, virtualUnits, withheldUnits) : refusal;
        for (int i = 1; Decision.reason(decision) == Decision.REASON_STALE && i <= ATTEMPTS_ON_STALE; i++) {
            if (!findAgain(set, Decision.limitIndex(decision), virtualUnits, withheldUnits)) {
                break;
            }
            decision = lookAtAll(set, tokens, pace, virtualUnits, withheldUnits);
        }
        levels(set, pace, virtualUnits, withheldUnits);
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
        final VirtualClock.Pace pace = clock.pace(nowNs);
        final long virtualUnits = pace.virtualUnits(nowNs);
        final long withheldUnits = pace.openUnits(nowNs) - virtualUnits;
        final int size = set.size();
        long most = 0;
        for (int i = 0; i < size; i++) {
            final UnsafeBuffer buffer = set.isQuotaEntry(i) ? rows : slots;
            final long given = BucketWords.countRefund(buffer, set.slotOffset(i), set.life(i), tokens);
            if (given > 0) {
                creditRefund(set, i, given, virtualUnits, withheldUnits);
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
