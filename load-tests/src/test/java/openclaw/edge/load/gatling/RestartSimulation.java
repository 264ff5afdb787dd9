package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import java.time.Duration;
import java.util.List;
import openclaw.edge.load.harness.ClusterNodes;
import openclaw.edge.load.harness.EdgeProcess;

/**
 * The nodes of a cluster are drained and started again one after another while clients ask them through a balancer that looks at
 * {@code /health/ready}: no request fails, and nothing is forgotten.
 *
 * <p>{@code -Drate=} (200) requests per second from {@code -Dusers=} (20), until each of three nodes was restarted {@code -Drounds=} (1)
 * times. With {@code -Dtarget=} {@code -Dcommand=} is what restarts the nodes there, run that often. Asserts that every request was
 * answered 200, and the books, by the journals: metrics begin anew with a node.
 */
public final class RestartSimulation extends EdgeSimulation {
    private static final int BETWEEN_MS = 2_000;
    private static final long WIDE = 1_000_000_000;

    private final int restarts;
    private Balancer balancer;
    private Deeds deeds;

    /** Sets it up. */
    public RestartSimulation() {
        super(() -> OwnCluster.make(new ClusterNodes.Limits(WIDE, WIDE, "1s")));
        restarts = Knobs.number("rounds", 1, 1, 1_000) * (target instanceof OwnCluster ? OwnCluster.NODES : 1);
        final int users = Knobs.number("users", 20, 1, 10_000);
        final Duration each = Duration.ofNanos(1_000_000_000L * users / Knobs.rate(200));
        run(
                atOnce(),
                scenario("while nodes restart")
                        .exec(asLongAs(session -> deeds.isOn())
                                .on(pace(each)
                                        .exec(counted(
                                                http("rate")
                                                        .get(session -> balancer.next() + path("/v1/rate"))
                                                        .header(
                                                                "x-api-key",
                                                                target.keys().get(0)),
                                                200))))
                        .injectOpen(atOnceUsers(users)));
    }

    @Override
    public void before() {
        super.before();
        if (target instanceof OwnCluster cluster) {
            for (final EdgeProcess node : cluster.nodes()) {
                node.reload(node.files().edgeYaml(), text -> text + "timeouts: {drain_delay: 3s}\n");
            }
        }
        balancer = Balancer.before(target);
        deeds = new Deeds(
                BETWEEN_MS,
                restarts,
                target instanceof OwnCluster cluster
                        ? number -> cluster.restart(number % OwnCluster.NODES)
                        : Deeds.command("command"));
    }

    @Override
    List<Row> more() {
        deeds.close();
        balancer.close();
        return List.of(Row.same("restarts under load", deeds.done(), restarts));
    }
}
