package openclaw.edge.ledger.record;

/** Types of record in a journal; the code is the byte on disk and is never reused. */
public enum RecordType {
    /** What one exchange used, finally or so far. */
    USAGE(1),
    /** Spelling of a 64-bit name id. */
    NAME(2),
    /** A life begins. */
    OPEN(3),
    /** A life has ended, with its last sequences. */
    CLOSE(4),
    /** A minute has passed, or the journal rolled. */
    TICK(5),
    /** A catalog version came into force. */
    CATALOG(6),
    /** Sequences that no journal holds and none ever will. */
    VOID(7),
    /** Responses that were served without a record. */
    LOSS(8),
    /** Sequences that stood in a file which was deleted after its readers had committed them. */
    DELETED(9),
    /** That file itself. */
    DELETED_FILE(10);

    private static final RecordType[] BY_CODE = new RecordType[11];

    static {
        for (final RecordType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    RecordType(final int code) {
        this.code = code;
    }

    /**
     * The byte on disk.
     *
     * @return 1 to 10
     */
    public int code() {
        return code;
    }

    /**
     * The type of a code.
     *
     * @param code the byte on disk
     * @return the type, or null when this version knows none
     */
    public static RecordType ofCode(final int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
