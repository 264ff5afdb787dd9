package openclaw.edge.ledger.lane;

/** What the ledger counts since the start of the process. Labels are the metric names without prefix. */
public enum LedgerCounter {
    /** Permits refused since the journal was not healthy. */
    PERMITS_REFUSED_UNHEALTHY(0, "journal_permits_refused_unhealthy_total"),
    /** Permits refused since the lane was full. */
    PERMITS_REFUSED_FULL(1, "journal_permits_refused_full_total"),
    /** Interim records left out since the lane was full. */
    INTERIMS_SKIPPED(2, "journal_interims_skipped_total"),
    /** Responses served without a record, to be journaled as LOSS. */
    LOST_REQUESTS(3, "journal_lost_requests_total"),
    /** Usage records appended to the queue. */
    RECORDS_APPENDED(4, "journal_records_appended_total"),
    /** Control records appended to the queue, names included. */
    CONTROLS_APPENDED(5, "journal_controls_appended_total"),
    /** Attempts to open or append that failed. */
    JOURNAL_FAILURES(6, "journal_failures_total"),
    /** Earlier lives whose lanes were recovered. */
    LIVES_RECOVERED(7, "journal_lives_recovered_total"),
    /** Records appended from earlier lives' rings. */
    RECORDS_RECOVERED(8, "journal_records_recovered_total"),
    /** IN_DOUBT records made from earlier lives' open tables. */
    RECORDS_IN_DOUBT(9, "journal_records_in_doubt_total"),
    /** Occupied slots of earlier lives whose CRC or sequence does not agree beyond what a kill explains. */
    LANE_DAMAGE(10, "journal_lane_damage_total"),
    /** Ticks whose source threw. */
    TICK_SOURCE_FAILURES(11, "journal_tick_source_failures_total"),
    /** Fresh queues begun since the last could not be gone on with. */
    QUEUES_BEGUN(12, "journal_queues_begun_total"),
    /** Times that permits stopped since the disk was nearly full. */
    DISK_STOPS(13, "journal_disk_stops_total"),
    /** Records appended again from living lanes since a queue's file was lost. */
    RECORDS_HELD(14, "journal_records_held_total"),
    /** Forces of lanes under {@code durability: power}. */
    FORCES(15, "journal_forces_total"),
    /** Forces of lanes that failed. */
    FORCE_FAILURES(16, "journal_force_failures_total"),
    /** Sequences declared void after a loss of power: all that may have been given and are nowhere. */
    SEQUENCES_VOID(17, "journal_sequences_void_total"),
    /** Files of the queue deleted after every registered reader had committed them. */
    FILES_DELETED(18, "journal_files_deleted_total"),
    /** Bytes written to those files. */
    BYTES_DELETED(19, "journal_bytes_deleted_total"),
    /** Looks at what may be deleted that failed. */
    RETAIN_FAILURES(20, "journal_retain_failures_total"),
    /** Lanes of earlier lives that were not there, or empty, although nothing had ended those lives. */
    LANES_LOST(21, "journal_lanes_lost_total"),
    /** Times that this process's lock file was found removed or replaced. */
    LOCK_FILES_REMOVED(22, "journal_lock_files_removed_total"),
    /** Lanes of this process that were found removed, replaced, cut or overwritten. */
    LANE_FILES_REMOVED(23, "journal_lane_files_removed_total");

    private final int id;
    private final String label;

    LedgerCounter(final int id, final String label) {
        this.id = id;
        this.label = label;
    }

    /**
     * Place among the counters.
     *
     * @return 0 to the number of counters - 1
     */
    public int id() {
        return id;
    }

    /**
     * Name for scrapes and logs.
     *
     * @return lower case with underscores
     */
    public String label() {
        return label;
    }
}
