package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Looks at the limits of a set and takes tokens from all of them or from none, as of an instant that {@link #at} sets.
 * Counts nothing for the cluster: that is for {@link Buckets}, once all have admitted.
 *
 * <p>A look leaves with each entry what the debit would make of the word: so what is between the locked instructions of
 * the debits is as little as can be.
 */
final class AdmissionControl {

    static final long NO_REFUSAL = 0;

    /** What no word is that can be debited. */
    private static final long UNEXPECTED = -1;

    // What a debit comes to: done; not, the word having changed; or done to a slot whose life had ended.
    private static final int DEBITED = 0;
    private static final int CHANGED = 1;
    private static final int ENDED = 2;

    private final SlotMemory slots;
    private final SlotMemory rows;
    private final CrdtCounters counters;

    private VirtualClock.Pace pace;
    private long virtualUnits;
    private long withheldUnits;

    AdmissionControl(final SlotMemory slots, final SlotMemory rows, final CrdtCounters counters) {
        this.slots = slots;
        this.rows = rows;
        this.counters = counters;
    }

    /** Everything below is as of this instant. */
    void at(final VirtualClock.Pace present, final long nowNs) {
        if (pace != present) {
            // Not each time: the collector wants to know of each.
            pace = present;
        }
        virtualUnits = present.virtualUnits(nowNs);
        withheldUnits = present.openUnits(nowNs) - virtualUnits;
    }

    long virtualUnits() {
        return virtualUnits;
    }

    long withheldUnits() {
        return withheldUnits;
    }

    /** Debits all, or none; see {@link Decision}. */
    long attempt(final LimitSet set, final long tokens) {
        // To look before taking spares most refusals an undo, and lets the cache misses of all limits overlap.
        final long refusal = lookAtAll(set, tokens);
        return refusal != NO_REFUSAL || tokens == 0 ? refusal : takeAll(set, tokens);
    }

    /** What {@link #attempt} would say now. */
    long lookAtAll(final LimitSet set, final long tokens) {
        // In local variables: after each read of a word the compiler would read fields again.
        final long[] words = set.words();
        final int end = set.end();
        final SlotMemory memory = slots;
        final byte[] array = memory.array();
        final long nowUnits = virtualUnits;
        final long openUnits = withheldUnits;
        final boolean isComplete = pace.isComplete();
        for (int at = 0; at < end; at += LimitSet.STRIDE) {
            final long slot = words[at + LimitSet.SLOT];
            final long refusal;
            if ((slot & LimitSet.QUOTA) != 0) {
                refusal = lookAtQuota(words, at, tokens);
            } else {
                final long word = read(array, memory.address((int) slot), words, at);
                final long now = LimitWord.now(words[at + LimitSet.LIMIT], nowUnits, openUnits);
                final long cost = VirtualTime.multiply(tokens, words[at + LimitSet.UNITS_PER_TOKEN]);
                final long level = Math.max(0, (word & VirtualTime.TIME_MASK) - now) + cost;
                final boolean isRead = word != UNEXPECTED && isComplete;
                if (isRead && level <= words[at + LimitSet.CAPACITY]) {
                    words[at + LimitSet.SEEN] = word;
                    words[at + LimitSet.LEVEL] = level;
                    words[at + LimitSet.AFTER] = (now + level) | (word & LimitWord.PARITY);
                    continue;
                }
                final int entry = at >> LimitSet.STRIDE_SHIFT;
                refusal = isRead ? refuse(set, entry, tokens, cost, level) : lookAgain(set, entry, tokens);
            }
            if (refusal != NO_REFUSAL) {
                return refusal;
            }
        }
        return NO_REFUSAL;
    }

    /**
     * The word of an entry's bucket that is alive, not reclaimed, in the entry's version of the limit and not being
     * converted; else {@link #UNEXPECTED}. One branch for all of that.
     */
    private static long read(final byte[] array, final long address, final long[] words, final int at) {
        final long word = UnsafeApi.getLongAcquire(array, address + WORD_OFFSET);
        final long life = UnsafeApi.getLong(array, address + LIFE_OFFSET);
        final long limit = UnsafeApi.getLong(array, address + LIMIT_OFFSET);
        final long difference = (life ^ words[at + LimitSet.LIFE])
                | ((limit ^ words[at + LimitSet.LIMIT]) & ~LimitWord.PARITY)
                | ((limit ^ word) & LimitWord.PARITY)
                | (word & RECLAIMED);
        return difference == 0 ? word : UNEXPECTED;
    }

    private long look(final LimitSet set, final int entry, final long tokens) {
        return set.isQuotaEntry(entry)
                ? lookAtQuota(set.words(), entry << LimitSet.STRIDE_SHIFT, tokens)
                : lookAgain(set, entry, tokens);
    }

    private long lookAtQuota(final long[] words, final int at, final long tokens) {
        final byte[] array = rows.array();
        final long address = rows.address((int) words[at + LimitSet.SLOT]);
        final long used = UnsafeApi.getLongAcquire(array, address + WORD_OFFSET);
        if (UnsafeApi.getLong(array, address + LIFE_OFFSET) != words[at + LimitSet.LIFE]) {
            return stale(at >> LimitSet.STRIDE_SHIFT);
        }
        if (used + tokens > words[at + LimitSet.CAPACITY] && (words[at + LimitSet.SLOT] & LimitSet.DENY) != 0) {
            return Decision.refused(at >> LimitSet.STRIDE_SHIFT, Decision.REASON_QUOTA, Decision.NEVER_NS);
        }
        words[at + LimitSet.SEEN] = used;
        words[at + LimitSet.LEVEL] = used + tokens;
        words[at + LimitSet.AFTER] = used + tokens;
        return NO_REFUSAL;
    }

    private long lookAgain(final LimitSet set, final int entry, final long tokens) {
        final long word = readFor(set, entry);
        if (word == BucketWords.STALE) {
            return stale(entry);
        }
        final long limit = set.limitWord(entry);
        final long capacityUnits = set.capacity(entry);
        final long cost = VirtualTime.multiply(tokens, set.unitsPerToken(entry));
        final long nowUnits = LimitWord.now(limit, virtualUnits, withheldUnits);
        final long level = beginUnits(word, limit, capacityUnits, nowUnits) + cost;
        if (level > capacityUnits) {
            return refuse(set, entry, tokens, cost, level);
        }
        set.seen(entry, word, level, (nowUnits + level) | (word & LimitWord.PARITY));
        return NO_REFUSAL;
    }

    /** How far ahead of now, in the limit's clock, the next debit begins. */
    private long beginUnits(final long word, final long limit, final long capacityUnits, final long nowUnits) {
        return Math.max(floorUnits(limit, capacityUnits), (word & VirtualTime.TIME_MASK) - nowUnits);
    }

    private long floorUnits(final long limit, final long capacityUnits) {
        return pace.isComplete() || LimitWord.isOpen(limit)
                ? 0
                : pace.floorUnits(capacityUnits, LimitWord.unitsPerToken(limit));
    }

    /** The bucket's word, in the pace of the entry's version of the limit; or {@link BucketWords#STALE}. */
    private long readFor(final LimitSet set, final int entry) {
        final int slot = set.slotOffset(entry);
        final long expected = read(slots.array(), slots.address(slot), set.words(), entry << LimitSet.STRIDE_SHIFT);
        if (expected != UNEXPECTED) {
            return expected;
        }
        final UnsafeBuffer buffer = slots.buffer();
        for (int i = 0; i < BucketWords.ATTEMPTS; i++) {
            final long word = buffer.getLongAcquire(slot + WORD_OFFSET);
            if (word < 0 || buffer.getLong(slot + LIFE_OFFSET) != set.life(entry)) {
                return BucketWords.STALE;
            }
            final long limit = buffer.getLong(slot + LIMIT_OFFSET);
            if (LimitWord.sameLimit(limit, set.limitWord(entry)) && ((limit ^ word) & LimitWord.PARITY) == 0) {
                return word;
            }
            LimitConversion.reconcile(buffer, set, entry, pace, virtualUnits, withheldUnits, counters);
        }
        return BucketWords.STALE;
    }

    private static long stale(final int entry) {
        return Decision.refused(entry, Decision.REASON_STALE, Decision.NEVER_NS);
    }

    private long refuse(final LimitSet set, final int entry, final long tokens, final long cost, final long level) {
        if (cost > set.capacity(entry)) {
            return Decision.refused(entry, Decision.REASON_COST_ABOVE_CAPACITY, Decision.NEVER_NS);
        }
        if (hasComeBack(set, entry)) {
            return lookAgain(set, entry, tokens);
        }
        final long missingUnits = level - set.capacity(entry);
        final boolean open = LimitWord.isOpen(set.limitWord(entry));
        if (pace.reachable == 0 && !open) {
            return Decision.refused(entry, Decision.REASON_PARTITION, Decision.PARTITION_RETRY_NS);
        }
        final long waitNs = open
                ? VirtualTime.realNs(missingUnits, 1, 1, Decision.MAX_WAIT_NS)
                : VirtualTime.realNs(missingUnits, pace.reachable, pace.all, Decision.MAX_WAIT_NS);
        return Decision.refused(entry, Decision.REASON_RATE, waitNs);
    }

    /** True if the bucket was fuller, had what was given up for silent members that are heard again been given back. */
    private boolean hasComeBack(final LimitSet set, final int entry) {
        final int slot = set.slotOffset(entry);
        final long limit = set.limitWord(entry);
        if (pace.all == 1 || LimitWord.isOpen(limit) || !Aside.isAny(slots.buffer(), slot)) {
            return false;
        }
        final long capacityTokens = set.capacity(entry) / LimitWord.unitsPerToken(limit);
        final long units = Aside.giveBack(
                slots.buffer(), slot, set.life(entry), capacityTokens, pace, virtualUnits, withheldUnits);
        counters.addRelease(CrdtCounter.ASIDE_GIVEN_BACK_UNITS, units);
        return units > 0;
    }

    private long takeAll(final LimitSet set, final long tokens) {
        final long[] words = set.words();
        final int end = set.end();
        for (int at = 0; at < end; at += LimitSet.STRIDE) {
            final int outcome = debit(words, at);
            if (outcome != DEBITED) {
                final int entry = at >> LimitSet.STRIDE_SHIFT;
                final long refusal = takeAgain(set, entry, tokens, outcome);
                if (refusal != NO_REFUSAL) {
                    setAside(set, entry, tokens);
                    undo(set, entry, tokens);
                    return refusal;
                }
            }
        }
        setAside(set, set.size(), tokens);
        return Decision.ADMITTED;
    }

    /** Debits a limit as it was seen, with one CAS. */
    private int debit(final long[] words, final int at) {
        final long slot = words[at + LimitSet.SLOT];
        final SlotMemory memory = (slot & LimitSet.QUOTA) != 0 ? rows : slots;
        final byte[] array = memory.array();
        // Whoever looked at the entry has seen that a slot is there.
        final long address = memory.origin() + (int) slot;
        if (!UnsafeApi.compareAndSetLong(
                array, address + WORD_OFFSET, words[at + LimitSet.SEEN], words[at + LimitSet.AFTER])) {
            return CHANGED;
        }
        return UnsafeApi.getLong(array, address + LIFE_OFFSET) == words[at + LimitSet.LIFE] ? DEBITED : ENDED;
    }

    /** Debits one limit as it is now, unless it refuses now. */
    private long takeAgain(final LimitSet set, final int entry, final long tokens, final int before) {
        int outcome = before;
        for (int i = 1; outcome == CHANGED && i < BucketWords.ATTEMPTS; i++) {
            final long refusal = look(set, entry, tokens);
            if (refusal != NO_REFUSAL) {
                return refusal;
            }
            outcome = debit(set.words(), entry << LimitSet.STRIDE_SHIFT);
        }
        if (outcome == ENDED) {
            counters.addRelease(CrdtCounter.STALE_DEBITED, 1);
        }
        return outcome == DEBITED ? NO_REFUSAL : stale(entry);
    }

    /** Notes what the floor took off the levels of the entries before {@code end}, all just debited. */
    private void setAside(final LimitSet set, final int end, final long tokens) {
        if (pace.isComplete()) {
            return;
        }
        for (int i = 0; i < end; i++) {
            if (!set.isQuotaEntry(i) && !LimitWord.isOpen(set.limitWord(i))) {
                final long beginUnits = set.level(i) - VirtualTime.multiply(tokens, set.unitsPerToken(i));
                final long raisedUnits = beginUnits - Math.max(0, (set.seen(i) & VirtualTime.TIME_MASK) - virtualUnits);
                if (raisedUnits > 0) {
                    Aside.add(slots.buffer(), set.slotOffset(i), raisedUnits, beginUnits, set.capacity(i));
                }
            }
        }
    }

    /** Takes back what the entries before {@code end} were debited. */
    private void undo(final LimitSet set, final int end, final long tokens) {
        if (end == 0 || tokens == 0) {
            return;
        }
        for (int i = 0; i < end; i++) {
            if (!credit(set, i, tokens)) {
                counters.addRelease(CrdtCounter.STALE_DROPPED, 1);
            }
        }
        counters.addRelease(CrdtCounter.UNDONE, 1);
    }

    private boolean credit(final LimitSet set, final int entry, final long tokens) {
        final int slot = set.slotOffset(entry);
        return set.isQuotaEntry(entry)
                ? BucketWords.count(rows.buffer(), slot, WORD_OFFSET, set.life(entry), -tokens)
                : BucketWords.credit(slots.buffer(), slot, set.life(entry), tokens, virtualUnits, withheldUnits);
    }

    /** Gives back what was charged: a bucket first repays what it owes. */
    void refund(final LimitSet set, final int entry, final long tokens) {
        if (set.isQuotaEntry(entry)) {
            credit(set, entry, tokens);
            return;
        }
        final long repaid = BucketWords.refund(
                slots.buffer(), set.slotOffset(entry), set.life(entry), tokens, virtualUnits, withheldUnits);
        if (repaid > 0) {
            counters.addRelease(CrdtCounter.OWED_REPAID_UNITS, repaid);
        }
    }

    /** Debits one limit without asking, below zero if need be; false if its slot's life has ended. */
    boolean debitAnyway(final LimitSet set, final int entry, final long tokens) {
        final int slot = set.slotOffset(entry);
        final long life = set.life(entry);
        return set.isQuotaEntry(entry)
                ? BucketWords.count(rows.buffer(), slot, WORD_OFFSET, life, tokens)
                : BucketWords.debit(
                                slots.buffer(),
                                slot,
                                life,
                                tokens,
                                virtualUnits,
                                withheldUnits,
                                VirtualTime.MAX_AHEAD_UNITS)
                        != BucketWords.STALE;
    }

    /** What every limit has left, nothing being debited. */
    void levels(final LimitSet set) {
        final int size = set.size();
        for (int i = 0; i < size; i++) {
            set.level(i, set.isQuotaEntry(i) ? quotaLevel(set, i) : bucketLevel(set, i));
        }
    }

    private long quotaLevel(final LimitSet set, final int entry) {
        return rows.buffer().getLongAcquire(set.slotOffset(entry) + WORD_OFFSET);
    }

    private long bucketLevel(final LimitSet set, final int entry) {
        final long word = readFor(set, entry);
        final long limit = set.limitWord(entry);
        return word == BucketWords.STALE
                ? 0
                : beginUnits(word, limit, set.capacity(entry), LimitWord.now(limit, virtualUnits, withheldUnits));
    }
}
