package openclaw.edge.sync;

import java.net.InetSocketAddress;
import openclaw.edge.crdt.Silence;

/**
 * Another node, by name, or by address until its name is known. What it is, and why, changes by {@link #become} alone.
 * For the gossip agent's thread.
 */
final class Member {

    // Who says that it is a member.
    private PeerAddress origin;
    private boolean named;
    private String name = "";
    private String listed = "";
    private long became;
    private long nameHash;
    private InetSocketAddress address;
    private int weight = 1;

    // Its present process.
    private long life;
    private long incarnation;
    private long leftLife;
    private int source = Sources.NONE;

    // What it is to this node.
    private MemberState state = MemberState.JOINING;
    private String why = "not heard yet";
    private long sinceNs;
    private boolean divides;
    private boolean counts;

    // Whether it is heard.
    private final SignsOfLife signs = new SignsOfLife();
    private Silence silence;
    private final CatchingUp catchingUp = new CatchingUp();
    private final Passage passage = new Passage();
    private Peer peer;

    // What it says.
    private long viewHash;
    private long dividedHash;
    private long saidAtNs;
    private boolean hasState;
    private int fill = Joining.FULL;
    private boolean hasDropped;
    private long wallClockSkewMs;
    private long configurationHash;
    private long catalogHash;

    /**
     * A member that was not heard yet.
     *
     * @param silence by which its growth is settled until it is heard.
     * @param nowNs now.
     */
    Member(final Silence silence, final long nowNs) {
        this.silence = silence;
        this.sinceNs = nowNs;
    }

    /**
     * The one way in which a member's state changes: JOINING to ALIVE when it is heard and joined; ALIVE to SUSPECT when it
     * falls silent or changes do not get through, and back when it is heard and joined again; SUSPECT, or JOINING without a sign of life, to DEAD after
     * {@code dead_after}; any to LEFT by a
     * goodbye or by who has the say; DEAD and LEFT to JOINING when it comes back.
     *
     * @param next what it is from now on.
     * @param reason for people.
     * @param nowNs now.
     * @return false if it is that already.
     */
    boolean become(final MemberState next, final String reason, final long nowNs) {
        if (state == next) {
            return false;
        }
        state = next;
        why = reason;
        sinceNs = nowNs;
        return true;
    }

    /** What it is. */
    MemberState state() {
        return state;
    }

    /** Why it is that. */
    String why() {
        return why;
    }

    /** Says more of why it is what it is. */
    void why(final String reason) {
        why = reason;
    }

    /** Since when. */
    long sinceNs() {
        return sinceNs;
    }

    /** Its name, empty while only its address is known. */
    String name() {
        return name;
    }

    /** Hash of the name, 0 while it is not known. */
    long nameHash() {
        return nameHash;
    }

    /** The name is known. */
    void name(final String newName, final long hash) {
        name = newName;
        nameHash = hash;
        named = true;
    }

    /** Whether its name is known. */
    boolean isNamed() {
        return named;
    }

    /** By what text members speak of it while its name is not known: an address. */
    String listed() {
        return listed;
    }

    /** Sets by what text members speak of it. */
    void listed(final String text) {
        listed = text;
    }

    /** Hash of the name of who turned out to be at this address, or 0. */
    long became() {
        return became;
    }

    /** It is known who is at this address. */
    void became(final long hash) {
        became = hash;
    }

    /** Where it is, or null. */
    InetSocketAddress address() {
        return address;
    }

    /** Says where it is. */
    void address(final InetSocketAddress newAddress) {
        address = newAddress;
    }

    /** Where configuration or DNS names it, or null if others' word alone does. */
    PeerAddress origin() {
        return origin;
    }

    /** Sets where configuration or DNS names it. */
    void origin(final PeerAddress newOrigin) {
        origin = newOrigin;
    }

    /** 0 if it never counts. */
    int weight() {
        return weight;
    }

    /** Sets its weight. */
    void weight(final int newWeight) {
        weight = newWeight;
    }

    /** Its process, 0 if not known. */
    long life() {
        return life;
    }

    /** The process that said goodbye last; 0 if none did, or if it was taken out of a list. Another one is not meant by that. */
    long leftLife() {
        return leftLife;
    }

    /** Notes which process it is that leaves. */
    void leftLife(final long theLife) {
        leftLife = theLife;
    }

    /** True if a process of it is there, or was a moment ago, whether all that it announced is joined or not. */
    boolean isThere() {
        return isPresent() && life != 0 && (isHeard() || catchingUp.isUnderWay() || (peer != null && peer.isLinked()));
    }

    /** Its counters, 0 if not known. */
    long incarnation() {
        return incarnation;
    }

    /** Index of its counters among the sources, or {@link Sources#NONE}. */
    int source() {
        return source;
    }

    /** A new process, or new counters. */
    void lives(final long newLife, final long newIncarnation, final int newSource) {
        life = newLife;
        incarnation = newIncarnation;
        source = newSource;
        signs.restart();
        passage.reset();
        viewHash = 0;
        dividedHash = 0;
        hasState = false;
        hasDropped = false;
    }

    /** What this node exchanges with it, or null if it never had a session with it. */
    Peer peer() {
        return peer;
    }

    /** Sets what this node exchanges with it. */
    void peer(final Peer newPeer) {
        peer = newPeer;
    }

    /** What has come here of its process. */
    SignsOfLife signs() {
        return signs;
    }

    /** How its growth is settled. */
    Silence silence() {
        return silence;
    }

    /** Says how its growth is settled. */
    void silence(final Silence newSilence) {
        silence = newSilence;
    }

    /** True if it is heard, and all that it announced is joined. */
    boolean isHeard() {
        return !silence.isSilent();
    }

    /** True if there is no sign of life of it. */
    boolean isSilent() {
        return silence.isSilent() && !catchingUp.isUnderWay();
    }

    /** What is still to be joined before it counts as heard again. */
    CatchingUp catchingUp() {
        return catchingUp;
    }

    /** Whether its changes get through while it is heard. */
    Passage passage() {
        return passage;
    }

    /** True if it is one of N. */
    boolean divides() {
        return divides;
    }

    /** True if it counts in k when it is heard; only who divides counts. */
    boolean counts() {
        return counts;
    }

    /** Sets whether it is one of N, and counts in k. */
    void count(final boolean isDividing, final boolean isCounting) {
        divides = isDividing;
        counts = isDividing && isCounting;
    }

    /** True if it is a member at all: neither dead nor gone. */
    boolean isPresent() {
        return state != MemberState.LEFT && state != MemberState.DEAD;
    }

    /** It told its view. */
    void says(final long itsViewHash, final long itsDividedHash, final long nowNs) {
        viewHash = itsViewHash;
        dividedHash = itsDividedHash;
        saidAtNs = nowNs;
    }

    /** Hash of its view, 0 if it did not tell it in this life. */
    long viewHash() {
        return viewHash;
    }

    /** Hash of the names that it divides by, 0 if it did not tell it in this life. */
    long dividedHash() {
        return dividedHash;
    }

    /** When it told them last. */
    long saidAtNs() {
        return saidAtNs;
    }

    /** Whether its present process has told how it is. */
    boolean hasSaid() {
        return dividedHash != 0;
    }

    /** Whether it serves, so that its state is worth pulling. */
    boolean hasState() {
        return hasState;
    }

    /** Whether it had no room for something of third nodes: how far it has joined these is nothing to catch up with. */
    boolean hasDropped() {
        return hasDropped;
    }

    /** It told whether it had no room for something. */
    void hasDropped(final boolean isLacking) {
        hasDropped = isLacking;
    }

    /** It told whether it serves. */
    void hasState(final boolean isServing) {
        hasState = isServing;
    }

    /** How full the buckets are there, of one that serves; see {@link Joining#FULL}. */
    int fill() {
        return fill;
    }

    /** It told how full the buckets are. */
    void fill(final int itsFill) {
        fill = itsFill;
    }

    /** It told its wall clock and the hashes of its files. */
    void tells(final long skewMs, final long configuration, final long catalog) {
        wallClockSkewMs = skewMs;
        configurationHash = configuration;
        catalogHash = catalog;
    }

    /** Its cycle time minus this node's, milliseconds. */
    long wallClockSkewMs() {
        return wallClockSkewMs;
    }

    /** Hash of its configuration, 0 if not known. */
    long configurationHash() {
        return configurationHash;
    }

    /** Hash of its catalog, 0 if not known. */
    long catalogHash() {
        return catalogHash;
    }
}
