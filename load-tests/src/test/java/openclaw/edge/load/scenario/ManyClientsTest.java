package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.Leftovers;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.RawResponse;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of idle connections and of clients that send a byte at a time do good ones no harm. */
final class ManyClientsTest {
    private static final int IDLE = 10_000;
    private static final int SLOW_HEADS = 500;
    private static final int SLOW_BODIES = 500;
    private static final int OTHERS = 100;

    /** Of all open files, the node takes half for clients, less this. */
    private static final int OTHER_FILES = 1_000;

    private static final int FEWEST_IDLE = 1_000;
    private static final int BYTE_EACH_MS = 100;
    private static final int BODY_BYTES = 60;
    private static final String MORE =
            "event_loops: 2\ntimeouts: {client_head: 5s, body_idle: 15s, keep_alive: 300s}\nlimits: {buffers: 64MiB}";

    private final List<RawClient> idle = new ArrayList<>();
    private final List<RawClient> slow = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private volatile boolean isSlowOver;

    @TempDir
    private Path directory;

    @AfterEach
    void end() throws IOException {
        isSlowOver = true;
        threads.shutdownNow();
        leave();
    }

    @Test
    void shouldServeGoodClientsBesideIdleAndSlowOnes() throws Exception {
        final int idleCount = idleCount();
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                EdgeProcess node = EdgeProcess.start(
                        EdgeFiles.write(directory, upstream.port(), MORE),
                        "-Xmx256m",
                        "-XX:MaxDirectMemorySize=128m")) {
            for (int i = 0; i < idleCount; i++) {
                idle.add(RawClient.connect(node.port()));
                assertGood(idle.get(i));
            }
            for (int i = 0; i < SLOW_HEADS + SLOW_BODIES; i++) {
                slow.add(RawClient.connect(node.port()));
            }
            final Future<Integer> slowly = threads.submit(this::sendSlowly);
            final Future<long[]> good = threads.submit(() -> goodUntilSlowAreOver(node.port()));

            final int refused = slowly.get();
            isSlowOver = true;
            final long[] tookUs = good.get();
            Arrays.sort(tookUs);
            System.out.println("ManyClientsTest: beside " + idleCount + " idle and " + slow.size() + " slow clients "
                    + tookUs.length + " good requests took " + tookUs[tookUs.length / 2] + " us (median), "
                    + tookUs[tookUs.length - 1] + " us (longest)");
            assertThat(tookUs).hasSizeGreaterThan(OTHERS);
            assertThat(refused).as("heads a byte at a time answered 408").isEqualTo(SLOW_HEADS);
            for (int i = 0; i < idleCount; i += 7) {
                assertGood(idle.get(i));
            }

            leave();
            final Metrics metrics = Leftovers.assertNone(node);
            assertThat(metrics.get(EdgeCounter.HEAD_TIMEOUTS)).isEqualTo(SLOW_HEADS);
            assertThat(metrics.get(EdgeCounter.CONNECTIONS_REFUSED)).isZero();
            assertThat(metrics.get(EdgeCounter.HEAD_EVICTIONS)).isZero();
            assertThat(metrics.get(EdgeCounter.KEEP_ALIVE_TIMEOUTS)).isZero();
            assertThat(metrics.get(EdgeCounter.EXCEPTIONS)).as("%s", node.log()).isZero();
        }
    }

    /** As many as this machine lets the node have. */
    private static int idleCount() {
        final long files = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getMaxFileDescriptorCount();
        final long possible = (files - OTHER_FILES) / 2 - SLOW_HEADS - SLOW_BODIES - OTHERS;
        if (possible < IDLE) {
            System.out.println("ManyClientsTest: open files allowed (ulimit -n): " + files + ", for " + IDLE
                    + " idle connections it takes " + (2 * (IDLE + SLOW_HEADS + SLOW_BODIES + OTHERS) + OTHER_FILES)
                    + "; SKIPPED: all but " + Math.max(0, possible) + " of them");
        }
        assumeThat(possible)
                .as("idle connections that ulimit -n allows: SKIPPED, too few to tell anything")
                .isGreaterThanOrEqualTo(FEWEST_IDLE);
        return (int) Math.min(IDLE, possible);
    }

    private static void assertGood(final RawClient client) throws IOException {
        client.send(RawClient.get(EdgeFiles.KEY, "/v1/rate"));
        final RawResponse response = client.read();
        assertThat(response.status()).as("%s", response).isEqualTo(200);
        assertThat(response.complete()).isTrue();
        assertThat(response.body()).isEqualTo(Upstreams.BODY);
    }

    /** By turns on one connection and on new ones; what each took in microseconds. */
    private long[] goodUntilSlowAreOver(final int port) throws IOException {
        final List<Long> tookUs = new ArrayList<>();
        try (RawClient kept = RawClient.connect(port)) {
            while (!isSlowOver) {
                final long beganNs = System.nanoTime();
                if (tookUs.size() % 2 == 0) {
                    assertGood(kept);
                } else {
                    try (RawClient fresh = RawClient.connect(port)) {
                        assertGood(fresh);
                    }
                }
                tookUs.add((System.nanoTime() - beganNs) / 1_000);
                Pause.ms(2);
            }
        }
        return tookUs.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * The first half sends heads that never end, the second bodies that do in a few seconds, all a byte at a time and in turn.
     *
     * @return how many of the heads were answered 408 and nothing else, then the end
     */
    private int sendSlowly() throws IOException {
        for (int i = SLOW_HEADS; i < slow.size(); i++) {
            slow.get(i)
                    .send("POST /v1/rate HTTP/1.1\r\nHost: rating.test\r\nAuthorization: Bearer " + EdgeFiles.KEY
                            + "\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
        }
        final String head = "GET /v1/rate HTTP/1.1\r\nHost: rating.test\r\nX-Endless: ";
        for (int at = 0; at < BODY_BYTES; at++) {
            for (int i = 0; i < slow.size(); i++) {
                if (i >= SLOW_HEADS || !slow.get(i).hasInput()) {
                    slow.get(i).send(at < head.length() ? head.substring(at, at + 1) : "e");
                }
            }
            Pause.ms(BYTE_EACH_MS);
        }
        int timedOut = 0;
        for (int i = 0; i < slow.size(); i++) {
            final RawResponse response = slow.get(i).read();
            if (i >= SLOW_HEADS) {
                assertThat(response.status()).as("a slow body: %s", response).isEqualTo(200);
            } else if (response.status() == 408
                    && response.isLast()
                    && slow.get(i).isEnded()) {
                timedOut++;
            }
        }
        return timedOut;
    }

    private void leave() throws IOException {
        for (final RawClient client : idle) {
            client.close();
        }
        for (final RawClient client : slow) {
            client.close();
        }
    }
}
