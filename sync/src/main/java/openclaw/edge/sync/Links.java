package openclaw.edge.sync;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.sync.session.Session;
import openclaw.edge.sync.session.SessionHandler;
import openclaw.edge.sync.session.SessionTable;
import openclaw.edge.sync.wire.DropReason;
import openclaw.edge.sync.wire.FrameDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The members that this node has or wants a session with: asks their addresses, takes up who answers, hands their frames
 * to the {@link Inbox}. For the gossip agent's thread.
 */
final class Links implements SessionHandler, GossipTransport.DatagramHandler {

    private static final int PRUNE_SILENCES = 10;

    private final LocalNode node;
    private final Membership membership;
    private final Reachability reachability;
    private final Rows rows;
    private final Sources sources;
    private final RelaySnapshots snapshots;
    private final PeerDirectory directory;
    private final GossipTransport transport;
    private final SyncCounters counters;
    private final FrameDecoder decoder = new FrameDecoder();
    private final List<Peer> peers = new ArrayList<>();
    private final int maxPeers;
    private final Trouble trouble;
    private SessionTable sessions;
    private Inbox inbox;
    private long nowNs;
    private boolean isOwnAddress;

    Links(
            final LocalNode node,
            final Replication replication,
            final Membership membership,
            final Reachability reachability,
            final PeerDirectory directory,
            final GossipTransport transport,
            final SyncCounters counters) {
        this.node = node;
        this.trouble = new Trouble(node, counters);
        this.rows = replication.rows();
        this.sources = replication.sources();
        this.snapshots = replication.snapshots();
        this.maxPeers = replication.maxPeers();
        this.membership = membership;
        this.reachability = reachability;
        this.directory = directory;
        this.transport = transport;
        this.counters = counters;
    }

    /** Sets what could not be made before this. */
    void connect(final SessionTable table, final Inbox handler) {
        sessions = table;
        inbox = handler;
    }

    /** All with whom a session was ever had; not to be changed. */
    List<Peer> peers() {
        return peers;
    }

    /**
     * Receives what has come.
     *
     * @param now in nanoseconds.
     * @param limit datagrams at most.
     * @return datagrams received.
     */
    int receive(final long now, final int limit) {
        nowNs = now;
        return transport.poll(this, limit);
    }

    /** Asks whom there is no word from, and who is known by address alone. */
    int tick(final long now, final long suspectAfterNs) {
        nowNs = now;
        for (int i = 0; i < membership.others().size(); i++) {
            final Member member = membership.others().get(i);
            final InetSocketAddress address = member.address();
            // Who is dead or has left is asked too, ever more seldom: both sides of a cut may have given up each other,
            // and
            // who is back may have lost all that it knew of this node.
            if (address == null || !isWanted(member) || sessions.isConnecting(address)) {
                continue;
            }
            final Peer peer = member.peer();
            if (peer == null || !isLinked(peer, now, suspectAfterNs)) {
                sessions.connect(address, now);
            }
        }
        return sessions.poll(now);
    }

    /** Whether a member is asked; an address without a name is nobody's when it was dropped. */
    private static boolean isWanted(final Member member) {
        return member.isNamed() || member.isPresent();
    }

    private boolean isWanted(final InetSocketAddress address) {
        for (final Member each : membership.others()) {
            if (isWanted(each) && address.equals(each.address())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether no new session is needed. If both have asked at once there are two, and each may send by another one; so it is
     * the peer that must be heard, not the session. If it is heard but acknowledges nothing, it may have lost the session.
     */
    private static boolean isLinked(final Peer peer, final long now, final long suspectAfterNs) {
        if (!peer.isLinked()) {
            return false;
        }
        final boolean isStalled =
                peer.own().isStalled(now, suspectAfterNs) || peer.relay().isStalled(now, suspectAfterNs);
        return now - (isStalled ? peer.session().receivedNs() : peer.receivedAtNs()) < suspectAfterNs;
    }

    @Override
    public void onDatagram(final UnsafeBuffer datagram, final int lengthBytes, final InetSocketAddress from) {
        counters.add(SyncCounter.DATAGRAMS_IN, 1);
        counters.add(SyncCounter.BYTES_IN, lengthBytes);
        try {
            final DropReason reason = sessions.receive(datagram, lengthBytes, from, nowNs);
            counters.onDropped(reason);
            if (reason == DropReason.WRONG_TAG) {
                trouble.wrongTag(from, nowNs);
            }
        } catch (final RuntimeException e) {
            node.failed("a datagram of " + from, e, nowNs);
        }
    }

    @Override
    public void send(final InetSocketAddress to, final UnsafeBuffer datagram, final int lengthBytes) {
        if (transport.send(to, datagram, lengthBytes)) {
            counters.add(SyncCounter.DATAGRAMS_OUT, 1);
            counters.add(SyncCounter.BYTES_OUT, lengthBytes);
        }
    }

    @Override
    public void onEstablished(final Session session) {
        counters.add(SyncCounter.SESSIONS, 1);
        if (session.peerName().equals(membership.self().name())) {
            trouble.twins(session.peerName(), transport.localAddress(), session.address(), nowNs);
            sessions.endLife(session.peerLife());
            return;
        }
        if (session.peerIncarnation() == sources.incarnation(Sources.SELF)) {
            inbox.ownConflict();
            sessions.endLife(session.peerLife());
            return;
        }
        final Member member =
                membership.authenticated(session.peerName(), session.peerWeight(), session.address(), nowNs);
        Peer peer = member.peer();
        if (peer == null) {
            if (peers.size() >= maxPeers) {
                counters.add(SyncCounter.PEERS_FULL, 1);
                sessions.endLife(session.peerLife());
                return;
            }
            peer = new Peer(member, rows, sources, snapshots);
            peers.add(peer);
            member.peer(peer);
        }
        final Session before = peer.session();
        if (peer.isTwin(session, nowNs)) {
            trouble.twins(member.name(), before.address(), session.address(), nowNs);
        }
        peer.session(session, nowNs);
        peer.received(nowNs);
        session.attach(peer);
        reachability.onMet(member, session.peerLife(), session.peerIncarnation(), nowNs);
    }

    @Override
    public void onData(final Session session, final UnsafeBuffer datagram, final int bodyStart, final int bodyLimit) {
        final Peer peer = (Peer) session.attachment();
        if (peer == null || peer.life() != session.peerLife()) {
            counters.add(SyncCounter.LATE_DATAGRAMS, 1);
            if (peer != null && peer.isTwin(session, nowNs)) {
                trouble.twins(peer.member().name(), peer.session().address(), session.address(), nowNs);
            }
            return;
        }
        peer.received(nowNs);
        final DropReason reason = decoder.decode(datagram, bodyStart, bodyLimit, inbox.begin(peer, nowNs));
        if (reason != DropReason.NONE) {
            counters.onDropped(reason);
        }
    }

    @Override
    public void onOwnAddress(final InetSocketAddress address) {
        directory.onOwnAddress(address);
        membership.unheard().isSelf(address, nowNs);
        isOwnAddress = true;
    }

    /**
     * Gives up what was exchanged with who is gone, so that there is room for others. Who did not say goodbye may be back as
     * the process that it was, and goes on where its streams were: of these only when there is no room.
     */
    void prune(final long now, final long suspectAfterNs) {
        sessions.disconnectUnless(this::isWanted);
        for (int i = peers.size() - 1; i >= 0; i--) {
            final Peer peer = peers.get(i);
            final Member member = peer.member();
            final boolean isForgotten = membership.find(member.nameHash()) != member;
            final boolean isOver =
                    isForgotten || (member.state() == MemberState.LEFT && member.leftLife() == peer.life());
            if ((!member.isPresent() || isForgotten)
                    && (isOver || peers.size() >= maxPeers)
                    && now - peer.receivedAtNs() > PRUNE_SILENCES * suspectAfterNs) {
                sessions.endLife(peer.life());
                member.peer(null);
                peer.close();
                peers.remove(i);
            }
        }
    }

    /** True once after an address turned out to lead to this node itself. */
    boolean takeOwnAddress() {
        final boolean isOwn = isOwnAddress;
        isOwnAddress = false;
        return isOwn;
    }

    /** This node has a new life: all begins anew. */
    void restart() {
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).restart();
        }
    }
}
