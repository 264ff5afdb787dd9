package openclaw.edge.ledger.record;

/** How an admitted exchange ended; the code is the byte on disk and is never reused. */
public enum Outcome {
    /** The whole response went to the client's connection. */
    COMPLETE(1),
    /** The client went away first. */
    CLIENT_ABORT(2),
    /** The upstream could not be reached, broke off or answered nonsense. */
    UPSTREAM_FAILED(3),
    /** A time limit ended it. */
    TIMEOUT(4),
    /** The node was told to stop and cut it. */
    SHUTDOWN(5),
    /** The process died with the exchange open; what the client saw is not known. */
    IN_DOUBT(6);

    private static final Outcome[] BY_CODE = new Outcome[7];

    static {
        for (final Outcome outcome : values()) {
            BY_CODE[outcome.code] = outcome;
        }
    }

    private final int code;

    Outcome(final int code) {
        this.code = code;
    }

    /**
     * The byte on disk.
     *
     * @return 1 to 6; 0 stands in interim records
     */
    public int code() {
        return code;
    }

    /**
     * The outcome of a code.
     *
     * @param code the byte on disk
     * @return the outcome, or null for an interim record or a code that this version does not know
     */
    public static Outcome ofCode(final int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
