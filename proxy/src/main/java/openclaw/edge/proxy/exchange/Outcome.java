package openclaw.edge.proxy.exchange;

/** How an exchange ended: exactly one of these for each (the names of the usage record's outcomes). */
public enum Outcome {
    /** The whole response was given to the client's connection. */
    COMPLETE,
    /** The client went away, or sent a body that cannot be accepted. */
    CLIENT_ABORT,
    /** The upstream could not be reached, died, or answered nonsense. */
    UPSTREAM_FAILED,
    /** One of the time-outs ended it, on either side. */
    TIMEOUT,
    /** This node was going down. */
    SHUTDOWN
}
