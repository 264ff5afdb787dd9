package openclaw.edge.load.gatling;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What operators do to nodes while they are loaded, on a thread of its own. */
final class Deeds implements AutoCloseable {
    private static final int PATIENCE_MINUTES = 10;

    private final Thread thread;
    private volatile boolean isOver;
    private volatile Exception failure;
    private final AtomicInteger done = new AtomicInteger();

    /** One of them. */
    @FunctionalInterface
    interface Deed {
        /**
         * Does it.
         *
         * @param number from 0, how many were done before
         */
        void run(int number) throws Exception;
    }

    /**
     * Begins.
     *
     * @param everyMs before each
     * @param most how many at most
     */
    Deeds(final long everyMs, final int most, final Deed deed) {
        thread = new Thread(() -> run(everyMs, most, deed), "operator");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(final long everyMs, final int most, final Deed deed) {
        try {
            while (done.get() < most && isNext(everyMs)) {
                deed.run(done.get());
                done.incrementAndGet();
            }
        } catch (final Exception e) {
            failure = e;
        }
    }

    private synchronized boolean isNext(final long everyMs) throws InterruptedException {
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(everyMs);
        for (long leftMs = everyMs; leftMs > 0 && !isOver; ) {
            wait(leftMs);
            leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
        }
        return !isOver;
    }

    /** Whether there is more to be done, or something is being done. */
    boolean isOn() {
        return thread.isAlive();
    }

    /** How many were done. */
    int done() {
        return done.get();
    }

    /**
     * Lets the last one end.
     *
     * @throws IllegalStateException when one of them failed
     */
    @Override
    public void close() {
        synchronized (this) {
            isOver = true;
            notifyAll();
        }
        try {
            thread.join(TimeUnit.MINUTES.toMillis(PATIENCE_MINUTES));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IllegalStateException("what was to be done to the node failed: " + failure.getMessage(), failure);
        }
    }

    /**
     * What {@code -DNAME=} says as a command for the shell, for nodes that the run has not started.
     *
     * @throws IllegalArgumentException when it says nothing
     */
    static Deed command(final String name) {
        final String command = Knobs.text(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "with -Dtarget= this needs -D" + name + "='COMMAND', which does it to the nodes there"));
        return number -> {
            final Process process =
                    new ProcessBuilder("sh", "-c", command).inheritIO().start();
            if (process.waitFor() != 0) {
                throw new IOException("-D" + name + "='" + command + "' ended with " + process.exitValue());
            }
        };
    }
}
