package openclaw.edge.crdt;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A slot's own counters, consumed and refunded, say by one bit to which incarnation of the node they belong: a
 * <em>parity</em> that flips with every renewal. Event loops add to them without looking; whoever reads takes the value
 * off the parity.
 *
 * <pre>
 *  63 62     61                                                             0
 *  +--+------+--------------------------------------------------------------+
 *  |s |parity| tokens, signed                                               |
 *  +--+------+--------------------------------------------------------------+
 * </pre>
 *
 * <p>And the header's word of the present incarnation:
 *
 * <pre>
 *  63            34    33     32    31                16 15                 0
 *  +---------------+---------+------+-------------------+-------------------+
 *  | 0             |renewing |parity| index of previous | index of present  |
 *  +---------------+---------+------+-------------------+-------------------+
 * </pre>
 */
final class OwnCounters {

    static final int PARITY_SHIFT = 62;

    private static final int PRESENT_PARITY_SHIFT = 32;
    private static final int INDEX_MASK = 0xFFFF;
    private static final int PREVIOUS_SHIFT = 16;
    private static final long RENEWING = 1L << 33;

    private OwnCounters() {}

    /** Tokens of a counter's word. */
    static long tokens(final long word) {
        return word << 2 >> 2;
    }

    /** 0 or 1. */
    static int parity(final long word) {
        return (int) ((word - tokens(word)) >>> PARITY_SHIFT) & 1;
    }

    /** A counter at zero. */
    static long zero(final int parity) {
        return (long) parity << PARITY_SHIFT;
    }

    /** The header's word of the present incarnation. */
    static long present(final UnsafeBuffer table) {
        return table.getLongVolatile(TableHeaderDescriptor.INCARNATION_INDEX_OFFSET);
    }

    static long present(final int index, final int previous, final int parity, final boolean renewing) {
        return index
                | ((long) previous << PREVIOUS_SHIFT)
                | ((long) parity << PRESENT_PARITY_SHIFT)
                | (renewing ? RENEWING : 0);
    }

    static int index(final long present) {
        return (int) present & INDEX_MASK;
    }

    /** Index of the incarnation before this one, 0 if there was none. */
    static int previousIndex(final long present) {
        return (int) (present >>> PREVIOUS_SHIFT) & INDEX_MASK;
    }

    static int presentParity(final long present) {
        return (int) (present >>> PRESENT_PARITY_SHIFT) & 1;
    }

    /** True from the change of the incarnation until all own counters have been moved. */
    static boolean isRenewing(final long present) {
        return (present & RENEWING) != 0;
    }

    static long renewed(final long present) {
        return present & ~RENEWING;
    }
}
