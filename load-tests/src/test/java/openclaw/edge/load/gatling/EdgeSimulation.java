package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.dummy;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import org.slf4j.LoggerFactory;

/**
 * What all simulations have in common: the target, the clients' books, and the end of each run. When the load is over, a
 * last step called {@value #CONSERVATION} holds the books of clients, node, journal and invoices against each other and prints
 * them; it fails the run when one line is violated, and so does every answer that a simulation does not expect.
 *
 * <p>{@code -Dtarget=http://host:port -Dkeys=KEY} loads a node that runs already, of which {@code /metrics} is asked alone.
 */
abstract class EdgeSimulation extends Simulation {
    /** The last step of each run, as reports call it. */
    static final String CONSERVATION = "conservation";

    private static final String WARM_UP = "warm up";

    final Target target;
    final ClientBooks clients = new ClientBooks();

    /** Of all counted requests, by second, from when each was begun. */
    final Timeline latencies = new Timeline(TimeUnit.SECONDS.toNanos(1));

    /** Before this node, or the one that {@code -Dtarget=} names. */
    EdgeSimulation(final Target.Maker<?> own) {
        ((Logger) LoggerFactory.getLogger("io.gatling")).setLevel(Level.WARN);
        target = Target.namedOr(own);
    }

    @Override
    public void before() {
        try {
            target.begin();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void after() {
        target.close();
    }

    /** Connections are shared by all users, and kept; what is too long for a clock of requests ends the run. */
    HttpProtocolBuilder protocol() {
        return http.baseUrls(target.urls()).disableWarmUp().shareConnections().disableFollowRedirect();
    }

    /** One request that is in the clients' books, and whose answer has one of these statuses. */
    final ChainBuilder counted(final HttpRequestActionBuilder request, final Integer... statuses) {
        return counted(request, (session, status) -> {}, statuses);
    }

    /** As above; each answer's status is also given to {@code noted}. */
    final ChainBuilder counted(
            final HttpRequestActionBuilder request, final ObjIntConsumer<Session> noted, final Integer... statuses) {
        return exec(clients::next)
                .exec(session -> session.scenario().equals(WARM_UP) ? session.remove(ClientBooks.BEGAN_NS) : session)
                .exec(request.header("X-Request-Id", "#{" + ClientBooks.ID + "}")
                        .check(status().transformWithSession((status, session) -> {
                                    if (session.contains(ClientBooks.BEGAN_NS)) {
                                        latencies.record(session.getLong(ClientBooks.BEGAN_NS), System.nanoTime());
                                    }
                                    noted.accept(session, status);
                                    return clients.answered(session, status);
                                })
                                .in(statuses)));
    }

    /** What is asked for, {@code -Dpath=}. */
    static String path(final String usual) {
        return Knobs.text("path").orElse(usual);
    }

    /**
     * What comes before the load where its figures matter, until client, node and upstream run at their speed: {@code -DwarmUp=} (5)
     * seconds in which the rate grows. In the books, and apart from the figures.
     */
    final PopulationBuilder warmUp(final int rate) {
        return scenario(WARM_UP)
                .exec(counted(
                        http(WARM_UP)
                                .get(path("/v1/rate"))
                                .header("x-api-key", target.keys().get(0)),
                        200))
                .injectOpen(rampUsersPerSec(1).to(rate).during(Knobs.number("warmUp", 5, 1, 3_600)));
    }

    /** Nothing that comes before the load. */
    static PopulationBuilder atOnce() {
        return scenario("begin").exec(session -> session).injectOpen(atOnceUsers(1));
    }

    /** Sets up: the first, then all others at once, then the books. No request may fail. */
    final void run(final PopulationBuilder first, final PopulationBuilder... load) {
        final PopulationBuilder end = scenario(CONSERVATION)
                .exec(dummy(CONSERVATION, 1).withSuccess(session -> holds()))
                .injectOpen(atOnceUsers(1));
        setUp(first.andThen(load).andThen(end))
                .protocols(protocol())
                .assertions(
                        global().failedRequests().count().is(0L),
                        details(CONSERVATION).allRequests().count().is(1L));
    }

    /** Lines of one simulation's own, looked at before the node ends. */
    List<Row> more() {
        return List.of();
    }

    private boolean holds() {
        final List<Row> rows = new ArrayList<>();
        try {
            rows.addAll(more());
            rows.add(Row.told("sent", Long.toString(clients.sent())));
            rows.add(Row.told("answered, by status " + clients.byStatus(), Long.toString(clients.answered())));
            if (latencies.size() > 0) {
                rows.add(Row.told("answered after: " + Timeline.text(latencies.all()), ""));
            }
            rows.addAll(target.settle(clients));
        } catch (final IOException | RuntimeException | AssertionError e) {
            e.printStackTrace();
            rows.add(new Row("the books could not be read: " + e.getMessage(), "", "", false));
        }
        System.out.println(Row.table(getClass().getSimpleName(), rows));
        return rows.stream().allMatch(Row::holds);
    }
}
