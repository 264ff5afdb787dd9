package openclaw.edge.ledger.generate;

/**
 * Draws indexes by weight in constant time: Walker's alias tables, as Vose (1991) builds them, in whole numbers so that they
 * are the same everywhere. Immutable.
 */
final class Weighted {
    /** Weights of Zipf's law are counted in units of the first one's. */
    private static final long ZIPF_UNIT = 1L << 32;

    private final int[] alias;
    private final int[] threshold;

    private Weighted(final int[] alias, final int[] threshold) {
        this.alias = alias;
        this.threshold = threshold;
    }

    /** Zipf's law with exponent 1: index i has the weight 1 / (i + 1). */
    static Weighted zipf(final int size) {
        final long[] weights = new long[size];
        for (int i = 0; i < size; i++) {
            weights[i] = ZIPF_UNIT / (i + 1);
        }
        return of(weights);
    }

    /** Indexes with the given weights; their sum times their number must be below 2^63. */
    static Weighted of(final long... weights) {
        final int size = weights.length;
        long sum = 0;
        for (final long weight : weights) {
            sum += weight;
        }
        final long[] scaled = new long[size];
        final int[] small = new int[size];
        final int[] large = new int[size];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < size; i++) {
            scaled[i] = Math.multiplyExact(weights[i], (long) size);
            if (scaled[i] < sum) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        final int[] alias = new int[size];
        final int[] threshold = new int[size];
        while (smalls > 0 && larges > 0) {
            final int less = small[--smalls];
            final int more = large[--larges];
            alias[less] = more;
            threshold[less] = share(scaled[less], sum);
            scaled[more] += scaled[less] - sum;
            if (scaled[more] < sum) {
                small[smalls++] = more;
            } else {
                large[larges++] = more;
            }
        }
        fill(large, larges, alias, threshold);
        fill(small, smalls, alias, threshold);
        return new Weighted(alias, threshold);
    }

    /** The quotient of a number by a greater one, in units of 2^-31. */
    private static int share(final long part, final long whole) {
        final int shift = Math.max(0, 32 - Long.numberOfLeadingZeros(whole));
        return (int) (((part >>> shift) << 31) / (whole >>> shift));
    }

    private static void fill(final int[] rest, final int count, final int[] alias, final int[] threshold) {
        for (int i = 0; i < count; i++) {
            alias[rest[i]] = rest[i];
            threshold[rest[i]] = Integer.MAX_VALUE;
        }
    }

    /** The index that 64 random bits draw. */
    int draw(final long bits) {
        final int column = Chance.pick((int) bits, alias.length);
        return (int) (bits >>> 33) < threshold[column] ? column : alias[column];
    }
}
