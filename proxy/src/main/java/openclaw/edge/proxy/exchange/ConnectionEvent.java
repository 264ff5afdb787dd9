package openclaw.edge.proxy.exchange;

/** What a client's connection is told from outside, as a user event on its own event loop. */
public enum ConnectionEvent {
    /** The node has been draining for a while: close if idle. What comes after {@link LoopContext#isDraining} is told to close. */
    DRAIN,
    /** Give up what is in flight and close. */
    CUT
}
