package openclaw.edge.crdt;

import java.util.Arrays;

/**
 * A row as {@link ReplicaTable#read} finds it: its key, this node's own counters, and those of the other incarnations
 * that it knows, as pairs 0 to {@link #pairs} - 1. Reusable; allocates only when a row has more pairs than any before.
 */
public final class ReplicaRow {

    private static final int WORDS_PER_PAIR = 4;

    private int kind;
    private long keyHigh;
    private long keyLow;
    private long ownerKeyHigh;
    private long ownerKeyLow;
    private long cycle;
    private int notices;
    private long generation;
    private long consumedTokens;
    private long refundedTokens;
    private long deficitUnits;
    private int pairs;
    private int[] indices = new int[BucketSlotDescriptor.INLINE_PAIRS];
    private long[] words = new long[BucketSlotDescriptor.INLINE_PAIRS * WORDS_PER_PAIR];

    /** A row to be filled. */
    public ReplicaRow() {}

    void key(final int slotKind, final long high, final long low) {
        kind = slotKind;
        keyHigh = high;
        keyLow = low;
        ownerKeyHigh = 0;
        ownerKeyLow = 0;
        cycle = 0;
        notices = 0;
        deficitUnits = 0;
        pairs = 0;
    }

    void owner(final long high, final long low) {
        ownerKeyHigh = high;
        ownerKeyLow = low;
    }

    void quota(final long billingCycle, final int noticesMask) {
        cycle = billingCycle;
        notices = noticesMask;
    }

    void own(final long birth, final long consumed, final long refunded) {
        generation = birth;
        consumedTokens = consumed;
        refundedTokens = refunded;
    }

    void deficit(final long units) {
        deficitUnits = units;
    }

    void addPair(final int index, final long id, final long birth, final long consumed, final long refunded) {
        if (pairs == indices.length) {
            indices = Arrays.copyOf(indices, 2 * pairs);
            words = Arrays.copyOf(words, 2 * pairs * WORDS_PER_PAIR);
        }
        indices[pairs] = index;
        final int word = pairs * WORDS_PER_PAIR;
        words[word] = id;
        words[word + 1] = birth;
        words[word + 2] = consumed;
        words[word + 3] = refunded;
        pairs++;
    }

    /** One of {@link ReplicaEntry}'s {@code KIND_} constants. */
    public int kind() {
        return kind;
    }

    /** First half of the key. */
    public long keyHigh() {
        return keyHigh;
    }

    /** Second half of the key. */
    public long keyLow() {
        return keyLow;
    }

    /** Of an agent's bucket the first half of its overflow bucket's key, else 0. */
    public long ownerKeyHigh() {
        return ownerKeyHigh;
    }

    /** Second half of it. */
    public long ownerKeyLow() {
        return ownerKeyLow;
    }

    /** Billing cycle of a quota row, else 0. */
    public long cycle() {
        return cycle;
    }

    /** Notices known to be sent for a quota row, a bit each, else 0. */
    public int notices() {
        return notices;
    }

    /** How far the bucket is below full, {@code tat - v} in units of 1/16 ns, at least 0; of a quota row 0. */
    public long deficitUnits() {
        return deficitUnits;
    }

    /** The slot's birth number at this node. */
    public long generation() {
        return generation;
    }

    /** Tokens consumed by this node's own incarnation since that birth. */
    public long consumedTokens() {
        return consumedTokens;
    }

    /** Tokens refunded by this node's own incarnation since that birth. */
    public long refundedTokens() {
        return refundedTokens;
    }

    /** Pairs of other incarnations. */
    public int pairs() {
        return pairs;
    }

    /** Index of a pair's incarnation in the table's directory. */
    public int incarnationIndex(final int pair) {
        return indices[pair];
    }

    /** Id of a pair's incarnation. */
    public long incarnationId(final int pair) {
        return words[pair * WORDS_PER_PAIR];
    }

    /** The slot's birth number at that incarnation. */
    public long generation(final int pair) {
        return words[pair * WORDS_PER_PAIR + 1];
    }

    /** Tokens consumed by that incarnation since that birth. */
    public long consumedTokens(final int pair) {
        return words[pair * WORDS_PER_PAIR + 2];
    }

    /** Tokens refunded by that incarnation since that birth. */
    public long refundedTokens(final int pair) {
        return words[pair * WORDS_PER_PAIR + 3];
    }
}
