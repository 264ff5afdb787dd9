package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.ClusterNodes;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.GossipMesh;
import openclaw.edge.load.harness.LimiterProcess;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.load.harness.SteadyClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program with a limiter of its own beside two nodes: one limit for all three, and its own strict one when it is cut off. */
@Tag("nightly")
final class ClusterLimiterTest {
    private static final int CAPACITY = 400;
    private static final int REFILL = 20;
    private static final double NS_PER_SECOND = 1e9;

    @TempDir
    private Path directory;

    @Test
    void shouldShareTheLimitOfTheNodesAndLimitItselfWhileItIsCutOff() throws Exception {
        final ClusterNodes.Limits limits = new ClusterNodes.Limits(CAPACITY, REFILL, "500ms");
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                GossipMesh mesh = new GossipMesh(3);
                ClusterNodes cluster = ClusterNodes.start(
                        directory,
                        upstream.port(),
                        limits,
                        mesh.ports().subList(0, 2),
                        List.of(mesh.peers(0).subList(0, 1), mesh.peers(1).subList(0, 1)));
                LimiterProcess limiter = LimiterProcess.start(
                        directory.resolve("limiter.log"), limits, mesh.ports().get(2), mesh.peers(2))) {
            Await.until("the limiter shares the limit", () -> limiter.ask(0).isConnected());
            assertThat(limiter.ask(0).all()).as("it is not counted").isEqualTo(2);
            Await.until(
                    "the bucket is full everywhere",
                    () -> limiter.ask(0).remaining() == CAPACITY
                            && cluster.nodes().stream().allMatch(node -> remaining(node) == CAPACITY));
            final long fromNs = System.nanoTime();

            // Its own is debited at both nodes, and theirs at it.
            final int left = 50;
            final int own = CAPACITY - left;
            assertThat(limiter.ask(own).admitted()).isEqualTo(own);
            Await.until(
                    "both know what it has consumed",
                    () -> cluster.nodes().stream().allMatch(node -> remaining(node) <= left + 1 + refilled(fromNs)));
            final long nodesOwn = drain(cluster.nodes().get(0));
            assertThat((double) own + nodesOwn).isLessThanOrEqualTo(CAPACITY + refilled(fromNs) + 1);
            Await.until("it knows what they have", () -> limiter.ask(0).remaining() < left);

            // N stays as it is without it; it has 1/N of the refill, and nothing to begin with.
            mesh.cutOff(2);
            Await.until("it is on its own", () -> !limiter.ask(0).isConnected());
            final long cutNs = System.nanoTime();
            long alone = 0;
            while (System.nanoTime() - cutNs < 4 * NS_PER_SECOND) {
                alone += limiter.ask(5).admitted();
                Pause.ms(50);
            }
            final double seconds = (System.nanoTime() - cutNs) / NS_PER_SECOND;
            System.out.println("ClusterLimiterTest: cut off it admitted " + alone + " in " + seconds + " s");
            // It was cut off for up to half a second more before it was seen to be.
            assertThat((double) alone).isBetween(1.0, 1 + (seconds + 1) * REFILL / 2);
            ClusterNodes.awaitHeard(cluster.nodes(), 2, 2);
            final long unheardOf = alone;
            Await.until(
                    "it knows what nobody has heard of", () -> limiter.ask(0).unsynced() >= unheardOf);

            mesh.heal();
            Await.until("it shares the limit again", () -> limiter.ask(0).isConnected());
            Await.until("all have heard", () -> limiter.ask(0).unsynced() == 0);
            ClusterNodes.awaitHeard(cluster.nodes(), 2, 2);
            Await.until(
                    "it is served by the refill of all", () -> limiter.ask(1).admitted() == 1);
            assertThat(limiter.end()).isZero();
            Await.until(
                    "its goodbye",
                    () -> cluster.nodes().stream()
                            .allMatch(node -> node.admin("/v1/cluster")
                                    .matches("(?s).*\"name\":\"worker-1\"[^}]*\"state\":\"left\".*")));
            ClusterNodes.awaitHeard(cluster.nodes(), 2, 2);
        }
    }

    private static double refilled(final long fromNs) {
        return REFILL * (System.nanoTime() - fromNs) / NS_PER_SECOND;
    }

    private static long remaining(final EdgeProcess node) {
        return node.metrics().get("token_bucket_remaining" + ClusterNodes.LIMIT);
    }

    /** Uses what is left. */
    private static long drain(final EdgeProcess node) {
        final SteadyClient client = SteadyClient.start(node.port(), 2, 0);
        try {
            Await.until("it is limited", () -> client.limited() > 20);
        } finally {
            client.close();
        }
        return client.admitted();
    }
}
