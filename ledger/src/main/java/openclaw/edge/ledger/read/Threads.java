package openclaw.edge.ledger.read;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/** Work on files by one thread for each visitor, the caller's among them. */
final class Threads {
    private Threads() {}

    /** Does something with one file. */
    @FunctionalInterface
    interface Work<W> {
        void on(W worker, QueueFile file) throws IOException;
    }

    /**
     * Runs to the end, or until one of the threads fails.
     *
     * @param files worked on in their order, each by whichever thread is free
     * @param visitors one for each thread
     * @param toWorker makes what a thread works with, closed at the end
     * @param work on a file
     * @throws IOException of any thread
     */
    static <V, W extends Closeable> void run(
            final List<QueueFile> files, final List<V> visitors, final Function<V, W> toWorker, final Work<W> work)
            throws IOException {
        final Queue<QueueFile> waiting = new ConcurrentLinkedQueue<>(files);
        final List<FutureTask<Void>> tasks = new ArrayList<>();
        for (final V visitor : visitors.subList(0, Math.min(visitors.size(), files.size()))) {
            tasks.add(new FutureTask<>(() -> {
                try (W worker = toWorker.apply(visitor)) {
                    for (QueueFile file = waiting.poll(); file != null; file = waiting.poll()) {
                        work.on(worker, file);
                    }
                } finally {
                    // A thread that fails stops the others too.
                    waiting.clear();
                }
                return null;
            }));
        }
        for (int i = 1; i < tasks.size(); i++) {
            final Thread thread = new Thread(tasks.get(i), "journal-reader-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        if (!tasks.isEmpty()) {
            tasks.get(0).run();
        }
        await(tasks);
    }

    private static void await(final List<FutureTask<Void>> tasks) throws IOException {
        Throwable failure = null;
        for (final FutureTask<Void> task : tasks) {
            boolean done = false;
            while (!done) {
                try {
                    task.get();
                    done = true;
                } catch (final ExecutionException e) {
                    failure = failure == null ? e.getCause() : failure;
                    done = true;
                } catch (final InterruptedException e) {
                    // The caller's own share was cut off by the interrupt too, and so the others end with their files.
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while reading", e);
                }
            }
        }
        if (failure instanceof IOException) {
            throw (IOException) failure;
        }
        if (failure instanceof RuntimeException) {
            throw (RuntimeException) failure;
        }
        if (failure instanceof Error) {
            throw (Error) failure;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }
}
