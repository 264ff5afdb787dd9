package openclaw.edge.sync.wire;

/**
 * Why a datagram was dropped, whole; each has a counter. Ids are stable, labels fit for a metric's label. Those up to
 * {@link #WRONG_TAG} are about bytes that anybody may have sent; those from {@link #FRAME_LENGTH} on are about bytes that
 * a member of the cluster has signed.
 */
public enum DropReason {
    /** Not dropped. */
    NONE(0, "none"),
    /** Shorter than a header and a tag. */
    TOO_SHORT(1, "too_short"),
    /** Longer than {@link WireDescriptor#MAX_DATAGRAM_BYTES}. */
    TOO_LONG(2, "too_long"),
    /** Something else's datagram: the first two bytes are not ours. */
    NOT_OURS(3, "not_ours"),
    /** Another format version. */
    WRONG_VERSION(4, "wrong_version"),
    /** A type of datagram that this version does not know. */
    UNKNOWN_TYPE(5, "unknown_type"),
    /** A header flag that this version would have to understand. */
    UNKNOWN_FLAG(6, "unknown_flag"),
    /** A handshake of a cluster with another name. */
    WRONG_CLUSTER(7, "wrong_cluster"),
    /** Data under a session that is not known (any more): an old life, or one that ended. */
    UNKNOWN_SESSION(8, "unknown_session"),
    /** The tag does not fit: other secret, altered, or sent back to its sender. */
    WRONG_TAG(9, "wrong_tag"),
    /** A sequence number that was received before. */
    REPLAYED(10, "replayed"),
    /** A sequence number too far behind to be told from a replay. */
    BEHIND_WINDOW(11, "behind_window"),
    /** One's own handshake: the address is one's own. */
    OWN_HELLO(12, "own_hello"),
    /** A handshake whose fields are out of range. */
    MALFORMED_HELLO(13, "malformed_hello"),
    /** A HELLO no newer than the one that the present session came from. */
    STALE_HELLO(14, "stale_hello"),
    /** A HELLO beyond the rate at which they are answered. */
    HELLO_RATE(15, "hello_rate"),
    /** A WELCOME to no HELLO that is waiting for one. */
    UNASKED_WELCOME(16, "unasked_welcome"),
    /** A frame longer than what is left of its datagram. */
    FRAME_LENGTH(17, "frame_length"),
    /** A field longer than what is left of its frame. */
    FRAME_TRUNCATED(18, "frame_truncated"),
    /** A number of variable length that never ends, or is longer than need be. */
    MALFORMED_NUMBER(19, "malformed_number"),
    /** A flag of an entry or of a frame that this version does not know, or that makes no sense where it is. */
    ENTRY_FLAGS(20, "entry_flags"),
    /** A value that no member writes. */
    VALUE_RANGE(21, "value_range");

    private static final DropReason[] BY_ID = values();

    private final int id;
    private final String label;

    DropReason(final int id, final String label) {
        this.id = id;
        this.label = label;
    }

    /** Stable id, 0 to {@link #count()} - 1. */
    public int id() {
        return id;
    }

    /** Lower-case name with underscores. */
    public String label() {
        return label;
    }

    /** Number of reasons, {@link #NONE} included. */
    public static int count() {
        return BY_ID.length;
    }

    /**
     * The reason with an id.
     *
     * @param id 0 to {@link #count()} - 1.
     * @return the reason.
     */
    public static DropReason ofId(final int id) {
        return BY_ID[id];
    }

    static {
        for (int i = 0; i < BY_ID.length; i++) {
            if (BY_ID[i].id != i) {
                throw new AssertionError(BY_ID[i] + " has id " + BY_ID[i].id + ", expected " + i);
            }
        }
    }
}
