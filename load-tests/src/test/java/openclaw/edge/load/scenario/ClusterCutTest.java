package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.ClusterNodes;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.GossipMesh;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.RawResponse;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.load.harness.SteadyClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network between nodes that are processes is cut and heals: what each side admits, and what all have admitted. */
final class ClusterCutTest {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int CONNECTIONS = 4;
    private static final String UNSYNCED = "openclaw_cluster_limit_unsynced_tokens" + ClusterNodes.LIMIT;
    private static final String FORGIVEN = "openclaw_cluster_forgiven_tokens_total" + ClusterNodes.LIMIT;

    @TempDir
    private Path directory;

    /** What one side did in a window. */
    private record Side(long admitted, long limited, double seconds) {}

    /** Whoever asks for its share gets it before, during and after the cut; whoever asks for more gets the share. */
    @Test
    @Tag("nightly")
    void shouldGiveEachSideOfACutItsShare() throws Exception {
        final ClusterNodes.Limits limits = new ClusterNodes.Limits(200, 100, "500ms");
        final List<SteadyClient> clients = new ArrayList<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                GossipMesh mesh = new GossipMesh(2);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), limits, mesh.ports(), mesh.peersOf(2))) {
            awaitFull(cluster, limits);
            for (final EdgeProcess node : cluster.nodes()) {
                clients.add(SteadyClient.start(node.port(), 1, 30));
            }
            mesh.cutOff(0);
            ClusterNodes.awaitHeard(cluster.nodes(), 1, 2);
            Await.until(
                    "each has admitted what the other does not know of",
                    () -> cluster.nodes().stream()
                            .allMatch(node -> node.metrics().get(UNSYNCED) > 10));
            mesh.heal();
            cluster.awaitAllHeard();
            Pause.ms(500);
            clients.forEach(SteadyClient::close);
            for (final SteadyClient client : clients) {
                assertThat(client.admitted()).isPositive();
                assertThat(client.limited() + client.others() + client.cut())
                        .as("within its share")
                        .isZero();
            }
            final long within =
                    clients.stream().mapToLong(SteadyClient::admitted).sum();
            Await.until(
                    "all know the same, and that",
                    () -> cluster.nodes().stream()
                            .allMatch(node -> ClusterNodes.consumed(node) == within
                                    && node.metrics().get(UNSYNCED) == 0));

            mesh.cutOff(0);
            ClusterNodes.awaitHeard(cluster.nodes(), 1, 2);
            for (final Side side : ask(cluster.nodes(), 300, 1_500)) {
                assertThat(side.limited()).as("%s", side).isPositive();
                // A half of the bucket, and of what is refilled meanwhile.
                assertThat((double) side.admitted())
                        .as("%s", side)
                        .isLessThanOrEqualTo(limits.capacity() / 2.0 + limits.refillRate() / 2.0 * side.seconds() + 1);
            }
        } finally {
            clients.forEach(SteadyClient::close);
        }
    }

    /** Three nodes cut two to one, for long, at several times the limit; then whole again. */
    @Test
    @Tag("nightly")
    void shouldHoldTheBoundThroughACutAndAdmitInFullAgainAtOnce() throws Exception {
        // So small that a machine that is busy with other things still asks for several times the limit.
        final ClusterNodes.Limits limits = new ClusterNodes.Limits(200, 60, "1s");
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                GossipMesh mesh = new GossipMesh(3);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), limits, mesh.ports(), mesh.peersOf(3))) {
            // Warm, and then at rest, so that what is measured is the limit.
            ask(cluster.nodes(), 600, 4_000);
            awaitFull(cluster, limits);
            final long before = ClusterNodes.consumed(cluster.nodes().get(0));
            final long fromNs = System.nanoTime();
            mesh.cutOff(2);
            ClusterNodes.awaitHeard(cluster.nodes().subList(0, 2), 2, 3);
            ClusterNodes.awaitHeard(cluster.nodes().subList(2, 3), 1, 3);
            awaitFull(cluster, limits, 2, 1);
            final List<Side> cut = ask(cluster.nodes(), 600, 6_000);
            final long onSideOfTwo = cut.get(0).admitted() + cut.get(1).admitted();
            final double seconds = cut.get(0).seconds();
            System.out.println("ClusterCutTest: in a cut " + cut);
            assertIsShare("two of three", onSideOfTwo, 2, limits, seconds);
            assertIsShare("one of three", cut.get(2).admitted(), 1, limits, seconds);

            mesh.heal();
            cluster.awaitAllHeard();
            final List<Side> healed = ask(cluster.nodes(), 600, 4_000);
            final long after = healed.stream().mapToLong(Side::admitted).sum();
            final double tookSeconds = (System.nanoTime() - fromNs) / (double) NS_PER_SECOND;
            System.out.println("ClusterCutTest: healed " + healed);
            // In full at once: all were at the end of their shares when it healed.
            assertThat((double) after)
                    .isGreaterThan(0.9 * limits.refillRate() * healed.get(0).seconds());
            final long forgiven = cluster.nodes().stream()
                    .mapToLong(node -> node.metrics().get(FORGIVEN))
                    .sum();
            Await.until(
                    "all know the same",
                    () -> cluster.nodes().stream()
                            .allMatch(node -> ClusterNodes.consumed(node) - before
                                    == onSideOfTwo + cut.get(2).admitted() + after));
            // U: what two nodes are asked for in a tenth of a second, of which the third has not heard yet.
            final double unheardOf = 2 * 600 * 0.1;
            assertThat((double) onSideOfTwo + cut.get(2).admitted() + after)
                    .isLessThanOrEqualTo(limits.capacity() + limits.refillRate() * tookSeconds + forgiven + unheardOf);
        }
    }

    private static void assertIsShare(
            final String which,
            final long admitted,
            final int heard,
            final ClusterNodes.Limits limits,
            final double seconds) {
        final double ideal = (limits.capacity() + limits.refillRate() * seconds) * heard / 3;
        System.out.println("ClusterCutTest: " + which + " admitted " + admitted + ", its share is " + ideal);
        assertThat((double) admitted).as(which).isBetween(0.95 * ideal, 1.05 * ideal);
    }

    /** Under open each side goes on in full, under closed none does; changed while the nodes run. */
    @Test
    @Tag("nightly")
    void shouldDoInACutAsThePolicyInForceSays() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
        final ClusterNodes.Limits limits = new ClusterNodes.Limits(20, 10, "500ms");
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                GossipMesh mesh = new GossipMesh(2);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), limits, mesh.ports(), mesh.peersOf(2))) {
            for (final EdgeProcess node : cluster.nodes()) {
                node.reload(
                        node.files().edgeYaml(),
                        text -> text.replace(
                                "join_timeout:", "on_partition: open\n  closed_after: 1s\n  join_timeout:"));
            }
            ask(cluster.nodes(), 300, 3_000);
            awaitFull(cluster, limits);
            mesh.cutOff(0);
            ClusterNodes.awaitHeard(cluster.nodes(), 1, 2);
            for (final Side side : ask(cluster.nodes(), 300, 3_000)) {
                // Far more than its share would be.
                assertThat((double) side.admitted())
                        .as("open: %s", side)
                        .isGreaterThan(0.8 * (limits.capacity() + limits.refillRate() * side.seconds()));
            }

            // The limit's own policy comes before the cluster's.
            for (final EdgeProcess node : cluster.nodes()) {
                node.reload(
                        node.files().catalog(),
                        text -> text.replace("interval_seconds: 1}", "interval_seconds: 1, on_partition: closed}"));
            }
            Pause.ms(1_500);
            for (final EdgeProcess node : cluster.nodes()) {
                try (SteadyClient client = SteadyClient.start(node.port(), 1, 50)) {
                    Await.until("it refuses", () -> client.others() > 20);
                    assertThat(client.admitted()).isZero();
                }
                final RawResponse refused = RawClient.once(node.port(), RawClient.get(EdgeFiles.KEY, "/v1/rate"));
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.field("Retry-After")).isEqualTo("1");
            }
            mesh.heal();
            cluster.awaitAllHeard();
            for (final EdgeProcess node : cluster.nodes()) {
                try (SteadyClient client = SteadyClient.start(node.port(), 1, 20)) {
                    Await.until("it admits again", () -> client.admitted() > 20);
                    assertThat(client.others()).isZero();
                }
            }
        }
    }

    /** Who is silent for long is counted no more, where the configuration says so; and is taken up when it is back. */
    @Test
    @Tag("nightly")
    void shouldCountTheSilentNoMoreAfterDeadAfter() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
        final ClusterNodes.Limits limits = new ClusterNodes.Limits(100, 100, "500ms");
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                GossipMesh mesh = new GossipMesh(3);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), limits, mesh.ports(), mesh.peersOf(3))) {
            for (final EdgeProcess node : cluster.nodes()) {
                node.reload(
                        node.files().edgeYaml(),
                        text -> text.replace("join_timeout:", "dead_after: 3s\n  join_timeout:"));
            }
            mesh.cutOff(2);
            ClusterNodes.awaitHeard(cluster.nodes().subList(0, 2), 2, 3);
            ClusterNodes.awaitHeard(cluster.nodes().subList(0, 2), 2, 2);
            ClusterNodes.awaitHeard(cluster.nodes().subList(2, 3), 1, 1);
            assertThat(cluster.nodes().get(0).admin("/v1/cluster"))
                    .contains("\"state\":\"dead\",\"why\":\"silent for dead_after\"");
            mesh.heal();
            cluster.awaitAllHeard();
            final EdgeProcess killed = cluster.nodes().get(1);
            killed.kill();
            final List<EdgeProcess> left =
                    List.of(cluster.nodes().get(0), cluster.nodes().get(2));
            ClusterNodes.awaitHeard(left, 2, 2);
            killed.startAgain();
            cluster.awaitAllHeard();
        }
    }

    private static void awaitFull(final ClusterNodes cluster, final ClusterNodes.Limits limits) {
        Await.until(
                "the bucket is full everywhere",
                () -> cluster.nodes().stream().allMatch(node -> remaining(node) == limits.capacity()));
    }

    /** Full as far as a side's share goes, of the first {@code heard} and of the others. */
    private static void awaitFull(
            final ClusterNodes cluster, final ClusterNodes.Limits limits, final int heard, final int others) {
        final int all = cluster.nodes().size();
        for (int i = 0; i < all; i++) {
            final EdgeProcess node = cluster.nodes().get(i);
            final long full = limits.capacity() * (i < heard ? heard : others) / all;
            Await.until("the side's part of the bucket is full", () -> remaining(node) >= full);
        }
    }

    private static long remaining(final EdgeProcess node) {
        return node.metrics().get("token_bucket_remaining" + ClusterNodes.LIMIT);
    }

    /** Asks all nodes at once. */
    private static List<Side> ask(final List<EdgeProcess> nodes, final int perSecond, final long forMs) {
        final long fromNs = System.nanoTime();
        final List<SteadyClient> clients = new ArrayList<>();
        for (final EdgeProcess node : nodes) {
            clients.add(SteadyClient.start(node.port(), CONNECTIONS, perSecond));
        }
        Pause.ms(forMs);
        clients.forEach(SteadyClient::close);
        final double seconds = (System.nanoTime() - fromNs) / (double) NS_PER_SECOND;
        return clients.stream()
                .map(client -> new Side(client.admitted(), client.limited(), seconds))
                .toList();
    }
}
