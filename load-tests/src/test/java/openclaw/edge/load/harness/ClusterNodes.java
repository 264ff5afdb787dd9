package openclaw.edge.load.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Nodes of one cluster on the loopback address, a process each, that share one catalog. */
public final class ClusterNodes implements AutoCloseable {
    /** The one tenant's only limit, and its quota, as metrics call them. */
    public static final String LIMIT = "{tenant=\"" + EdgeFiles.TENANT + "\",limit=\"tenant\"}";

    private static final String QUOTA = "{tenant=\"" + EdgeFiles.TENANT + "\",limit=\"monthly_quota\"}";
    private static final String[] FLAGS = {"-Xmx96m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=256m"};
    private static final String CATALOG = """
            tenants:
              - id: %s
                monthly_quota: %d
                limits: [{name: tenant, per: tenant, capacity: %d, refill_rate: %d, interval_seconds: 1}]
                api_keys: ["sha256:%s"]
            billing: {%s}
            """;
    private static final String CLUSTER = """
            event_loops: 1
            limits: {buffers: 32MiB}
            cluster:
              node: edge-%d
              bind: 127.0.0.1:%d
              peers: %s
              secret: a-secret-of-load-tests
              suspect_after: %s
              join_timeout: 500ms
            """;

    private final List<EdgeProcess> nodes = new ArrayList<>();

    private ClusterNodes() {}

    /**
     * What the nodes have in common.
     *
     * @param capacity tokens of the one tenant's one limit
     * @param refillRate of it, tokens per second
     * @param suspectAfter after how long a member counts as silent: long where a slow machine must not make one so
     * @param quota of it in a cycle, tokens
     * @param billing keys of the catalog's billing block
     */
    public record Limits(long capacity, long refillRate, String suspectAfter, long quota, String billing) {
        /** With a quota that no test reaches. */
        public Limits(final long capacity, final long refillRate, final String suspectAfter) {
            this(capacity, refillRate, suspectAfter, 1_000_000_000, "invoice_day: 1");
        }
    }

    /**
     * Starts nodes, and waits until each counts all others as heard.
     *
     * @param gossipPorts where each receives
     * @param peerPorts where each sends to; null: to all others' gossip ports
     */
    public static ClusterNodes start(
            final Path directory,
            final int upstreamPort,
            final Limits limits,
            final List<Integer> gossipPorts,
            final List<List<Integer>> peerPorts)
            throws Exception {
        final ClusterNodes cluster = new ClusterNodes();
        final List<EdgeFiles> files = new ArrayList<>();
        for (int i = 0; i < gossipPorts.size(); i++) {
            // One list serves all nodes.
            final List<Integer> peers = peerPorts == null ? gossipPorts : peerPorts.get(i);
            files.add(files(directory.resolve("edge-" + i), upstreamPort, limits, i, gossipPorts.get(i), peers));
        }
        final ExecutorService threads = Executors.newFixedThreadPool(files.size());
        try {
            final List<Future<EdgeProcess>> starting = new ArrayList<>();
            for (final EdgeFiles each : files) {
                starting.add(threads.submit(() -> EdgeProcess.start(each, FLAGS)));
            }
            for (final Future<EdgeProcess> each : starting) {
                cluster.nodes.add(each.get());
            }
            cluster.awaitAllHeard();
            return cluster;
        } catch (final Exception e) {
            cluster.close();
            throw e;
        } finally {
            threads.shutdownNow();
        }
    }

    private static EdgeFiles files(
            final Path directory,
            final int upstreamPort,
            final Limits limits,
            final int index,
            final int gossipPort,
            final List<Integer> peers)
            throws IOException {
        Files.createDirectories(directory);
        final List<String> addresses =
                peers.stream().map(port -> "127.0.0.1:" + port).toList();
        final EdgeFiles files = EdgeFiles.write(
                directory, upstreamPort, CLUSTER.formatted(index, gossipPort, addresses, limits.suspectAfter()));
        Files.writeString(
                files.catalog(),
                CATALOG.formatted(
                        EdgeFiles.TENANT,
                        limits.quota(),
                        limits.capacity(),
                        limits.refillRate(),
                        EdgeFiles.sha256(EdgeFiles.KEY),
                        limits.billing()));
        return files;
    }

    /** Returns when each node hears all others. */
    public void awaitAllHeard() {
        Await.until("all members are heard by all", () -> nodes.stream().allMatch(this::hearsAll));
    }

    private boolean hearsAll(final EdgeProcess node) {
        final Metrics metrics = node.metrics();
        return metrics.get("openclaw_cluster_members_all") == nodes.size()
                && metrics.get("openclaw_cluster_members_reachable") == nodes.size();
    }

    public List<EdgeProcess> nodes() {
        return nodes;
    }

    /** Tokens of the tenant's cycle, of all nodes, as one node knows them. */
    public static long consumed(final EdgeProcess node) {
        return node.metrics().get("token_bucket_consumed_total" + QUOTA);
    }

    @Override
    public void close() {
        nodes.forEach(EdgeProcess::close);
    }
}
