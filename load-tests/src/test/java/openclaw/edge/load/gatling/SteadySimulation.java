package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

/**
 * Requests at a constant rate, however long answers take: the figures to compare builds and machines by.
 *
 * <p>{@code -Drate=} (500) requests per second, {@code -Dseconds=} (15), {@code -DwarmUp=} (5) seconds before that, reported apart;
 * {@code -Dpath=} ({@code /v1/rate}). Asserts that every request was answered 200, and the books.
 */
public final class SteadySimulation extends EdgeSimulation {
    /** Sets it up. */
    public SteadySimulation() {
        super(OwnNode::make);
        final int rate = Knobs.rate(500);
        run(
                warmUp(rate),
                scenario("steady")
                        .exec(counted(
                                http("steady")
                                        .get(path("/v1/rate"))
                                        .header("x-api-key", target.keys().get(0)),
                                200))
                        .injectOpen(constantUsersPerSec(rate).during(Knobs.seconds(15))));
    }
}
