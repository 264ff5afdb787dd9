package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.PopulationBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import openclaw.edge.load.harness.ClusterNodes;

/**
 * A cluster of three is cut two to one and healed again while each node is asked for several times the limit of one tenant: together
 * they admit no more than the limit, before, during and after; each side gets its share, and all of it is there again when it heals.
 *
 * <p>{@code -Drate=} (150) requests per second at each node; three phases (whole, cut, healed) of {@code -Dseconds=} (8) each;
 * {@code -Dcapacity=} (200) and {@code -Drefill=} (60) tokens per second. With {@code -Dtarget=} {@code -Dcut=} and {@code -Dheal=} are
 * the commands that do it there, and the shares are not looked at. Asserts that answers are 200 or 429; the bound: admitted is at most
 * capacity, refill, what the nodes say they forgave, and what they are asked for in 250 ms; shares of the sides; and the books.
 */
public final class ClusterCutSimulation extends EdgeSimulation {
    private static final int WHOLE = 0;
    private static final int CUTTING = 1;
    private static final int CUT = 2;
    private static final int HEALED = 3;
    private static final int PHASES = 4;
    private static final int LIMITED = 429;
    private static final String FORGIVEN = "openclaw_cluster_forgiven_tokens_total" + ClusterNodes.LIMIT;
    private static final double NS_PER_SECOND = 1e9;
    private static final double UNHEARD_SECONDS = 0.25;
    private static final int CAPACITY = Knobs.number("capacity", 200, 3, 1_000_000);
    private static final int REFILL = Knobs.number("refill", 60, 1, 1_000_000);

    private final int rate = Knobs.rate(150);
    private final int seconds = Knobs.seconds(8);
    private final AtomicLongArray admitted = new AtomicLongArray(OwnCluster.NODES * PHASES);
    private final long[] beganNs = new long[PHASES + 1];
    private volatile int phase;
    private Deeds deeds;

    /** Sets it up. */
    public ClusterCutSimulation() {
        super(() -> OwnCluster.make(new ClusterNodes.Limits(CAPACITY, REFILL, "1s")));
        run(
                atOnce(),
                IntStream.range(0, target.urls().size()).mapToObj(this::load).toArray(PopulationBuilder[]::new));
    }

    private PopulationBuilder load(final int node) {
        return scenario("node " + node)
                .exec(counted(
                        http("node " + node)
                                .get(target.urls().get(node) + path("/v1/rate"))
                                .header("x-api-key", target.keys().get(0)),
                        (session, status) -> {
                            if (status != LIMITED) {
                                admitted.incrementAndGet(Math.min(node, OwnCluster.NODES - 1) * PHASES + phase);
                            }
                        },
                        200,
                        LIMITED))
                .injectOpen(constantUsersPerSec(rate).during(3L * seconds));
    }

    @Override
    public void before() {
        super.before();
        beganNs[WHOLE] = System.nanoTime();
        final Deeds.Deed cut = target instanceof OwnCluster own ? number -> cut(own) : Deeds.command("cut");
        final Deeds.Deed heal = target instanceof OwnCluster own ? number -> heal(own) : Deeds.command("heal");
        deeds = new Deeds(TimeUnit.SECONDS.toMillis(seconds), 2, number -> {
            enter(number == 0 ? CUTTING : HEALED);
            (number == 0 ? cut : heal).run(number);
            if (number == 0) {
                enter(CUT);
            }
        });
    }

    private void cut(final OwnCluster own) {
        own.mesh().cutOff(2);
        ClusterNodes.awaitHeard(own.nodes().subList(0, 2), 2, OwnCluster.NODES);
        ClusterNodes.awaitHeard(own.nodes().subList(2, OwnCluster.NODES), 1, OwnCluster.NODES);
    }

    private static void heal(final OwnCluster own) {
        own.mesh().heal();
        ClusterNodes.awaitHeard(own.nodes(), OwnCluster.NODES, OwnCluster.NODES);
    }

    private void enter(final int next) {
        beganNs[next] = System.nanoTime();
        phase = next;
    }

    @Override
    List<Row> more() {
        deeds.close();
        beganNs[PHASES] = System.nanoTime();
        if (!(target instanceof OwnCluster own)) {
            return List.of(Row.same("-Dcut= and -Dheal= were run", deeds.done(), 2));
        }
        final List<Row> rows = new ArrayList<>();
        final double tookSeconds = (beganNs[PHASES] - beganNs[WHOLE]) / NS_PER_SECOND;
        final long forgiven = own.nodes().stream()
                .mapToLong(node -> node.metrics().get(FORGIVEN))
                .sum();
        final double unheard = OwnCluster.NODES * rate * UNHEARD_SECONDS;
        rows.add(Row.told("tokens forgiven", Long.toString(forgiven)));
        rows.add(Row.atMost("admitted by all, all the time", clients.answered(200, 300), (long)
                (CAPACITY + REFILL * tookSeconds + forgiven + unheard)));
        final double cutSeconds = (beganNs[HEALED] - beganNs[CUT]) / NS_PER_SECOND;
        rows.add(share("side of two in the cut", of(0, CUT) + of(1, CUT), cutSeconds * 2 / OwnCluster.NODES));
        rows.add(share("side of one in the cut", of(2, CUT), cutSeconds / OwnCluster.NODES));
        final double healedSeconds = (beganNs[PHASES] - beganNs[HEALED]) / NS_PER_SECOND;
        rows.add(Row.atLeast(
                "all, healed: at least half the refill", of(0, HEALED) + of(1, HEALED) + of(2, HEALED), (long)
                        (REFILL * healedSeconds / 2)));
        return rows;
    }

    /** Between half and five quarters of what is refilled for a side, since the bucket is empty, and some tokens. */
    private static Row share(final String side, final long found, final double refillSeconds) {
        final double ideal = REFILL * refillSeconds;
        return Row.between(side, found, (long) (ideal / 2), (long) (ideal * 5 / 4) + 10);
    }

    private long of(final int node, final int inPhase) {
        return admitted.get(node * PHASES + inPhase);
    }
}
