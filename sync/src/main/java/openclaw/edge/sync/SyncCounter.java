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
    RESOLVED(11, "resolved"),
    /** Entries not joined: out of range, or the directory of incarnations is full. */
    ENTRIES_DROPPED(12, "entries_dropped"),
    /** Ranges received beyond more gaps than are kept: they come again. */
    RANGES_DROPPED(13, "ranges_dropped"),
    /** Incarnations of which nothing can be claimed, because there are too many. */
    SOURCES_FULL(14, "sources_full"),
    /** Members turned away because there are too many. */
    PEERS_FULL(15, "peers_full"),
    /** Others that go by this node's name. */
    NAME_CONFLICTS(16, "name_conflicts"),
    /** Datagrams of a member's former life. */
    LATE_DATAGRAMS(17, "late_datagrams"),
    /** Members that fell silent. */
    SILENCES(18, "silences"),
    /** Pauses of this node itself, long enough to count everybody as silent. */
    OWN_PAUSES(19, "own_pauses"),
    /** Incarnations that this node began because somebody knew more of the one before than it did. */
    RENEWALS(20, "renewals"),
    /** Errors in the code of gossip, after which it went on. */
    FAILURES(21, "failures"),
    /** Times that the file of whom this node counts could not be read or written. */
    MEMBERS_FILE_FAILED(22, "members_file_failed"),
    /** Incarnations dropped from the buckets because they are no more and everybody has what they counted. */
    RETIRED(23, "retired"),
    /** Times that this node admitted nothing for a while, since it may not take new incarnations so often. */
    RENEWALS_DELAYED(24, "renewals_delayed"),
    /** Times that the file of whom this node counts was removed or changed by somebody else; it is written again. */
    MEMBERS_FILE_GONE(25, "members_file_gone"),
    /** Words of members about their journals that were not kept, because there are too many lives. */
    LEDGERS_FULL(26, "ledgers_full"),
    /** Members that fell silent though they were heard, because changes did not get through; silences too. */
    ONE_WAY(27, "one_way");

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
