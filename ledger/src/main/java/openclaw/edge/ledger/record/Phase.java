package openclaw.edge.ledger.record;

/** How far an admitted exchange has come; only ever upwards. The code is what stands in the open table. */
public enum Phase {
    /** Admitted; nothing has gone upstream. */
    ADMITTED(1),
    /** The request's head was given to an upstream connection. */
    SENT(2),
    /** The first byte of the response was given to the client. */
    STREAMING(3);

    private static final Phase[] BY_CODE = new Phase[4];

    static {
        for (final Phase phase : values()) {
            BY_CODE[phase.code] = phase;
        }
    }

    private final int code;

    Phase(final int code) {
        this.code = code;
    }

    /**
     * The number in the open table and in usage records.
     *
     * @return 1 to 3; 0 is a free slot
     */
    public int code() {
        return code;
    }

    /**
     * The phase of a code.
     *
     * @param code as stored
     * @return the phase, or null for a free slot or an unknown code
     */
    public static Phase ofCode(final int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
