package openclaw.edge.bench.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends a run early when the process is to end (Ctrl-C), and lets the process live until what was measured is printed. */
final class LoadStop implements AutoCloseable {
    private static final long MOST_SECONDS = 5;

    private final CompletableFuture<Void> wanted = new CompletableFuture<>();
    private final CountDownLatch printed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "load-stop");

    private LoadStop() {}

    /** One that the end of the process sets off, until it is closed. */
    static LoadStop atShutdown() {
        final LoadStop stop = new LoadStop();
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /** Complete when the run is to end. */
    CompletableFuture<Void> wanted() {
        return wanted;
    }

    private void stop() {
        wanted.complete(null);
        try {
            // After that the process ends as it would have without: something else holds it up.
            printed.await(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is printed. */
    @Override
    public void close() {
        printed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // The process is ending, and by this hook.
            wanted.complete(null);
        }
    }
}
