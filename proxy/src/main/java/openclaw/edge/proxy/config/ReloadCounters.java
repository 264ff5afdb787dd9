package openclaw.edge.proxy.config;

import java.util.concurrent.atomic.AtomicLong;

/** How reloads went since the start of the process. Written by the thread that reloads, read by any. */
public final class ReloadCounters {
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unchanged = new AtomicLong();
    private volatile long lastSuccessMs;
    private volatile boolean isLastRefused;

    /** Files came into force. */
    public void applied(final long nowMs) {
        applied.incrementAndGet();
        succeeded(nowMs);
    }

    /** Something was wrong: what was in force stays. */
    public void refused() {
        refused.incrementAndGet();
        isLastRefused = true;
    }

    /** The files are what is in force. */
    public void unchanged(final long nowMs) {
        unchanged.incrementAndGet();
        succeeded(nowMs);
    }

    /** What is in force is what the files say; also at start. */
    public void succeeded(final long nowMs) {
        isLastRefused = false;
        lastSuccessMs = nowMs;
    }

    /** Reloads that brought something into force. */
    public long appliedCount() {
        return applied.get();
    }

    /** Reloads that changed nothing, since something was wrong. */
    public long refusedCount() {
        return refused.get();
    }

    /** Reloads that found the files as they are in force. */
    public long unchangedCount() {
        return unchanged.get();
    }

    /** When what is in force was last known to be what the files say: milliseconds since 1970; 0 before the first time. */
    public long lastSuccessMs() {
        return lastSuccessMs;
    }

    /** Whether the last reload was refused: then the files say something that is not in force. */
    public boolean isLastRefused() {
        return isLastRefused;
    }
}
