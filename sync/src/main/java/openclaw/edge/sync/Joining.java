package openclaw.edge.sync;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import openclaw.edge.crdt.BucketTable;

/**
 * Whether this node may serve. With state of its own it may at once. Without, it pulls the others': it may when everybody
 * who serves and is reached is joined up to what they announced first, and has told all that they know of others: the
 * changes that they relay, and how far they have joined everybody whose changes they leave to others to tell. Where
 * they speak of different processes of one node, after {@code join_timeout} at the latest. If all
 * whom it reaches are as new as it is, each begins with 1/N of every capacity after {@code join_timeout}; if it reaches
 * nobody, its buckets begin empty. Who pulls from nobody but such as have begun so begins no fuller than these, for as long
 * as their buckets refill: else whoever comes a moment later had the whole capacity. A node that is never counted waits on. A node that is alone by configuration begins full. For the
 * gossip agent's thread.
 */
final class Joining {

    /** In so many parts members say how full their buckets are at least. */
    static final int FULL = 63;

    private final BucketTable buckets;
    private final Membership membership;
    private final Agreement agreement;
    private final Sources sources;
    private final long beganNs;
    private final Map<Member, Told> told = new HashMap<>();
    private long joinTimeoutNs;
    private boolean isAlone;
    private boolean isReady;
    private boolean isUnanswered;
    private int fill = FULL;
    private String why = "starting";

    /** How far a member's process had joined each source when it first said so, in that source's life of then. */
    private static final class Told {
        private final long life;
        private final long[] lives = new long[Sources.MAX];
        private final long[] versions = new long[Sources.MAX];

        /** Whether its last word was of another process of the source than the one that is known here. */
        private final boolean[] others = new boolean[Sources.MAX];

        /** Which parts of all that it has joined it has told. */
        private final BitSet parts = new BitSet();

        private int partsInAll = Integer.MAX_VALUE;

        private Told(final long life) {
            this.life = life;
        }
    }

    Joining(
            final BucketTable buckets,
            final Membership membership,
            final Agreement agreement,
            final Sources sources,
            final long nowNs) {
        this.buckets = buckets;
        this.membership = membership;
        this.agreement = agreement;
        this.sources = sources;
        this.beganNs = nowNs;
    }

    /** Sets how long to wait for somebody to pull from. */
    void timeout(final long timeoutNs) {
        joinTimeoutNs = timeoutNs;
    }

    /** Sets whether no peers are configured. */
    void alone(final boolean isAloneByConfiguration) {
        isAlone = isAloneByConfiguration;
    }

    /** True if this node may serve; it stays so. */
    boolean isReady() {
        return isReady;
    }

    /** True if it serves though nobody answered of all who may know what was consumed. */
    boolean isUnanswered() {
        return isUnanswered;
    }

    /** How full the buckets are here at least that nobody has used, of {@link #FULL}, as of the last second. */
    int fill() {
        return fill;
    }

    /** Looks how far the buckets have been refilled since they began. */
    void second(final long nowNs) {
        if (isReady && fill < FULL) {
            fill = buckets.fill(FULL, nowNs);
        }
    }

    /** Why it may, or what it waits for. */
    String why() {
        return why;
    }

    /**
     * A member says how far it has joined a source: its first word of that is what to catch up with, as long as it is there
     * and serves. The member that knows most counts, not the one that is heard first; later words would never be caught up
     * with.
     *
     * @param by the member.
     * @param source any but this node.
     * @param version in the source's present life.
     */
    void onKnown(final Member by, final int source, final long version) {
        final Told toldBy = toldBy(by);
        if (toldBy == null) {
            return;
        }
        toldBy.others[source] = false;
        if (toldBy.lives[source] != sources.life(source)) {
            // Versions of another process mean nothing any more.
            toldBy.lives[source] = sources.life(source);
            toldBy.versions[source] = version;
        }
    }

    /**
     * A member speaks of another process of a source than the one that is known here: of which restart one of the two has not
     * heard, so that its versions tell nothing of what it knows.
     *
     * @param by the member.
     * @param source any but this node.
     */
    void onAnotherLife(final Member by, final int source) {
        final Told toldBy = toldBy(by);
        if (toldBy != null) {
            toldBy.others[source] = true;
        }
    }

    /**
     * A member begins to say how far it has joined a part of all sources. Until it has said that of all of them, since it
     * serves, nobody knows what there is to catch up with: what it relays is not all that it has.
     *
     * @param by the member.
     * @param part of all, from 0.
     * @param parts there are.
     */
    void onPart(final Member by, final int part, final int parts) {
        final Told toldBy = toldBy(by);
        if (toldBy != null) {
            toldBy.parts.set(part);
            toldBy.partsInAll = parts;
        }
    }

    private Told toldBy(final Member by) {
        if (isReady || !by.hasState() || by.hasDropped()) {
            return null;
        }
        final Told before = told.get(by);
        if (before != null && before.life == by.life()) {
            return before;
        }
        // What a process knew that is no more, its successor may not know.
        final Told toldBy = new Told(by.life());
        told.put(by, toldBy);
        return toldBy;
    }

    /** Whether this node itself had no room for something of another. */
    boolean hasDropped() {
        for (int source = Sources.SELF + 1; source < sources.count(); source++) {
            if (sources.hasDropped(source)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Decides, until it is decided.
     *
     * @param nowNs now.
     */
    void tick(final long nowNs) {
        if (isReady) {
            return;
        }
        if (buckets.hasStarted()) {
            ready("goes on with the state that it had: " + buckets.liveSlots() + " buckets", nowNs);
        } else if (isAlone && membership.others().isEmpty()) {
            buckets.startAt(1, 1, nowNs);
            ready("alone", nowNs);
        } else {
            pull(nowNs);
        }
    }

    private void pull(final long nowNs) {
        int reached = 0;
        int serving = 0;
        int fullest = 0;
        Member lacking = null;
        Member unsaid = null;
        for (int i = 0; i < membership.others().size(); i++) {
            final Member member = membership.others().get(i);
            if (!isReached(member)) {
                continue;
            }
            unsaid = member.hasSaid() ? unsaid : member;
            if (member.peer() != null) {
                reached++;
                if (member.hasState()) {
                    serving++;
                    fullest = Math.max(fullest, member.fill());
                    lacking = isPulled(member) ? lacking : member;
                }
            }
        }
        if (serving == 0) {
            told.clear();
        }
        if (lacking != null) {
            why = "pulls the state of " + lacking.name();
        } else if (serving > 0 && !isCaughtUp()) {
            why = "pulls what the others have of third ones";
        } else if (serving > 0 && isAnotherLifeKnown() && nowNs - beganNs < joinTimeoutNs) {
            // Who knows of the later process relays what it knows, once nobody else does.
            why = "waits since some have not heard of a restart that others know of";
        } else if (serving > 0 && unsaid != null && nowNs - beganNs < joinTimeoutNs) {
            // It is there, and may know what no other one does.
            why = "waits to be told whether " + unsaid.name() + " serves";
        } else if (serving > 0 && isUncounted() && nowNs - beganNs < joinTimeoutNs) {
            why = "waits to be told whom the others count";
        } else if (serving > 0) {
            pulled(serving, fullest, nowNs);
        } else if (nowNs - beganNs < joinTimeoutNs || membership.self().weight() == 0) {
            // Who is never counted has no share to begin with, and limits itself until somebody serves.
            why = reached == 0 ? "reaches nobody yet" : "those whom it reaches are as new as it is";
        } else if (reached > 0) {
            agreement.isAlone();
            buckets.startAt(1, membership.all(), nowNs);
            ready(
                    "all whom it reaches are as new as it is: begins with its share, 1/" + membership.all()
                            + " of every capacity",
                    nowNs);
        } else {
            agreement.isAlone();
            buckets.startAt(0, 1, nowNs);
            isUnanswered = true;
            ready("reaches nobody: begins empty, at 1/" + membership.all() + " of every refill", nowNs);
        }
    }

    private void pulled(final int serving, final int fullest, final long nowNs) {
        final String what = "pulled the state of " + serving + (serving == 1 ? " member: " : " members: ")
                + buckets.liveSlots() + " buckets";
        buckets.startAt(fullest, FULL, nowNs);
        ready(
                fullest == FULL
                        ? what
                        : what + ", begins no fuller than those, which have begun anew: with " + fullest + '/' + FULL
                                + " of every capacity",
                nowNs);
    }

    private boolean isUncounted() {
        return membership.reachable() == 0 && membership.self().weight() > 0;
    }

    /** Met, and since then not silent; whether its changes are joined is another question. */
    private static boolean isReached(final Member member) {
        return member.isPresent() && (member.isHeard() || member.catchingUp().isUnderWay());
    }

    private boolean isPulled(final Member member) {
        return member.isHeard() && member.peer().isComplete() && (member.hasDropped() || hasToldAll(member));
    }

    private boolean hasToldAll(final Member member) {
        final Told toldBy = told.get(member);
        return toldBy != null && toldBy.life == member.life() && toldBy.parts.nextClearBit(0) >= toldBy.partsInAll;
    }

    private boolean isCaughtUp() {
        for (final Map.Entry<Member, Told> each : told.entrySet()) {
            if (isThere(each.getKey(), each.getValue()) && !isCaughtUp(each.getValue())) {
                return false;
            }
        }
        return true;
    }

    private boolean isAnotherLifeKnown() {
        for (final Map.Entry<Member, Told> each : told.entrySet()) {
            if (isThere(each.getKey(), each.getValue())) {
                for (int source = Sources.SELF + 1; source < sources.count(); source++) {
                    if (each.getValue().others[source] && sources.life(source) != 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isThere(final Member by, final Told toldBy) {
        return by.life() == toldBy.life && by.hasState() && isReached(by) && !by.hasDropped();
    }

    private boolean isCaughtUp(final Told toldBy) {
        for (int source = Sources.SELF + 1; source < sources.count(); source++) {
            if (sources.life(source) != 0
                    && sources.life(source) == toldBy.lives[source]
                    && sources.solid(source) < toldBy.versions[source]) {
                return false;
            }
        }
        return true;
    }

    private void ready(final String reason, final long nowNs) {
        isReady = true;
        fill = buckets.fill(FULL, nowNs);
        told.clear();
        agreement.end();
        why = reason;
    }
}
