package openclaw.edge.crdt;

/**
 * The word of a slot that says in which pace its virtual time counts.
 *
 * <pre>
 *  63  62     61           47 46    41 40                                     0
 *  +---+------+--------------+--------+---------------------------------------+
 *  |opn|parity| version      | shift  | mantissa: T = mantissa << shift       |
 *  +---+------+--------------+--------+---------------------------------------+
 * </pre>
 *
 * <p><em>Open</em>: the bucket counts in real time, v + W, not in v; see {@link VirtualClock}.
 *
 * <p><em>Parity</em> flips with every conversion and is repeated in the bucket's word, so that one CAS on that word both
 * converts the time and says so. <em>Version</em> is 1 to 32,767, or 0 for a slot not touched since its file was opened.
 */
final class LimitWord {

    static final long PARITY = 1L << 62;

    /** The bucket counts in v + W: its limit's policy is {@link PartitionPolicy#OPEN}. */
    static final long OPEN = 1L << 63;

    /** Largest difference at which a version still counts as newer. */
    static final int MAX_VERSION_LEAD = 16_383;

    private static final int VERSIONS = 32_767;
    private static final int VERSION_SHIFT = 47;
    private static final long VERSION_MASK = 0x7FFFL << VERSION_SHIFT;
    private static final int SHIFT_SHIFT = 41;
    private static final int MANTISSA_BITS = 41;
    private static final long MANTISSA_MASK = (1L << MANTISSA_BITS) - 1;
    private static final long PACE_MASK = (1L << VERSION_SHIFT) - 1;

    private LimitWord() {}

    /** Smallest T that a word can hold and that is not less than {@code units}. */
    static long roundUp(final long units) {
        final int shift = shiftFor(units);
        final long rounded = ((units + (1L << shift) - 1) >>> shift) << shift;
        final int again = shiftFor(rounded);
        return again == shift ? rounded : ((rounded + (1L << again) - 1) >>> again) << again;
    }

    /** A word of parity 0; {@code unitsPerToken} must be a value of {@link #roundUp}. */
    static long of(final int version, final long unitsPerToken) {
        final int shift = shiftFor(unitsPerToken);
        return ((1L + Math.floorMod(version, VERSIONS)) << VERSION_SHIFT)
                | ((long) shift << SHIFT_SHIFT)
                | (unitsPerToken >>> shift);
    }

    private static int shiftFor(final long units) {
        return Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(units) - MANTISSA_BITS);
    }

    static long unitsPerToken(final long word) {
        return (word & MANTISSA_MASK) << ((word >>> SHIFT_SHIFT) & 0x3F);
    }

    /** The word of a slot whose pace is not known: T is 0. */
    static final long ORPHAN = 0;

    /** True if the pace is not known, see {@link #ORPHAN}. */
    static boolean isOrphan(final long word) {
        return (word & MANTISSA_MASK) == 0;
    }

    /** True if both hold the same version and T, whatever the parity. */
    static boolean sameLimit(final long a, final long b) {
        return ((a ^ b) & ~PARITY) == 0;
    }

    static boolean isOpen(final long word) {
        return word < 0;
    }

    /** Now, in the clock in which the word counts. */
    static long now(final long word, final long virtualUnits, final long withheldUnits) {
        return virtualUnits + (withheldUnits & (word >> 63));
    }

    /** True if both hold the same T. */
    static boolean samePace(final long a, final long b) {
        return ((a ^ b) & PACE_MASK) == 0;
    }

    /** True if the slot was not touched since its file was opened. */
    static boolean isUntouched(final long word) {
        return (word & VERSION_MASK) == 0;
    }

    static long withoutVersion(final long word) {
        return word & ~VERSION_MASK;
    }

    /** True if {@code candidate} is to replace {@code current}: current untouched, or of an older version. */
    static boolean supersedes(final long candidate, final long current) {
        if (isUntouched(current)) {
            return true;
        }
        final int lead = Math.floorMod(version(candidate) - version(current), VERSIONS);
        return lead == 0 ? ((candidate ^ current) & (PACE_MASK | OPEN)) != 0 : lead <= MAX_VERSION_LEAD;
    }

    /** The same limit under a later version, so many later. */
    static long later(final long word, final int versions) {
        final long raised = 1L + Math.floorMod((long) version(word) - 1 + versions, VERSIONS);
        return (word & ~VERSION_MASK) | (raised << VERSION_SHIFT);
    }

    private static int version(final long word) {
        return (int) ((word & VERSION_MASK) >>> VERSION_SHIFT);
    }
}
