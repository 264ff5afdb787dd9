package openclaw.edge.sync;

import openclaw.edge.crdt.Silence;
import org.agrona.collections.Long2LongHashMap;

/**
 * Whose changes there are: the incarnations known, by a small index, and how far each is joined here. Index
 * {@link #SELF} is this node's own incarnation.
 *
 * <p>A source whose process was heard has a <em>life</em>, in which its versions count: {@link #solid}, up to which every
 * change of it has been joined here, and {@link #head}, the highest version of it of which this node may hold something. A source without a life is known by its counters alone: found in the file at start, or relayed.
 *
 * <p>For one thread.
 */
final class Sources {

    /** Most sources; more are joined, but nothing is claimed of them. */
    static final int MAX = 256;

    /** No source. */
    static final int NONE = -1;

    /** Index of this node's own incarnation. */
    static final int SELF = 0;

    private static final int REMOVED_KEPT = 32;
    private static final long NEVER = -1;

    private final Long2LongHashMap byIncarnation = new Long2LongHashMap(NONE);
    private final long[] incarnations = new long[MAX];
    private final long[] lives = new long[MAX];
    private final long[] solids = new long[MAX];
    private final long[] heads = new long[MAX];
    private final long[] lastChanges = new long[MAX];
    private final long[] foundUpTo = new long[MAX];
    private final int[] bucketIndices = new int[MAX];
    private final int[] quotaIndices = new int[MAX];
    private final Member[] members = new Member[MAX];
    private final Silence[] silences = new Silence[MAX];
    private final boolean[] inStep = new boolean[MAX];
    private final boolean[] headKnown = new boolean[MAX];
    private final long[] strayedAt = new long[MAX];
    private final long[] vouchedUpTo = new long[MAX];
    private final long[] settledUpTo = new long[MAX];
    private final long[] removed = new long[REMOVED_KEPT];
    private int nextRemoved;
    private int count;
    private int version;

    /**
     * Sources of which only this node itself is known.
     *
     * @param ownIncarnation not 0.
     * @param ownLife not 0.
     */
    Sources(final long ownIncarnation, final long ownLife) {
        add(ownIncarnation);
        lives[SELF] = ownLife;
    }

    /** How many there are; indices are below it. */
    int count() {
        return count;
    }

    /** The source of an incarnation, or {@link #NONE}. */
    int find(final long incarnation) {
        return (int) byIncarnation.get(incarnation);
    }

    /** The source of an incarnation, added if it is not known; {@link #NONE} if there are too many. */
    int findOrAdd(final long incarnation) {
        final int found = find(incarnation);
        return found != NONE ? found : add(incarnation);
    }

    private int add(final long incarnation) {
        int index = NONE;
        for (int i = SELF + 1; i < count && index == NONE; i++) {
            index = incarnations[i] == 0 ? i : NONE;
        }
        if (index == NONE) {
            if (count == MAX) {
                return NONE;
            }
            index = count++;
        }
        byIncarnation.put(incarnation, index);
        incarnations[index] = incarnation;
        lives[index] = 0;
        solids[index] = 0;
        heads[index] = 0;
        settledUpTo[index] = Long.MAX_VALUE;
        lastChanges[index] = 0;
        foundUpTo[index] = 0;
        bucketIndices[index] = 0;
        quotaIndices[index] = 0;
        members[index] = null;
        silences[index] = null;
        inStep[index] = false;
        headKnown[index] = false;
        strayedAt[index] = NEVER;
        vouchedUpTo[index] = Long.MAX_VALUE;
        return index;
    }

    /** Whether an incarnation was removed lately: others may still speak of it. */
    boolean isRemoved(final long incarnation) {
        for (final long each : removed) {
            if (each == incarnation) {
                return true;
            }
        }
        return false;
    }

    /** Forgets a source: its index may become another's. */
    void remove(final int source) {
        removed[nextRemoved] = incarnations[source];
        nextRemoved = (nextRemoved + 1) % removed.length;
        byIncarnation.remove(incarnations[source]);
        incarnations[source] = 0;
        lives[source] = 0;
        lastChanges[source] = 0;
        foundUpTo[source] = 0;
        members[source] = null;
        inStep[source] = false;
        vouchedUpTo[source] = Long.MAX_VALUE;
    }

    /** This node takes a new incarnation and life; what it was until now becomes a source without a life. */
    void renewSelf(final long incarnation, final long life) {
        final long old = incarnations[SELF];
        byIncarnation.remove(old);
        incarnations[SELF] = incarnation;
        byIncarnation.put(incarnation, SELF);
        bucketIndices[SELF] = 0;
        quotaIndices[SELF] = 0;
        lives[SELF] = life;
        if (old != incarnation) {
            findOrAdd(old);
        }
    }

    /** Its incarnation; 0 if the index is free. */
    long incarnation(final int source) {
        return incarnations[source];
    }

    /** The life in which its versions count, 0 if it has none. */
    long life(final int source) {
        return lives[source];
    }

    /** A new life: nothing of its versions is known. */
    void life(final int source, final long life) {
        lives[source] = life;
        solids[source] = 0;
        heads[source] = 0;
        headKnown[source] = false;
        strayedAt[source] = NEVER;
        settledUpTo[source] = Long.MAX_VALUE;
        vouchedUpTo[source] = Long.MAX_VALUE;
    }

    /** Version up to which every change of it is joined here. */
    long solid(final int source) {
        return solids[source];
    }

    /**
     * Version up to which this node tells third nodes that they have every change of it, when they have all that this node
     * holds: at most {@link #solid}, and not beyond where something of it was dropped here for want of room.
     */
    long vouched(final int source) {
        return Math.min(solids[source], vouchedUpTo[source]);
    }

    /** Something of it was dropped here: until all of it comes anew, in a new life, no more is vouched for. */
    void dropped(final int source) {
        vouchedUpTo[source] = Math.min(vouchedUpTo[source], solids[source]);
    }

    /** Whether something of it was dropped here, in its present life. */
    boolean hasDropped(final int source) {
        return vouchedUpTo[source] != Long.MAX_VALUE;
    }

    /**
     * Whether all that it counts is told to this node as it is counted: its member was heard, and all that it had announced
     * joined, while it was the member's present incarnation here.
     */
    boolean isInStep(final int source) {
        return inStep[source];
    }

    /** All that it has counted so far is joined here, or was never told to anybody. */
    void inStep(final int source) {
        inStep[source] = true;
    }

    /** Every change of it up to a version is joined here. */
    void raiseSolid(final int source, final long joinedVersion) {
        if (joinedVersion > solids[source]) {
            solids[source] = joinedVersion;
            version++;
        }
        raiseHead(source, joinedVersion);
    }

    /** Rises whenever more of a source is joined. */
    int version() {
        return version;
    }

    /** Highest version of it of which this node may hold something. */
    long head(final int source) {
        return heads[source];
    }

    /**
     * Whether {@link #head} is that in its present life. This node's file, or the life before, may have given it rows that
     * have a version in this life too, and which nobody knows before it has joined all that a member announced. Nor is it
     * while rows {@link #stray} stand here.
     */
    boolean isHeadKnown(final int source) {
        if (!isPresent(source)) {
            return strayedAt[source] == NEVER;
        }
        final long announced = members[source].signs().announced();
        if (announced > 0 && announced > strayedAt[source] && solids[source] >= announced) {
            headKnown[source] = true;
            strayedAt[source] = NEVER;
        }
        return headKnown[source];
    }

    /**
     * Something of it has come that another process of it had counted, which others know and this node does not: it has no
     * version in the life that is known here, so that nobody who has all of that life has it. If it was an earlier process,
     * that is over with what the present one announces next.
     */
    void stray(final int source) {
        strayedAt[source] = isPresent(source) ? members[source].signs().announced() : 0;
        headKnown[source] = false;
    }

    /** Something of it up to a version has come. */
    void raiseHead(final int source, final long itsVersion) {
        if (itsVersion > heads[source]) {
            heads[source] = itsVersion;
            // Numbered by now, whatever came from itself before.
            settledUpTo[source] = Long.MAX_VALUE;
        }
    }

    /**
     * Something of it came from itself.
     *
     * @param source whose process is heard.
     * @param itsVersion the latest that it had numbered when it wrote.
     * @param relayVersion of the relay log before that was joined.
     */
    void raiseOwnHead(final int source, final long itsVersion, final long relayVersion) {
        if (itsVersion > heads[source]) {
            heads[source] = itsVersion;
            settledUpTo[source] = relayVersion;
        }
    }

    /**
     * Version in the relay log up to which versions say all of what a source has counted: rows that came from itself since
     * it numbered something last may hold what it had counted but not numbered yet. If its process is killed then, and what
     * it knew is lost, it never will, and no vector says who has these rows. No bound while it is heard: it numbers
     * everything in the end.
     */
    long settledUpTo(final int source) {
        return isPresent(source) && members[source].isHeard() ? Long.MAX_VALUE : settledUpTo[source];
    }

    /** Version in the relay log of the latest row that it changed; 0 for none. */
    long lastChange(final int source) {
        return lastChanges[source];
    }

    /** A row that it changed stands in the relay log under this version. */
    void changed(final int source, final long relayVersion) {
        lastChanges[source] = relayVersion;
    }

    /** True if it is the present incarnation of a member, which can speak for itself. */
    boolean isPresent(final int source) {
        return members[source] != null && members[source].source() == source;
    }

    /** Counters of it were found in this node's file, and stand in the relay log up to this version. */
    void found(final int source, final long relayVersion) {
        foundUpTo[source] = relayVersion;
    }

    /**
     * Version in the relay log up to which no vector says what a peer has of a source: the file of this node may hold more
     * of an incarnation than was ever given a version, if its process was killed. 0 for an incarnation that runs: it
     * numbers everything in the end.
     */
    long foundUpTo(final int source) {
        return isPresent(source) ? 0 : foundUpTo[source];
    }

    /** Whose incarnation it is, or null if that is not known. */
    Member member(final int source) {
        return members[source];
    }

    /** Says whose incarnation it is. */
    void member(final int source, final Member member) {
        members[source] = member;
    }

    /** How its growth is settled if it is not the present incarnation of a member; null if that was not decided yet. */
    Silence silence(final int source) {
        return silences[source];
    }

    /** Decides how its growth is settled once it is not a member's present incarnation. */
    void silence(final int source, final Silence silence) {
        silences[source] = silence;
    }

    /** Its index in a table's directory, 0 if it was not asked for yet. */
    int directoryIndex(final int source, final boolean isQuota) {
        return isQuota ? quotaIndices[source] : bucketIndices[source];
    }

    /** Keeps its index in a table's directory. */
    void directoryIndex(final int source, final boolean isQuota, final int index) {
        (isQuota ? quotaIndices : bucketIndices)[source] = index;
    }
}
