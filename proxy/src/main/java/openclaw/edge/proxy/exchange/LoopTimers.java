package openclaw.edge.proxy.exchange;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2ObjectHashMap;

/** The time-outs of one event loop, on one wheel, polled by one fixed-rate task. No allocation in steady state. */
public final class LoopTimers {
    /** Resolution of every time-out: about 67 ms. */
    public static final long TICK_NS = 1L << 26;

    /** The wheel's memory is this times the fullest tick: few ticks keep a burst of 100,000 connections cheap. */
    private static final int TICKS_PER_WHEEL = 256;

    private static final int EXPIRE_LIMIT = Integer.MAX_VALUE;

    private final DeadlineTimerWheel wheel;
    private final Long2ObjectHashMap<Deadline> byTimer = new Long2ObjectHashMap<>();
    private final DeadlineTimerWheel.TimerHandler onTimer = this::onTimer;

    public LoopTimers(final long nowNs) {
        wheel = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, nowNs, TICK_NS, TICKS_PER_WHEEL);
    }

    /** Sets, or moves, a deadline to {@code atNs} of the loop's clock. */
    public void set(final Deadline deadline, final long atNs) {
        deadline.atNs = atNs;
        if (atNs < deadline.armedNs) {
            cancelTimer(deadline);
            arm(deadline);
        }
    }

    /** Nothing strikes until the deadline is set again. */
    public void clear(final Deadline deadline) {
        deadline.atNs = Deadline.NEVER;
    }

    /** As {@link #clear}, and takes the timer off the wheel: for an owner that goes away. */
    public void remove(final Deadline deadline) {
        deadline.atNs = Deadline.NEVER;
        cancelTimer(deadline);
    }

    /** Lets strike what is due. */
    public int poll(final long nowNs) {
        int expired = 0;
        int polled;
        do {
            polled = wheel.poll(nowNs, onTimer, EXPIRE_LIMIT);
            expired += polled;
        } while (polled > 0 || wheel.currentTickTime() + TICK_NS <= nowNs);
        return expired;
    }

    /** Deadlines on the wheel. */
    public int size() {
        return byTimer.size();
    }

    private boolean onTimer(final TimeUnit unit, final long nowNs, final long timerId) {
        final Deadline deadline = byTimer.remove(timerId);
        if (deadline == null) {
            return true;
        }
        deadline.timerId = DeadlineTimerWheel.NULL_DEADLINE;
        deadline.armedNs = Deadline.NEVER;
        if (deadline.atNs <= nowNs) {
            deadline.atNs = Deadline.NEVER;
            deadline.expired(nowNs);
        } else if (deadline.atNs != Deadline.NEVER) {
            arm(deadline);
        }
        return true;
    }

    private void arm(final Deadline deadline) {
        deadline.armedNs = deadline.atNs;
        deadline.timerId = wheel.scheduleTimer(deadline.atNs);
        byTimer.put(deadline.timerId, deadline);
    }

    private void cancelTimer(final Deadline deadline) {
        if (deadline.timerId != DeadlineTimerWheel.NULL_DEADLINE) {
            wheel.cancelTimer(deadline.timerId);
            byTimer.remove(deadline.timerId);
            deadline.timerId = DeadlineTimerWheel.NULL_DEADLINE;
            deadline.armedNs = Deadline.NEVER;
        }
    }
}
