package openclaw.edge.load.gatling;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Ranks by Zipf's law: the n-th of them comes up in proportion to {@code 1 / n^exponent}. Any thread. */
final class Zipf {
    private final double[] upTo;
    private final SplittableRandom random;

    /**
     * The law for so many ranks.
     *
     * @param ranks 1 or more
     * @param exponent above 0; the larger, the more the first ones have of it
     */
    Zipf(final int ranks, final double exponent, final long seed) {
        upTo = new double[ranks];
        random = new SplittableRandom(seed);
        double sum = 0;
        for (int i = 0; i < ranks; i++) {
            sum += 1 / Math.pow(i + 1, exponent);
            upTo[i] = sum;
        }
        for (int i = 0; i < ranks; i++) {
            upTo[i] /= sum;
        }
    }

    /** The next one, from 0. */
    synchronized int next() {
        final int found = Arrays.binarySearch(upTo, random.nextDouble());
        return Math.min(found < 0 ? -found - 1 : found, upTo.length - 1);
    }

    /** Which part of all a rank has. */
    double part(final int rank) {
        return upTo[rank] - (rank == 0 ? 0 : upTo[rank - 1]);
    }
}
