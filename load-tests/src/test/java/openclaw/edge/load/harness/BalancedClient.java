package openclaw.edge.load.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients behind a load balancer: each sends one request after another to one of the nodes that say they are ready, and turns to
 * another node when its own closes the connection, or says that it will. Only what was sent and not answered well is a failure.
 */
public final class BalancedClient implements AutoCloseable {
    private static final int LOOK_MS = 50;
    private static final int BETWEEN_MS = 5;

    /** Far less than what a node grants idle connections while it drains. */
    private static final long MOST_IDLE_NS = 300_000_000L;

    private final List<EdgeProcess> nodes;
    private final Set<EdgeProcess> ready = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    /** Begins. */
    public BalancedClient(final List<EdgeProcess> nodes, final int clients) {
        this.nodes = List.copyOf(nodes);
        begin(this::look, "balancer");
        for (int i = 0; i < clients; i++) {
            final int number = i;
            begin(() -> run(number), "balanced-" + i);
        }
    }

    private void begin(final Runnable task, final String name) {
        final Thread thread = new Thread(task, name);
        threads.add(thread);
        thread.start();
    }

    private void look() {
        while (!isEnding.get()) {
            for (final EdgeProcess node : nodes) {
                if (node.isReady()) {
                    ready.add(node);
                } else {
                    ready.remove(node);
                }
            }
            Pause.ms(LOOK_MS);
        }
    }

    private void run(final int number) {
        for (int turn = number; !isEnding.get(); turn++) {
            final EdgeProcess node = nodes.get(turn % nodes.size());
            if (!ready.contains(node)) {
                Pause.ms(1);
                continue;
            }
            try (RawClient connection = RawClient.connect(node.port())) {
                exchange(connection, node);
            } catch (final IOException e) {
                // Nothing was sent: it had just stopped listening.
                Pause.ms(1);
            }
        }
    }

    private void exchange(final RawClient connection, final EdgeProcess node) {
        long answeredNs = System.nanoTime();
        while (!isEnding.get() && ready.contains(node) && System.nanoTime() - answeredNs < MOST_IDLE_NS) {
            try {
                connection.send(RawClient.get(EdgeFiles.KEY, "/v1/rate"));
                final RawResponse response = connection.read();
                if (response.status() != 200 || !response.complete()) {
                    failures.add(response.toString());
                }
                answered.incrementAndGet();
                answeredNs = System.nanoTime();
                if (response.isLast()) {
                    return;
                }
            } catch (final IOException e) {
                failures.add(e.toString());
                return;
            }
            Pause.ms(BETWEEN_MS);
        }
    }

    /** Answers so far. */
    public long answered() {
        return answered.get();
    }

    /** What went wrong so far. */
    public List<String> failures() {
        return List.copyOf(failures);
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
