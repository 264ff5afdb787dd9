package openclaw.edge.ledger.record;

/** What a name names; part of its id, so that equal spellings of different kinds have different ids. */
public enum NameKind {
    TENANT(1),
    /** An agent of one tenant; the tenant's id is the scope of the agent's. */
    AGENT(2),
    ROUTE(3),
    MODEL(4),
    /** A total in TICK records. */
    METRIC(5);

    private static final NameKind[] BY_CODE = new NameKind[6];

    static {
        for (final NameKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final int code;

    NameKind(final int code) {
        this.code = code;
    }

    /**
     * The byte on disk.
     *
     * @return 1 to 5
     */
    public int code() {
        return code;
    }

    /**
     * The kind of a code.
     *
     * @param code the byte on disk
     * @return the kind, or null when this version knows none
     */
    public static NameKind ofCode(final int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
