package openclaw.edge.proxy.exchange;

import org.agrona.DeadlineTimerWheel;

/**
 * A time-out that is moved far more often than it strikes: moving it later is a plain store, the wheel's timer is moved only
 * when it fires too early. Owned by one event loop.
 */
public abstract class Deadline {
    static final long NEVER = Long.MAX_VALUE;

    long atNs = NEVER;
    long armedNs = NEVER;
    long timerId = DeadlineTimerWheel.NULL_DEADLINE;

    /** The time that was set has passed. */
    protected abstract void expired(long nowNs);
}
