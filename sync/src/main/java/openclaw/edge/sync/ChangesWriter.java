package openclaw.edge.sync;

import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.sync.wire.EntryFlyweight;
import openclaw.edge.sync.wire.FrameEncoder;
import openclaw.edge.sync.wire.WireDescriptor;

/**
 * Writes segments of a peer's streams into datagrams: what the rows say now. For the gossip agent's thread; allocates
 * nothing.
 */
final class ChangesWriter {

    /** All that was due is written. */
    static final int DONE = 0;

    /** There is more, for another datagram. */
    static final int FULL = 1;

    private static final int LEAST_ROOM_BYTES = 160;
    private static final int ROWS_PER_SEGMENT = 4_096;
    private static final int ENTRY_FAILED = -1;

    private final Rows rows;
    private final Sources sources;
    private final SyncCounters counters;
    private final ReplicaRow row = new ReplicaRow();
    private final EntryFlyweight entry = new EntryFlyweight();

    ChangesWriter(final Rows rows, final Sources sources, final SyncCounters counters) {
        this.rows = rows;
        this.sources = sources;
        this.counters = counters;
    }

    /** Writes what is due of this node's own changes, lost segments first. */
    int own(final Peer peer, final FrameEncoder encoder, final boolean isProbe, final long nowNs) {
        return stream(peer, peer.own(), WireDescriptor.STREAM_OWN, encoder, isProbe, nowNs);
    }

    /** Writes what is due of others' changes; the vector of the sources concerned stands in the datagram already. */
    int relay(final Peer peer, final FrameEncoder encoder, final boolean isProbe, final long nowNs) {
        return stream(peer, peer.relay(), WireDescriptor.STREAM_RELAY, encoder, isProbe, nowNs);
    }

    private int stream(
            final Peer peer,
            final SendStream stream,
            final int number,
            final FrameEncoder encoder,
            final boolean isProbe,
            final long nowNs) {
        if (isProbe) {
            return stream.oldest() == ChangeLog.NONE
                    ? DONE
                    : segment(peer, stream, number, stream.oldest(), encoder, nowNs);
        }
        for (int lost = stream.dueAgain(nowNs); lost != ChangeLog.NONE; lost = stream.dueAgain(nowNs)) {
            if (segment(peer, stream, number, lost, encoder, nowNs) == FULL) {
                return FULL;
            }
        }
        while (stream.canSendNew()
                && (number == WireDescriptor.STREAM_OWN || peer.lacks().isActive())) {
            if (segment(peer, stream, number, ChangeLog.NONE, encoder, nowNs) == FULL) {
                return FULL;
            }
        }
        return DONE;
    }

    private int segment(
            final Peer peer,
            final SendStream stream,
            final int number,
            final int again,
            final FrameEncoder encoder,
            final long nowNs) {
        if (encoder.remainingBytes() < LEAST_ROOM_BYTES) {
            return FULL;
        }
        final long low = again == ChangeLog.NONE ? stream.beginNew() : stream.beginAgain(again);
        encoder.beginChanges(number, low);
        int seen = 0;
        int entries = 0;
        while (stream.row() != ChangeLog.NONE && seen < ROWS_PER_SEGMENT) {
            encoder.beginRow();
            final int written = number == WireDescriptor.STREAM_OWN
                    ? ownEntry(stream.row(), stream.whole(), encoder, nowNs)
                    : relayEntries(peer.lacks(), stream.row(), stream.part(), encoder, nowNs);
            if (written == ENTRY_FAILED) {
                encoder.abandonRow();
                break;
            }
            entries += written;
            seen++;
            stream.advance();
        }
        if (seen == 0 && stream.row() != ChangeLog.NONE) {
            encoder.abandonChanges();
            stream.abandon();
            return FULL;
        }
        final boolean isFull = stream.row() != ChangeLog.NONE && seen < ROWS_PER_SEGMENT;
        final long high = stream.high();
        final boolean isComplete = number == WireDescriptor.STREAM_RELAY && isComplete(stream, high);
        encoder.endChanges(high, isComplete);
        if (number == WireDescriptor.STREAM_RELAY) {
            peer.lacks().onSent(high, isComplete);
        }
        stream.end(nowNs);
        counters.add(SyncCounter.ENTRIES_OUT, entries);
        if (again != ChangeLog.NONE) {
            counters.add(SyncCounter.RETRANSMISSIONS, 1);
        }
        return isFull ? FULL : DONE;
    }

    private boolean isComplete(final SendStream stream, final long high) {
        return rows.isScanned() && high == rows.relay().lastVersion() + stream.offset();
    }

    /** Tells a peer that has everything once more what it may claim. */
    void claim(final Peer peer, final FrameEncoder encoder) {
        if (encoder.beginChanges(WireDescriptor.STREAM_RELAY, peer.relay().claimed())) {
            encoder.endChanges(peer.relay().claimed(), rows.isScanned());
        }
    }

    private int ownEntry(final int rowNumber, final long whole, final FrameEncoder encoder, final long nowNs) {
        if (!rows.read(rowNumber, row, nowNs)) {
            return 0;
        }
        key();
        final long first = rows.firsts().own(rowNumber, row.generation());
        // Up to there the peer has met all births.
        entry.counters(row.generation(), row.consumedTokens(), row.refundedTokens())
                .firstVersion(first > whole ? first : 0);
        return encoder.entry(entry) ? 1 : ENTRY_FAILED;
    }

    private int relayEntries(
            final PeerRelay lacks, final int rowNumber, final int part, final FrameEncoder encoder, final long nowNs) {
        if (lacks.laggingCount() == 0 || !rows.read(rowNumber, row, nowNs)) {
            return 0;
        }
        final int from = part * Rows.PAIRS_PER_PART;
        final int to = part + 1 == rows.relay().span(rowNumber) ? row.pairs() : from + Rows.PAIRS_PER_PART;
        int written = 0;
        for (int pair = from; pair < Math.min(to, row.pairs()); pair++) {
            final int source = sources.find(row.incarnationId(pair));
            if (source != Sources.NONE && lacks.isLagging(source)) {
                if (written == 0) {
                    key();
                }
                entry.incarnation(row.incarnationId(pair));
                entry.counters(row.generation(pair), row.consumedTokens(pair), row.refundedTokens(pair))
                        .firstVersion(rows.firsts().of(rowNumber, source, sources.life(source), row.generation(pair)));
                if (!encoder.entry(entry)) {
                    return ENTRY_FAILED;
                }
                written++;
            }
        }
        return written;
    }

    private void key() {
        if (row.kind() == WireDescriptor.KIND_QUOTA) {
            entry.quota(row.keyHigh(), row.keyLow(), row.cycle(), row.notices());
        } else if (row.kind() == WireDescriptor.KIND_AGENT) {
            entry.agent(row.keyHigh(), row.keyLow(), row.ownerKeyHigh(), row.ownerKeyLow());
            entry.deficitUnits(row.deficitUnits());
        } else {
            entry.bucket(row.kind(), row.keyHigh(), row.keyLow());
            entry.deficitUnits(row.deficitUnits());
        }
    }
}
