package openclaw.edge.sync.wire;

/**
 * Layout of datagrams and frames, format version 1. All integers are little endian; {@code varint} is a number of
 * {@link Varints}.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+---------------+---------------+
 *   | magic                         | version       | type          |  0
 *   +-------------------------------+---------------+---------------+
 *   | flags: low byte must be known | reserved, 0                   |  4
 *   +-------------------------------+-------------------------------+
 *   | session: the id that the receiver chose; 0 in HELLO           |  8
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *   | sequence: of DATA, per session and direction, from 1; of      |  16
 *   | HELLO the number of the attempt, per life; in WELCOME its echo|
 *   +---------------------------------------------------------------+
 *   | body                                                        ...  24
 *   +---------------------------------------------------------------+
 *   | tag, 16 bytes: HMAC-SHA256 of all before it, truncated        |
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The body of HELLO and WELCOME is a {@link HelloFlyweight}, that of DATA a sequence of frames:
 *
 * <pre>
 *   frame      type (1), length of the payload (2), payload
 *
 *   HEARTBEAT  heartbeat (varint), own version (varint), relay version (varint)
 *   ACK        stream (1), joined version (varint), count (1, at most 8),
 *              count times: low above the joined version (varint), high above low (varint)
 *   CHANGES    stream (1), flags (1: bit 0 COMPLETE), low (8), high (8), entries up to the end of the frame
 *   VECTOR     snapshot (varint), part (1), parts (1), count (1),
 *              count times: hash of the name (8), life (8), incarnation (8), heartbeat (varint), version (varint),
 *              head - version (varint)
 *   MEMBERS    hash of the view (8), part (1), parts (1), count (1), count times:
 *              status (1), flags (1), weight (1), life (8), incarnation (8), length of the name (1), name,
 *              length of the address (1: 0, 4 or 16), address, port (2)
 *   STATUS     flags (1), policy (1), members counted (2), members reached (2), wall clock in ms (8),
 *              hash of the view (8), hash of the counted names (8), of the configuration (8), of the catalog (8)
 *   LEDGER     life (16), count (1), count times: highest sequence of the lane (varint)
 *   BYE        nothing
 *
 *   entry      flags (1): bits 0-1 kind - 1, 2 SAME_KEY, 3 SAME_OWNER, 4 REFUNDED, 5 DEFICIT, 6 NOTICES of a
 *              quota row, FIRST of a bucket, 7 must be 0
 *              in the relay stream: index of the incarnation (1); equal to the number of those already known in this
 *                frame: a new one, its id (8) follows
 *              unless SAME_KEY: key (16); of an agent, unless SAME_OWNER, its owner's key (16); of a quota row its
 *                cycle (varint), with NOTICES the mask (varint); with DEFICIT the deficit (varint)
 *              generation (varint), consumed (varint), with REFUNDED refunded (varint), with FIRST the version of the
 *                incarnation at which it counted the first token of this generation (varint)
 * </pre>
 *
 * <p>SAME_KEY: key, kind, owner, cycle, notices and deficit are those of the entry before; SAME_OWNER: the owner is that of
 * the latest agent's entry before, in the same frame. A frame of unknown type is skipped by its length; bytes after the
 * last known field of a frame, CHANGES excepted, are ignored: both are room for later versions.
 */
public final class WireDescriptor {

    /** First two bytes of each datagram: "OE". */
    public static final int MAGIC = 'O' | 'E' << 8;

    /** The format version that this code reads and writes. */
    public static final int VERSION = 1;

    /** Longest datagram: fits one Ethernet frame with room for tunnels' headers. */
    public static final int MAX_DATAGRAM_BYTES = 1_400;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Short.BYTES;
    static final int TYPE_OFFSET = VERSION_OFFSET + Byte.BYTES;
    static final int FLAGS_OFFSET = TYPE_OFFSET + Byte.BYTES;
    static final int RESERVED_OFFSET = FLAGS_OFFSET + Short.BYTES;
    static final int SESSION_OFFSET = RESERVED_OFFSET + Short.BYTES;
    static final int SEQUENCE_OFFSET = SESSION_OFFSET + Long.BYTES;

    /** Length of the header: where the body begins. */
    public static final int HEADER_BYTES = SEQUENCE_OFFSET + Long.BYTES;

    /** Length of the tag. */
    public static final int TAG_BYTES = 16;

    /** Where the body of the longest datagram ends. */
    public static final int BODY_LIMIT = MAX_DATAGRAM_BYTES - TAG_BYTES;

    /** Shortest datagram. */
    public static final int MIN_DATAGRAM_BYTES = HEADER_BYTES + TAG_BYTES;

    /** Header flags that make a datagram unreadable for who does not know them. */
    static final int MUST_KNOW_FLAGS = 0xFF;

    /** Type of a datagram that asks for a session. */
    public static final int TYPE_HELLO = 1;

    /** Type of a datagram that answers a HELLO. */
    public static final int TYPE_WELCOME = 2;

    /** Type of a datagram of frames, under a session. */
    public static final int TYPE_DATA = 3;

    static final int FRAME_TYPE_OFFSET = 0;
    static final int FRAME_LENGTH_OFFSET = FRAME_TYPE_OFFSET + Byte.BYTES;

    /** Length of what precedes each frame's payload. */
    public static final int FRAME_HEADER_BYTES = FRAME_LENGTH_OFFSET + Short.BYTES;

    static final int FRAME_HEARTBEAT = 1;
    static final int FRAME_ACK = 2;
    static final int FRAME_CHANGES = 3;
    static final int FRAME_VECTOR = 4;
    static final int FRAME_MEMBERS = 5;
    static final int FRAME_STATUS = 6;
    static final int FRAME_LEDGER = 7;
    static final int FRAME_BYE = 8;

    /** The stream of what the sender's own incarnation has counted. */
    public static final int STREAM_OWN = 0;

    /** The stream of what the sender has joined from others. */
    public static final int STREAM_RELAY = 1;

    /** Streams per peer and direction. */
    public static final int STREAMS = 2;

    /** Most ranges in an ACK. */
    public static final int MAX_ACK_RANGES = 8;

    /** Most incarnations in one CHANGES frame of the relay stream. */
    public static final int MAX_FRAME_INCARNATIONS = 255;

    /** Most lanes in a LEDGER frame. */
    public static final int MAX_LANES = 64;

    /** Longest name of a node, bytes of UTF-8. */
    public static final int MAX_NAME_BYTES = 128;

    /** Longest network address, bytes. */
    public static final int MAX_ADDRESS_BYTES = 16;

    static final int IPV4_BYTES = 4;

    /** Generations are less than this, as in the tables. */
    public static final long GENERATION_LIMIT = 1L << 48;

    static final int CHANGES_STREAM_OFFSET = 0;
    static final int CHANGES_FLAGS_OFFSET = CHANGES_STREAM_OFFSET + Byte.BYTES;
    static final int CHANGES_LOW_OFFSET = CHANGES_FLAGS_OFFSET + Byte.BYTES;
    static final int CHANGES_HIGH_OFFSET = CHANGES_LOW_OFFSET + Long.BYTES;
    static final int CHANGES_ENTRIES_OFFSET = CHANGES_HIGH_OFFSET + Long.BYTES;
    static final int CHANGES_COMPLETE = 1;

    /** Kind of a tenant's bucket. */
    public static final int KIND_TENANT = 1;

    /** Kind of a tenant's shared bucket for the agents beyond its bound. */
    public static final int KIND_OVERFLOW = 2;

    /** Kind of an agent's bucket. */
    public static final int KIND_AGENT = 3;

    /** Kind of a quota row. */
    public static final int KIND_QUOTA = 4;

    static final int ENTRY_KIND_MASK = 0x03;
    static final int ENTRY_SAME_KEY = 0x04;
    static final int ENTRY_SAME_OWNER = 0x08;
    static final int ENTRY_REFUNDED = 0x10;
    static final int ENTRY_DEFICIT = 0x20;
    static final int ENTRY_NOTICES = 0x40;
    static final int ENTRY_FIRST = ENTRY_NOTICES;
    static final int ENTRY_UNKNOWN = 0x80;

    private WireDescriptor() {}
}
