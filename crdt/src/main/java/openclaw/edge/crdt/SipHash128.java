package openclaw.edge.crdt;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein), as a reusable machine whose state can be saved after a
 * common prefix. Not for several threads at once.
 */
final class SipHash128 {

    private static final int BLOCK_ROUNDS = 2;
    private static final int FINAL_ROUNDS = 4;

    private final long[] begun = new long[4];
    private long high;
    private long low;

    /** Starts with a 128-bit key. */
    void begin(final long key0, final long key1) {
        begun[0] = key0 ^ 0x736f6d6570736575L;
        begun[1] = key1 ^ 0x646f72616e646f6dL ^ 0xee;
        begun[2] = key0 ^ 0x6c7967656e657261L;
        begun[3] = key1 ^ 0x7465646279746573L;
    }

    /** Takes in eight bytes, little endian. */
    void block(final long m) {
        begun[3] ^= m;
        round();
        round();
        begun[0] ^= m;
    }

    private void round() {
        begun[0] += begun[1];
        begun[2] += begun[3];
        begun[1] = Long.rotateLeft(begun[1], 13) ^ begun[0];
        begun[3] = Long.rotateLeft(begun[3], 16) ^ begun[2];
        begun[0] = Long.rotateLeft(begun[0], 32);
        begun[2] += begun[1];
        begun[0] += begun[3];
        begun[1] = Long.rotateLeft(begun[1], 17) ^ begun[2];
        begun[3] = Long.rotateLeft(begun[3], 21) ^ begun[0];
        begun[2] = Long.rotateLeft(begun[2], 32);
    }

    /** A copy of the state between blocks. */
    long[] state() {
        return begun.clone();
    }

    /**
     * Continues from a saved state with the last part of the message, and finishes. One loop over blocks and both
     * finishing steps, the state in local variables: this runs for every request.
     *
     * @param state from {@link #state()}.
     * @param before bytes already in it, a multiple of 8.
     */
    void resume(final long[] state, final int before, final DirectBuffer bytes, final int offset, final int length) {
        final int blocks = length >>> 3;
        final long last = lastBlock(before + length, bytes, offset + (blocks << 3), length & 7);
        long v0 = state[0];
        long v1 = state[1];
        long v2 = state[2];
        long v3 = state[3];
        for (int step = 0; step < blocks + 3; step++) {
            long m = 0;
            int rounds = BLOCK_ROUNDS;
            if (step < blocks) {
                m = bytes.getLong(offset + (step << 3), ByteOrder.LITTLE_ENDIAN);
            } else if (step == blocks) {
                m = last;
            } else {
                rounds = FINAL_ROUNDS;
                if (step == blocks + 1) {
                    v2 ^= 0xee;
                } else {
                    low = v0 ^ v1 ^ v2 ^ v3;
                    v1 ^= 0xdd;
                }
            }
            v3 ^= m;
            for (int i = 0; i < rounds; i++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= m;
        }
        high = v0 ^ v1 ^ v2 ^ v3;
    }

    private static long lastBlock(final int messageLength, final DirectBuffer bytes, final int offset, final int tail) {
        long last = (long) messageLength << 56;
        for (int i = 0; i < tail; i++) {
            last |= (bytes.getByte(offset + i) & 0xFFL) << (8 * i);
        }
        return last;
    }

    /** Bytes 8 to 15 of the hash, read little endian. */
    long high() {
        return high;
    }

    /** Bytes 0 to 7 of the hash, read little endian. */
    long low() {
        return low;
    }
}
