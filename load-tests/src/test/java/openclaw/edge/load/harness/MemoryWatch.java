package openclaw.edge.load.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** The most that a node held for clients since this watch began, by its own gauge, and the most memory that it ever used. */
public final class MemoryWatch implements AutoCloseable {
    private static final long PAUSE_MS = 25;
    private static final long KIB = 1024;

    private final EdgeProcess node;
    private final AtomicLong heldBytes = new AtomicLong();
    private final long baseBytes;
    private final Thread thread = new Thread(this::watch, "memory watch");
    private volatile boolean isOver;

    private MemoryWatch(final EdgeProcess node) throws IOException {
        this.node = node;
        this.baseBytes = peakBytes(node);
    }

    /** Begins to watch. */
    public static MemoryWatch of(final EdgeProcess node) throws IOException {
        final MemoryWatch watch = new MemoryWatch(node);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** The largest {@code buffers_held_bytes} among scrapes, one each 25 ms or so. */
    public long mostHeldBytes() {
        sample();
        return heldBytes.get();
    }

    /** By how much the peak of the node's resident memory is above what it was when this watch began (Linux). */
    public long grownBytes() throws IOException {
        return peakBytes(node) - baseBytes;
    }

    private static long peakBytes(final EdgeProcess node) throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc", Long.toString(node.pid()), "status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * KIB;
            }
        }
        throw new IOException("no VmHWM in /proc/" + node.pid() + "/status");
    }

    private void watch() {
        while (!isOver) {
            sample();
            Pause.ms(PAUSE_MS);
        }
    }

    private void sample() {
        heldBytes.accumulateAndGet(node.metrics().get("openclaw_edge_buffers_held_bytes"), Math::max);
    }

    /** Stops watching; the last scrape is waited for. */
    @Override
    public void close() {
        isOver = true;
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a watch ended", e);
        }
    }
}
