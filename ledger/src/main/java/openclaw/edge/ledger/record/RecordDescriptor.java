package openclaw.edge.ledger.record;

/**
 * Header that every record begins with, little-endian.
 *
 * <pre>
 *   0        4        8     9     10     12            16               24               32
 *  +--------+--------+-----+-----+------+-------------+----------------+----------------+--
 *  | CRC32C | length | ver | type| lane | by the type | life, high bits| life, low bits | body
 *  +--------+--------+-----+-----+------+-------------+----------------+----------------+--
 *           |<----------------------- covered by the CRC, up to length ---------------------
 * </pre>
 *
 * The length counts from offset 0 and is a multiple of 8.
 */
public final class RecordDescriptor {
    /** Layout version written by this build. */
    public static final int VERSION = 1;

    public static final int CRC_OFFSET = 0;
    public static final int LENGTH_OFFSET = CRC_OFFSET + Integer.BYTES;
    public static final int VERSION_OFFSET = LENGTH_OFFSET + Integer.BYTES;
    public static final int TYPE_OFFSET = VERSION_OFFSET + Byte.BYTES;
    public static final int LANE_OFFSET = TYPE_OFFSET + Byte.BYTES;
    public static final int BY_TYPE_OFFSET = LANE_OFFSET + Short.BYTES;
    public static final int LIFE_HIGH_OFFSET = BY_TYPE_OFFSET + Integer.BYTES;
    public static final int LIFE_LOW_OFFSET = LIFE_HIGH_OFFSET + Long.BYTES;

    /** Where the body of every type begins. */
    public static final int HEADER_LENGTH = LIFE_LOW_OFFSET + Long.BYTES;

    /** First byte that the CRC covers. */
    public static final int CRC_START = LENGTH_OFFSET;

    /** Longest record of any type, in bytes; a header that claims more is damage. */
    public static final int MAX_LENGTH = 1 << 20;

    /** Lane of records that belong to a life as a whole. */
    public static final int NO_LANE = 0xFFFF;

    private RecordDescriptor() {}

    /**
     * Rounds a length up to the multiple of 8 that records keep.
     *
     * @param lengthBytes at least 0
     * @return the next multiple of 8
     */
    public static int aligned(final int lengthBytes) {
        return (lengthBytes + 7) & ~7;
    }
}
