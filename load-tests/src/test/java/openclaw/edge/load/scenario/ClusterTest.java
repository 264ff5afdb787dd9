package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.ClusterNodes;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.GossipFlood;
import openclaw.edge.load.harness.GossipMesh;
import openclaw.edge.load.harness.GossipTap;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.load.harness.SteadyClient;
import openclaw.edge.load.harness.Webhook;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a cluster as processes: one limit for all of them, counters that survive, strangers that change nothing. */
final class ClusterTest {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int NODES = 3;
    private static final int CONNECTIONS = 4;
    private static final String DROPPED = "openclaw_gossip_datagrams_dropped_total";

    /** Far above what a slow machine makes of a pause. */
    private static final String PATIENT = "20s";

    @TempDir
    private Path directory;

    /** Nodes that did not share the limit would admit three times as much. */
    @Test
    void shouldAdmitALimitOnceHoweverManyNodesAreAsked() throws Exception {
        final Admitted admitted = admit(new ClusterNodes.Limits(200, 100, PATIENT), 300, 4, false);

        assertThat(admitted.limited()).as("%s", admitted).isPositive();
        assertThat(admitted.tokens())
                .as("%s", admitted)
                .isLessThanOrEqualTo(admitted.idealTokens() + admitted.idealTokens() / 5);
    }

    @Test
    @Tag("nightly")
    void shouldAdmitALimitWithinTwoPercentAtSeveralTimesIt() throws Exception {
        final Admitted admitted = admit(new ClusterNodes.Limits(1_000, 1_000, "1s"), 2_000, 12, true);

        assertThat(admitted.limited()).as("%s", admitted).isGreaterThan(10_000);
        assertThat(100 * admitted.tokens())
                .as("%s", admitted)
                .isBetween(98 * admitted.idealTokens(), 102 * admitted.idealTokens());
    }

    /** What came through in how long. */
    private record Admitted(long tokens, long limited, long others, long idealTokens) {}

    /** @param isWarm whether nodes and clients have been at it before: a cold one asks for less than the limit for seconds */
    private Admitted admit(
            final ClusterNodes.Limits limits, final int perSecond, final int seconds, final boolean isWarm)
            throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), limits, GossipMesh.freePorts(NODES), null)) {
            final long before = isWarm ? warmUp(cluster, perSecond) : 0;
            // Full: nodes that begin together begin with their shares, and what was used is refilled.
            Await.until(
                    "the bucket is full everywhere",
                    () -> cluster.nodes().stream()
                            .allMatch(node -> node.metrics().get("token_bucket_remaining" + ClusterNodes.LIMIT)
                                    == limits.capacity()));
            final long fromNs = System.nanoTime();
            final List<SteadyClient> clients = ask(cluster, perSecond);
            Pause.ms(seconds * 1_000L);
            clients.forEach(SteadyClient::close);
            final long tookNs = System.nanoTime() - fromNs;
            final Admitted admitted = new Admitted(
                    sum(clients, SteadyClient::admitted),
                    sum(clients, SteadyClient::limited),
                    sum(clients, SteadyClient::others),
                    limits.capacity() + limits.refillRate() * tookNs / NS_PER_SECOND);
            System.out.println("ClusterTest: " + admitted + ", ratio in thousandths "
                    + 1_000 * admitted.tokens() / admitted.idealTokens());
            assertConverged(cluster, before + admitted.tokens());
            return admitted;
        }
    }

    private static List<SteadyClient> ask(final ClusterNodes cluster, final int perSecond) {
        final List<SteadyClient> clients = new ArrayList<>();
        for (final EdgeProcess node : cluster.nodes()) {
            clients.add(SteadyClient.start(node.port(), CONNECTIONS, perSecond));
        }
        return clients;
    }

    /** Returns what was admitted until each node has refused so much that it and its clients are fast. */
    private static long warmUp(final ClusterNodes cluster, final int perSecond) {
        final List<SteadyClient> clients = ask(cluster, perSecond);
        Await.until(
                "each node has refused many",
                () -> clients.stream().allMatch(client -> client.limited() > 2L * perSecond));
        clients.forEach(SteadyClient::close);
        return sum(clients, SteadyClient::admitted);
    }

    /** All nodes come to know the same, and that is what clients were given. */
    private static void assertConverged(final ClusterNodes cluster, final long tokens) {
        final List<Long> wanted = Collections.nCopies(cluster.nodes().size(), tokens);
        try {
            Await.until("all nodes know the same", () -> consumed(cluster).equals(wanted));
        } catch (final IllegalStateException e) {
            throw new AssertionError(
                    "tokens that each node knows of " + consumed(cluster) + ", clients of " + tokens + seen(cluster),
                    e);
        }
    }

    /** What nodes say of one another, for whoever reads a failure. */
    private static String seen(final ClusterNodes cluster) {
        final StringBuilder text = new StringBuilder();
        for (final EdgeProcess node : cluster.nodes()) {
            text.append('\n').append(node.admin("/v1/cluster"));
            node.metrics().counters().forEach((name, value) -> {
                if (value != 0 && name.startsWith("openclaw_gossip_")) {
                    text.append(name).append(' ').append(value).append('\n');
                }
            });
        }
        return text.toString();
    }

    private static List<Long> consumed(final ClusterNodes cluster) {
        return cluster.nodes().stream().map(ClusterNodes::consumed).toList();
    }

    @Test
    void shouldLoseNoCountWhenNodesAreKilledAndStartedAgain() throws Exception {
        final long seed = Long.getLong("cluster.seed", 20_261_121L);
        System.out.println("ClusterTest kills: -Dcluster.seed=" + seed);
        final Random random = new Random(seed);
        final int kills = 3;
        final List<SteadyClient> clients = new ArrayList<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster = ClusterNodes.start(
                        directory,
                        upstream.port(),
                        new ClusterNodes.Limits(1_000_000_000, 1_000_000_000, "500ms"),
                        GossipMesh.freePorts(NODES),
                        null)) {
            for (final EdgeProcess node : cluster.nodes()) {
                clients.add(SteadyClient.start(node.port(), 2, 200));
            }
            final long[] known = new long[NODES];
            for (int kill = 0; kill < kills; kill++) {
                assertNoneFell(cluster, known, seed);
                Pause.ms(300 + random.nextInt(500));
                assertNoneFell(cluster, known, seed);
                final EdgeProcess victim = cluster.nodes().get(random.nextInt(NODES));
                victim.kill();
                Pause.ms(random.nextInt(1_000));
                victim.startAgain();
                assertNoneFell(cluster, known, seed);
                cluster.awaitAllHeard();
            }
            clients.forEach(SteadyClient::close);
            assertThat(sum(clients, SteadyClient::admitted)).isGreaterThan(100);
            assertAdmittedIsRecorded(cluster, sum(clients, SteadyClient::admitted), seed);
        } finally {
            clients.forEach(SteadyClient::close);
        }
    }

    /** @param known of each node when last looked at */
    private static void assertNoneFell(final ClusterNodes cluster, final long[] known, final long seed) {
        for (int i = 0; i < known.length; i++) {
            final long now = ClusterNodes.consumed(cluster.nodes().get(i));
            assertThat(now).as("tokens that node %d knows of, seed %d", i, seed).isGreaterThanOrEqualTo(known[i]);
            known[i] = now;
        }
    }

    private static void assertAdmittedIsRecorded(final ClusterNodes cluster, final long complete, final long seed)
            throws IOException {
        final EdgeProcess first = cluster.nodes().get(0);
        Await.until(
                "all nodes know the same",
                () -> cluster.nodes().stream()
                        .allMatch(node -> ClusterNodes.consumed(node) == ClusterNodes.consumed(first)));
        final long consumed = ClusterNodes.consumed(first);
        long records = 0;
        for (final EdgeProcess node : cluster.nodes()) {
            assertThat(node.terminate()).isZero();
            records += Journal.read(node.files()).records();
        }
        assertThat(records).as("complete at clients, seed %d", seed).isGreaterThanOrEqualTo(complete);
        assertThat(consumed).as("admitted is recorded, seed %d", seed).isEqualTo(records);
    }

    @Test
    void shouldTellWhatAllNodesTogetherHaveUsedAndGoOnTellingWhenOneIsGone() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                Webhook webhook = new Webhook();
                ClusterNodes cluster = ClusterNodes.start(
                        directory,
                        upstream.port(),
                        new ClusterNodes.Limits(
                                1_000_000_000,
                                1_000_000_000,
                                "1s",
                                300,
                                "alert_webhook: '" + webhook.url() + "', alert_secret: 0123456789abcdef"),
                        GossipMesh.freePorts(NODES),
                        null)) {
            // No node has used 0.8 of the quota itself.
            cluster.nodes().forEach(node -> use(node, 95));
            Await.until("two notices", () -> keys(webhook).size() == 2);
            assertThat(keys(webhook)).allMatch(key -> key.endsWith("/0.8") || key.endsWith("/0.9"));

            final String teller = webhook.notices().get(0).body();
            final int gone = teller.indexOf("\"node\":\"edge-") + "\"node\":\"edge-".length();
            final EdgeProcess killed = cluster.nodes().get(teller.charAt(gone) - '0');
            killed.kill();
            final EdgeProcess left = cluster.nodes().get(teller.charAt(gone) == '0' ? 1 : 0);
            use(left, 95);
            Await.until("the last notice", () -> keys(webhook).size() == 3);
            assertThat(keys(webhook)).anyMatch(key -> key.matches(EdgeFiles.TENANT + "/[0-9]{4}-[0-9]{2}/1\\.0"));
        }
    }

    private static void use(final EdgeProcess node, final int requests) {
        try (RawClient client = RawClient.connect(node.port())) {
            for (int i = 0; i < requests; i++) {
                client.send(RawClient.get(EdgeFiles.KEY, "/v1/rate"));
                assertThat(client.read().status()).isEqualTo(200);
            }
        } catch (final IOException e) {
            throw new IllegalStateException("a request failed", e);
        }
    }

    private static Set<String> keys(final Webhook webhook) {
        return webhook.notices().stream().map(Webhook.Notice::key).collect(Collectors.toSet());
    }

    @Test
    void shouldServeOnAndJoinNothingOfAFlood() throws Exception {
        flood(200, 3);
    }

    @Test
    @Tag("nightly")
    void shouldServeAtLeastHalfAsMuchUnderAFlood() throws Exception {
        flood(0, 8);
    }

    /** @param perSecond 0: as much as the node can; the flood and the clients then share the machine with it */
    private void flood(final int perSecond, final int seconds) throws Exception {
        final List<Integer> ports = GossipMesh.freePorts(2);
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                GossipTap tap = new GossipTap(ports.get(0), ports.get(1));
                ClusterNodes cluster = ClusterNodes.start(
                        directory,
                        upstream.port(),
                        new ClusterNodes.Limits(1_000_000_000, 1_000_000_000, PATIENT),
                        ports,
                        List.of(List.of(tap.portForFirst()), List.of(tap.portForSecond())))) {
            final EdgeProcess flooded = cluster.nodes().get(0);
            final EdgeProcess other = cluster.nodes().get(1);
            // Something to replay: usage of the other node.
            final long quiet = served(flooded, perSecond, seconds);
            final long told = served(other, 100, 1);
            Await.until(
                    "both know the same",
                    () -> ClusterNodes.consumed(flooded) == quiet + told
                            && ClusterNodes.consumed(other) == quiet + told);
            final long memberCount = flooded.metrics().get("openclaw_cluster_members_all");

            try (GossipFlood flood = new GossipFlood(ports.get(0), tap.kept(), 7)) {
                final long goodput = served(flooded, perSecond, seconds);
                System.out.println("ClusterTest: served " + quiet + " quietly, " + goodput + " under a flood of "
                        + flood.sent() + " datagrams in " + seconds + " s");
                assertThat(2 * goodput).isGreaterThanOrEqualTo(quiet);
                assertThat(ClusterNodes.consumed(flooded)).isEqualTo(quiet + told + goodput);
            }
            final Map<String, Long> counters = flooded.metrics().counters();
            for (final String reason : List.of("not_ours", "wrong_tag", "replayed")) {
                assertThat(counters.get(DROPPED + "{reason=\"" + reason + "\"}"))
                        .as("%s of %s", reason, counters)
                        .isPositive();
            }
            assertThat(flooded.metrics().get("openclaw_cluster_members_all")).isEqualTo(memberCount);
            // And what is true still arrives.
            final long after = served(other, 100, 1);
            Await.until(
                    "it hears its peer again",
                    () -> ClusterNodes.consumed(flooded) == ClusterNodes.consumed(other) && after > 0);
            cluster.awaitAllHeard();
        }
    }

    private static long served(final EdgeProcess node, final int perSecond, final int seconds) {
        final SteadyClient client = SteadyClient.start(node.port(), CONNECTIONS, perSecond);
        Pause.ms(seconds * 1_000L);
        client.close();
        assertThat(client.limited() + client.others() + client.cut()).isZero();
        return client.admitted();
    }

    private static long sum(final List<SteadyClient> clients, final ToLongFunction<SteadyClient> of) {
        return clients.stream().mapToLong(of).sum();
    }
}
