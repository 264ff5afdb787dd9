package openclaw.edge.crdt;

/** Joins into reserved buckets, whatever the key of the entry. */
final class TestJoin {

    private final CrdtCounters counters = new CrdtCounters();
    private final ReplicaJoin join;

    TestJoin(final BucketTable table) {
        join = new ReplicaJoin(table, counters);
    }

    CrdtCounters counters() {
        return counters;
    }

    boolean join(final ReservedBucket bucket, final ReplicaEntry entry, final long nowNs) {
        return join(bucket, entry, Silence.HEARD, nowNs);
    }

    boolean join(final ReservedBucket bucket, final ReplicaEntry entry, final Silence silence, final long nowNs) {
        return join.join(bucket.slotOffset(), bucket.life(), bucket.spec(), entry, silence, nowNs)
                == ReplicaJoin.CHANGED;
    }
}
