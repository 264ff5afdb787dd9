package openclaw.edge.proxy.exchange;

/** What a client's connection is told from outside, as a user event on its own event loop. */
public enum ConnectionEvent {
    /** Take no further request; close if idle. */
    DRAIN,
    /** Give up what is in flight and close. */
    CUT
}
