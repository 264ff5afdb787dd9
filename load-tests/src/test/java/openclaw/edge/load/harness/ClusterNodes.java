package openclaw.edge.load.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Nodes of one cluster on the loopback address, a process each, that share one catalog. */
public final class ClusterNodes implements AutoCloseable {
    /** The one tenant's only limit, and its quota, as metrics call them. */
    public static final String LIMIT = "{tenant=\"" + EdgeFiles.TENANT + "\",limit=\"tenant\"}";

    private static final String QUOTA = "{tenant=\"" + EdgeFiles.TENANT + "\",limit=\"monthly_quota\"}";
    private static final String[] FLAGS = {"-Xmx96m", "-XX:MaxDirectMemorySize=256m"};
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
              bind: %s
              %s
              secret: %s
              suspect_after: %s
              join_timeout: 500ms
            """;

    /** Of the cluster, when the nodes begin. */
    public static final String SECRET = "a-secret-of-load-tests";

    private final List<EdgeProcess> nodes = new ArrayList<>();

    private final Path directory;
    private final int upstreamPort;
    private final Limits limits;

    private ClusterNodes(final Path directory, final int upstreamPort, final Limits limits) {
        this.directory = directory;
        this.upstreamPort = upstreamPort;
        this.limits = limits;
    }

    /**
     * Where a node is.
     *
     * @param bind its {@code cluster.bind}
     * @param peers its key {@code peers} or {@code dns}, with value
     */
    public record Place(String bind, String peers) {
        /** At a port of the loopback address; peers by their ports. */
        public static Place at(final int port, final List<Integer> peers) {
            return new Place("127.0.0.1:" + port, peersAt(peers));
        }
    }

    /** The key {@code peers} of edge.yaml. */
    public static String peersAt(final List<Integer> ports) {
        return "peers: " + ports.stream().map(port -> "127.0.0.1:" + port).toList();
    }

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
        final List<Place> places = new ArrayList<>();
        for (int i = 0; i < gossipPorts.size(); i++) {
            // One list serves all nodes.
            places.add(Place.at(gossipPorts.get(i), peerPorts == null ? gossipPorts : peerPorts.get(i)));
        }
        return start(directory, upstreamPort, limits, places);
    }

    /** As above, wherever the nodes are; with further flags for their JVMs. */
    public static ClusterNodes start(
            final Path directory,
            final int upstreamPort,
            final Limits limits,
            final List<Place> places,
            final String... flags)
            throws Exception {
        final ClusterNodes cluster = new ClusterNodes(directory, upstreamPort, limits);
        final ExecutorService threads = Executors.newFixedThreadPool(places.size());
        try {
            final List<Future<EdgeProcess>> starting = new ArrayList<>();
            for (int i = 0; i < places.size(); i++) {
                final EdgeFiles files = cluster.files(i, places.get(i));
                starting.add(threads.submit(() -> EdgeProcess.start(files, flags(flags))));
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

    private static String[] flags(final String... more) {
        return Stream.concat(Stream.of(FLAGS), Stream.of(more)).toArray(String[]::new);
    }

    /** Starts one more node, and returns when it is ready. */
    public EdgeProcess join(final Place place, final String... flags) throws IOException {
        final EdgeProcess node = EdgeProcess.start(files(nodes.size(), place), flags(flags));
        nodes.add(node);
        return node;
    }

    private EdgeFiles files(final int index, final Place place) throws IOException {
        final Path home = directory.resolve("edge-" + index);
        Files.createDirectories(home);
        final EdgeFiles files = EdgeFiles.write(
                home,
                upstreamPort,
                CLUSTER.formatted(index, place.bind(), place.peers(), SECRET, limits.suspectAfter()));
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
        awaitHeard(nodes, nodes.size(), nodes.size());
    }

    /** Returns when each of these counts {@code all} members (N), and hears so many of them, itself included (k). */
    public static void awaitHeard(final List<EdgeProcess> nodes, final int heard, final int all) {
        Await.until(
                heard + " of " + all + " members are heard by each",
                () -> nodes.stream().allMatch(node -> hears(node, heard, all)));
    }

    private static boolean hears(final EdgeProcess node, final int heard, final int all) {
        final Metrics metrics = node.metrics();
        return metrics.get("openclaw_cluster_members_all") == all
                && metrics.get("openclaw_cluster_members_reachable") == heard;
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
