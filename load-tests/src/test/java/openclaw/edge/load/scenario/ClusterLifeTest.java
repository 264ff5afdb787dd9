package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.BalancedClient;
import openclaw.edge.load.harness.ClusterNodes;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.GossipMesh;
import openclaw.edge.load.harness.JavaProcess;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.ScriptedUpstream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes come and go: goodbyes, restarts one after another, names in DNS; and what {@code edge cluster} says of it. */
@Tag("nightly")
final class ClusterLifeTest {
    private static final ClusterNodes.Limits WIDE = new ClusterNodes.Limits(1_000_000_000, 1_000_000_000, "1s");
    private static final String NAME = "edges.cluster.test";
    private static final String RESOLVE_FAILED = "openclaw_gossip_resolve_failed_total";

    @TempDir
    private Path directory;

    @Test
    void shouldDivideByOneLessAfterAGoodbyeAndFailNothingWhileAllAreRestarted() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), WIDE, GossipMesh.freePorts(3), null)) {
            for (final EdgeProcess node : cluster.nodes()) {
                node.reload(node.files().edgeYaml(), text -> text + "timeouts: {drain_delay: 2s}\n");
            }
            final BalancedClient clients = new BalancedClient(cluster.nodes(), 6);
            try {
                for (final EdgeProcess node : cluster.nodes()) {
                    final List<EdgeProcess> others = new ArrayList<>(cluster.nodes());
                    others.remove(node);
                    Await.until("the clients are served", () -> clients.answered() > 100);
                    assertThat(node.terminate()).as(node.log()).isZero();
                    // Whole again at once, not silent for a while first.
                    ClusterNodes.awaitHeard(others, 2, 2);
                    final long before = clients.answered();
                    Await.until("the others serve on", () -> clients.answered() > before + 200);
                    node.startAgain();
                    cluster.awaitAllHeard();
                }
            } finally {
                clients.close();
            }
            assertThat(clients.failures()).isEmpty();
            assertThat(cluster.nodes().get(0).log()).doesNotContain("suspect_after");
            assertAllIsCounted(cluster, clients.answered());
        }
    }

    private static void assertAllIsCounted(final ClusterNodes cluster, final long answered) {
        Await.until(
                "all know of " + answered + " tokens",
                () -> cluster.nodes().stream().allMatch(node -> ClusterNodes.consumed(node) == answered));
    }

    @Test
    void shouldFollowANameOfWhichEachAddressIsAMember() throws Exception {
        final List<String> addresses = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
        final int port = freePort(addresses);
        assumeTrue(port > 0, "SKIPPED: needs 127.0.0.2 and 127.0.0.3 on the loopback interface");
        final Path hosts = directory.resolve("hosts");
        named(hosts, addresses.subList(0, 2));
        final String flag = "-Djdk.net.hosts.file=" + hosts;
        final String dns = "dns: " + NAME + ":" + port;
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster = ClusterNodes.start(
                        directory,
                        upstream.port(),
                        WIDE,
                        List.of(
                                new ClusterNodes.Place(addresses.get(0) + ":" + port, dns),
                                new ClusterNodes.Place(addresses.get(1) + ":" + port, dns)),
                        flag)) {
            final EdgeProcess first = cluster.nodes().get(0);
            assertThat(first.admin("/v1/cluster")).contains("\"address\":\"127.0.0.2:" + port);

            named(hosts, addresses);
            final long addedNs = System.nanoTime();
            // Nobody is there yet: it is known, and counted when it comes.
            Await.until(
                    "the name's third address is known",
                    () -> first.admin("/v1/cluster").contains("127.0.0.3:" + port));
            System.out.println("ClusterLifeTest: a new address was known after "
                    + (System.nanoTime() - addedNs) / 1_000_000 + " ms");
            cluster.join(new ClusterNodes.Place(addresses.get(2) + ":" + port, dns), flag);
            cluster.awaitAllHeard();

            // Neither a short answer, nor none, nor a failure takes anybody away.
            named(hosts, addresses.subList(0, 1));
            Pause.ms(7_000);
            cluster.awaitAllHeard();
            named(hosts, List.of());
            Await.until("no answer", () -> first.metrics().get(RESOLVE_FAILED) > 0);
            cluster.nodes().get(2).kill();
            ClusterNodes.awaitHeard(cluster.nodes().subList(0, 2), 2, 3);
            Pause.ms(7_000);
            ClusterNodes.awaitHeard(cluster.nodes().subList(0, 2), 2, 3);
        }
    }

    private static void named(final Path hosts, final List<String> addresses) throws IOException {
        final StringBuilder text = new StringBuilder("127.0.0.1 localhost\n");
        addresses.forEach(each -> text.append(each).append(' ').append(NAME).append('\n'));
        Files.writeString(hosts, text);
    }

    /** A port that is free at all of them; 0 where one of them is no address of this machine. */
    private static int freePort(final List<String> addresses) throws IOException {
        for (int i = 0; i < 20; i++) {
            final int port = GossipMesh.freePorts(1).get(0);
            if (isFree(addresses, port)) {
                return port;
            }
        }
        return 0;
    }

    private static boolean isFree(final List<String> addresses, final int port) throws IOException {
        for (final String address : addresses) {
            try (DatagramSocket probe =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), port))) {
                assertThat(probe.isBound()).isTrue();
            } catch (final SocketException e) {
                return false;
            }
        }
        return true;
    }

    @Test
    void shouldSayWhatANodeKnowsOrWhyItCannotBeAsked() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), WIDE, GossipMesh.freePorts(2), null)) {
            final EdgeFiles first = cluster.nodes().get(0).files();
            Await.until("both have told their hashes", () -> ask(first).output().contains("same           same"));
            assertThat(ask(first).output())
                    .contains("cluster default: 2 of 2 members heard, on_partition share", "edge-1", "alive");

            final EdgeProcess other = cluster.nodes().get(1);
            other.reload(other.files().catalog(), text -> text.replace("capacity: 1000000000", "capacity: 999999999"));
            Await.until("another catalog", () -> ask(first).output().contains("MISMATCH"));

            cluster.nodes().get(1).kill();
            ClusterNodes.awaitHeard(cluster.nodes().subList(0, 1), 1, 2);
            assertThat(ask(first).output()).contains("1 of 2 members heard", "suspect", "not heard by any path");
            final Asked down = ask(cluster.nodes().get(1).files());
            assertThat(down.exitCode()).isEqualTo(1);
            assertThat(down.output()).contains("expected a running node there").doesNotContain("\tat ");

            // A token that the node does not know, and one that it does.
            cluster.nodes()
                    .get(0)
                    .reload(
                            first.edgeYaml(),
                            text -> text.replaceFirst("(admin: \\{.*)}", "$1, token: right-token-0123}"));
            assertThat(ask(first).exitCode()).isZero();
            final Path copy = first.edgeYaml().resolveSibling("wrong.yaml");
            Files.writeString(copy, Files.readString(first.edgeYaml()).replace("right-token-0123", "wrong-token-0123"));
            final Asked wrong = ask(copy);
            assertThat(wrong.exitCode()).isEqualTo(1);
            assertThat(wrong.output())
                    .contains("401, is admin.token that of the node?")
                    .doesNotContain("-token-");
            assertThat(ask(directory.resolve("none.yaml")).exitCode()).isEqualTo(1);
        }
    }

    /** What one run of the command came to. */
    private record Asked(int exitCode, String output) {}

    private Asked ask(final EdgeFiles files) {
        return ask(files.edgeYaml());
    }

    private Asked ask(final Path edgeYaml) {
        try {
            final Path log = Files.createTempFile(directory, "cluster", ".txt");
            try (JavaProcess process = JavaProcess.start(
                    log,
                    List.of("-Xmx64m", "-XX:TieredStopAtLevel=1"),
                    "openclaw.edge.proxy.EdgeMain",
                    "cluster",
                    "-c",
                    edgeYaml.toString())) {
                return new Asked(process.exitCode(60), process.output());
            }
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
