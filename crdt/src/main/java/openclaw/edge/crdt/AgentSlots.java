package openclaw.edge.crdt;

import static openclaw.edge.crdt.BucketSlotDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds the slots of agents' buckets in a table, or creates them, at most so many for each limit as its overflow slot
 * counts live ones. For any number of event loops at once, lock-free and without allocation.
 */
final class AgentSlots {

    private final SlotStore store;
    private final UnsafeBuffer slots;
    private final VirtualClock clock;
    private final StartLevel start;
    private final int spare;
    private final CrdtCounters counters;

    /** Those of a table that keeps {@code spare} slots free of agents. */
    AgentSlots(
            final SlotStore store,
            final VirtualClock clock,
            final StartLevel start,
            final int spare,
            final CrdtCounters counters) {
        this.store = store;
        this.slots = store.buffer();
        this.clock = clock;
        this.start = start;
        this.spare = spare;
        this.counters = counters;
    }

    /** As {@link BucketTable#findOrCreateAgent} says. */
    boolean findOrCreate(final LimitSet set, final AgentBuckets agents, final KeyHash key, final long nowNs) {
        final FoundSlot found = key.found();
        if (store.find(key.high(), key.low(), found)
                || create(key.high(), key.low(), birthOf(agents, key.birth(), nowNs), agents.maxAgents(), found)) {
            set.addAgent(found.offset(), found.life(), agents, key.high(), key.low());
            return true;
        }
        set.add(agents.overflow());
        return false;
    }

    private SlotBirth birthOf(final AgentBuckets agents, final SlotBirth birth, final long nowNs) {
        final VirtualClock.Pace pace = clock.pace(nowNs);
        final long limit = agents.spec().limitWord(pace);
        final long capacityUnits = agents.spec().capacityUnits();
        final long word = start.birthUnits(limit, capacityUnits, pace.units(limit, nowNs));
        return birth.of(KIND_AGENT, agents.overflow().slotOffset(), limit, word);
    }

    /** Finds or creates once more the bucket of an agent's entry whose slot was reclaimed meanwhile. */
    boolean findAgain(
            final LimitSet set, final int entry, final long nowUnits, final SlotBirth birth, final FoundSlot found) {
        final long keyHigh = set.keyHigh(entry);
        final long keyLow = set.keyLow(entry);
        final long limit = set.limitWord(entry) & ~LimitWord.PARITY;
        final long word = start.birthUnits(limit, set.capacity(entry), nowUnits);
        birth.of(KIND_AGENT, set.overflowOffset(entry), limit, word);
        if (store.find(keyHigh, keyLow, found) || create(keyHigh, keyLow, birth, set.maxAgents(entry), found)) {
            set.moveTo(entry, found.offset(), found.life());
            return true;
        }
        return false;
    }

    private boolean create(
            final long keyHigh, final long keyLow, final SlotBirth birth, final int maxAgents, final FoundSlot found) {
        final long owner = slots.getLongAcquire(birth.owner() + LIFE_OFFSET);
        if (!isLive(owner) || kind(owner) != KIND_OVERFLOW) {
            // Of a catalog since replaced, or the file was cut: nothing full is to be born over what has been lost.
            return false;
        }
        final int liveAgents = birth.owner() + LIVE_AGENTS_OFFSET;
        if (slots.getAndAddInt(liveAgents, 1) >= maxAgents) {
            slots.getAndAddInt(liveAgents, -1);
            counters.getAndAdd(CrdtCounter.OVERFLOW_AGENT_BOUND, 1);
            return false;
        }
        final SlotStore.Outcome outcome = store.findOrCreate(keyHigh, keyLow, birth, spare, found);
        if (outcome == SlotStore.Outcome.CREATED) {
            counters.getAndAdd(CrdtCounter.AGENT_CREATED, 1);
            return true;
        }
        slots.getAndAddInt(liveAgents, -1);
        if (outcome == SlotStore.Outcome.FOUND) {
            return true;
        }
        counters.getAndAdd(
                outcome == SlotStore.Outcome.FULL ? CrdtCounter.OVERFLOW_TABLE_FULL : CrdtCounter.OVERFLOW_CONTENDED,
                1);
        return false;
    }
}
