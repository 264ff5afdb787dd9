package openclaw.edge.crdt;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein), as a reusable machine whose state can be saved after a
 * common prefix. Not for several threads at once.
 */
final class SipHash128 {

    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long high;
    private long low;

    /** Starts with a 128-bit key. */
    void begin(final long key0, final long key1) {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
    }

    /** Takes in eight bytes, little endian. */
    void block(final long m) {
        v3 ^= m;
        round();
        round();
        v0 ^= m;
    }

    /** A copy of the state between blocks. */
    long[] state() {
        return new long[] {v0, v1, v2, v3};
    }

    /**
     * Continues from a saved state with the last part of the message, and finishes.
     *
     * @param state from {@link #state()}.
     * @param before bytes already in it, a multiple of 8.
     */
    void resume(final long[] state, final int before, final DirectBuffer bytes, final int offset, final int length) {
        v0 = state[0];
        v1 = state[1];
        v2 = state[2];
        v3 = state[3];
        final int tail = length & 7;
        final int end = offset + length - tail;
        for (int i = offset; i < end; i += Long.BYTES) {
            block(bytes.getLong(i, ByteOrder.LITTLE_ENDIAN));
        }
        long last = (long) (before + length) << 56;
        for (int i = 0; i < tail; i++) {
            last |= (bytes.getByte(end + i) & 0xFFL) << (8 * i);
        }
        block(last);
        v2 ^= 0xee;
        rounds4();
        low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds4();
        high = v0 ^ v1 ^ v2 ^ v3;
    }

    /** Bytes 8 to 15 of the hash, read little endian. */
    long high() {
        return high;
    }

    /** Bytes 0 to 7 of the hash, read little endian. */
    long low() {
        return low;
    }

    private void rounds4() {
        round();
        round();
        round();
        round();
    }

    private void round() {
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
}
