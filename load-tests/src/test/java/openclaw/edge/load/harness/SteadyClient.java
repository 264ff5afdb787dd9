package openclaw.edge.load.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests to one node at a constant rate over a few connections, one request on each at a time, so that a slow node or
 * machine is asked less and never more. Connects again when a connection ends.
 */
public final class SteadyClient implements AutoCloseable {
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong limited = new AtomicLong();
    private final AtomicLong others = new AtomicLong();
    private final AtomicLong cut = new AtomicLong();

    private SteadyClient() {}

    /**
     * Begins.
     *
     * @param perSecond requests; 0: as fast as answers come
     */
    public static SteadyClient start(final int port, final int connections, final int perSecond) {
        final SteadyClient client = new SteadyClient();
        final long everyNs = perSecond == 0 ? 0 : SECOND_NS * connections / perSecond;
        for (int i = 0; i < connections; i++) {
            final Thread thread = new Thread(() -> client.run(port, everyNs), "client-" + port + "-" + i);
            client.threads.add(thread);
            thread.start();
        }
        return client;
    }

    private void run(final int port, final long everyNs) {
        final String request = RawClient.get(EdgeFiles.KEY, "/v1/rate");
        while (!isEnding.get()) {
            try (RawClient connection = RawClient.connect(port)) {
                long nextNs = System.nanoTime();
                while (!isEnding.get()) {
                    connection.send(request);
                    count(connection.read().status());
                    nextNs = Math.max(nextNs + everyNs, System.nanoTime() - SECOND_NS);
                    LockSupport.parkNanos(nextNs - System.nanoTime());
                }
            } catch (final IOException e) {
                cut.incrementAndGet();
                Pause.ms(5);
            }
        }
    }

    private void count(final int status) {
        (status == 200 ? admitted : status == 429 ? limited : others).incrementAndGet();
    }

    /** Answers of status 200. */
    public long admitted() {
        return admitted.get();
    }

    /** Answers of status 429. */
    public long limited() {
        return limited.get();
    }

    /** Answers of any other status. */
    public long others() {
        return others.get();
    }

    /** Connections that could not be had or ended with a request under way. */
    public long cut() {
        return cut.get();
    }

    /** Ends after the requests that are under way. */
    @Override
    public void close() {
        isEnding.set(true);
        for (final Thread thread : threads) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
