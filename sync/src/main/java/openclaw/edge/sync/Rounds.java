package openclaw.edge.sync;

/**
 * When what goes to a peer. Something is due to it when this node has counted, when a segment was lost or the window has
 * opened, when something is to be acknowledged, when others' progress or the view is to be told, and when it would
 * otherwise think this node silent; never more than one round a millisecond. To a peer that has not acknowledged for
 * {@code suspect_after} only signs of life go, and one segment a second. For the gossip agent's thread.
 */
final class Rounds {

    private static final int VECTOR_TICKS = 2;
    private static final int MOST_HALF_TICKS = 9;
    private static final int LAG_TICKS = 12;
    private static final int IDLE_FRACTION = 4;
    private static final long SECOND_NS = 1_000_000_000L;

    private final LocalNode node;
    private final Links links;
    private final Sources sources;
    private final Membership membership;
    private final Outbox outbox;
    private long intervalNs;
    private long suspectAfterNs;

    Rounds(
            final LocalNode node,
            final Links links,
            final Sources sources,
            final Membership membership,
            final Outbox outbox) {
        this.node = node;
        this.links = links;
        this.sources = sources;
        this.membership = membership;
        this.outbox = outbox;
    }

    /** Sets how long a tick is, and a silence. */
    void times(final long gossipIntervalNs, final long suspectNs) {
        intervalNs = gossipIntervalNs;
        suspectAfterNs = suspectNs;
    }

    /**
     * Sends everybody what is due.
     *
     * @param nowNs now.
     * @return datagrams sent.
     */
    int send(final long nowNs) {
        int sent = 0;
        for (int i = 0; i < links.peers().size(); i++) {
            final Peer peer = links.peers().get(i);
            if (peer.isLinked() && peer.isRoundDue(nowNs)) {
                try {
                    sent += send(peer, nowNs);
                } catch (final RuntimeException e) {
                    node.failed("a round to " + peer.member().name(), e, nowNs);
                }
            }
        }
        return sent;
    }

    /** Whether something that was lost is to be written again. */
    boolean isAgainDue(final long nowNs) {
        for (int i = 0; i < links.peers().size(); i++) {
            final Peer peer = links.peers().get(i);
            if (peer.own().dueAgain(nowNs) != ChangeLog.NONE && peer.isLinked() && peer.isRoundDue(nowNs)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether something is to go to somebody that a tick does not bring about: what waits for the next round, and what is to be
     * sent again unless it is acknowledged. Who is silent is probed, which ticks see to.
     */
    boolean isUnderWay(final long nowNs) {
        for (int i = 0; i < links.peers().size(); i++) {
            final Peer peer = links.peers().get(i);
            final boolean isRelaying = peer.lacks().isActive() && peer.relay().canSendNew();
            if (peer.isLinked()
                    && (peer.isAckDue()
                            || peer.own().canSendNew()
                            || isRelaying
                            || isInFlight(peer.own(), nowNs)
                            || isInFlight(peer.relay(), nowNs))) {
                return true;
            }
        }
        return false;
    }

    private boolean isInFlight(final SendStream stream, final long nowNs) {
        return stream.segments() > 0 && !stream.isStalled(nowNs, suspectAfterNs);
    }

    private int send(final Peer peer, final long nowNs) {
        final boolean isIdleDue = nowNs - peer.sentAtNs() >= suspectAfterNs / IDLE_FRACTION;
        if (peer.own().isStalled(nowNs, suspectAfterNs) || peer.relay().isStalled(nowNs, suspectAfterNs)) {
            return probe(peer, isIdleDue, nowNs);
        }
        final boolean isClaimDue = nowNs - peer.claimAtNs() >= VECTOR_TICKS * intervalNs
                && peer.lacks().isClaimDue();
        final boolean isMembersDue =
                peer.membersVersion() != membership.version() || nowNs - peer.membersAtNs() >= SECOND_NS;
        final boolean isOtherDue =
                isIdleDue || isClaimDue || isMembersDue || peer.isAckDue() || isChangeDue(peer, nowNs);
        final boolean isVectorDue = isVectorDue(peer, isOtherDue, nowNs);
        if (!isOtherDue && !isVectorDue) {
            return 0;
        }
        peer.round(nowNs);
        return outbox.round(peer, Outbox.Part.CHANGES, isMembersDue, isVectorDue, isClaimDue, nowNs);
    }

    /** How far others are joined: by a datagram that goes anyhow if there is one in time. */
    private boolean isVectorDue(final Peer peer, final boolean isOtherDue, final long nowNs) {
        final long sinceNs = nowNs - peer.vectorAtNs();
        // Who serves once it has been told all parts is told them one after another.
        if (sinceNs >= suspectAfterNs / IDLE_FRACTION
                || (peer.vectorPart() != 0 && !peer.member().hasState())) {
            return true;
        }
        final long dueNs = vectorHalfTicks(sources.count()) * intervalNs / 2;
        return peer.vectorVersion() != sources.version() && sinceNs >= (isOtherDue ? dueNs : dueNs + intervalNs);
    }

    /**
     * Half ticks between two vectors to a peer while something changes. They are fewer the more sources there are, so that
     * what they take of the network does not grow with that: a vector holds 16, and all take a quarter of a tick each.
     */
    private static int vectorHalfTicks(final int sources) {
        return Math.max(2 * VECTOR_TICKS, Math.min(MOST_HALF_TICKS, sources / 2));
    }

    /** Ticks in which a peer tells of all sources and more: who makes no progress for so long lags. */
    static int lagTicks(final int sources) {
        return Math.max(LAG_TICKS, sources / 2);
    }

    private int probe(final Peer peer, final boolean isIdleDue, final long nowNs) {
        final boolean isProbe = peer.own().isProbeDue(nowNs, SECOND_NS);
        if (!isProbe && !isIdleDue) {
            return 0;
        }
        peer.round(nowNs);
        return outbox.round(
                peer, isProbe ? Outbox.Part.PROBE : Outbox.Part.NOTHING, isIdleDue, isIdleDue, false, nowNs);
    }

    private static boolean isChangeDue(final Peer peer, final long nowNs) {
        return peer.own().canSendNew()
                || peer.own().dueAgain(nowNs) != ChangeLog.NONE
                || (peer.lacks().isActive() && peer.relay().canSendNew())
                || peer.relay().dueAgain(nowNs) != ChangeLog.NONE;
    }

    /** Says goodbye to everybody. */
    void bye(final long nowNs) {
        for (int i = 0; i < links.peers().size(); i++) {
            final Peer peer = links.peers().get(i);
            if (peer.isLinked()) {
                outbox.bye(peer, nowNs);
            }
        }
    }

    /** Whether everybody who is heard has acknowledged what this node has counted. */
    boolean isEverythingTold() {
        boolean isTold = true;
        for (int i = 0; i < links.peers().size(); i++) {
            final Peer peer = links.peers().get(i);
            isTold &= peer.own().lag() == 0 || !peer.member().isHeard();
        }
        return isTold;
    }
}
