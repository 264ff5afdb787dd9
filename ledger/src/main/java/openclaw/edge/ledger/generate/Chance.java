package openclaw.edge.ledger.generate;

/** SplitMix64 (Steele, Lea, Flood 2014): fast, and the same numbers everywhere. Not thread-safe. */
final class Chance {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    /**
     * A stream of its own.
     *
     * @param seed of the run
     * @param stream number of the stream; streams of one seed share no stretch that anyone would meet
     */
    Chance(final long seed, final long stream) {
        state = mix(seed) ^ mix(stream + GOLDEN);
    }

    /** Any 64 bits. */
    long bits() {
        state += GOLDEN;
        return mix(state);
    }

    /** 0 to bound - 1; off from even by less than bound / 2^32. */
    int below(final int bound) {
        return pick((int) bits(), bound);
    }

    /** 0 to bound - 1 from 32 random bits (Lemire 2019, without the rejection). */
    static int pick(final int bits, final int bound) {
        return (int) (((bits & 0xFFFF_FFFFL) * bound) >>> 32);
    }

    private static long mix(final long input) {
        long z = input;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
