package openclaw.edge.bench.allocation;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import openclaw.edge.proxy.EdgeNode;
import openclaw.edge.proxy.config.EdgeConfig;

/**
 * A node with one event loop, its upstream and its clients in one JVM: prints, for each scenario, the bytes that the event loop
 * allocated per request. Arguments: a directory for the node, requests per scenario.
 */
public final class AllocationRun {
    private static final int CLIENTS = 8;
    private static final int FIRST = 1_024;
    private static final long JOURNAL_OPENS_MS = 4_000;
    private static final int WARM_UP = 100_000;

    /**
     * Where more is allocated than allowed, how often that is measured. On a machine with much else to do methods are compiled late,
     * and something is allocated once; what each request allocates shows every time.
     */
    private static final int ATTEMPTS = 3;

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
    private final Client.Node node;
    private final long loopThread;

    private AllocationRun(final Client.Node node) {
        this.node = node;
        this.loopThread = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("edge-loop"))
                .mapToLong(Thread::getId)
                .findFirst()
                .orElseThrow();
    }

    /** Ends with 0 when every scenario was measured; what it measured is on standard output. */
    public static void main(final String[] args) throws Exception {
        final Path directory = Path.of(args[0]);
        final int requests = Integer.parseInt(args[1]);
        TestCertificate.write(directory);
        try (Upstream upstream = new Upstream()) {
            final EdgeNode node = EdgeNode.start(EdgeConfig.read(files(directory, upstream.port())));
            final AllocationRun run = new AllocationRun(new Client.Node(
                    node.addresses().get(0).getPort(),
                    node.addresses().get(1).getPort(),
                    TestCertificate.trusting(directory)));
            // The journal opens beside the first requests; until it has, a lane takes no more than its slots.
            sent(run.clients(Scenario.GET, 0, FIRST, new CyclicBarrier(CLIENTS)));
            Thread.sleep(JOURNAL_OPENS_MS);
            for (final Scenario scenario : Scenario.values()) {
                boolean isSteady = false;
                for (int i = 0; i < ATTEMPTS && !isSteady; i++) {
                    isSteady = run.measure(scenario, scenario.share(requests));
                }
            }
            node.drainAndClose();
        } catch (final Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    /**
     * What the loop allocates while open connections send: neither their opening nor their end is in it. Returns whether it is less than
     * allowed.
     */
    private boolean measure(final Scenario scenario, final int requests) throws Exception {
        final CyclicBarrier steady = new CyclicBarrier(CLIENTS + 1);
        final List<Future<Long>> clients = clients(scenario, scenario.share(WARM_UP), requests, steady);
        try {
            steady.await();
            final long before = threads.getThreadAllocatedBytes(loopThread);
            final long beganNs = System.nanoTime();
            steady.await();
            steady.await();
            final long tookNs = System.nanoTime() - beganNs;
            final long bytes = threads.getThreadAllocatedBytes(loopThread) - before;
            final long sent = sent(clients);
            System.out.printf(
                    "allocation %s requests %d bytes %d seconds %d%n", scenario, sent, bytes, tookNs / 1_000_000_000L);
            return bytes < sent * scenario.allowedBytes();
        } catch (final BrokenBarrierException e) {
            sent(clients); // throws what one of them met
            throw e;
        }
    }

    private List<Future<Long>> clients(
            final Scenario scenario, final int warmUp, final int requests, final CyclicBarrier steady) {
        final List<Future<Long>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(pool.submit(new Client(node, scenario, warmUp / CLIENTS, requests / CLIENTS, steady)));
        }
        return clients;
    }

    private static long sent(final List<Future<Long>> clients) throws InterruptedException, ExecutionException {
        long sent = 0;
        for (final Future<Long> client : clients) {
            sent += client.get();
        }
        return sent;
    }

    private static Path files(final Path directory, final int upstreamPort)
            throws IOException, NoSuchAlgorithmException {
        Files.writeString(directory.resolve("billing.yaml"), """
                plans:
                  wide:
                    monthly_quota: 1_000_000_000_000
                    overage_rate: 0.00002
                    limits:
                      - {name: tenant, per: tenant, capacity: 1_000_000_000, refill_rate: 1_000_000_000, interval_seconds: 1}
                      - {name: agent, per: agent, capacity: 1_000_000_000, refill_rate: 1_000_000_000, interval_seconds: 1}
                  none:
                    limits:
                      - {name: tenant, per: tenant, capacity: 1, refill_rate: 1, interval_seconds: 1_000_000}
                    costs:
                      - {path: /v1/rate, tokens: 2}
                tenants:
                  - {id: wide-tenant, plan: wide, api_keys: ["sha256:%s"]}
                  - {id: exhausted-tenant, plan: none, api_keys: ["sha256:%s"]}
                """.formatted(
                        sha256(Scenario.Key.GOOD), sha256(Scenario.Key.EXHAUSTED)));
        return Files.writeString(directory.resolve("edge.yaml"), """
                listen:
                  - 127.0.0.1:0
                  - {address: "127.0.0.1:0", tls: {certificates: [{cert: node.pem, key: node.key}]}}
                event_loops: 1
                upstream: {servers: ["http://127.0.0.1:%d"]}
                routes: [{path: /tunnel, upgrade: [websocket]}]
                catalog: [billing.yaml]
                admin: {listen: 127.0.0.1:0}
                """.formatted(upstreamPort));
    }

    private static String sha256(final String key) throws NoSuchAlgorithmException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII)));
    }
}
