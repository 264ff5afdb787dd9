package openclaw.edge.crdt;

import java.nio.ByteOrder;

/**
 * Layout of a slot: a bucket, or a quota row. 256 bytes, four cache lines, little endian. The first line holds all that
 * an admission touches, so that a decision on a random key misses the cache once; what only replication touches is on
 * the other three.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+  hot line
 *   | word: of a bucket |R|P| 62 bits of virtual time (tat) |       |  0
 *   |       of a quota row tokens used, net, all replicas           |
 *   +---------------------------------------------------------------+
 *   | life: generation (48 bits) | kind (8) | state (8)             |  8
 *   +---------------------------------------------------------------+
 *   | limit: see LimitWord;  of a quota row the cycle               |  16
 *   +---------------------------------------------------------------+
 *   | consumed by this node's incarnation, tokens                   |  24
 *   +---------------------------------------------------------------+
 *   | refunded by this node's incarnation, tokens                   |  32
 *   +---------------------------------------------------------------+
 *   | key, first half;  of a free slot the next free one            |  40
 *   +---------------------------------------------------------------+
 *   | key, second half                                              |  48
 *   +---------------------------------------------------------------+
 *   | mark: changed since gossip polled it, see ChangeRing          |  56
 *   +---------------------------------------------------------------+  cold lines
 *   | next limit: being converted to; equal to limit at rest        |  64
 *   +---------------------------------------------------------------+
 *   | w: withheld refill already used to forgive, and what the      |  72
 *   |    floor took off the level, see WithheldWord;                |
 *   |    of an orphan tokens beside its word, see OrphanDebt;       |
 *   |    of a quota row the notices known to be sent, a bit each    |
 *   +-------------------------------+-------------------------------+
 *   | owner: of an agent's slot its | first overflow block, 0: none |  80
 *   | overflow slot's offset; of an |                               |
 *   | overflow slot: live agents    |                               |
 *   +-------------------------------+-------------------------------+
 *   | seven replica pairs of 24 bytes, this node's own being the    |  88
 *   | eighth:  | incarnation index (16) | generation (48) |         |
 *   |          | consumed                                 |         |
 *   |          | refunded                                 |         |
 *   +---------------------------------------------------------------+  256
 * </pre>
 *
 * <p>R: reclaimed; a word with this bit admits nothing. P: parity, see {@link LimitWord}.
 *
 * <p>An overflow block has the same length: next block (4 bytes), padding (4), owed (8): 1024ths of tokens that the
 * debt cap forgave and that later refunds repay first, and ten more pairs.
 */
final class BucketSlotDescriptor {

    /** Bytes of a cache line. */
    static final int CACHE_LINE_BYTES = 64;

    /** Bytes of a slot, and of an overflow block. */
    static final int SLOT_LENGTH_BYTES = 4 * CACHE_LINE_BYTES;

    static final int WORD_OFFSET = 0;
    static final int LIFE_OFFSET = WORD_OFFSET + Long.BYTES;
    static final int LIMIT_OFFSET = LIFE_OFFSET + Long.BYTES;
    static final int CYCLE_OFFSET = LIMIT_OFFSET;
    static final int CONSUMED_OFFSET = LIMIT_OFFSET + Long.BYTES;
    static final int REFUNDED_OFFSET = CONSUMED_OFFSET + Long.BYTES;
    static final int KEY_HIGH_OFFSET = REFUNDED_OFFSET + Long.BYTES;
    static final int NEXT_FREE_OFFSET = KEY_HIGH_OFFSET;
    static final int KEY_LOW_OFFSET = KEY_HIGH_OFFSET + Long.BYTES;
    static final int MARK_OFFSET = KEY_LOW_OFFSET + Long.BYTES;
    private static final int HOT_LENGTH_BYTES = MARK_OFFSET + Long.BYTES;

    static final int NEXT_LIMIT_OFFSET = HOT_LENGTH_BYTES;
    static final int WITHHELD_OFFSET = NEXT_LIMIT_OFFSET + Long.BYTES;
    static final int NOTICES_OFFSET = WITHHELD_OFFSET;
    static final int OWNER_OFFSET = WITHHELD_OFFSET + Long.BYTES;
    static final int LIVE_AGENTS_OFFSET = OWNER_OFFSET;
    static final int OVERFLOW_BLOCK_OFFSET = OWNER_OFFSET + Integer.BYTES;
    static final int PAIRS_OFFSET = OVERFLOW_BLOCK_OFFSET + Integer.BYTES;

    /** Replicas that a slot holds without an overflow block, this node's own included. */
    static final int INLINE_REPLICAS = 8;

    /** Pairs of other replicas in a slot. */
    static final int INLINE_PAIRS = INLINE_REPLICAS - 1;

    static final int PAIR_TAG_OFFSET = 0;
    static final int PAIR_CONSUMED_OFFSET = PAIR_TAG_OFFSET + Long.BYTES;
    static final int PAIR_REFUNDED_OFFSET = PAIR_CONSUMED_OFFSET + Long.BYTES;
    static final int PAIR_LENGTH_BYTES = PAIR_REFUNDED_OFFSET + Long.BYTES;

    static final int BLOCK_NEXT_OFFSET = 0;
    static final int BLOCK_OWED_OFFSET = BLOCK_NEXT_OFFSET + Long.BYTES;
    static final int BLOCK_PAIRS_OFFSET = BLOCK_OWED_OFFSET + Long.BYTES;

    /** Pairs in an overflow block. */
    static final int BLOCK_PAIRS = (SLOT_LENGTH_BYTES - BLOCK_PAIRS_OFFSET) / PAIR_LENGTH_BYTES;

    /** The bit of a bucket's word that says that its slot was reclaimed. */
    static final long RECLAIMED = Long.MIN_VALUE;

    static final int GENERATION_SHIFT = 16;

    /** Generations are less than this; 2^48 births are never reached. */
    static final long MAX_GENERATION = 1L << (Long.SIZE - GENERATION_SHIFT);

    private static final int KIND_SHIFT = 8;

    static final int KIND_TENANT = 1;
    static final int KIND_OVERFLOW = 2;
    static final int KIND_AGENT = 3;
    static final int KIND_QUOTA = 4;

    private static final int STATE_LIVE = 1;

    /** Index entries for every three slots: four, so that at most three quarters are taken. */
    static final int INDEX_NUMERATOR = 4;

    static final int INDEX_DENOMINATOR = 3;

    /** What one million keys with up to eight replicas may take. */
    static final long MILLION_KEYS_LIMIT_BYTES = 256L << 20;

    static {
        require(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "files are written in the machine's order", 0);
        require(HOT_LENGTH_BYTES == CACHE_LINE_BYTES, "the hot words fill one cache line", HOT_LENGTH_BYTES);
        final int end = PAIRS_OFFSET + INLINE_PAIRS * PAIR_LENGTH_BYTES;
        require(end == SLOT_LENGTH_BYTES, "the pairs end with the slot", end);
        final int blockEnd = BLOCK_PAIRS_OFFSET + BLOCK_PAIRS * PAIR_LENGTH_BYTES;
        require(blockEnd == SLOT_LENGTH_BYTES, "the pairs end with the block", blockEnd);
        final long million = SlotStore.footprintBytes(1_000_000, 1_000_000 / 256);
        require(million < MILLION_KEYS_LIMIT_BYTES, "a million keys take less than 256 MiB", million);
    }

    private BucketSlotDescriptor() {}

    private static void require(final boolean holds, final String what, final long value) {
        if (!holds) {
            throw new AssertionError("layout: " + what + ", not " + value);
        }
    }

    static long liveWord(final long generation, final int kind) {
        return (generation << GENERATION_SHIFT) | ((long) kind << KIND_SHIFT) | STATE_LIVE;
    }

    static boolean isLive(final long life) {
        return (life & 0xFF) == STATE_LIVE;
    }

    /** The life word of a slot that is no longer live; it remembers its generation. */
    static long freed(final long life) {
        return life & ~0xFFL;
    }

    static int kind(final long life) {
        return (int) (life >>> KIND_SHIFT) & 0xFF;
    }

    static long generation(final long life) {
        return life >>> GENERATION_SHIFT;
    }

    static long pairTag(final int incarnationIndex, final long generation) {
        return ((long) incarnationIndex << 48) | generation;
    }

    static int pairIncarnation(final long tag) {
        return (int) (tag >>> 48);
    }

    static long pairGeneration(final long tag) {
        return tag & (MAX_GENERATION - 1);
    }
}
