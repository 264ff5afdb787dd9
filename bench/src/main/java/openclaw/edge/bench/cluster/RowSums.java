package openclaw.edge.bench.cluster;

import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import org.agrona.collections.Long2LongHashMap;

/** What a node knows of each bucket: a hash over all (incarnation, generation, consumed, refunded), by the bucket's key. */
final class RowSums {

    private static final long MISSING = 0;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private final Long2LongHashMap sums = new Long2LongHashMap(MISSING);

    /** Of a node whose thread has ended. */
    RowSums(final GossipNode node) {
        final ReplicaTable replicas = node.table().replicas();
        final ReplicaRow row = new ReplicaRow();
        final long nowNs = GossipNode.CLOCK.nanoTime();
        for (int i = 0; i < replicas.rows(); i++) {
            if (!replicas.read(i, row, nowNs)) {
                continue;
            }
            long sum = 1;
            if (row.consumedTokens() != 0) {
                sum += hash(replicas.ownIncarnation(), row.generation(), row.consumedTokens(), row.refundedTokens());
            }
            for (int pair = 0; pair < row.pairs(); pair++) {
                if (row.consumedTokens(pair) != 0) {
                    sum += hash(
                            row.incarnationId(pair),
                            row.generation(pair),
                            row.consumedTokens(pair),
                            row.refundedTokens(pair));
                }
            }
            sums.put(row.keyHigh() ^ Long.rotateLeft(row.keyLow(), 32), sum);
        }
    }

    private static long hash(final long incarnation, final long generation, final long consumed, final long refunded) {
        long hash = incarnation;
        for (final long each : new long[] {generation, consumed, refunded}) {
            hash = (hash ^ (hash >>> 29) ^ each) * MIX;
        }
        return hash ^ (hash >>> 32);
    }

    /** Buckets known. */
    int rows() {
        return sums.size();
    }

    /** Whether another node knows the same of the same buckets. */
    boolean isEqualTo(final RowSums other) {
        return sums.equals(other.sums);
    }
}
