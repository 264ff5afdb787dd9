package openclaw.edge.sync;

import java.util.Arrays;

/**
 * Which of this node's relay log a peer must have by what it says to have joined of each source: pairs of (relay version,
 * head of each source), taken each tick and thinned with age, eight times from level to level, so that a few minutes fit.
 *
 * <p>If a peer has every change of source j up to the head that j had at a snapshot, then it has whatever of j this node
 * held in the rows up to the snapshot's relay version. The relay version is taken one tick before the heads: a row may
 * have been sent with counts that its owner numbers only afterwards. For one thread; allocates nothing once made.
 */
final class RelaySnapshots {

    private static final int LEVELS = 4;
    private static final int PER_LEVEL = 32;
    private static final int THINNING = 8;
    private static final long NEVER = Long.MAX_VALUE;

    private final Sources sources;
    private final long[][] heads = new long[LEVELS * PER_LEVEL][Sources.MAX];
    private final long[] relayVersions = new long[LEVELS * PER_LEVEL];
    private final int[] newest = new int[LEVELS];
    private long ticks;
    private long previousRelayVersion;

    RelaySnapshots(final Sources sources) {
        this.sources = sources;
        for (final long[] each : heads) {
            Arrays.fill(each, NEVER);
        }
    }

    /**
     * A tick has passed.
     *
     * @param relayVersion of the relay log now.
     */
    void take(final long relayVersion) {
        long every = 1;
        for (int level = 0; level < LEVELS && ticks % every == 0; level++) {
            newest[level] = (newest[level] + 1) % PER_LEVEL;
            final int at = level * PER_LEVEL + newest[level];
            relayVersions[at] = previousRelayVersion;
            for (int source = 0; source < sources.count(); source++) {
                heads[at][source] =
                        sources.life(source) == 0 || !sources.isHeadKnown(source) ? NEVER : sources.head(source);
            }
            every *= THINNING;
        }
        ticks++;
        previousRelayVersion = relayVersion;
    }

    /** What was noted of a source does not hold any more: it has a new life, or is another. */
    void forget(final int source) {
        for (final long[] each : heads) {
            each[source] = NEVER;
        }
    }

    /**
     * Up to which relay version a peer has what this node holds of a source.
     *
     * @param source of which it has every change
     * @param solid up to this version, in the life that the source has here.
     * @return a relay version; 0 if no snapshot says so.
     */
    long covered(final int source, final long solid) {
        for (int level = 0; level < LEVELS; level++) {
            for (int back = 0; back < PER_LEVEL; back++) {
                final int at = level * PER_LEVEL + (newest[level] - back + PER_LEVEL) % PER_LEVEL;
                if (heads[at][source] <= solid) {
                    return relayVersions[at];
                }
            }
        }
        return 0;
    }
}
