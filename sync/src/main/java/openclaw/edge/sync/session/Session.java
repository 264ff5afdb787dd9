package openclaw.edge.sync.session;

import java.net.InetSocketAddress;
import openclaw.edge.sync.wire.AuthKey;

/**
 * A session between this life and one of another node: two ids, two keys, two sequences. Made, changed and ended by its
 * {@link SessionTable}; not thread-safe.
 */
public final class Session {

    private enum State {
        /** Answered, and not yet used by the other side: receives, but changes nothing else. */
        PENDING,
        ESTABLISHED,
        ENDED
    }

    private final long localId;
    private final Peer peer;
    private final AuthKey handshakeKey;
    private final AuthKey sendKey;
    private final AuthKey receiveKey;
    private final ReplayWindow window = new ReplayWindow();
    private State state = State.PENDING;
    private InetSocketAddress address;
    private long sendSequence;
    private long receivedNs;
    private Object attachment;

    /**
     * The other side, as its handshake said.
     *
     * @param life of its process.
     * @param incarnation of its counters.
     * @param name of the node.
     * @param weight 0 to 255.
     * @param sessionId under which it receives.
     * @param helloAttempt number of its HELLO, 0 if this side began.
     */
    record Peer(long life, long incarnation, String name, int weight, long sessionId, long helloAttempt) {}

    Session(
            final long localId,
            final Peer peer,
            final InetSocketAddress address,
            final AuthKey handshakeKey,
            final AuthKey sendKey,
            final AuthKey receiveKey,
            final long nowNs) {
        this.localId = localId;
        this.peer = peer;
        this.address = address;
        this.handshakeKey = handshakeKey;
        this.sendKey = sendKey;
        this.receiveKey = receiveKey;
        this.receivedNs = nowNs;
    }

    /** Life of the other side; not 0. */
    public long peerLife() {
        return peer.life();
    }

    /** Incarnation of the other side's counters. */
    public long peerIncarnation() {
        return peer.incarnation();
    }

    /** Name of the other side, without control characters. */
    public String peerName() {
        return peer.name();
    }

    /** Weight of the other side, 0 to 255. */
    public int peerWeight() {
        return peer.weight();
    }

    /** Where the other side is: whence its WELCOME, or its first data, came. */
    public InetSocketAddress address() {
        return address;
    }

    /** Whether this side began it. */
    public boolean isInitiator() {
        return peer.helloAttempt() == 0;
    }

    /** When the latest valid datagram came under it, on the clock passed to the table. */
    public long receivedNs() {
        return receivedNs;
    }

    /** Whether it may still be used. */
    public boolean isEnded() {
        return state == State.ENDED;
    }

    /** What its user has attached, null for nothing. */
    public Object attachment() {
        return attachment;
    }

    /**
     * Attaches what its user wants to find again.
     *
     * @param object anything.
     */
    public void attach(final Object object) {
        attachment = object;
    }

    long localId() {
        return localId;
    }

    long remoteId() {
        return peer.sessionId();
    }

    long helloAttempt() {
        return peer.helloAttempt();
    }

    AuthKey handshakeKey() {
        return handshakeKey;
    }

    AuthKey sendKey() {
        return sendKey;
    }

    AuthKey receiveKey() {
        return receiveKey;
    }

    ReplayWindow window() {
        return window;
    }

    long nextSequence() {
        return ++sendSequence;
    }

    boolean isPending() {
        return state == State.PENDING;
    }

    void onReceived(final long nowNs) {
        receivedNs = nowNs;
    }

    void establish(final InetSocketAddress from) {
        state = State.ESTABLISHED;
        address = from;
    }

    void end() {
        state = State.ENDED;
    }
}
