package openclaw.edge.proxy.exchange;

/** Why one side gave an exchange up. */
public enum Reason {
    /** The client closed or reset its connection, or a write to it failed. */
    CLIENT_GONE(Outcome.CLIENT_ABORT),
    /** The client's body breaks its framing. */
    CLIENT_BODY_MALFORMED(Outcome.CLIENT_ABORT),
    /** The client's body is longer than {@code limits.body}. */
    CLIENT_BODY_TOO_LARGE(Outcome.CLIENT_ABORT),
    /** The client sent nothing of its body, or took nothing of the response, for too long. */
    CLIENT_TIMEOUT(Outcome.TIMEOUT),
    /** No connection could be made: nothing of the request can have been executed. */
    CONNECT_FAILED(Outcome.UPSTREAM_FAILED),
    /** No connection was made in time: nothing of the request can have been executed. */
    CONNECT_TIMEOUT(Outcome.TIMEOUT),
    /** The connection died, or brought nonsense, before the kernel took a byte of the request. */
    UNSENT(Outcome.UPSTREAM_FAILED),
    /** The upstream said that it has not looked at the request: it refused the stream, or everything on the connection. */
    REFUSED(Outcome.UPSTREAM_FAILED),
    /** The upstream said that it ends the connection behind requests before this one, which it has not looked at. */
    PASSED_OVER(Outcome.UPSTREAM_FAILED),
    /** A connection that had served before died before the first byte of the response. */
    STALE_CONNECTION(Outcome.UPSTREAM_FAILED),
    /** The upstream closed or reset its connection before its message was whole. */
    UPSTREAM_GONE(Outcome.UPSTREAM_FAILED),
    /** What the upstream sent is no HTTP message, or breaks its framing. */
    UPSTREAM_MALFORMED(Outcome.UPSTREAM_FAILED),
    /** The upstream did not begin to answer in time. */
    RESPONSE_HEAD_TIMEOUT(Outcome.TIMEOUT),
    /** The upstream stopped in the middle of its answer. */
    RESPONSE_IDLE_TIMEOUT(Outcome.TIMEOUT),
    /** Neither side of a tunnel sent or took anything for too long. */
    TUNNEL_IDLE(Outcome.TIMEOUT),
    /** Too many exchanges wait for a connection already. */
    QUEUE_FULL(Outcome.UPSTREAM_FAILED),
    /** No connection became free in time. */
    QUEUE_TIMEOUT(Outcome.UPSTREAM_FAILED),
    /** This node is going down. */
    SHUTDOWN(Outcome.SHUTDOWN);

    private final Outcome outcome;

    Reason(final Outcome outcome) {
        this.outcome = outcome;
    }

    /** The outcome of an exchange that ends for this reason. */
    public Outcome outcome() {
        return outcome;
    }

    /** Whether nothing of the request can have been executed by an upstream. */
    public boolean isUnsent() {
        return this == CONNECT_FAILED
                || this == CONNECT_TIMEOUT
                || this == UNSENT
                || this == REFUSED
                || this == PASSED_OVER
                || this == QUEUE_FULL
                || this == QUEUE_TIMEOUT;
    }
}
