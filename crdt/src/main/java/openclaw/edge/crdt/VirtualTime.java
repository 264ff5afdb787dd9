package openclaw.edge.crdt;

/**
 * Arithmetic of virtual time: 62-bit counts of <em>units</em> of 1/16 ns since a table's epoch, saturating, rounded
 * against the tenant where it must be rounded. All arguments are non-negative unless said otherwise.
 */
final class VirtualTime {

    /** log2 of the units in a nanosecond. */
    static final int UNITS_SHIFT = 4;

    /** Units in a nanosecond. */
    static final long UNITS_PER_NS = 1L << UNITS_SHIFT;

    /** Bits of a bucket's word that are time; 62 bits of 1/16 ns are 9.1 years. */
    static final long TIME_MASK = (1L << 62) - 1;

    private static final long NS_PER_DAY = 86_400L * 1_000_000_000L;

    /** Longest full refill: 366 days. */
    static final long MAX_REFILL_UNITS = 366 * NS_PER_DAY * UNITS_PER_NS;

    /** Farthest that a word may be ahead of now, capacity and debt together: saturation point, 4 years. */
    static final long MAX_AHEAD_UNITS = 4 * MAX_REFILL_UNITS;

    /** Where virtual time of a new table begins, so that "a little before" is never negative: 68 s. */
    static final long START_UNITS = 1L << 40;

    private VirtualTime() {}

    /** Product, saturating at {@link #TIME_MASK}; so the time that tokens take. */
    static long multiply(final long tokens, final long unitsPerToken) {
        final long product = tokens * unitsPerToken;
        // One test for both: bits above 64, and bits 62 and 63 of the low half.
        return (Math.multiplyHigh(tokens, unitsPerToken) | (product & ~TIME_MASK)) == 0 ? product : TIME_MASK;
    }

    /** Nanoseconds of virtual time, rounded up. */
    static long toNsCeil(final long units) {
        return (units + UNITS_PER_NS - 1) >>> UNITS_SHIFT;
    }

    /** floor(units * k / n) without overflow, for 0 <= k <= n < 2^16 and any non-negative units. */
    static long scale(final long units, final int k, final int n) {
        return units / n * k + units % n * k / n;
    }

    /**
     * Real nanoseconds until {@code units} of virtual time have passed at k/n, rounded up, at most {@code maxNs}; for k = 0
     * that is never.
     */
    static long realNs(final long units, final int k, final int n, final long maxNs) {
        if (k == 0) {
            return units == 0 ? 0 : maxNs;
        }
        return Math.min(maxNs, k == n ? toNsCeil(units) : mulDivCeil(toNsCeil(units), n, k));
    }

    /** ceil(a * b / c) in 128 bits, saturating at {@link Long#MAX_VALUE}; a, b >= 0, c >= 1. */
    static long mulDivCeil(final long a, final long b, final long c) {
        return mulDiv(a, b, c, c - 1);
    }

    /** floor(a * b / c) in 128 bits, saturating at {@link Long#MAX_VALUE}; a, b >= 0, c >= 1. */
    static long mulDivFloor(final long a, final long b, final long c) {
        return mulDiv(a, b, c, 0);
    }

    private static long mulDiv(final long a, final long b, final long c, final long addend) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        final long sum = low + addend;
        high += Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        low = sum;
        if (high == 0) {
            final long quotient = Long.divideUnsigned(low, c);
            return quotient < 0 ? Long.MAX_VALUE : quotient;
        }
        if (high >= c) {
            return Long.MAX_VALUE;
        }
        // Schoolbook, bit by bit: only conversions between limit versions come here.
        long remainder = high;
        long quotient = 0;
        for (int bit = 63; bit >= 0; bit--) {
            remainder = (remainder << 1) | ((low >>> bit) & 1);
            quotient <<= 1;
            if (Long.compareUnsigned(remainder, c) >= 0) {
                remainder -= c;
                quotient |= 1;
            }
        }
        return quotient < 0 ? Long.MAX_VALUE : quotient;
    }
}
