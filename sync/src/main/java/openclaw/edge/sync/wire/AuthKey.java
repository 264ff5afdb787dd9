package openclaw.edge.sync.wire;

import java.util.Arrays;

/** A key of HMAC-SHA256, already xored with both pads (RFC 2104). Immutable; never printed. */
public final class AuthKey {

    /** Length of a block of SHA-256, and of a pad. */
    static final int BLOCK_BYTES = 64;

    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5C;

    final byte[] innerPad;
    final byte[] outerPad;

    /** A key of at most {@link #BLOCK_BYTES}; a longer one has to be hashed by the caller. */
    AuthKey(final byte[] key) {
        innerPad = Arrays.copyOf(key, BLOCK_BYTES);
        outerPad = Arrays.copyOf(key, BLOCK_BYTES);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            innerPad[i] ^= INNER;
            outerPad[i] ^= OUTER;
        }
    }

    /**
     * Whether it is the same key.
     *
     * @param other another.
     * @return whether both sign alike.
     */
    public boolean isSameAs(final AuthKey other) {
        return Arrays.equals(innerPad, other.innerPad);
    }
}
