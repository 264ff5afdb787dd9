package openclaw.edge.crdt;

/**
 * The limits that guard one request, at most eight, in the order in which they are debited; after a decision also what
 * each of them has left. Owned by its caller, reused with the request it belongs to, never shared between threads at
 * once. Allocates nothing after construction.
 *
 * <p>Life: {@link #clear}, then the {@code add} methods and {@link BucketTable#findOrCreateAgent}, then
 * {@link Buckets#tryAdmit}; if admitted, any number of {@link Buckets#refund} or one {@link Buckets#settle}, from any
 * thread to which the set was handed on safely.
 */
public final class LimitSet {

    /** Most limits that can guard one request. */
    public static final int MAX_ENTRIES = 8;

    /** What {@link #resetNs} says of a limit that does not refill. */
    public static final long NO_RESET_NS = Long.MAX_VALUE;

    // One entry is eight words, one cache line: what a decision reads and writes.
    static final int SLOT = 0;
    static final int LIFE = 1;
    static final int LIMIT = 2;
    static final int CAPACITY = 3;
    static final int UNITS_PER_TOKEN = 4;
    static final int LEVEL = 5;
    static final int SEEN = 6;
    static final int AFTER = 7;
    static final int STRIDE_SHIFT = 3;
    static final int STRIDE = 1 << STRIDE_SHIFT;

    // And four more, by which an agent's bucket is found again.
    private static final int KEY_HIGH = 0;
    private static final int KEY_LOW = 1;
    private static final int GROUP = 2;
    private static final int KEY_STRIDE_SHIFT = 2;

    static final long QUOTA = 1L << 32;
    private static final long AGENT = 1L << 33;
    static final long DENY = 1L << 34;
    private static final long FOLLOWING = 1L << 35;
    private static final long CLOSED = 1L << 36;

    private final long[] words;
    private final long[] keys;
    private int size;
    private long chargedTokens;
    private int reachable = 1;
    private int all = 1;
    private int pressureShift;
    private boolean openCluster;
    private int policyVersions;

    /** A set with room for {@link #MAX_ENTRIES} limits. */
    public LimitSet() {
        this(MAX_ENTRIES);
    }

    /**
     * A set with room for fewer limits, 96 bytes each.
     *
     * @param maxEntries 1 to {@link #MAX_ENTRIES}.
     */
    public LimitSet(final int maxEntries) {
        if (maxEntries < 1 || maxEntries > MAX_ENTRIES) {
            throw new IllegalArgumentException("maxEntries=" + maxEntries + ", expected 1 to " + MAX_ENTRIES);
        }
        words = new long[maxEntries << STRIDE_SHIFT];
        keys = new long[maxEntries << KEY_STRIDE_SHIFT];
    }

    /** Empties the set for the next request. */
    public void clear() {
        size = 0;
        chargedTokens = 0;
        openCluster = false;
        policyVersions = 0;
    }

    /** Limits in the set. */
    public int size() {
        return size;
    }

    /**
     * Adds a tenant's bucket, reserved with the catalog.
     *
     * @param bucket the bucket.
     * @throws IllegalStateException if the set is full.
     */
    public void add(final ReservedBucket bucket) {
        final LimitSpec spec = bucket.spec();
        append(
                bucket.slotOffset() | flags(spec),
                bucket.life(),
                limitWord(spec),
                spec.unitsPerToken(),
                spec.capacityUnits());
    }

    /**
     * Adds the quota of a billing cycle.
     *
     * @param row the row of tenant and cycle, with its limit.
     * @throws IllegalStateException if the set is full.
     */
    public void add(final QuotaRow row) {
        append(row.slotOffset() | QUOTA | (row.isDenying() ? DENY : 0), row.life(), 0, 1, row.limitTokens());
    }

    /** Adds an agent's bucket; its key and group allow to find it again should it be reclaimed before it is used. */
    void addAgent(
            final int slotOffset, final long life, final AgentBuckets agents, final long keyHigh, final long keyLow) {
        final LimitSpec spec = agents.spec();
        final int base = size << KEY_STRIDE_SHIFT;
        append(slotOffset | AGENT | flags(spec), life, limitWord(spec), spec.unitsPerToken(), spec.capacityUnits());
        keys[base + KEY_HIGH] = keyHigh;
        keys[base + KEY_LOW] = keyLow;
        keys[base + GROUP] =
                ((long) agents.maxAgents() << 32) | agents.overflow().slotOffset();
    }

    private static long flags(final LimitSpec spec) {
        if (spec.isFollowing()) {
            return FOLLOWING;
        }
        return spec.policyOr(PartitionPolicy.SHARE) == PartitionPolicy.CLOSED ? CLOSED : 0;
    }

    private long limitWord(final LimitSpec spec) {
        if (!spec.isFollowing() || policyVersions == 0) {
            return spec.limitWord();
        }
        final long word = LimitWord.later(spec.limitWord(), policyVersions);
        return openCluster ? word | LimitWord.OPEN : word;
    }

    private void append(
            final long slot, final long life, final long limit, final long unitsPerToken, final long capacity) {
        final int base = size << STRIDE_SHIFT;
        if (base == words.length) {
            throw new IllegalStateException("the set is full: maxEntries=" + size
                    + "; make it with room for more, at most " + MAX_ENTRIES + " limits guard one request");
        }
        words[base + SLOT] = slot;
        words[base + LIFE] = life;
        words[base + LIMIT] = limit;
        words[base + CAPACITY] = capacity;
        words[base + UNITS_PER_TOKEN] = unitsPerToken;
        words[base + LEVEL] = 0;
        size++;
    }

    /**
     * What limit {@code index} has left after the last decision, in tokens, at least 0. Of a bucket: what it would admit
     * now; of a quota: what is left of it.
     */
    public long remaining(final int index) {
        final int base = base(index);
        final long left = words[base + CAPACITY] - words[base + LEVEL];
        if (left <= 0) {
            return 0;
        }
        return isQuota(index) ? left : left / words[base + UNITS_PER_TOKEN];
    }

    /**
     * Nanoseconds from the last decision until limit {@code index} is full again, rounded up;
     * {@link #NO_RESET_NS} for a quota, which ends with its cycle.
     */
    public long resetNs(final int index) {
        if (isQuota(index)) {
            return NO_RESET_NS;
        }
        final int base = base(index);
        if (LimitWord.isOpen(words[base + LIMIT])) {
            return Math.min(NO_RESET_NS - 1, VirtualTime.toNsCeil(Math.max(0, words[base + LEVEL])));
        }
        final long floorUnits = VirtualClock.Pace.floorUnits(capacity(index), unitsPerToken(index), reachable, all);
        return VirtualTime.realNs(Math.max(0, words[base + LEVEL] - floorUnits), reachable, all, NO_RESET_NS - 1);
    }

    /** Capacity of limit {@code index} in tokens: of a bucket when full, of a quota for the whole cycle. */
    public long capacityTokens(final int index) {
        return isQuota(index) ? capacity(index) : capacity(index) / unitsPerToken(index);
    }

    /** True if limit {@code index} is a quota. */
    public boolean isQuota(final int index) {
        return (words[base(index) + SLOT] & QUOTA) != 0;
    }

    /** Tokens that this request has been charged so far: admitted or settled, less what was refunded. */
    public long chargedTokens() {
        return chargedTokens;
    }

    private int base(final int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index=" + index + ", size=" + size);
        }
        return index << STRIDE_SHIFT;
    }

    // What the algorithms read and write; indices are theirs and in range.

    /** All entries, for those who look at many words of them at once. */
    long[] words() {
        return words;
    }

    /** Where the words of the entries end. At most {@link #MAX_ENTRIES}, and the compiler is to know that. */
    int end() {
        return (size & 0xF) << STRIDE_SHIFT;
    }

    boolean isQuotaEntry(final int index) {
        return (words[(index << STRIDE_SHIFT) + SLOT] & QUOTA) != 0;
    }

    boolean isDenying(final int index) {
        return (words[(index << STRIDE_SHIFT) + SLOT] & DENY) != 0;
    }

    boolean isAgent(final int index) {
        return (words[(index << STRIDE_SHIFT) + SLOT] & AGENT) != 0;
    }

    int slotOffset(final int index) {
        return (int) words[(index << STRIDE_SHIFT) + SLOT];
    }

    long life(final int index) {
        return words[(index << STRIDE_SHIFT) + LIFE];
    }

    long limitWord(final int index) {
        return words[(index << STRIDE_SHIFT) + LIMIT];
    }

    long unitsPerToken(final int index) {
        return words[(index << STRIDE_SHIFT) + UNITS_PER_TOKEN];
    }

    /** Capacity of a bucket in units, of a quota in tokens. */
    long capacity(final int index) {
        return words[(index << STRIDE_SHIFT) + CAPACITY];
    }

    long keyHigh(final int index) {
        return keys[(index << KEY_STRIDE_SHIFT) + KEY_HIGH];
    }

    long keyLow(final int index) {
        return keys[(index << KEY_STRIDE_SHIFT) + KEY_LOW];
    }

    int overflowOffset(final int index) {
        return (int) keys[(index << KEY_STRIDE_SHIFT) + GROUP];
    }

    int maxAgents(final int index) {
        return (int) (keys[(index << KEY_STRIDE_SHIFT) + GROUP] >>> 32);
    }

    /** Units by which a bucket's word is ahead of now, floor included; tokens used of a quota. */
    void level(final int index, final long level) {
        words[(index << STRIDE_SHIFT) + LEVEL] = level;
    }

    /** What an entry's word is, what its level will be if that is replaced, and by what. */
    void seen(final int index, final long word, final long level, final long after) {
        words[(index << STRIDE_SHIFT) + SEEN] = word;
        words[(index << STRIDE_SHIFT) + LEVEL] = level;
        words[(index << STRIDE_SHIFT) + AFTER] = after;
    }

    /** An entry's word as it was looked at last. */
    long seen(final int index) {
        return words[(index << STRIDE_SHIFT) + SEEN];
    }

    long level(final int index) {
        return words[(index << STRIDE_SHIFT) + LEVEL];
    }

    /** Points an agent's entry to the slot in which it was found again. */
    void moveTo(final int index, final int slotOffset, final long life) {
        final int base = index << STRIDE_SHIFT;
        words[base + SLOT] = (words[base + SLOT] & ~0xFFFF_FFFFL) | slotOffset;
        words[base + LIFE] = life;
    }

    /** Counts in the pace of a newer version of the limit, the capacity in tokens staying the same. */
    void adoptPace(final int index, final long limitWord) {
        final int base = index << STRIDE_SHIFT;
        final long tokens = words[base + CAPACITY] / words[base + UNITS_PER_TOKEN];
        final long unitsPerToken = LimitWord.unitsPerToken(limitWord);
        words[base + CAPACITY] = VirtualTime.multiply(tokens, unitsPerToken);
        words[base + UNITS_PER_TOKEN] = unitsPerToken;
        words[base + LIMIT] = limitWord;
    }

    void decidedAt(final VirtualClock.Pace pace) {
        reachable = pace.reachable;
        all = pace.all;
        pressureShift = pace.pressureShift;
        if (pace.policyVersions() != policyVersions) {
            follow(pace);
        }
    }

    /** Takes the entries that follow the cluster's policy into the clock of the present one. */
    private void follow(final VirtualClock.Pace pace) {
        final int versions = pace.policyVersions() - policyVersions;
        openCluster = pace.isOpen();
        policyVersions = pace.policyVersions();
        for (int base = 0; base < size << STRIDE_SHIFT; base += 1 << STRIDE_SHIFT) {
            if ((words[base + SLOT] & FOLLOWING) != 0) {
                final long word = LimitWord.later(words[base + LIMIT], versions);
                words[base + LIMIT] = openCluster ? word | LimitWord.OPEN : word & ~LimitWord.OPEN;
            }
        }
    }

    /** The first entry whose policy is {@link PartitionPolicy#CLOSED}, or -1. */
    int closedEntry(final PartitionPolicy ofCluster) {
        final long closed = CLOSED | (ofCluster == PartitionPolicy.CLOSED ? FOLLOWING : 0);
        for (int i = 0; i < size; i++) {
            if ((words[(i << STRIDE_SHIFT) + SLOT] & closed) != 0) {
                return i;
            }
        }
        return -1;
    }

    /** Of the last decision. */
    int pressureShift() {
        return pressureShift;
    }

    void charge(final long tokens) {
        chargedTokens += tokens;
    }
}
