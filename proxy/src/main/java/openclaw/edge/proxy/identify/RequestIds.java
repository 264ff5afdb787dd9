package openclaw.edge.proxy.identify;

import java.security.SecureRandom;

/**
 * Ids for requests that came without one: 32 hex digits, unique without coordination (64 random bits per loop and start, then a
 * mixed counter). For tracing only. Owned by one event loop.
 */
final class RequestIds {
    static final int LENGTH = 32;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private final byte[] id = new byte[LENGTH];
    private long count;

    RequestIds() {
        final SecureRandom random = new SecureRandom();
        hex(random.nextLong(), 0);
        count = random.nextLong();
    }

    /** The next id; the array is reused. */
    byte[] next() {
        // splitmix64 (Steele, Lea, Flood 2014): a bijection, so no counter value gives the id of another.
        count += 0x9E3779B97F4A7C15L;
        long z = count;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        hex(z ^ (z >>> 31), 16);
        return id;
    }

    private void hex(final long value, final int at) {
        for (int i = 0; i < 16; i++) {
            id[at + i] = HEX[(int) (value >>> (60 - 4 * i)) & 0xF];
        }
    }
}
