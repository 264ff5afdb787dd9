package openclaw.edge.proxy.exchange;

/** Where exchanges get an upstream from: asynchronous, bounded, cancellable. */
public interface UpstreamSource {
    /**
     * Finds an upstream. Calls {@link Exchange#upstreamReady} or {@link Exchange#upstreamFailed} once, perhaps before it
     * returns, unless cancelled first.
     *
     * @param fresh whether a connection that has served before must not be used (a retry)
     */
    void acquire(Exchange exchange, boolean fresh);

    /** What stands in a Host field that is meant for the server behind this; null: this stands for none. Not to be written to. */
    default byte[] authority() {
        return null;
    }

    /** Whether there is a server that is up beside the one that the exchange was given to last. */
    default boolean hasAlternative(final Exchange exchange) {
        return false;
    }

    /** The exchange no longer wants an upstream. Only called between {@link #acquire} and its answer. */
    void cancel(Exchange exchange);
}
