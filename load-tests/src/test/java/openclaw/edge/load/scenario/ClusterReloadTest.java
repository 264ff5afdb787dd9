package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.ClusterNodes;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.GossipMesh;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.load.harness.SteadyClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running cluster's files may change: secret, policy, peers; under load, and without a request lost. */
final class ClusterReloadTest {
    private static final ClusterNodes.Limits WIDE = new ClusterNodes.Limits(1_000_000_000, 1_000_000_000, "20s");
    private static final String NEXT_SECRET = "the-next-secret-of-load-tests";
    private static final String OLD = "secret: " + ClusterNodes.SECRET + "\n";
    private static final String OLD_FIRST = "secret: [" + ClusterNodes.SECRET + ", " + NEXT_SECRET + "]\n";
    private static final String NEW_FIRST = "secret: [" + NEXT_SECRET + ", " + ClusterNodes.SECRET + "]\n";
    private static final String NEW = "secret: " + NEXT_SECRET + "\n";
    private static final String REFUSED = "openclaw_edge_reload_refused";

    @TempDir
    private Path directory;

    @BeforeEach
    void needSignals() {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
    }

    @Test
    void shouldExchangeTheSecretAndThePolicyUnderLoad() throws Exception {
        final List<SteadyClient> clients = new ArrayList<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), WIDE, GossipMesh.freePorts(2), null)) {
            for (final EdgeProcess node : cluster.nodes()) {
                clients.add(SteadyClient.start(node.port(), 2, 100));
            }
            // First all accept the next secret, then all sign with it, then nobody accepts the old one.
            rewriteAll(cluster, OLD, OLD_FIRST);
            rewriteAll(cluster, OLD_FIRST, NEW_FIRST);
            awaitToldOf(cluster);
            rewriteAll(cluster, NEW_FIRST, NEW);
            awaitToldOf(cluster);
            for (final EdgeProcess node : cluster.nodes()) {
                assertThat(dropped(node, "wrong_tag")).as(node.log()).isZero();
                // Who has no secret in common falls silent.
                ClusterNodes.awaitHeard(List.of(node), 2, 2);
            }

            final EdgeProcess first = cluster.nodes().get(0);
            first.reload(
                    first.files().edgeYaml(),
                    text -> text.replace("join_timeout:", "on_partition: open\n  join_timeout:"));
            assertThat(first.admin("/v1/cluster")).contains("\"on_partition\":\"open\"");
            Await.until(
                    "both see that their configurations differ",
                    () -> cluster.nodes().stream()
                            .allMatch(node -> node.metrics().get("openclaw_cluster_configuration_mismatches") == 1));
            assertRefused(first, "node: edge-0", "node: edge-9", "cluster.node");
            assertRefused(first, "bind: 127.0.0.1", "bind: 127.0.0.2", "cluster.bind");
            awaitToldOf(cluster);

            clients.forEach(SteadyClient::close);
            for (final SteadyClient client : clients) {
                assertThat(client.admitted()).isPositive();
                assertThat(client.limited() + client.others() + client.cut()).isZero();
            }
        } finally {
            clients.forEach(SteadyClient::close);
        }
    }

    private static void rewriteAll(final ClusterNodes cluster, final String from, final String to) {
        for (final EdgeProcess node : cluster.nodes()) {
            node.reload(node.files().edgeYaml(), text -> text.replace(from, to));
        }
    }

    /** What each node has admitted by now comes to be known to all. */
    private static void awaitToldOf(final ClusterNodes cluster) {
        final long used =
                cluster.nodes().stream().mapToLong(ClusterNodes::consumed).max().orElseThrow();
        Await.until(
                "all know of more than " + used + " tokens",
                () -> cluster.nodes().stream().allMatch(node -> ClusterNodes.consumed(node) > used));
    }

    private static long dropped(final EdgeProcess node, final String reason) {
        return node.metrics().get("openclaw_gossip_datagrams_dropped_total{reason=\"" + reason + "\"}");
    }

    /** A reload is refused by the key's name, changes nothing, and is forgotten with the change. */
    private static void assertRefused(final EdgeProcess node, final String from, final String to, final String key) {
        EdgeProcess.rewrite(node.files().edgeYaml(), text -> text.replace(from, to));
        node.signal("HUP");
        Await.until(key + " is refused", () -> node.metrics().get(REFUSED) == 1);
        // It is counted before it is logged.
        Await.until(key + " is named", () -> lastRefusal(node.log()).contains(key));
        EdgeProcess.rewrite(node.files().edgeYaml(), text -> text.replace(to, from));
        node.signal("HUP");
        Await.until("nothing is refused any more", () -> node.metrics().get(REFUSED) == 0);
    }

    private static String lastRefusal(final String log) {
        return log.substring(Math.max(0, log.lastIndexOf("refused")));
    }

    /** Whoever does not wait until all accept the next secret is heard all the same, under the old one. */
    @Test
    @Tag("nightly")
    void shouldLoseNothingWhenTheNextSecretSignsAtOnce() throws Exception {
        final List<SteadyClient> clients = new ArrayList<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), WIDE, GossipMesh.freePorts(2), null)) {
            for (final EdgeProcess node : cluster.nodes()) {
                clients.add(SteadyClient.start(node.port(), 2, 100));
            }
            final EdgeProcess first = cluster.nodes().get(0);
            final EdgeProcess second = cluster.nodes().get(1);
            first.reload(first.files().edgeYaml(), text -> text.replace(OLD, NEW_FIRST));
            Await.until("handshakes that it cannot read yet", () -> dropped(second, "wrong_tag") > 0);
            awaitToldOf(cluster);
            second.reload(second.files().edgeYaml(), text -> text.replace(OLD, NEW_FIRST));
            awaitToldOf(cluster);
            rewriteAll(cluster, NEW_FIRST, NEW);
            awaitToldOf(cluster);
            clients.forEach(SteadyClient::close);
            for (final SteadyClient client : clients) {
                assertThat(client.limited() + client.others() + client.cut()).isZero();
            }
            final long admitted =
                    clients.stream().mapToLong(SteadyClient::admitted).sum();
            Await.until(
                    "all know of all",
                    () -> cluster.nodes().stream().allMatch(node -> ClusterNodes.consumed(node) == admitted));
        } finally {
            clients.forEach(SteadyClient::close);
        }
    }

    /** One is gone for good, without a goodbye: whoever takes it out of the files has its share; and it may come back. */
    @Test
    @Tag("nightly")
    void shouldTakePeersOutAndInAgain() throws Exception {
        final List<Integer> ports = GossipMesh.freePorts(3);
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster = ClusterNodes.start(
                        directory, upstream.port(), new ClusterNodes.Limits(1_000, 1_000, "1s"), ports, null)) {
            final EdgeProcess gone = cluster.nodes().get(2);
            final List<EdgeProcess> left = cluster.nodes().subList(0, 2);
            gone.kill();
            ClusterNodes.awaitHeard(left, 2, 3);
            left.get(0).reload(left.get(0).files().edgeYaml(), text -> withPeers(text, ports.subList(0, 2)));
            // One operator's word is enough where nobody hears who is gone; the other files follow in their time.
            ClusterNodes.awaitHeard(left, 2, 2);
            left.get(1).reload(left.get(1).files().edgeYaml(), text -> withPeers(text, ports.subList(0, 2)));
            Pause.ms(1_500);
            ClusterNodes.awaitHeard(left, 2, 2);

            for (final EdgeProcess node : left) {
                node.reload(node.files().edgeYaml(), text -> withPeers(text, ports));
            }
            gone.startAgain();
            cluster.awaitAllHeard();
            assertThat(left.get(0).admin("/v1/cluster")).contains("\"name\":\"edge-2\"");
        }
    }

    /** A member that nobody has in its files is one by its own word, since it has the secret. */
    @Test
    @Tag("nightly")
    void shouldTakeUpWhoIsNotInTheFilesAndWhoIsPutThereLater() throws Exception {
        final List<Integer> ports = GossipMesh.freePorts(4);
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), WIDE, ports.subList(0, 2), null)) {
            cluster.join(ClusterNodes.Place.at(ports.get(2), ports.subList(0, 3)));
            cluster.awaitAllHeard();
            final EdgeProcess first = cluster.nodes().get(0);
            // Counted from then on, though nobody is there yet: its share is reserved.
            first.reload(first.files().edgeYaml(), text -> withPeers(text, ports));
            final Metrics metrics = first.metrics();
            assertThat(metrics.get("openclaw_cluster_members_all")).isBetween(3L, 4L);
            cluster.join(ClusterNodes.Place.at(ports.get(3), ports));
            cluster.awaitAllHeard();
            // Out of the files, but alive: it stays for as long as it is heard.
            first.reload(first.files().edgeYaml(), text -> withPeers(text, ports.subList(0, 3)));
            Pause.ms(1_500);
            cluster.awaitAllHeard();
            assertThat(cluster.nodes().get(3).terminate()).isZero();
            ClusterNodes.awaitHeard(cluster.nodes().subList(0, 3), 3, 3);
        }
    }

    private static String withPeers(final String edgeYaml, final List<Integer> ports) {
        return edgeYaml.replaceFirst("peers: \\[[^]]*]", ClusterNodes.peersAt(ports));
    }
}
