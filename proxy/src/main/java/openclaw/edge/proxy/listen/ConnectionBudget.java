package openclaw.edge.proxy.listen;

import java.util.concurrent.atomic.AtomicInteger;

/** How many clients' connections this node holds at once. Any thread; touched once per accept and close. */
public final class ConnectionBudget {
    /** File descriptors that are not for clients' and upstreams' connections: files, listeners, libraries. */
    private static final long RESERVED_FILES = 1_000;

    private final AtomicInteger open = new AtomicInteger();
    private volatile int limit;

    /** @param limit at least 1 */
    public ConnectionBudget(final int limit) {
        this.limit = limit;
    }

    /**
     * The bound that the process's file limit allows: every client's connection may need one to an upstream.
     *
     * @param configured {@code limits.connections}
     * @param maxFiles the process's limit of open files
     */
    public static int bound(final int configured, final long maxFiles) {
        return (int) Math.max(1, Math.min(configured, (maxFiles - RESERVED_FILES) / 2));
    }

    /** Takes one, or returns false. */
    public boolean tryAcquire() {
        if (open.incrementAndGet() > limit) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    public void release() {
        open.decrementAndGet();
    }

    public int open() {
        return open.get();
    }

    /** Sets another limit, at least 1; connections above it go on, and no further ones are accepted. Any thread. */
    public void limit(final int most) {
        limit = most;
    }

    public int limit() {
        return limit;
    }
}
