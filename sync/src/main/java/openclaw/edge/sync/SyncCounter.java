package openclaw.edge.sync;

/** What gossip counts besides drops, with stable ids and labels fit for a metric's name. */
public enum SyncCounter {
    /** Datagrams received, dropped ones included. */
    DATAGRAMS_IN(0, "datagrams_in"),
    /** Bytes of them. */
    BYTES_IN(1, "bytes_in"),
    /** Datagrams that the network took. */
    DATAGRAMS_OUT(2, "datagrams_out"),
    /** Bytes of them. */
    BYTES_OUT(3, "bytes_out"),
    /** Datagrams that the network did not take: its buffer full, no route, refused. */
    SEND_FAILED(4, "send_failed"),
    /** Errors of receiving, such as a peer's port being closed. */
    RECEIVE_FAILED(5, "receive_failed"),
    /** Segments of changes sent again. */
    RETRANSMISSIONS(6, "retransmissions"),
    /** Sessions begun. */
    SESSIONS(7, "sessions"),
    /** Entries sent. */
    ENTRIES_OUT(8, "entries_out"),
    /** Entries received. */
    ENTRIES_IN(9, "entries_in"),
    /** Names that could not be resolved, or to nothing. */
    RESOLVE_FAILED(10, "resolve_failed"),
    /** Names resolved. */
    RESOLVED(11, "resolved");

    private static final SyncCounter[] BY_ID = values();

    private final int id;
    private final String label;

    SyncCounter(final int id, final String label) {
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

    /** Number of counters. */
    public static int count() {
        return BY_ID.length;
    }

    static {
        for (int i = 0; i < BY_ID.length; i++) {
            if (BY_ID[i].id != i) {
                throw new AssertionError(BY_ID[i] + " has id " + BY_ID[i].id + ", expected " + i);
            }
        }
    }
}
