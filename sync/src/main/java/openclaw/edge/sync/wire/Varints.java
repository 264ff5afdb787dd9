package openclaw.edge.sync.wire;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Non-negative numbers in as few bytes as they need: LEB128, seven bits a byte, lowest first, the top bit set on all but
 * the last. Nine bytes hold any non-negative {@code long}. Only the shortest form is valid, so that the length follows
 * from the value.
 */
public final class Varints {

    /** Length of the longest number. */
    public static final int MAX_LENGTH_BYTES = 9;

    /** What {@link #get} returns instead of a value. */
    public static final long MALFORMED = -1;

    private static final int BITS = 7;
    private static final int MORE = 0x80;

    private Varints() {}

    /**
     * Bytes that a value takes.
     *
     * @param value at least 0.
     * @return 1 to {@link #MAX_LENGTH_BYTES}.
     */
    public static int length(final long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + BITS - 1) / BITS;
    }

    /**
     * Writes a value.
     *
     * @param buffer with at least {@link #length(long)} bytes from {@code at} on.
     * @param at index of the first byte.
     * @param value at least 0.
     * @return index after the last byte.
     */
    public static int put(final MutableDirectBuffer buffer, final int at, final long value) {
        int index = at;
        long rest = value;
        while (rest >= MORE) {
            buffer.putByte(index++, (byte) (rest | MORE));
            rest >>>= BITS;
        }
        buffer.putByte(index++, (byte) rest);
        return index;
    }

    /**
     * Reads a value; {@link #length(long)} of it are the bytes read.
     *
     * @param buffer to read from.
     * @param at index of the first byte.
     * @param limit index after the last byte that may be read.
     * @return the value, or {@link #MALFORMED} if it does not end before {@code limit}, has more than
     *     {@link #MAX_LENGTH_BYTES} bytes, or more bytes than it needs.
     */
    public static long get(final DirectBuffer buffer, final int at, final int limit) {
        long value = 0;
        final int end = Math.min(limit, at + MAX_LENGTH_BYTES);
        for (int index = at, shift = 0; index < end; index++, shift += BITS) {
            final long bits = buffer.getByte(index);
            value |= (bits & (MORE - 1)) << shift;
            if (bits >= 0) {
                return bits == 0 && index > at ? MALFORMED : value;
            }
        }
        return MALFORMED;
    }
}
