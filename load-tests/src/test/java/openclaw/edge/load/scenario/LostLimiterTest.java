package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.JavaProcess;
import openclaw.edge.sync.EdgeLimiter;
import openclaw.edge.sync.GossipListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody cuts short the file of a program's own limiter while its threads decide as fast as they can. */
final class LostLimiterTest {

    private static final int CAPACITY = 500;
    private static final int THREADS = 4;

    @TempDir
    private Path directory;

    @Test
    void shouldRefuseAndEndInOrderWhenItsFileIsCutShortUnderLoad() throws IOException {
        final Path data = directory.resolve("data");
        try (JavaProcess process = JavaProcess.start(
                directory.resolve("log"),
                List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m"),
                LostLimiterTest.class.getName(),
                data.toString())) {
            Await.until("an empty bucket", () -> process.output().contains("empty\n") || !process.isAlive());
            try (FileChannel buckets = FileChannel.open(data.resolve("buckets"), StandardOpenOption.WRITE)) {
                buckets.truncate(0);
            }
            assertThat(process.exitCode(60)).as(process.output()).isZero();
            assertThat(process.output()).contains("lost, admitted 0 more\n", "/buckets: is 0 bytes long", "closed\n");
        }
        // What stands there now begins empty: nobody knows what was admitted.
        try (EdgeLimiter limiter = open(data)) {
            assertThat(limiter.isLost()).isFalse();
            assertThat(limiter.tryConsume("", 1)).isFalse();
        }
        assertThat(Files.size(data.resolve("buckets"))).isPositive();
    }

    private static EdgeLimiter open(final Path data) {
        return EdgeLimiter.builder("acme")
                .perTenant("tenant", CAPACITY, 1, Duration.ofHours(1))
                .perKey("agent", CAPACITY, 1, Duration.ofHours(1))
                .data(data)
                .listener(new Console())
                .open();
    }

    /** The program: the data directory as its argument. */
    public static void main(final String[] args) throws InterruptedException {
        final EdgeLimiter limiter = open(Path.of(args[0]));
        int before = 0;
        while (limiter.tryConsume("k0", 1)) {
            before++;
        }
        final AtomicLong admitted = new AtomicLong();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> decide(limiter, admitted)));
        }
        threads.forEach(Thread::start);
        Thread.sleep(500);
        System.out.println("began with " + before + "\nempty");
        for (final Thread each : threads) {
            each.join();
        }
        System.out.println("lost, admitted " + admitted + " more");
        limiter.close();
        System.out.println("closed");
    }

    private static void decide(final EdgeLimiter limiter, final AtomicLong admitted) {
        int round = 0;
        while (!limiter.isLost()) {
            try {
                while (!limiter.isLost()) {
                    admitted.addAndGet(limiter.tryConsume("k" + round++ % 3, 1) ? 1 : 0);
                }
            } catch (final InternalError e) {
                // Of the fault, thrown where the virtual machine came to it; the thread goes on.
            }
        }
    }

    /** Says what a log should say. */
    private static final class Console implements GossipListener {
        @Override
        public void onEvent(final String event) {
            System.out.println(event);
        }

        @Override
        public void onFailure(final String what, final Throwable failure) {
            System.out.println(what + ": " + failure);
        }
    }
}
