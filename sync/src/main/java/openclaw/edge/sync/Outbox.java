package openclaw.edge.sync;

import java.net.InetSocketAddress;
import openclaw.edge.sync.session.SessionTable;
import openclaw.edge.sync.wire.FrameEncoder;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes and sends datagrams to one peer after another: a round is what is due to a peer now, in as many datagrams as it
 * takes, up to {@link #MAX_PER_ROUND}. Every datagram carries this node's heartbeat and what it has received from the peer.
 * For the gossip agent's thread; allocates nothing but for the view.
 */
final class Outbox {

    /** Most datagrams to one peer in one round. */
    static final int MAX_PER_ROUND = 16;

    /** So often a peer is told the whole of a view; then a part of it at a time, since datagrams may be lost. */
    private static final int WHOLE_VIEWS = 3;

    private static final int VECTOR_SOURCES = 16;
    private static final int MOST_VECTOR_MEMBER_BYTES = 56;

    private final Rows rows;
    private final Sources sources;
    private final Membership membership;
    private final MembersExchange exchange;
    private final LedgerLives lives;
    private final ChangesWriter changes;
    private final SessionTable sessions;
    private final GossipTransport transport;
    private final SyncCounters counters;
    private final FrameEncoder encoder = new FrameEncoder();
    private final UnsafeBuffer datagram = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES]);
    private final long[] ranges = new long[2 * ReceiveStream.MAX_RANGES];
    private long heartbeat;
    private int policy;

    Outbox(
            final Rows rows,
            final Sources sources,
            final Membership membership,
            final MembersExchange exchange,
            final LedgerLives lives,
            final SessionTable sessions,
            final GossipTransport transport,
            final SyncCounters counters) {
        this.rows = rows;
        this.sources = sources;
        this.membership = membership;
        this.exchange = exchange;
        this.lives = lives;
        this.changes = new ChangesWriter(rows, sources, counters);
        this.sessions = sessions;
        this.transport = transport;
        this.counters = counters;
    }

    /** One more sign of life, and what is told of the policy. */
    void beat(final int policyNumber) {
        heartbeat++;
        policy = policyNumber;
    }

    /** This node's heartbeat. */
    long heartbeat() {
        return heartbeat;
    }

    /** A new life of this node. */
    void restart() {
        heartbeat = 1;
    }

    /** Which changes a round holds. */
    enum Part {
        /** What is due of changes. */
        CHANGES,
        /** One segment, to see whether the peer is there again. */
        PROBE,
        /** No changes. */
        NOTHING
    }

    /**
     * Sends a peer what is due.
     *
     * @param peer to whom.
     * @param part which changes.
     * @param isMembersDue whether to tell the view.
     * @param isVectorDue whether to say how far others are joined.
     * @param isClaimDue whether to say once more that the peer has everything.
     * @param nowNs now.
     * @return datagrams sent.
     */
    int round(
            final Peer peer,
            final Part part,
            final boolean isMembersDue,
            final boolean isVectorDue,
            final boolean isClaimDue,
            final long nowNs) {
        int sent = 0;
        begin(peer);
        if (isMembersDue) {
            sent += members(peer, nowNs);
        }
        if (isVectorDue) {
            sent += vector(peer, nowNs);
        }
        if (isClaimDue && laggingVector(peer)) {
            changes.claim(peer, encoder);
            peer.claim(nowNs);
        }
        boolean isMore = part != Part.NOTHING && changes(peer, part, nowNs);
        sent += flush(peer, nowNs);
        while (isMore && sent < MAX_PER_ROUND) {
            begin(peer);
            isMore = changes(peer, part, nowNs);
            sent += flush(peer, nowNs);
        }
        return sent;
    }

    /** True if there is more for another datagram. */
    private boolean changes(final Peer peer, final Part part, final long nowNs) {
        final boolean isProbe = part == Part.PROBE;
        if (changes.own(peer, encoder, isProbe, nowNs) == ChangesWriter.FULL) {
            return !isProbe;
        }
        if (!isRelayDue(peer, isProbe, nowNs)) {
            return false;
        }
        return (!laggingVector(peer) || changes.relay(peer, encoder, isProbe, nowNs) == ChangesWriter.FULL) && !isProbe;
    }

    private static boolean isRelayDue(final Peer peer, final boolean isProbe, final long nowNs) {
        final SendStream relay = peer.relay();
        return isProbe
                ? relay.segments() > 0
                : relay.dueAgain(nowNs) != ChangeLog.NONE || (peer.lacks().isActive() && relay.canSendNew());
    }

    private void begin(final Peer peer) {
        encoder.wrap(datagram, WireDescriptor.HEADER_BYTES, WireDescriptor.BODY_LIMIT);
        encoder.heartbeat(
                heartbeat,
                rows.own().lastVersion(),
                rows.relay().lastVersion() + peer.relay().offset());
        ack(WireDescriptor.STREAM_OWN, peer.fromOwn());
        ack(WireDescriptor.STREAM_RELAY, peer.fromRelay());
    }

    private void ack(final int stream, final ReceiveStream received) {
        for (int i = 0; i < received.ranges(); i++) {
            ranges[2 * i] = received.low(i);
            ranges[2 * i + 1] = received.high(i);
        }
        encoder.ack(stream, received.joinedVersion(), ranges, received.ranges());
    }

    private int flush(final Peer peer, final long nowNs) {
        final int length = sessions.seal(peer.session(), datagram, encoder.lengthBytes());
        if (length == 0) {
            return 0;
        }
        final InetSocketAddress to = peer.session().address();
        if (transport.send(to, datagram, length)) {
            counters.add(SyncCounter.DATAGRAMS_OUT, 1);
            counters.add(SyncCounter.BYTES_OUT, length);
        }
        peer.sent(nowNs);
        peer.ackDue(false);
        return 1;
    }

    private int members(final Peer peer, final long nowNs) {
        exchange.writeStatus(encoder, policy, nowNs);
        lives.write(encoder);
        final boolean isKnown = peer.membersVersion() == membership.version()
                && peer.membersTold() >= WHOLE_VIEWS
                && exchange.isAgreed(peer.member());
        if (isKnown) {
            final int part = peer.membersPart() % exchange.parts();
            peer.membersAgain(part + 1, nowNs);
            return membersPart(peer, part, nowNs);
        }
        int sent = 0;
        for (int part = 0; part < exchange.parts(); part++) {
            sent += membersPart(peer, part, nowNs);
        }
        peer.members(membership.version(), nowNs);
        return sent;
    }

    private int membersPart(final Peer peer, final int part, final long nowNs) {
        if (exchange.write(encoder, part, nowNs)) {
            return 0;
        }
        final int sent = flush(peer, nowNs);
        begin(peer);
        exchange.write(encoder, part, nowNs);
        return sent;
    }

    /** One part of all sources after another, each in one datagram: the next one where this one has no room for it. */
    private int vector(final Peer peer, final long nowNs) {
        final int parts = (sources.count() + VECTOR_SOURCES - 1) / VECTOR_SOURCES;
        final int part = peer.vectorPart() % parts;
        final int from = part * VECTOR_SOURCES;
        final int to = Math.min(sources.count(), from + VECTOR_SOURCES);
        int sent = 0;
        if (encoder.remainingBytes() < (to - from + 1) * MOST_VECTOR_MEMBER_BYTES) {
            sent = flush(peer, nowNs);
            begin(peer);
        }
        encoder.beginVector(Inbox.VECTOR_OF_ALL, part, parts);
        for (int source = from; source < to; source++) {
            vectorMember(source, false);
        }
        encoder.endList();
        peer.vectorPart((part + 1) % parts);
        peer.vector(sources.version(), nowNs);
        return sent;
    }

    /** What the peer lags in, which changes in the same datagram are of. */
    private boolean laggingVector(final Peer peer) {
        final PeerRelay lacks = peer.lacks();
        if (encoder.remainingBytes() < (lacks.laggingCount() + 4) * MOST_VECTOR_MEMBER_BYTES
                || !encoder.beginVector(
                        rows.relay().lastVersion() + peer.relay().offset(), 0, 1)) {
            return false;
        }
        for (int i = 0; i < lacks.laggingCount(); i++) {
            vectorMember(lacks.lagging(i), true);
        }
        encoder.endList();
        return true;
    }

    /** What this node has of a source; or, in a claim, what the peer has of it when it has all that this node holds. */
    private void vectorMember(final int source, final boolean isClaim) {
        if (source == Sources.SELF || sources.life(source) == 0 || sources.incarnation(source) == 0) {
            return;
        }
        final Member member = sources.member(source);
        final boolean isPresent = sources.isPresent(source);
        encoder.vectorMember(
                isPresent ? member.nameHash() : 0,
                sources.life(source),
                sources.incarnation(source),
                // Of a member that is silent here too a heartbeat newer to the peer is still old: no sign of life.
                isPresent && member.isHeard() ? member.signs().vouched() : 0,
                isClaim ? sources.vouched(source) : sources.solid(source),
                sources.head(source));
    }

    /** Says goodbye. */
    void bye(final Peer peer, final long nowNs) {
        begin(peer);
        encoder.bye();
        flush(peer, nowNs);
    }
}
