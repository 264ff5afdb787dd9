package openclaw.edge.proxy;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives a {@link Reloader}: a poll each second, and a reload for each request that does not find one waiting already. */
final class ReloadThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadThread.class);
    private static final long POLL_MS = 1_000;
    private static final long CLOSE_SECONDS = 60;

    private final Reloader reloader;
    private final AtomicBoolean isRequested = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        final Thread made = Background.thread(task, "reload");
        made.setDaemon(true);
        return made;
    });

    ReloadThread(final Reloader reloader) {
        this.reloader = reloader;
        thread.scheduleWithFixedDelay(this::poll, POLL_MS, POLL_MS, TimeUnit.MILLISECONDS);
    }

    /** Asks for a reload; returns at once. Any thread. */
    void request() {
        if (!isRequested.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.execute(this::reload);
        } catch (final RejectedExecutionException e) {
            LOG.warn("reload: not any more, this node drains; nothing changed");
        }
    }

    private void poll() {
        try {
            reloader.poll();
        } catch (final RuntimeException e) {
            // Otherwise the executor would silently stop.
            LOG.error("reload: the files could not be looked at; that is tried again in {} ms", POLL_MS, e);
        }
    }

    private void reload() {
        // First: files that change from here on are owed a further look.
        isRequested.set(false);
        reloader.reload();
    }

    /** No reload begins any more; one that runs goes on. */
    void stop() {
        thread.shutdown();
    }

    /** {@link #stop}s, and returns when nothing runs any more. */
    @Override
    public void close() {
        stop();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("reload: one did not end within {} s", CLOSE_SECONDS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
