package openclaw.edge.sync.session;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import openclaw.edge.sync.wire.ClusterKeys;
import openclaw.edge.sync.wire.DropReason;
import openclaw.edge.sync.wire.FrameAuth;
import openclaw.edge.sync.wire.FrameHeaderFlyweight;
import openclaw.edge.sync.wire.HelloFlyweight;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All sessions of one node, and the way to them. Of an arriving datagram it tells whether it is of a member, new, and meant
 * for this life; nothing else is handed on. Not thread-safe; time is passed in, on any monotonic clock.
 *
 * <p>The handshake, A being the one that begins:
 *
 * <ol>
 *   <li>A sends HELLO: its life, its nonce, the id under which it will receive; signed by the secret alone.
 *   <li>B answers WELCOME: the same of its own, and A's life and nonce; it keeps the session as pending.
 *   <li>A finds its nonce: the session is established. It sends data under keys bound to both lives, ids and nonces.
 *   <li>B receives data that is signed so: only a living A can have made them. The session is established.
 * </ol>
 *
 * <p>So a replayed HELLO leads to a pending session that nobody can use, a replayed WELCOME to nothing, and neither touches
 * the session in use.
 */
public final class SessionTable {

    /** Most lives with a session; beyond, the one not heard for longest loses its. */
    public static final int MAX_PEERS = 1_024;

    /** A session without a valid datagram for this long ends. */
    public static final long IDLE_NS = TimeUnit.MINUTES.toNanos(10);

    private final FrameAuth auth = new FrameAuth();
    private final FrameHeaderFlyweight header = new FrameHeaderFlyweight();
    private final HelloFlyweight hello = new HelloFlyweight();
    private final UnsafeBuffer outgoing = new UnsafeBuffer(new byte[HelloFlyweight.DATAGRAM_BYTES]);
    private final RandomGenerator random;
    private final SessionHandler handler;
    private final Sessions sessions = new Sessions();
    private final Handshakes handshakes = new Handshakes();
    private ClusterKeys keys;
    private SessionIdentity self;
    private byte[] name;
    private long attempts;

    /**
     * A table without sessions.
     *
     * @param self who this node is.
     * @param keys of its cluster.
     * @param random for ids and nonces: a {@code SecureRandom}, in tests a seeded one.
     * @param handler receives what comes of it.
     */
    public SessionTable(
            final SessionIdentity self,
            final ClusterKeys keys,
            final RandomGenerator random,
            final SessionHandler handler) {
        this.keys = keys;
        this.random = random;
        this.handler = handler;
        this.self = self;
        this.name = self.nameBytes();
    }

    /**
     * Takes one datagram from the network.
     *
     * @param datagram from index 0 on, wrapped around an array from its first byte.
     * @param lengthBytes as received.
     * @param from its sender, as the network says.
     * @param nowNs present time.
     * @return {@link DropReason#NONE} if it was handed on or was a handshake's; else why it was dropped.
     */
    public DropReason receive(
            final UnsafeBuffer datagram, final int lengthBytes, final InetSocketAddress from, final long nowNs) {
        final DropReason reason = header.wrap(datagram).check(lengthBytes);
        if (reason != DropReason.NONE) {
            return reason;
        }
        return header.type() == WireDescriptor.TYPE_DATA
                ? data(datagram, lengthBytes, from, nowNs)
                : handshake(datagram, lengthBytes, from, nowNs);
    }

    private DropReason data(
            final UnsafeBuffer datagram, final int lengthBytes, final InetSocketAddress from, final long nowNs) {
        final Session session = sessions.find(header.session());
        if (session == null) {
            return DropReason.UNKNOWN_SESSION;
        }
        final long sequence = header.sequence();
        final DropReason reason = session.window().check(sequence);
        if (reason != DropReason.NONE) {
            return reason;
        }
        if (!auth.verify(datagram, lengthBytes, session.receiveKey())) {
            return DropReason.WRONG_TAG;
        }
        session.window().mark(sequence);
        session.onReceived(nowNs);
        if (session.isPending()) {
            sessions.establishPending(session, from);
            handler.onEstablished(session);
        }
        handler.onData(session, datagram, WireDescriptor.HEADER_BYTES, lengthBytes - WireDescriptor.TAG_BYTES);
        return DropReason.NONE;
    }

    private DropReason handshake(
            final UnsafeBuffer datagram, final int lengthBytes, final InetSocketAddress from, final long nowNs) {
        if (lengthBytes < HelloFlyweight.DATAGRAM_BYTES) {
            return DropReason.MALFORMED_HELLO;
        }
        hello.wrap(datagram);
        if (hello.clusterHash() != keys.clusterHash()) {
            return DropReason.WRONG_CLUSTER;
        }
        final int secret = secretOf(datagram, lengthBytes);
        if (secret < 0) {
            return DropReason.WRONG_TAG;
        }
        if (!hello.isValid(lengthBytes)) {
            return DropReason.MALFORMED_HELLO;
        }
        if (hello.life() == self.life()) {
            return ownHello();
        }
        return header.type() == WireDescriptor.TYPE_HELLO ? hello(secret, from, nowNs) : welcome(secret, from, nowNs);
    }

    private int secretOf(final UnsafeBuffer datagram, final int lengthBytes) {
        for (int i = 0; i < keys.count(); i++) {
            if (auth.verify(datagram, lengthBytes, keys.handshake(i))) {
                return i;
            }
        }
        return -1;
    }

    private DropReason ownHello() {
        final Handshake waiting = handshakes.find(hello.session());
        if (waiting != null && header.type() == WireDescriptor.TYPE_HELLO) {
            handshakes.remove(waiting.to());
            handler.onOwnAddress(waiting.to());
        }
        return DropReason.OWN_HELLO;
    }

    private DropReason hello(final int secret, final InetSocketAddress from, final long nowNs) {
        final long attempt = header.sequence();
        if (attempt <= 0 || sessions.isStale(hello.life(), attempt)) {
            return DropReason.STALE_HELLO;
        }
        final PendingSessions pending = sessions.pending();
        final PendingSessions.Pending same = pending.find(hello.life(), hello.nonceHigh(), hello.nonceLow());
        if (same != null) {
            if (!same.tryAnswerAgain()) {
                return DropReason.HELLO_RATE;
            }
            outgoing.putBytes(0, same.answer);
            handler.send(from, outgoing, same.answer.length);
            return DropReason.NONE;
        }
        if (!pending.tryBegin(nowNs)) {
            return DropReason.HELLO_RATE;
        }
        answer(secret, from, nowNs);
        return DropReason.NONE;
    }

    private void answer(final int secret, final InetSocketAddress from, final long nowNs) {
        final long attempt = header.sequence();
        final long remoteId = hello.session();
        final long life = hello.life();
        final Nonces nonces = new Nonces(hello.nonceHigh(), hello.nonceLow(), random.nextLong(), random.nextLong());
        final Session session = newSession(sessions.newId(random), attempt, secret, nonces, from, nowNs);
        hello.wrap(outgoing)
                .sender(keys.clusterHash(), self.life(), self.incarnation(), self.weight(), name)
                .offer(session.localId(), nonces.answerHigh(), nonces.answerLow())
                .answered(life, nonces.helloHigh(), nonces.helloLow());
        final int length = seal(WireDescriptor.TYPE_WELCOME, remoteId, attempt, secret);
        sessions.pending()
                .add(new PendingSessions.Pending(
                        session, nonces.helloHigh(), nonces.helloLow(), outgoing, length, nowNs));
        handler.send(from, outgoing, length);
    }

    private DropReason welcome(final int secret, final InetSocketAddress from, final long nowNs) {
        final Handshake waiting = handshakes.find(header.session());
        if (waiting == null
                || waiting.secret() != secret
                || !hello.isAnswerTo(self.life(), waiting.nonceHigh(), waiting.nonceLow())) {
            return DropReason.UNASKED_WELCOME;
        }
        handshakes.remove(waiting.to());
        final Nonces nonces = new Nonces(waiting.nonceHigh(), waiting.nonceLow(), hello.nonceHigh(), hello.nonceLow());
        final Session session = newSession(waiting.localId(), 0, secret, nonces, from, nowNs);
        sessions.establish(session, from);
        handler.onEstablished(session);
        return DropReason.NONE;
    }

    /** The session that a valid HELLO or WELCOME leads to. */
    private Session newSession(
            final long localId,
            final long helloAttempt,
            final int secret,
            final Nonces nonces,
            final InetSocketAddress from,
            final long nowNs) {
        final Nonces.Side own = new Nonces.Side(self.life(), localId);
        final Nonces.Side other = new Nonces.Side(hello.life(), hello.session());
        final Session session = new Session(
                localId,
                peer(helloAttempt),
                from,
                keys.handshake(secret),
                nonces.key(keys, secret, auth, own, other),
                nonces.key(keys, secret, auth, other, own),
                nowNs);
        sessions.add(session);
        return session;
    }

    private Session.Peer peer(final long helloAttempt) {
        return new Session.Peer(
                hello.life(), hello.incarnation(), hello.name(), hello.weight(), hello.session(), helloAttempt);
    }

    /**
     * Signs a datagram whose body is written.
     *
     * @param session to send it under.
     * @param datagram from index 0 on, wrapped around an array from its first byte; the body begins at
     *     {@link WireDescriptor#HEADER_BYTES} and leaves room for the tag.
     * @param bodyBytes length of the body.
     * @return length to be sent, 0 if the session has ended.
     */
    public int seal(final Session session, final UnsafeBuffer datagram, final int bodyBytes) {
        if (session.isEnded()) {
            return 0;
        }
        header.wrap(datagram).set(WireDescriptor.TYPE_DATA, session.remoteId(), session.nextSequence());
        return auth.sign(datagram, WireDescriptor.HEADER_BYTES + bodyBytes, session.sendKey());
    }

    /**
     * Asks an address for a session, again and again until it answers or {@link #disconnect} is called; also when there is
     * one already, which stays in use until then. The first HELLO leaves with the next {@link #poll}.
     *
     * @param to the address.
     * @param nowNs present time.
     */
    public void connect(final InetSocketAddress to, final long nowNs) {
        handshakes.add(to, nowNs);
    }

    /**
     * Asks an address no more.
     *
     * @param to the address.
     */
    public void disconnect(final InetSocketAddress to) {
        handshakes.remove(to);
    }

    /**
     * Asks no more where nobody is wanted.
     *
     * @param isWanted of an address that is being asked.
     */
    public void disconnectUnless(final Predicate<InetSocketAddress> isWanted) {
        handshakes.retain(isWanted);
    }

    /**
     * Whether an address is being asked.
     *
     * @param to the address.
     * @return whether a HELLO to it waits for its answer.
     */
    public boolean isConnecting(final InetSocketAddress to) {
        return handshakes.contains(to);
    }

    /**
     * Sends the HELLOs that are due and ends what has been idle for too long.
     *
     * @param nowNs present time.
     * @return HELLOs sent.
     */
    public int poll(final long nowNs) {
        sessions.expirePending(nowNs);
        final List<Handshake> due = handshakes.due(nowNs);
        for (int i = 0; i < due.size(); i++) {
            sendHello(due.get(i), nowNs);
        }
        return due.size();
    }

    /**
     * Ends the sessions without a valid datagram for {@link #IDLE_NS}; to be called now and then.
     *
     * @param nowNs present time.
     */
    public void expireIdle(final long nowNs) {
        sessions.endIf(session -> nowNs - session.receivedNs() >= IDLE_NS);
    }

    private void sendHello(final Handshake waiting, final long nowNs) {
        if (waiting.isUsedUp()) {
            waiting.attempt(++attempts, keys.count(), sessions.newId(random), random.nextLong(), random.nextLong());
        }
        hello.wrap(outgoing)
                .sender(keys.clusterHash(), self.life(), self.incarnation(), self.weight(), name)
                .offer(waiting.localId(), waiting.nonceHigh(), waiting.nonceLow());
        final int length = seal(WireDescriptor.TYPE_HELLO, 0, waiting.attemptNumber(), waiting.secret());
        waiting.onSent(nowNs);
        handler.send(waiting.to(), outgoing, length);
    }

    private int seal(final int type, final long session, final long sequence, final int secret) {
        header.wrap(outgoing).set(type, session, sequence);
        return auth.sign(outgoing, HelloFlyweight.DATAGRAM_BYTES - WireDescriptor.TAG_BYTES, keys.handshake(secret));
    }

    /**
     * Exchanges the secrets. Sessions under one that is gone end; towards peers whose session is not under the first one,
     * another is begun, and the present one stays in use until then.
     *
     * @param newKeys of the same cluster.
     * @param nowNs present time.
     */
    public void exchangeKeys(final ClusterKeys newKeys, final long nowNs) {
        keys = newKeys;
        handshakes.restart(nowNs);
        for (final PeerSessions each : sessions.inUse()) {
            if (newKeys.indexOf(each.current().handshakeKey()) != 0) {
                connect(each.current().address(), nowNs);
            }
        }
        sessions.endIf(session -> newKeys.indexOf(session.handshakeKey()) < 0);
    }

    /**
     * Becomes another life: every session ends.
     *
     * @param newSelf with another life.
     * @param nowNs present time.
     */
    public void renew(final SessionIdentity newSelf, final long nowNs) {
        self = newSelf;
        name = newSelf.nameBytes();
        sessions.endIf(session -> true);
        handshakes.restart(nowNs);
    }

    /**
     * The session to send to a life with.
     *
     * @param life of a peer.
     * @return the newest one, or null.
     */
    public Session current(final long life) {
        return sessions.current(life);
    }

    /**
     * Ends the sessions with a life, as when a newer one of the same node is known.
     *
     * @param life of a peer.
     */
    public void endLife(final long life) {
        sessions.endIf(session -> session.peerLife() == life);
    }

    /** Lives with an established session. */
    public int peerCount() {
        return sessions.inUse().size();
    }

    /** HELLOs answered and not yet followed by data, at most 193. */
    public int pendingCount() {
        return sessions.pending().size();
    }
}
