package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Good clients beside a crowd of slow ones, a third of which sends its heads eight bytes at a time, a third its bodies, a third reads an
 * answer of 1 MiB as slowly (of a {@code -Dtarget=}: what {@code -Dpath=} answers): nobody fails, and the good ones' figures are those to compare with a run of {@code -Dslow=0}.
 *
 * <p>{@code -Drate=} (200) good requests per second, {@code -Dseconds=} (15), {@code -Dslow=} (60) clients. Asserts that everyone was
 * answered 200, and the books.
 */
public final class SlowClientsSimulation extends EdgeSimulation {
    private static final String LARGE = "/bulk?bytes=" + (1 << 20);

    private final int slow = Knobs.number("slow", 60, 0, 5_000);
    private SlowCrowd crowd;

    /** Sets it up. */
    public SlowClientsSimulation() {
        super(OwnNode::make);
        run(
                warmUp(Knobs.rate(200)),
                scenario("good clients")
                        .exec(counted(
                                http("good")
                                        .get(path("/v1/rate"))
                                        .header("x-api-key", target.keys().get(0)),
                                200))
                        .injectOpen(constantUsersPerSec(Knobs.rate(200)).during(Knobs.seconds(15))));
    }

    @Override
    public void before() {
        super.before();
        final String path = path("/v1/rate");
        crowd = new SlowCrowd(target, path, target instanceof OwnNode ? LARGE : path, clients, slow);
    }

    @Override
    List<Row> more() {
        final long good = clients.answered();
        crowd.close();
        crowd.failures().stream().limit(5).forEach(System.out::println);
        final List<Row> rows = new ArrayList<>();
        rows.add(Row.same("slow clients that failed", crowd.failures().size(), 0));
        rows.add(Row.same("answers of another status than 200", clients.answered() - clients.answered(200, 201), 0));
        rows.add(Row.told("answers before the slow ones ended", Long.toString(good)));
        return rows;
    }
}
