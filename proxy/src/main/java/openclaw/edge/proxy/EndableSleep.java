package openclaw.edge.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/** Lets one agent sleep for long between two looks. Once ended it sleeps no more, so that nobody waits for its agent's end. */
final class EndableSleep implements IdleStrategy {
    private final long sleepNs;
    private volatile Thread sleeper;
    private volatile boolean ended;

    EndableSleep(final long sleepMs) {
        this.sleepNs = TimeUnit.MILLISECONDS.toNanos(sleepMs);
    }

    @Override
    public void idle(final int workCount) {
        if (workCount == 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        sleeper = Thread.currentThread();
        if (!ended) {
            LockSupport.parkNanos(this, sleepNs);
        }
    }

    @Override
    public void reset() {
        // Each sleep is as long.
    }

    /** Wakes who sleeps; the agent's runner is to be closed right behind this, else it spins. Any thread. */
    void end() {
        ended = true;
        LockSupport.unpark(sleeper);
    }
}
