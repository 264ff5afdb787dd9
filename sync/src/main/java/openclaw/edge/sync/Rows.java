package openclaw.edge.sync;

import openclaw.edge.crdt.JoinResult;
import openclaw.edge.crdt.ReplicaEntry;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import openclaw.edge.crdt.Silence;

/**
 * The rows of both tables in one numbering, buckets first, and the two logs of their changes: <em>own</em>, rows that this
 * node counted in, and <em>relay</em>, rows that changed by joining. For the gossip agent's thread.
 */
final class Rows {

    /** Pairs of a row that are written together; a row with more takes several versions. */
    static final int PAIRS_PER_PART = 16;

    private static final int MAX_SPAN = 127;
    private static final int POLL_LIMIT = 8_192;
    private static final long VERSIONS_RESERVED = 1 << 16;

    private final ReplicaTable buckets;
    private final ReplicaTable quotas;
    private final int bucketRows;
    private final int rows;
    private final Sources sources;
    private final ChangeLog own;
    private final ChangeLog relay;
    private final Firsts firsts = new Firsts();
    private long reservedVersion;
    private int scanned;

    /**
     * The rows of a node.
     *
     * @param buckets its buckets.
     * @param quotas its quota rows, or null.
     * @param sources whose changes there are.
     * @param maxPeers how many are told of changes at most.
     */
    Rows(final ReplicaTable buckets, final ReplicaTable quotas, final Sources sources, final int maxPeers) {
        this.buckets = buckets;
        this.quotas = quotas;
        this.sources = sources;
        this.bucketRows = buckets.rows();
        this.rows = bucketRows + (quotas == null ? 0 : quotas.rows());
        this.reservedVersion = buckets.nextVersion();
        this.own = new ChangeLog(maxPeers * SendStream.MARKERS, reservedVersion);
        this.relay = new ChangeLog(maxPeers * SendStream.MARKERS, 1);
        for (int row = 0; row < bucketRows; row++) {
            if (buckets.hasCounted(row)) {
                firsts.found(row, buckets.generation(row));
            }
        }
    }

    /** When buckets counted their first tokens. */
    Firsts firsts() {
        return firsts;
    }

    /** Rows that this node counted in. */
    ChangeLog own() {
        return own;
    }

    /** Rows that changed by joining. */
    ChangeLog relay() {
        return relay;
    }

    /** True once if some row's unsent growth has reached pressure. */
    boolean pollUrgent() {
        final boolean isUrgent = buckets.pollUrgent();
        return (quotas != null && quotas.pollUrgent()) || isUrgent;
    }

    /**
     * Takes up what this node has counted.
     *
     * @return rows taken up.
     */
    int pollChanged() {
        int polled = 0;
        for (int row = buckets.pollChanged(); row >= 0; row = polled < POLL_LIMIT ? buckets.pollChanged() : -1) {
            stampOwn(row);
            polled++;
        }
        if (quotas != null) {
            for (int row = quotas.pollChanged(); row >= 0; row = polled < POLL_LIMIT ? quotas.pollChanged() : -1) {
                stampOwn(bucketRows + row);
                polled++;
            }
        }
        return polled;
    }

    private void stampOwn(final int row) {
        own.stamp(row, 1);
        if (row < bucketRows) {
            firsts.stamped(row, buckets.generation(row), own.lastVersion());
        }
        if (own.lastVersion() >= reservedVersion) {
            // Ahead by some, so that the file is written to seldom.
            reservedVersion = own.lastVersion() + VERSIONS_RESERVED;
            buckets.nextVersion(reservedVersion);
        }
    }

    /**
     * After a start: takes up rows that others' counters were found in, some at a time.
     *
     * @param limit rows to look at.
     * @param into used for reading.
     * @param nowNs now.
     * @return rows looked at, 0 when all are.
     */
    int scan(final int limit, final ReplicaRow into, final long nowNs) {
        final int from = scanned;
        final int to = Math.min(rows, from + limit);
        while (scanned < to) {
            if (read(scanned, into, nowNs) && into.pairs() > 0) {
                relay.stamp(scanned, span(into.pairs()));
                for (int pair = 0; pair < into.pairs(); pair++) {
                    final int source = sources.findOrAdd(into.incarnationId(pair));
                    if (source != Sources.NONE) {
                        sources.changed(source, relay.lastVersion());
                        sources.found(source, relay.lastVersion());
                    }
                }
            }
            scanned++;
        }
        return scanned - from;
    }

    /** Whether {@link #scan} has seen all rows. */
    boolean isScanned() {
        return scanned == rows;
    }

    /** This node has a new incarnation: looks at all rows anew. */
    void renewed() {
        scanned = 0;
        firsts.renewed();
    }

    /** Reads a row; see {@link ReplicaTable#read}. */
    boolean read(final int row, final ReplicaRow into, final long nowNs) {
        return row < bucketRows ? buckets.read(row, into, nowNs) : quotas.read(row - bucketRows, into, nowNs);
    }

    /** Whether an entry of this kind has a table here. */
    boolean hasTable(final boolean isQuota) {
        return !isQuota || quotas != null;
    }

    /** Index of a source in a table's directory; 0 if that is full. */
    int directoryIndex(final int source, final boolean isQuota) {
        int index = sources.directoryIndex(source, isQuota);
        if (index == 0) {
            index = directoryIndex(sources.incarnation(source), isQuota);
            sources.directoryIndex(source, isQuota, index);
        }
        return index;
    }

    /** Index of an incarnation in a table's directory; 0 if that is full. */
    int directoryIndex(final long incarnation, final boolean isQuota) {
        return (isQuota ? quotas : buckets).incarnationIndex(incarnation);
    }

    /**
     * Joins an entry, and takes the row up for relaying if it changed.
     *
     * @param entry what came.
     * @param source whose counters it has, or {@link Sources#NONE}.
     * @param silence how growth is settled.
     * @param nowNs now.
     * @return see {@link JoinResult}.
     */
    long join(final ReplicaEntry entry, final int source, final Silence silence, final long nowNs) {
        final boolean isQuota = entry.kind() == ReplicaEntry.KIND_QUOTA;
        final long result = (isQuota ? quotas : buckets).join(entry, silence, nowNs);
        if (JoinResult.isChanged(result) && JoinResult.row(result) >= 0) {
            final int row = JoinResult.row(result) + (isQuota ? bucketRows : 0);
            relay.stamp(row, span(sources.count()));
            if (source != Sources.NONE) {
                sources.changed(source, relay.lastVersion());
            }
        }
        if (JoinResult.isDropped(result) && source != Sources.NONE) {
            sources.dropped(source);
        }
        return result;
    }

    private static int span(final int pairs) {
        return Math.min(MAX_SPAN, (pairs + PAIRS_PER_PART - 1) / PAIRS_PER_PART);
    }
}
