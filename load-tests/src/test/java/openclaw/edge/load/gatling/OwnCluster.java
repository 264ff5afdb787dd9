package openclaw.edge.load.gatling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.ClusterNodes;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.GossipMesh;
import openclaw.edge.load.harness.Invoices;
import openclaw.edge.load.harness.Leftovers;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.ScriptedUpstream;

/** Three nodes of one cluster, between which stands a network that can be cut, before an upstream of this process. */
final class OwnCluster implements Target {
    /** How many nodes there are. */
    static final int NODES = 3;

    private final Path directory = Files.createTempDirectory("edge-load-");
    private final ScriptedUpstream upstream = ScriptedUpstream.start(LoadUpstream::answer);
    private final GossipMesh mesh = new GossipMesh(NODES);
    private final ClusterNodes cluster;
    private volatile boolean isRestarted;
    private boolean isWell;

    private OwnCluster(final ClusterNodes.Limits limits) throws IOException {
        try {
            cluster = ClusterNodes.start(directory, upstream.port(), limits, mesh.ports(), mesh.peersOf(NODES));
        } catch (final Exception e) {
            throw new IOException("no cluster could be started in " + directory + ": " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "end of the cluster"));
    }

    /** Starts one whose only tenant has this limit. */
    static OwnCluster make(final ClusterNodes.Limits limits) throws IOException {
        Profile.refuse("nodes of a cluster are not profiled, expected a simulation of one node");
        return new OwnCluster(limits);
    }

    List<EdgeProcess> nodes() {
        return cluster.nodes();
    }

    /** The network between them. */
    GossipMesh mesh() {
        return mesh;
    }

    /** Drains one node and starts it again; returns when all hear one another. */
    void restart(final int index) {
        isRestarted = true;
        final EdgeProcess node = nodes().get(index);
        final int exit = node.terminate();
        if (exit != 0) {
            throw new IllegalStateException("a node that was drained ended with " + exit + ":\n" + node.log());
        }
        node.startAgain();
        cluster.awaitAllHeard();
    }

    @Override
    public List<String> urls() {
        return nodes().stream().map(node -> "http://127.0.0.1:" + node.port()).toList();
    }

    @Override
    public List<String> keys() {
        return List.of(EdgeFiles.KEY);
    }

    @Override
    public void begin() {
        // They run already.
    }

    @Override
    public List<Row> settle(final ClientBooks clients) throws IOException {
        final List<Row> rows = new ArrayList<>();
        rows.add(Conservation.noFailures(clients));
        final List<Metrics> metrics =
                nodes().stream().map(Leftovers::assertNothingHeld).toList();
        final long consumed = agreed();
        final NodeBooks books = NodeBooks.of(metrics).withConsumedNet(consumed);
        if (!isRestarted) {
            rows.addAll(Conservation.ofMetrics(clients, books));
        }
        rows.add(Row.same(
                "drained nodes that did not end with 0",
                nodes().stream().filter(node -> node.terminate() != 0).count(),
                0));
        final List<Path> journals =
                nodes().stream().map(node -> node.files().journal()).toList();
        final JournalBooks journal = JournalBooks.read(journals);
        final Invoices invoiced = Invoices.of(
                nodes().get(0).files().catalog(), journals, journal.cycles(), directory.resolve("invoices"));
        rows.addAll(isRestarted ? Conservation.ofRestarted(clients, journal) : Conservation.ofTotals(books, journal));
        rows.addAll(Conservation.ofJournal(clients, consumed, journal, invoiced));
        isWell = rows.stream().allMatch(Row::holds);
        if (!isWell) {
            System.out.println(journal.report());
        }
        return rows;
    }

    /** What all nodes know to have been consumed, once they agree. */
    private long agreed() {
        Await.until(
                "all nodes know of the same consumption",
                () -> nodes().stream().map(ClusterNodes::consumed).distinct().count() == 1);
        return ClusterNodes.consumed(nodes().get(0));
    }

    @Override
    public synchronized void close() {
        cluster.close();
        try {
            mesh.close();
            upstream.close();
            if (isWell && Files.exists(directory)) {
                OwnNode.delete(directory);
            } else if (!isWell) {
                System.out.println("the nodes' files and journals are left in " + directory);
            }
        } catch (final IOException e) {
            System.err.println("cannot remove " + directory + ": " + e);
        }
    }
}
