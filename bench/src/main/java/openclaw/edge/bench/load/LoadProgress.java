package openclaw.edge.bench.load;

/** Told about once a second how far a run is. */
@FunctionalInterface
interface LoadProgress {
    /**
     * The run goes on.
     *
     * @param isWarmUp whether nothing counts yet
     * @param answered the requests that count and have been answered
     */
    void on(boolean isWarmUp, long answered);
}
