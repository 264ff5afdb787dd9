package openclaw.edge.sync;

import java.util.Arrays;

/**
 * What one peer lacks of others' changes, and so what this node relays to it. For each source: the relay version up to
 * which the peer has whatever this node holds of that source, known from the peer's own vector or from what it
 * acknowledged of the relay stream.
 *
 * <p>A peer <em>lags</em> in a source when what this node has of it was not covered for a while and the peer made no
 * progress by itself. Rows behind the cursor then go to it with the counters of the sources that it lags in; when another
 * source joins them, the stream is rewound to where that one's lag begins. Relaying lasts a second, then the peer is left
 * to itself again; who lags again at once is relayed to for twice as long. Incarnations that are no more have nobody else
 * to speak for them: they are relayed at once.
 *
 * <p>For one thread; allocates nothing once made.
 */
final class PeerRelay {

    /** Most sources relayed to one peer at once: their vector fits beside changes into one datagram. */
    static final int MAX_LAGGING = 10;

    private static final long MIN_HOLD_NS = 1_000_000_000L;
    private static final long MAX_HOLD_NS = 32_000_000_000L;

    private final Sources sources;
    private final RelaySnapshots snapshots;
    private final ChangeLog log;
    private final SendStream stream;
    private final long[] covered = new long[Sources.MAX];
    private final long[] lives = new long[Sources.MAX];
    private final long[] solids = new long[Sources.MAX];
    private final long[] heads = new long[Sources.MAX];
    private final long[] stuckSinceNs = new long[Sources.MAX];
    private final long[] holdUntilNs = new long[Sources.MAX];
    private final long[] holdNs = new long[Sources.MAX];
    private final boolean[] lagging = new boolean[Sources.MAX];
    private final int[] laggingSources = new int[MAX_LAGGING];
    private int laggingCount;
    private final boolean[] unsettled = new boolean[Sources.MAX];
    private boolean begun;
    private boolean isTold;
    private long toldAt;
    private long echoedUpTo;

    PeerRelay(final Sources sources, final RelaySnapshots snapshots, final ChangeLog log, final SendStream stream) {
        this.sources = sources;
        this.snapshots = snapshots;
        this.log = log;
        this.stream = stream;
    }

    /** A new life of the peer: nothing is known of what it has. */
    void reset() {
        stream.reset();
        Arrays.fill(covered, 0);
        Arrays.fill(lives, 0);
        Arrays.fill(solids, 0);
        Arrays.fill(heads, 0);
        Arrays.fill(stuckSinceNs, 0);
        Arrays.fill(holdUntilNs, 0);
        Arrays.fill(lagging, false);
        Arrays.fill(unsettled, false);
        laggingCount = 0;
        begun = false;
        isTold = false;
        toldAt = 0;
        echoedUpTo = 0;
    }

    /** A source's index is another's now, or free. */
    void forget(final int source) {
        covered[source] = 0;
        lives[source] = 0;
        solids[source] = 0;
        heads[source] = 0;
        stuckSinceNs[source] = 0;
        holdUntilNs[source] = 0;
        unsettled[source] = false;
        if (lagging[source]) {
            lagging[source] = false;
            listLagging();
        }
    }

    /**
     * The peer says up to where it has a source's changes.
     *
     * @param source any but this node.
     * @param life in which the version counts.
     * @param solid every change up to it.
     * @param head highest version of it of which the peer has something: in a long transfer that rises, the other does
     *     not.
     * @param nowNs now.
     */
    void onVector(final int source, final long life, final long solid, final long head, final long nowNs) {
        if (lives[source] != life || solids[source] < solid || heads[source] < head) {
            stuckSinceNs[source] = nowNs;
        }
        // What it vouches for to others may be less than what it has.
        solids[source] = lives[source] == life ? Math.max(solids[source], solid) : solid;
        lives[source] = life;
        heads[source] = head;
        if (sources.life(source) == life && covered[source] >= sources.foundUpTo(source)) {
            covered[source] =
                    Math.max(covered[source], Math.min(snapshots.covered(source, solid), sources.settledUpTo(source)));
        }
    }

    /**
     * A segment of the relay stream was written. Only one that reaches the log's end says that the peer has everything then; when
     * it is lost and the log has moved on, the segment that repeats it does not say so any more.
     *
     * @param high last version of the segment, on the wire.
     * @param complete whether it says that this is all.
     */
    void onSent(final long high, final boolean complete) {
        if (complete) {
            toldAt = high;
        } else if (high == toldAt) {
            toldAt = 0;
        }
    }

    /** The peer acknowledged more of the relay stream. */
    void onAcked() {
        isTold |= toldAt > 0 && stream.acked() >= toldAt;
        final long version = stream.acked() - stream.offset();
        for (int i = 0; i < laggingCount; i++) {
            covered[laggingSources[i]] = Math.max(covered[laggingSources[i]], version);
        }
    }

    /**
     * Finds out what the peer lags in.
     *
     * @param peer whose own counters are told to it once in each life, so that it sees if its state went back in time.
     * @param nowNs now.
     * @param afterNs how long without progress before the peer lags.
     */
    void tick(final Member peer, final long nowNs, final long afterNs) {
        boolean isMore = !begun;
        if (!begun && peer.source() != Sources.NONE) {
            echoedUpTo = sources.lastChange(peer.source());
        }
        boolean isLess = false;
        for (int source = Sources.SELF + 1; source < sources.count(); source++) {
            isLess |= unsettle(source);
            final boolean lags = lags(source, peer, nowNs, afterNs);
            if (lags && !lagging[source] && laggingCount < MAX_LAGGING) {
                lagging[source] = true;
                laggingSources[laggingCount++] = source;
                isMore = true;
            } else if (!lags && lagging[source]) {
                lagging[source] = false;
                isLess = true;
            }
        }
        if (isLess) {
            listLagging();
        }
        if (isMore) {
            begun = true;
            toldAt = 0;
            stream.rewind(firstUncovered());
        }
    }

    /** A source is not heard any more: what of it no version tells goes to the peer again; true if it is relayed anew. */
    private boolean unsettle(final int source) {
        final boolean before = unsettled[source];
        unsettled[source] = sources.incarnation(source) != 0 && sources.settledUpTo(source) != Long.MAX_VALUE;
        if (before || !unsettled[source] || covered[source] <= sources.settledUpTo(source)) {
            return false;
        }
        covered[source] = sources.settledUpTo(source);
        final boolean wasLagging = lagging[source];
        // Begins again, further back.
        lagging[source] = false;
        listLagging();
        return wasLagging;
    }

    private boolean lags(final int source, final Member peer, final long nowNs, final long afterNs) {
        if (sources.incarnation(source) == 0) {
            return false;
        }
        if (sources.incarnation(source) == peer.incarnation()) {
            return covered[source] < echoedUpTo;
        }
        if (covered[source] < sources.foundUpTo(source)) {
            return true;
        }
        final boolean isBehind = isBehind(source);
        if (lagging[source]) {
            if (!sources.isPresent(source)) {
                return isBehind;
            }
            // Whether the peer would get on by itself shows only when nothing is relayed to it.
            stuckSinceNs[source] = nowNs;
            return nowNs < holdUntilNs[source];
        }
        if (!isBehind) {
            stuckSinceNs[source] = 0;
            return false;
        }
        if (stuckSinceNs[source] == 0) {
            stuckSinceNs[source] = nowNs;
        }
        if (sources.isPresent(source)
                && (peer.hasState() || isInStep(source))
                && nowNs - stuckSinceNs[source] < afterNs) {
            return false;
        }
        final boolean isSoonAgain = nowNs - holdUntilNs[source] < afterNs + MIN_HOLD_NS;
        holdNs[source] = isSoonAgain ? Math.min(MAX_HOLD_NS, 2 * holdNs[source]) : MIN_HOLD_NS;
        holdUntilNs[source] = nowNs + holdNs[source];
        return true;
    }

    /**
     * Whether a member has told this node, in its present life, all that it had announced. Of others nobody may know more
     * than this node: who has no state yet, and serves when it was told everything, is told of them at once.
     */
    private boolean isInStep(final int source) {
        final Member member = sources.member(source);
        return member.isHeard()
                && member.signs().announced() > 0
                && sources.solid(source) >= member.signs().announced();
    }

    private boolean isBehind(final int source) {
        return sources.lastChange(source) > covered[source] || isBehindInClaims(source);
    }

    private boolean isBehindInClaims(final int source) {
        return sources.life(source) != 0
                && sources.vouched(source) > 0
                && (lives[source] != sources.life(source) || solids[source] < sources.vouched(source));
    }

    private long firstUncovered() {
        long first = log.lastVersion();
        for (int i = 0; i < laggingCount; i++) {
            first = Math.min(first, covered[laggingSources[i]]);
        }
        return first;
    }

    private void listLagging() {
        laggingCount = 0;
        for (int source = 0; source < Sources.MAX; source++) {
            if (lagging[source]) {
                laggingSources[laggingCount++] = source;
            }
        }
    }

    /** Whether the peer is known to have whatever this node holds of a source. */
    boolean hasAll(final int source) {
        return begun && sources.lastChange(source) <= covered[source];
    }

    /** Sources that the peer lags in. */
    int laggingCount() {
        return laggingCount;
    }

    /** One of them. */
    int lagging(final int i) {
        return laggingSources[i];
    }

    /** Whether the peer lags in a source. */
    boolean isLagging(final int source) {
        return lagging[source];
    }

    /** Whether new parts of the relay log are to go to the peer: it lags, or does not know yet that it has everything. */
    boolean isActive() {
        return begun && (laggingCount > 0 || !isTold);
    }

    /** Whether the peer has all rows, but does not claim what it may claim. */
    boolean isClaimDue() {
        if (!begun || stream.hasUnsent() || stream.segments() > 0) {
            return false;
        }
        for (int i = 0; i < laggingCount; i++) {
            if (isBehindInClaims(laggingSources[i])) {
                return true;
            }
        }
        return false;
    }
}
