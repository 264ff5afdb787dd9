package openclaw.edge.crdt;

/** What is counted, with stable ids and labels fit for a metric's name. */
public enum CrdtCounter {
    /** Requests admitted by all limits. */
    ADMITTED(0, "admitted"),
    /** Requests refused because a bucket had not enough tokens. */
    REFUSED_RATE(1, "refused_rate"),
    /** Requests refused because they cost more than a bucket's capacity. */
    REFUSED_COST_ABOVE_CAPACITY(2, "refused_cost_above_capacity"),
    /** Requests refused because the cycle's quota was used up. */
    REFUSED_QUOTA(3, "refused_quota"),
    /** Decisions on a slot that was reclaimed or released meanwhile. */
    REFUSED_STALE(4, "refused_stale"),
    /** Debits undone because a later limit refused. */
    UNDONE(5, "undone"),
    /** Tokens admitted. */
    ADMITTED_TOKENS(6, "admitted_tokens"),
    /** Tokens refunded. */
    REFUNDED_TOKENS(7, "refunded_tokens"),
    /** Tokens charged by settlement above what had been admitted. */
    SETTLED_ABOVE_TOKENS(8, "settled_above_tokens"),
    /** Credits or counts dropped because their slot had been reclaimed. */
    STALE_DROPPED(9, "stale_dropped"),
    /** Debits that hit a slot in the instant of its rebirth; they stay, against the slot's new key. */
    STALE_DEBITED(10, "stale_debited"),
    /** Agents' buckets created. */
    AGENT_CREATED(11, "agent_created"),
    /** Requests decided on an overflow bucket because the tenant had its maximum of live agents. */
    OVERFLOW_AGENT_BOUND(12, "overflow_agent_bound"),
    /** Requests decided on an overflow bucket because the table was full. */
    OVERFLOW_TABLE_FULL(13, "overflow_table_full"),
    /** Requests decided on an overflow bucket because creating the agent's bucket was contended beyond reason. */
    OVERFLOW_CONTENDED(14, "overflow_contended"),
    /** Full buckets reclaimed. */
    RECLAIMED(15, "reclaimed"),
    /** Words read back from disk farther ahead than possible, clamped. */
    CLAMPED(16, "clamped"),
    /** Buckets converted to another version of their limit. */
    LIMIT_CONVERTED(17, "limit_converted"),
    /** Replica entries joined: counters grew. */
    JOINED(18, "joined"),
    /** Replica entries that set a baseline: unknown incarnation or newer generation. */
    JOINED_BASELINE(19, "joined_baseline"),
    /** Replica entries ignored: an older generation, or nothing new. */
    JOIN_IGNORED(20, "join_ignored"),
    /** Units of virtual time that the debt cap forgave. */
    DEBT_CAPPED_UNITS(21, "debt_capped_units"),
    /** Units of refunds that went into what the debt cap had forgiven. */
    OWED_REPAID_UNITS(22, "owed_repaid_units"),
    /** Replica entries, or units owed, not kept because no overflow block was free. */
    JOIN_NO_ROOM(23, "join_no_room"),
    /** Requests refused because a member was silent for long, under a policy that then refuses. */
    REFUSED_PARTITION(24, "refused_partition"),
    /** Units of silent members' growth that the refill withheld meanwhile paid for. */
    FORGIVEN_UNITS(25, "forgiven_units"),
    /** Tokens of silent members' growth that only moved the baseline, under {@link PartitionPolicy#OPEN}. */
    OPEN_UNDEBITED_TOKENS(26, "open_undebited_tokens"),
    /** Slots made for keys that no catalog of this node knows. */
    ORPHAN_CREATED(27, "orphan_created"),
    /** Such slots that a catalog, or their owner's pace, has taken over. */
    ORPHAN_ADOPTED(28, "orphan_adopted"),
    /** Replica entries of unknown keys whose bucket is full: they need no slot. */
    JOIN_NOT_NEEDED(29, "join_not_needed"),
    /** Replica entries of agents beyond their tenant's bound: the overflow bucket was debited, no counters kept. */
    JOIN_AGENT_BOUND(30, "join_agent_bound"),
    /** Replica entries for which the table had no room, no counters kept; an agent's overflow bucket was debited. */
    JOIN_TABLE_FULL(31, "join_table_full"),
    /** Replica entries of this node's own incarnation. */
    JOIN_OWN(32, "join_own"),
    /** Replica entries whose key is another kind of slot here, or belongs to the other table. */
    JOIN_MISPLACED(33, "join_misplaced"),
    /** Replica entries of a billing cycle that was released. */
    JOIN_RELEASED(34, "join_released"),
    /** Incarnations not registered because the directory was full. */
    DIRECTORY_FULL(35, "directory_full"),
    /** Changes that did not fit into a ring, so that all marks were looked at. */
    CHANGES_RING_FULL(36, "changes_ring_full"),
    /** Units of level that the floor had taken off buckets, given back or paid to silent members' growth. */
    ASIDE_GIVEN_BACK_UNITS(37, "aside_given_back_units"),
    /** Tokens of growth, of members not heard before by a table without a past, that only moved the baseline. */
    UNHEARD_UNDEBITED_TOKENS(38, "unheard_undebited_tokens"),
    /** Of the buckets reclaimed, those that had not been full for long enough to forget them, for want of room. */
    RECLAIMED_EARLY(39, "reclaimed_early"),
    /** Replica entries of an unknown incarnation or newer generation that were growth from zero. */
    JOINED_FROM_ZERO(40, "joined_from_zero"),
    /** Table files that were removed or replaced while this process had them mapped: see {@link TableFileWatch}. */
    FILES_REMOVED(41, "files_removed"),
    /** Table files that were cut short or overwritten while this process had them mapped; since then all is refused. */
    FILES_LOST(42, "files_lost"),
    /** Requests refused because a table's file was lost. */
    REFUSED_LOST(43, "refused_lost");

    private static final CrdtCounter[] BY_ID = values();

    private final int id;
    private final int offset;
    private final String label;

    CrdtCounter(final int id, final String label) {
        this.id = id;
        this.offset = id * Long.BYTES;
        this.label = label;
    }

    /** Stable id, 0 to {@link #count()} - 1. */
    public int id() {
        return id;
    }

    /** Where it stands among the others. */
    int offset() {
        return offset;
    }

    /** Lower-case name with underscores. */
    public String label() {
        return label;
    }

    /** Number of counters. */
    public static int count() {
        return BY_ID.length;
    }

    static {
        for (int i = 0; i < BY_ID.length; i++) {
            if (BY_ID[i].id != i) {
                throw new AssertionError(BY_ID[i] + " has id " + BY_ID[i].id + ", expected " + i);
            }
        }
    }
}
