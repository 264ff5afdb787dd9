package openclaw.edge.ledger.lane;

/**
 * Whether the journal takes records: one volatile word, written by the journal thread, the forcing one and the one that
 * watches the files, read by every lane at each claim.
 */
public final class JournalHealth {
    private volatile State state = State.HEALTHY;
    private State journal = State.HEALTHY;
    private boolean forceFails;
    private boolean displaced;

    /** Healthy until told otherwise: records wait in the lanes while the journal opens. */
    public JournalHealth() {}

    /** How the journal is. */
    public enum State {
        /** Permits are given. */
        HEALTHY("healthy"),
        /** Permits are given, and every record is dropped: a ledger that was told to, to measure without a journal. */
        DISCARDING("discards every record"),
        /** No permits, so that the disk does not fill up; what was admitted before is still appended while that can be. */
        DISK_NEARLY_FULL("disk nearly full"),
        /** No permits from a failed append, opening or force until the next success. */
        FAILING("failing"),
        /** No permits while the lanes, or the lock of the data directory, are not those of this process any more. */
        DISPLACED("lanes or lock removed"),
        /** No permits any more. */
        CLOSED("closed");

        private final String label;

        State(final String label) {
            this.label = label;
        }

        /**
         * For those who ask whether the node is ready.
         *
         * @return a word or two in lower case
         */
        public String label() {
            return label;
        }
    }

    /**
     * Whether permits are given.
     *
     * @return true in the states HEALTHY and DISCARDING
     */
    public boolean isHealthy() {
        final State now = state;
        return now == State.HEALTHY || now == State.DISCARDING;
    }

    /**
     * How the journal is. Any thread.
     *
     * @return the state
     */
    public State state() {
        return state;
    }

    /**
     * Sets how the journal is. Called by the journal thread.
     *
     * @param next the new state
     */
    public synchronized void state(final State next) {
        journal = next;
        conclude();
    }

    /**
     * Sets whether lanes can be forced. Called by the forcing thread.
     *
     * @param fails true from a failed force until the next success
     */
    public synchronized void forceFails(final boolean fails) {
        forceFails = fails;
        conclude();
    }

    /**
     * Sets whether lanes and lock are another's, or gone. Called by who watches them.
     *
     * @param isDisplaced true while they are
     */
    public synchronized void displaced(final boolean isDisplaced) {
        displaced = isDisplaced;
        conclude();
    }

    private State concluded() {
        if (journal != State.HEALTHY || !(displaced || forceFails)) {
            return journal;
        }
        return displaced ? State.DISPLACED : State.FAILING;
    }

    private void conclude() {
        final State next = concluded();
        if (state != next) {
            state = next;
        }
    }
}
