package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.JavaProcess;
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

/**
 * Thousands of idle connections and of clients that send a byte at a time do good ones no harm. One node takes all of them where
 * it may open that many files; else two take half of them each.
 */
final class ManyClientsTest {
    private static final int IDLE = 10_000;
    private static final int SLOW_HEADS = 500;
    private static final int SLOW_BODIES = 500;
    private static final int OTHERS = 100;

    /** Open files of a node that are none of its clients' connections. */
    private static final int OTHER_FILES = 1_000;

    private static final int FEWEST_IDLE = 1_000;
    private static final int BYTE_EACH_MS = 100;
    private static final int BODY_BYTES = 120;
    private static final int PATIENCE_SECONDS = 180;
    private static final String MORE =
            "event_loops: 2\ntimeouts: {client_head: 10s, body_idle: 20s, keep_alive: 900s}\n"
                    + "limits: {buffers: 64MiB}";

    /** A node with its idle clients. */
    private record Crowded(EdgeProcess node, JavaProcess idle) {}

    private final List<AutoCloseable> processes = new ArrayList<>();
    private final List<Crowded> crowds = new ArrayList<>();
    private final List<RawClient> slow = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private volatile boolean isSlowOver;

    @TempDir
    private Path directory;

    @AfterEach
    void end() throws Exception {
        isSlowOver = true;
        threads.shutdownNow();
        leave();
        for (final AutoCloseable process : processes) {
            process.close();
        }
    }

    @Test
    void shouldServeGoodClientsBesideIdleAndSlowOnes() throws Exception {
        final int nodeCount = perNode() < IDLE + SLOW_HEADS + SLOW_BODIES + OTHERS ? 2 : 1;
        final int idleCount = idleCount(nodeCount);
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath)) {
            for (int i = 0; i < nodeCount; i++) {
                crowds.add(crowd(Files.createDirectory(directory.resolve("node-" + i)), upstream, idleCount));
            }
            for (final Crowded crowd : crowds) {
                assertIdle(crowd.idle(), "open", idleCount);
            }
            for (int i = 0; i < SLOW_HEADS + SLOW_BODIES; i++) {
                slow.add(RawClient.connect(crowds.get(i % nodeCount).node().port()));
            }
            final int all = nodeCount * idleCount + SLOW_HEADS + SLOW_BODIES;
            final Future<Integer> slowly = threads.submit(this::sendSlowly);
            final Future<long[]> good = threads.submit(this::goodUntilSlowAreOver);

            // A client is connected when the kernel says so; the node accepts it a little later.
            Await.until("all clients are accepted", () -> open() >= all);
            final long open = open();
            final int refused = slowly.get();
            isSlowOver = true;
            final long[] tookUs = good.get();
            Arrays.sort(tookUs);
            System.out.println("ManyClientsTest: " + nodeCount + " node(s): beside " + nodeCount * idleCount
                    + " idle and " + slow.size() + " slow clients (" + open + " connections open) " + tookUs.length
                    + " good requests, of which none failed, took " + tookUs[tookUs.length / 2] + " us (median), "
                    + tookUs[tookUs.length - 1] + " us (longest)");
            assertThat(open).isGreaterThanOrEqualTo(all);
            assertThat(tookUs).hasSizeGreaterThan(OTHERS);
            assertThat(refused).as("heads a byte at a time answered 408").isEqualTo(SLOW_HEADS);
            for (final Crowded crowd : crowds) {
                assertIdle(crowd.idle(), "ask", idleCount);
                assertIdle(crowd.idle(), "leave", idleCount);
            }
            leave();
            for (final Crowded crowd : crowds) {
                assertUnharmed(crowd.node(), SLOW_HEADS / nodeCount);
            }
        }
    }

    private Crowded crowd(final Path directory, final ScriptedUpstream upstream, final int idleCount)
            throws IOException {
        final EdgeProcess node = EdgeProcess.start(
                EdgeFiles.write(directory, upstream.port(), MORE), "-Xmx256m", "-XX:MaxDirectMemorySize=128m");
        processes.add(node);
        final JavaProcess idle = JavaProcess.start(
                directory.resolve("idle.log"),
                List.of("-Xmx256m"),
                IdleClients.class.getName(),
                Integer.toString(node.port()),
                Integer.toString(idleCount));
        processes.add(idle);
        return new Crowded(node, idle);
    }

    private static void assertUnharmed(final EdgeProcess node, final long slowHeads) {
        final Metrics metrics = Leftovers.assertNone(node);
        assertThat(metrics.get(EdgeCounter.HEAD_TIMEOUTS)).isEqualTo(slowHeads);
        assertThat(metrics.get(EdgeCounter.CONNECTIONS_REFUSED)).isZero();
        assertThat(metrics.get(EdgeCounter.HEAD_EVICTIONS)).isZero();
        assertThat(metrics.get(EdgeCounter.KEEP_ALIVE_TIMEOUTS)).isZero();
        assertThat(metrics.get(EdgeCounter.EXCEPTIONS)).as("%s", node.log()).isZero();
    }

    /** Has the idle clients do something, and waits until all of them have. */
    private static void assertIdle(final JavaProcess idle, final String order, final int count) {
        idle.tell(order);
        final String done = order + " " + count + "\n";
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!idle.output().contains(done)) {
            assertThat(idle.isAlive() && System.nanoTime() - endNs < 0)
                    .as("idle clients: %s%n%s", order, idle.output())
                    .isTrue();
            Pause.ms(20);
        }
    }

    /** Connections of clients that a node takes: every one may need one to the upstream. */
    private static long perNode() {
        return (ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                                .getMaxFileDescriptorCount()
                        - OTHER_FILES)
                / 2;
    }

    /** Idle clients of each node. They have processes of their own, so that it is the nodes' open files that count. */
    private static int idleCount(final int nodeCount) {
        final int wanted = IDLE / nodeCount;
        final long possible = perNode() - (SLOW_HEADS + SLOW_BODIES) / nodeCount - OTHERS;
        if (possible < wanted) {
            System.out.println("ManyClientsTest: a node takes " + perNode() + " connections by its ulimit -n; SKIPPED: "
                    + "all but " + Math.max(0, possible) * nodeCount + " of " + IDLE + " idle ones");
        }
        assumeThat(possible)
                .as("idle connections that ulimit -n allows: SKIPPED, too few to tell anything")
                .isGreaterThanOrEqualTo(FEWEST_IDLE);
        return (int) Math.min(wanted, possible);
    }

    private static void assertGood(final RawClient client) throws IOException {
        client.send(RawClient.get(EdgeFiles.KEY, "/v1/rate"));
        final RawResponse response = client.read();
        assertThat(response.status()).as("%s", response).isEqualTo(200);
        assertThat(response.complete()).isTrue();
        assertThat(response.body()).isEqualTo(Upstreams.BODY);
    }

    /** By turns on one connection to the first node and on new ones to the last; what each took in microseconds. */
    private long[] goodUntilSlowAreOver() throws IOException {
        final List<Long> tookUs = new ArrayList<>();
        final int last = crowds.get(crowds.size() - 1).node().port();
        try (RawClient kept = RawClient.connect(crowds.get(0).node().port())) {
            while (!isSlowOver) {
                final long beganNs = System.nanoTime();
                if (tookUs.size() % 2 == 0) {
                    assertGood(kept);
                } else {
                    try (RawClient fresh = RawClient.connect(last)) {
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
    private long open() {
        return crowds.stream()
                .mapToLong(crowd -> crowd.node().metrics().get("openclaw_edge_client_connections"))
                .sum();
    }

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
        for (final RawClient client : slow) {
            client.close();
        }
    }
}
