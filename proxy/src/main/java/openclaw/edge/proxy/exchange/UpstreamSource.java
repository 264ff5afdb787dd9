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

    /** The exchange no longer wants an upstream. Only called between {@link #acquire} and its answer. */
    void cancel(Exchange exchange);
}
