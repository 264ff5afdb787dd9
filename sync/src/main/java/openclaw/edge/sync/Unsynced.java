package openclaw.edge.sync;

import java.util.BitSet;
import java.util.List;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReservedBucket;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * How much this node has consumed that some member who counts has not acknowledged. Counts of the reserved buckets, the
 * tenants' and their overflow buckets, are noted some ticks before they are compared: what was noted is acknowledged when
 * everybody has the version that the log had reached right after it. So what is answered is at most too high, by what was
 * consumed since the note, and what is refunded is taken off. For the gossip agent's thread; bounded work.
 */
final class Unsynced {

    /** Not known: nothing was acknowledged yet, or there are too many buckets. */
    static final long UNKNOWN = -1;

    /** Most buckets that are looked at. */
    static final int MAX_BUCKETS = 16_384;

    private static final long NOTHING_NOTED = Long.MAX_VALUE;

    private final BucketTable table;
    private final Rows rows;
    private final Membership membership;
    private final BitSet reserved = new BitSet();
    private final Int2ObjectHashMap<Count> counts = new Int2ObjectHashMap<>();
    private final ReplicaRow row = new ReplicaRow();
    private long notedVersion = NOTHING_NOTED;
    private boolean isKnown;
    private long totalTokens = UNKNOWN;

    Unsynced(final BucketTable table, final Rows rows, final Membership membership) {
        this.table = table;
        this.rows = rows;
        this.membership = membership;
    }

    /** Net tokens of one bucket; of one key and birth. */
    private static final class Count {
        private long keyHigh;
        private long keyLow;
        private long generation;
        private long notedTokens;
        private long acknowledgedTokens;
        private long unsyncedTokens;

        void of(final ReplicaRow row) {
            if (keyHigh != row.keyHigh() || keyLow != row.keyLow() || generation != row.generation()) {
                keyHigh = row.keyHigh();
                keyLow = row.keyLow();
                generation = row.generation();
                notedTokens = 0;
                acknowledgedTokens = 0;
                unsyncedTokens = 0;
            }
        }
    }

    /** This node counts anew, under another incarnation: nothing of it is acknowledged. */
    void restart() {
        counts.clear();
        notedVersion = NOTHING_NOTED;
        isKnown = false;
        totalTokens = UNKNOWN;
    }

    /**
     * Notes what is consumed now, unless what was noted before is still to be acknowledged.
     *
     * @param nowNs now.
     */
    void note(final long nowNs) {
        takeAcknowledged();
        if (notedVersion != NOTHING_NOTED || !findReserved()) {
            return;
        }
        for (int slot = reserved.nextSetBit(0); slot >= 0; slot = reserved.nextSetBit(slot + 1)) {
            if (rows.read(slot, row, nowNs)) {
                count(slot).notedTokens = row.consumedTokens() - row.refundedTokens();
            }
        }
        // After it was read: whatever was counted by then has a version now.
        rows.pollChanged();
        notedVersion = rows.own().lastVersion();
    }

    /**
     * Compares.
     *
     * @param nowNs now.
     * @return tokens, {@link #UNKNOWN} if that is not known; 0 if nobody else counts.
     */
    long tokens(final long nowNs) {
        totalTokens = compare(nowNs);
        return totalTokens;
    }

    /**
     * What the last comparison found of single buckets: all of them add up to its answer.
     *
     * @param buckets reserved now.
     * @return tokens of each, {@link #UNKNOWN} as there.
     */
    long[] tokensOf(final List<ReservedBucket> buckets) {
        final long[] tokens = new long[buckets.size()];
        for (int i = 0; i < tokens.length; i++) {
            final Count count = counts.get(table.row(buckets.get(i)));
            final long known = count == null ? 0 : count.unsyncedTokens;
            tokens[i] = totalTokens <= 0 ? totalTokens : known;
        }
        return tokens;
    }

    private long compare(final long nowNs) {
        final boolean isAlone = takeAcknowledged() == Long.MAX_VALUE;
        if (isAlone) {
            return 0;
        }
        if (!isKnown || !findReserved()) {
            return UNKNOWN;
        }
        long tokens = 0;
        for (int slot = reserved.nextSetBit(0); slot >= 0; slot = reserved.nextSetBit(slot + 1)) {
            if (rows.read(slot, row, nowNs)) {
                final long netTokens = row.consumedTokens() - row.refundedTokens();
                final Count count = count(slot);
                count.unsyncedTokens = Math.max(0, netTokens - count.acknowledgedTokens);
                tokens += count.unsyncedTokens;
            }
        }
        return tokens;
    }

    private Count count(final int slot) {
        Count count = counts.get(slot);
        if (count == null) {
            count = new Count();
            counts.put(slot, count);
        }
        count.of(row);
        return count;
    }

    private boolean findReserved() {
        table.reservedRows(reserved);
        if (counts.size() > 2 * MAX_BUCKETS) {
            // Of former catalogs.
            restart();
        }
        return reserved.cardinality() <= MAX_BUCKETS;
    }

    /** The version that everybody who counts has; the largest value if nobody else counts. */
    private long takeAcknowledged() {
        long acknowledged = Long.MAX_VALUE;
        for (int i = 0; i < membership.others().size(); i++) {
            final Member each = membership.others().get(i);
            if (each.counts()) {
                acknowledged = Math.min(acknowledged, acknowledged(each.peer()));
            }
        }
        if (notedVersion <= acknowledged) {
            for (final Count each : counts.values()) {
                each.acknowledgedTokens = each.notedTokens;
            }
            isKnown |= notedVersion != NOTHING_NOTED;
            notedVersion = NOTHING_NOTED;
        }
        return acknowledged;
    }

    private long acknowledged(final Peer peer) {
        // What is before the log's beginning was never sent in this life.
        return peer == null
                ? 0
                : Math.max(peer.own().acked() - peer.own().offset(), rows.own().baseVersion());
    }
}
