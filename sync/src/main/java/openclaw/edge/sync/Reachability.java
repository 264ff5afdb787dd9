package openclaw.edge.sync;

import openclaw.edge.crdt.Silence;
import openclaw.edge.crdt.VirtualClock;

/**
 * Who is heard. A member is <em>silent</em> when its heartbeat has not advanced, by whatever path, for
 * {@code suspect_after}; what it then turns out to have consumed is settled by what was withheld since. It is heard again
 * only when everything has been joined up to the version that was its latest at the first new sign of life, or later: see
 * {@link CatchingUp}. Nor is a member heard, whatever heartbeats come, while what it announces does not arrive
 * ({@link Passage}), or while it is the member itself that sends them and acknowledges nothing of this node: datagrams that
 * pass one way only are no ground to count on one another's share. After this node's own start or pause all others are silent, and what had waited in the socket is no
 * sign of life.
 *
 * <p>A life that others speak of replaces the present one when its heartbeat is seen to advance, so that no old word of a
 * dead life brings it back; a life met directly replaces it at once. For the gossip agent's thread.
 */
final class Reachability {

    /** To join what was announced takes long if it takes more than this part of {@code suspect_after}. */
    private static final int SHORT = 4;

    private static final long RELAYS = 2;

    private final Membership membership;
    private final Sources sources;
    private final RelaySnapshots snapshots;
    private final VirtualClock clock;
    private final SyncCounters counters;
    private long suspectAfterNs;
    private long deadAfterNs;
    private long intervalNs;
    private int changes;
    private boolean isBehind;

    Reachability(
            final Membership membership,
            final Sources sources,
            final RelaySnapshots snapshots,
            final VirtualClock clock,
            final SyncCounters counters) {
        this.membership = membership;
        this.sources = sources;
        this.snapshots = snapshots;
        this.clock = clock;
        this.counters = counters;
    }

    /** Rises when a member is heard or falls silent. */
    int changes() {
        return changes;
    }

    /** Sets after how long a member is silent, and dead (0: never), and how long a tick is. */
    void times(final long suspectNs, final long deadNs, final long gossipIntervalNs) {
        suspectAfterNs = suspectNs;
        deadAfterNs = deadNs;
        intervalNs = gossipIntervalNs;
    }

    /** How long changes may take: a silence, and twice what passes until somebody relays them. */
    private long lateNs() {
        return suspectAfterNs + RELAYS * Rounds.lagTicks(sources.count()) * intervalNs;
    }

    /**
     * A member was met: a session with its present life began.
     *
     * @param member who.
     * @param life its process.
     * @param incarnation its counters.
     * @param nowNs now.
     */
    void onMet(final Member member, final long life, final long incarnation, final long nowNs) {
        membership.rejoin(member, "is back", nowNs);
        if (member.life() != life || member.incarnation() != incarnation) {
            adopt(member, life, incarnation, nowNs);
        }
    }

    /**
     * Somebody's word of a member's heartbeat, its own or another's.
     *
     * @param member of whom.
     * @param life its process.
     * @param incarnation its counters.
     * @param heartbeat of that life; 0 says nothing.
     * @param head the latest version of it that is known of.
     * @param nowNs now.
     */
    void onHeartbeat(
            final Member member,
            final long life,
            final long incarnation,
            final long heartbeat,
            final long head,
            final long nowNs) {
        if (life != member.life()) {
            final boolean isNext = member.life() == 0
                    || (life == member.signs().otherLife()
                            && heartbeat > member.signs().otherHeartbeat());
            if (!isNext) {
                member.signs().other(life, heartbeat);
                return;
            }
            adopt(member, life, incarnation, nowNs);
        }
        member.signs().announced(head);
        if (heartbeat > member.signs().heartbeat()) {
            if (isBehind) {
                // So that it is no sign of life either when another one tells of it.
                member.signs().heard(heartbeat, member.signs().heardAtNs());
            } else {
                member.signs().heard(heartbeat, nowNs);
                onSignOfLife(member, nowNs);
            }
        }
    }

    private void onSignOfLife(final Member member, final long nowNs) {
        if (member.state() == MemberState.DEAD
                || (member.state() == MemberState.LEFT && member.life() != member.leftLife())) {
            membership.rejoin(member, "heard again", nowNs);
        }
        if (!member.isHeard()
                && !member.catchingUp().isUnderWay()
                && member.isPresent()
                && member.source() != Sources.NONE) {
            member.catchingUp().begin(member.signs().announced(), nowNs);
            member.why("heard, joining what it has consumed");
        }
    }

    private void adopt(final Member member, final long life, final long incarnation, final long nowNs) {
        int source = member.source();
        if (member.incarnation() != incarnation) {
            if (source != Sources.NONE) {
                // What the old counters still bring is settled by how the member stood when they ended.
                sources.silence(source, member.isHeard() ? unnoted(nowNs) : member.silence());
            }
            source = sources.findOrAdd(incarnation);
        }
        if (source == Sources.NONE) {
            counters.add(SyncCounter.SOURCES_FULL, 1);
        } else {
            if (sources.member(source) != member) {
                snapshots.forget(source);
            }
            sources.member(source, member);
            if (member.isHeard() && member.incarnation() != incarnation) {
                // It counts since it was heard last.
                sources.inStep(source);
            }
            if (sources.life(source) != life) {
                sources.life(source, life);
                snapshots.forget(source);
            }
        }
        member.lives(life, incarnation, source);
        member.signs().heard(0, member.signs().heardAtNs());
        member.signs().other(0, 0);
        if (!member.isHeard()) {
            member.catchingUp().end();
        }
    }

    /** After something was joined: whoever has all that it announced is heard again. */
    void onJoined(final Member member, final long nowNs) {
        if (member.source() == Sources.NONE) {
            return;
        }
        final long solid = sources.solid(member.source());
        member.signs().joined(solid);
        if (!member.catchingUp().isUnderWay() || isUnacknowledged(member, nowNs)) {
            return;
        }
        if (member.catchingUp().isDone(solid, member.signs().announced(), nowNs, suspectAfterNs / SHORT, lateNs())) {
            member.catchingUp().end();
            member.passage().reset();
            membership.silences().end(member);
            member.silence(Silence.HEARD);
            sources.inStep(member.source());
            changes++;
            member.become(MemberState.ALIVE, "heard, and all that it announced is joined", nowNs);
        }
    }

    /**
     * Looks who has fallen silent.
     *
     * @param nowNs now.
     */
    void tick(final long nowNs) {
        for (int i = 0; i < membership.others().size(); i++) {
            final Member member = membership.others().get(i);
            takeBack(member, nowNs);
            onJoined(member, nowNs);
            lookAtPassage(member, nowNs);
            if (nowNs - member.signs().heardAtNs() > suspectAfterNs) {
                if (member.isHeard()) {
                    // Nothing is kept for who has left.
                    final Silence silence = member.isPresent() ? clock.silence(nowNs) : unnoted(nowNs);
                    silent(member, "not heard by any path for suspect_after", silence, nowNs);
                } else if (member.catchingUp().isUnderWay()) {
                    member.catchingUp().end();
                    member.why("not heard by any path for suspect_after");
                }
                // Also who was silent before this node's own start, and was not heard since.
                if (deadAfterNs > 0
                        && member.isNamed()
                        && member.isPresent()
                        && nowNs - member.sinceNs() > deadAfterNs) {
                    membership.dead(member, "silent for dead_after", nowNs);
                }
            }
        }
    }

    /** Who is heard, but with whom changes do not get through, counts as silent until they do. */
    private void lookAtPassage(final Member member, final long nowNs) {
        if (!member.isHeard() || !member.isPresent() || member.source() == Sources.NONE) {
            return;
        }
        member.passage().look(arrived(member), member.signs().announced(), nowNs);
        final boolean isLate = member.passage().isLate(nowNs, lateNs());
        if (isLate || isUnacknowledged(member, nowNs)) {
            counters.add(SyncCounter.ONE_WAY, 1);
            silent(
                    member,
                    isLate
                            ? "heard, but what it counts does not arrive, so it is not counted"
                            : "heard, but it acknowledges nothing of this node, so it is not counted",
                    clock.silence(nowNs),
                    nowNs);
            member.catchingUp().begin(member.signs().announced(), nowNs);
        }
    }

    /**
     * Up to which version changes of a member have come, by whatever path. Directly, what has been received counts: under
     * load and loss together there is seldom an instant at which every change up to some version is known to have come.
     */
    private long arrived(final Member member) {
        final long solid = sources.life(member.source()) == member.life() ? sources.solid(member.source()) : 0;
        final Peer peer = member.peer();
        return peer != null && peer.life() == member.life()
                ? Math.max(solid, peer.fromOwn().joinedVersion())
                : solid;
    }

    /**
     * Whether datagrams of a member come, and say that nothing of what this node has counted lately has reached it by any
     * path. If none come, others speak for it, who count it while it acknowledges them.
     */
    private boolean isUnacknowledged(final Member member, final long nowNs) {
        final Peer peer = member.peer();
        return peer != null
                && peer.life() == member.life()
                && nowNs - peer.receivedAtNs() <= suspectAfterNs
                && peer.own().isStalled(nowNs, lateNs());
    }

    /**
     * Another process went by the incarnation of a member, as a copy of its machine does, until it took another one or was
     * no more: versions of that incarnation are the member's again.
     */
    private void takeBack(final Member member, final long nowNs) {
        final int source = member.source();
        if (source == Sources.NONE || sources.life(source) == member.life() || !isThere(member, nowNs)) {
            return;
        }
        final Member other = sources.member(source);
        if (other != null && other != member && other.source() == source && isThere(other, nowNs)) {
            return;
        }
        sources.member(source, member);
        sources.life(source, member.life());
        snapshots.forget(source);
        if (member.peer() != null && member.peer().life() == member.life()) {
            sources.raiseSolid(source, member.peer().fromOwn().solidVersion());
        }
    }

    private boolean isThere(final Member member, final long nowNs) {
        return member.isPresent() && nowNs - member.signs().heardAtNs() <= suspectAfterNs;
    }

    /**
     * This node itself was not there: everybody has been silent since.
     *
     * @param sinceNs when it was last.
     * @param nowNs now.
     */
    void onPause(final long sinceNs, final long nowNs) {
        counters.add(SyncCounter.OWN_PAUSES, 1);
        for (int i = 0; i < membership.others().size(); i++) {
            final Member member = membership.others().get(i);
            if (member.isHeard()) {
                silent(
                        member,
                        "this node paused for " + (nowNs - sinceNs) / 1_000_000 + " ms",
                        member.isPresent() ? clock.silence(sinceNs) : unnoted(sinceNs),
                        nowNs);
            }
            member.catchingUp().end();
        }
        isBehind = true;
    }

    /**
     * All that had waited to be read while this node was not there is read. Until then heartbeats tell who was there, not
     * who is: a silence that ended by an old one would end before the growth that it is to settle.
     */
    void onCaughtUp() {
        isBehind = false;
    }

    /** A silence that need not end: what was withheld since is not kept for it from those that fall silent later. */
    private Silence unnoted(final long atNs) {
        return Silence.since(clock.withheldUnits(atNs), clock.policy());
    }

    private void silent(final Member member, final String reason, final Silence silence, final long nowNs) {
        member.silence(silence);
        member.catchingUp().end();
        if (member.isPresent()) {
            member.become(MemberState.SUSPECT, reason, nowNs);
        }
        changes++;
        counters.add(SyncCounter.SILENCES, 1);
    }

    /** Since when the member that is silent longest is, of those that count; {@link VirtualClock#NEVER_NS} if none is. */
    long silentSinceNs() {
        long since = VirtualClock.NEVER_NS;
        for (int i = 0; i < membership.others().size(); i++) {
            final Member member = membership.others().get(i);
            if (member.counts() && !member.isHeard()) {
                since = Math.min(since, member.sinceNs());
            }
        }
        return since;
    }
}
