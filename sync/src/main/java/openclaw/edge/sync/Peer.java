package openclaw.edge.sync;

import openclaw.edge.sync.session.Session;

/**
 * A member with which this node has a session: what each has told the other, and when to speak next. For the gossip
 * agent's thread.
 */
final class Peer {

    private static final long ROUND_NS = 1_000_000L;
    private static final long NEVER_NS = Long.MIN_VALUE / 2;
    private static final long TWIN_AFTER_NS = 2_000_000_000L;

    private final Member member;
    private final RoundTrip roundTrip = new RoundTrip();
    private final SendStream own;
    private final SendStream relay;
    private final PeerRelay lacks;
    private final ReceiveStream fromOwn = new ReceiveStream();
    private final ReceiveStream fromRelay = new ReceiveStream();
    private Session session;
    private long life;
    private long replacedLife;
    private long replacedAtNs;
    private long incarnation;
    private long roundAtNs;
    private long receivedAtNs;
    private long sentAtNs;
    private long vectorAtNs;
    private long membersAtNs;
    private int membersVersion;
    private int membersTold;
    private int membersPart;
    private long claimAtNs;
    private boolean isAckDue;
    private boolean isComplete;
    private long completeAt;
    private int vectorPart;
    private int vectorVersion;

    Peer(final Member member, final Rows rows, final Sources sources, final RelaySnapshots snapshots) {
        this.member = member;
        this.own = new SendStream(rows.own(), roundTrip);
        this.relay = new SendStream(rows.relay(), roundTrip);
        this.lacks = new PeerRelay(sources, snapshots, rows.relay(), relay);
    }

    /** A session with it began. With a new life of it everything begins anew. */
    void session(final Session newSession, final long nowNs) {
        session = newSession;
        incarnation = newSession.peerIncarnation();
        if (newSession.peerLife() != life) {
            replacedAtNs = newSession.peerLife() == replacedLife ? replacedAtNs : nowNs;
            replacedLife = life;
            life = newSession.peerLife();
            restart();
        }
        membersVersion = -1;
        vectorAtNs = NEVER_NS;
        sentAtNs = NEVER_NS;
    }

    /**
     * Whether the process of a session lives on at another address though one that came later has taken its place: then two
     * go by one name. What a process had sent before it ended is not on its way for that long.
     */
    boolean isTwin(final Session other, final long nowNs) {
        return other.peerLife() != life
                && other.peerLife() == replacedLife
                && nowNs - replacedAtNs > TWIN_AFTER_NS
                && !other.address().equals(session.address());
    }

    /** A life of either side began: nothing was told yet. */
    void restart() {
        roundTrip.reset();
        own.reset();
        lacks.reset();
        fromOwn.reset();
        fromRelay.reset();
        isAckDue = false;
        isComplete = false;
        completeAt = 0;
        vectorPart = 0;
    }

    /** Gives back what it holds of the logs. */
    void close() {
        own.close();
        relay.close();
    }

    /** Who it is. */
    Member member() {
        return member;
    }

    /** The session to send with, which may have ended. */
    Session session() {
        return session;
    }

    /** Whether there is a session to send with. */
    boolean isLinked() {
        return session != null && !session.isEnded();
    }

    /** Its process. */
    long life() {
        return life;
    }

    /**
     * The counters of that process. While two nodes go by one name, or a process is replaced, the member's may be another
     * one's already: others tell of it.
     */
    long incarnation() {
        return incarnation;
    }

    /** Round trip to it. */
    RoundTrip roundTrip() {
        return roundTrip;
    }

    /** What it is told of this node's own changes. */
    SendStream own() {
        return own;
    }

    /** What it is told of others' changes. */
    SendStream relay() {
        return relay;
    }

    /** What it lacks of others' changes. */
    PeerRelay lacks() {
        return lacks;
    }

    /** What it told of its own changes. */
    ReceiveStream fromOwn() {
        return fromOwn;
    }

    /** What it told of others' changes. */
    ReceiveStream fromRelay() {
        return fromRelay;
    }

    /** Whether it has told, in this life, everything that it knew of others. */
    boolean isComplete() {
        return isComplete;
    }

    /** At this version of its relay stream it has told everything that it knew of others; not all may have come yet. */
    void completeAt(final long version) {
        completeAt = Math.max(completeAt, version);
    }

    /** More of its relay stream has come. */
    void onRelayReceived() {
        isComplete |= completeAt > 0 && fromRelay.joinedVersion() >= completeAt;
    }

    /** Whether something of it is to be acknowledged. */
    boolean isAckDue() {
        return isAckDue;
    }

    /** Something of it is to be acknowledged, or was. */
    void ackDue(final boolean isDue) {
        isAckDue = isDue;
    }

    /** Whether another round may go to it. */
    boolean isRoundDue(final long nowNs) {
        return nowNs - roundAtNs >= ROUND_NS;
    }

    /** A round goes to it. */
    void round(final long nowNs) {
        roundAtNs = nowNs;
    }

    /** When a datagram of its present life last came, by whichever session. */
    long receivedAtNs() {
        return receivedAtNs;
    }

    /** A datagram of its present life has come. */
    void received(final long nowNs) {
        receivedAtNs = nowNs;
    }

    /** When something was last sent to it. */
    long sentAtNs() {
        return sentAtNs;
    }

    /** Something was sent to it. */
    void sent(final long nowNs) {
        sentAtNs = nowNs;
    }

    /** When it was last told how far others are joined. */
    long vectorAtNs() {
        return vectorAtNs;
    }

    /** State of the sources of which it was last told. */
    int vectorVersion() {
        return vectorVersion;
    }

    /** It is told how far others are joined. */
    void vector(final int version, final long nowNs) {
        vectorVersion = version;
        vectorAtNs = nowNs;
    }

    /** Which part of all sources the next vector holds. */
    int vectorPart() {
        return vectorPart;
    }

    /** Sets which part the next vector is to hold. */
    void vectorPart(final int part) {
        vectorPart = part;
    }

    /** When it was last told the view. */
    long membersAtNs() {
        return membersAtNs;
    }

    /** Version of the view that it was told. */
    int membersVersion() {
        return membersVersion;
    }

    /** How often it was told this version of the whole view. */
    int membersTold() {
        return membersTold;
    }

    /** Which part of the view it is to be told next, once it was told the whole. */
    int membersPart() {
        return membersPart;
    }

    /** It is told the whole view. */
    void members(final int version, final long nowNs) {
        membersTold = version == membersVersion ? membersTold + 1 : 1;
        membersVersion = version;
        membersAtNs = nowNs;
    }

    /** It is told one part of the view once more. */
    void membersAgain(final int nextPart, final long nowNs) {
        membersPart = nextPart;
        membersAtNs = nowNs;
    }

    /** When it was last told that it has everything. */
    long claimAtNs() {
        return claimAtNs;
    }

    /** It is told that it has everything. */
    void claim(final long nowNs) {
        claimAtNs = nowNs;
    }
}
