package openclaw.edge.proxy.h2;

import java.util.Arrays;

/**
 * Decodes HPACK's Huffman code (RFC 7541 section 5.2, appendix B) four bits at a time: no code is shorter than five bits, so each
 * step gives one byte at most.
 *
 * <p>The code is canonical, which makes its table a list of lengths: codes of a length follow one another in the order of their
 * symbols, and the first of a length follows the last of the shorter ones.
 */
final class Huffman {
    /** Result of {@link #decode}: what was encoded is no such string. */
    static final int BAD = -1;

    private static final int SHORTEST_BITS = 5;
    private static final int EOS = 256;
    private static final int LONGEST_PADDING_BITS = 7;
    private static final int STEPS = 16;
    private static final int LONGEST_BITS = 30;
    private static final int NONE = -1;
    private static final int NONE_YET = Integer.MIN_VALUE;

    private static final byte[] LENGTHS = {
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28,
        28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15,
        6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22,
        20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23,
        23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22,
        22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26,
        27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27,
        26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30
    };

    /** Of each state and step: the next state, or {@link #FAILED_STATE}, and above it the byte that is complete, plus 1, or 0. */
    private static final int[] STEP;

    /** Whether the string may end in a state: after a whole code and fewer than eight ones. */
    private static final boolean[] ENDS;

    private static final int STATE_BITS = 9;
    private static final int STATE_MASK = (1 << STATE_BITS) - 1;
    private static final int FAILED_STATE = STATE_MASK;

    static {
        final int[] children = new int[2 * LENGTHS.length];
        final int nodes = tree(children);
        STEP = new int[nodes * STEPS];
        for (int state = 0; state < nodes; state++) {
            for (int bits = 0; bits < STEPS; bits++) {
                STEP[state * STEPS + bits] = step(children, state, bits);
            }
        }
        ENDS = new boolean[STATE_MASK + 1];
        int node = 0;
        for (int bits = 0; bits <= LONGEST_PADDING_BITS; bits++) {
            ENDS[node] = true;
            node = children[2 * node + 1];
        }
    }

    private Huffman() {}

    /** Most bytes that {@code length} encoded ones stand for. */
    static int mostBytes(final int length) {
        return length * 8 / SHORTEST_BITS + 1;
    }

    /** Inner nodes have numbers from 0 on; a leaf is the complement of its symbol. Returns the number of inner nodes. */
    private static int tree(final int[] children) {
        Arrays.fill(children, NONE_YET);
        int nodes = 1;
        int code = 0;
        int lengthBefore = 0;
        for (int length = SHORTEST_BITS; length <= LONGEST_BITS; length++) {
            for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
                if (LENGTHS[symbol] != length) {
                    continue;
                }
                code <<= length - lengthBefore;
                lengthBefore = length;
                int node = 0;
                for (int bit = length - 1; bit > 0; bit--) {
                    final int at = 2 * node + (code >>> bit & 1);
                    if (children[at] == NONE_YET) {
                        children[at] = nodes++;
                    }
                    node = children[at];
                }
                children[2 * node + (code & 1)] = ~symbol;
                code++;
            }
        }
        return nodes;
    }

    private static int step(final int[] children, final int from, final int bits) {
        int node = from;
        int complete = NONE;
        for (int bit = 3; bit >= 0; bit--) {
            final int next = children[2 * node + (bits >>> bit & 1)];
            if (next < 0) {
                complete = ~next;
                node = 0;
            } else {
                node = next;
            }
        }
        return complete == EOS ? FAILED_STATE : node | (complete + 1) << STATE_BITS;
    }

    /**
     * Decodes {@code in[from, to)}.
     *
     * @param out has room for {@link #mostBytes} from {@code at} on
     * @return the end of what was written, or {@link #BAD}
     */
    static int decode(final byte[] in, final int from, final int to, final byte[] out, final int at) {
        int state = 0;
        int end = at;
        for (int i = from; i < to; i++) {
            final int b = in[i];
            int step = STEP[state * STEPS + (b >>> 4 & 0xF)];
            if (step > STATE_MASK) {
                out[end++] = (byte) ((step >>> STATE_BITS) - 1);
            }
            state = step & STATE_MASK;
            if (state == FAILED_STATE) {
                return BAD;
            }
            step = STEP[state * STEPS + (b & 0xF)];
            if (step > STATE_MASK) {
                out[end++] = (byte) ((step >>> STATE_BITS) - 1);
            }
            state = step & STATE_MASK;
            if (state == FAILED_STATE) {
                return BAD;
            }
        }
        return ENDS[state] ? end : BAD;
    }
}
