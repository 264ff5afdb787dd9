package openclaw.edge.ledger.journal;

/** What a TICK says beyond the ledger's own knowledge. Called by the journal thread once a minute. */
@FunctionalInterface
public interface TickSource {
    /** Says nothing. */
    TickSource NONE = sink -> {};

    /**
     * Says what there is to say: lives heard first, then metrics.
     *
     * @param sink to say it to, valid during the call
     */
    void collect(Sink sink);

    /** Takes what a TICK is to hold. */
    interface Sink {
        /**
         * Adds a life heard by gossip; before the first metric.
         *
         * @param lifeHigh upper half of the life
         * @param lifeLow lower half
         * @param sequences the highest sequence heard of each of its lanes
         * @throws IllegalStateException after a metric
         */
        void heard(long lifeHigh, long lifeLow, long[] sequences);

        /**
         * Adds the total of a metric.
         *
         * @param name of the metric, 1 to 255 bytes of UTF-8
         * @param total since the process started
         */
        void metric(String name, long total);
    }
}
