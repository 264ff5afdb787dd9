package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.Session;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.load.harness.EdgeFiles;

/**
 * Bursts of far more requests than a tenant's bucket holds: it is emptied to the last token and never beyond, and whoever gets
 * none is told so, and when to come again.
 *
 * <p>{@code -Dseconds=} (10), a burst each 2 s of {@code -Dburst=} (500) requests at once; {@code -Dcapacity=} (200) and {@code
 * -Drefill=} (50) tokens per second of the tenant's limit, with {@code -Dtarget=} those of the key's (0: not known). Asserts that
 * answers are 200 or 429, these with {@code Retry-After}; that admitted lies within capacity and refill; and the books.
 */
public final class BurstSimulation extends EdgeSimulation {
    private static final int EVERY_SECONDS = 2;
    private static final int LIMITED = 429;
    private static final double NS_PER_SECOND = 1e9;
    private static final boolean IS_OWN = Knobs.list("target").isEmpty();
    private static final int CAPACITY = Knobs.number("capacity", IS_OWN ? 200 : 0, 0, 1_000_000);
    private static final int REFILL = Knobs.number("refill", IS_OWN ? 50 : 0, 0, 1_000_000);
    private static final String CATALOG = """
            tenants:
              - id: %s
                limits: [{name: tenant, per: tenant, capacity: %d, refill_rate: %d, interval_seconds: 1}]
                api_keys: ["sha256:%s"]
            billing: {currency: USD}
            """;

    private final int burst = Knobs.number("burst", 500, CAPACITY + 1, 100_000);
    private final int bursts = Math.max(1, Knobs.seconds(10) / EVERY_SECONDS);
    private long begun;
    private long firstSentNs;
    private long firstAnsweredNs;
    private long lastBurstNs;
    private long lastAnsweredNs;

    /** Sets it up. */
    public BurstSimulation() {
        super(() -> OwnNode.make(
                List.of(EdgeFiles.KEY),
                "",
                usual -> CATALOG.formatted(EdgeFiles.TENANT, CAPACITY, REFILL, EdgeFiles.sha256(EdgeFiles.KEY))));
        final List<OpenInjectionStep> steps = new ArrayList<>();
        for (int i = 0; i < bursts; i++) {
            steps.add(atOnceUsers(burst));
            steps.add(nothingFor(EVERY_SECONDS));
        }
        run(
                atOnce(),
                scenario("bursts")
                        .exec(this::begins)
                        .exec(counted(
                                http("burst")
                                        .get(path("/v1/rate"))
                                        .header("x-api-key", target.keys().get(0))
                                        .checkIf((response, session) ->
                                                response.status().code() == LIMITED)
                                        .then(header("Retry-After").exists()),
                                200,
                                LIMITED))
                        .exec(this::ends)
                        .injectOpen(steps.toArray(new OpenInjectionStep[0])));
    }

    private synchronized Session begins(final Session session) {
        final long nowNs = System.nanoTime();
        if (begun == 0) {
            firstSentNs = nowNs;
        }
        if (begun == (long) burst * (bursts - 1)) {
            lastBurstNs = nowNs;
        }
        begun++;
        return session;
    }

    private synchronized Session ends(final Session session) {
        lastAnsweredNs = System.nanoTime();
        if (firstAnsweredNs == 0) {
            firstAnsweredNs = lastAnsweredNs;
        }
        return session;
    }

    @Override
    synchronized List<Row> more() {
        final long admitted = clients.answered(200, 300);
        final List<Row> rows = new ArrayList<>();
        rows.add(Row.atLeast("answered 429", clients.answered(LIMITED, LIMITED + 1), 1));
        if (CAPACITY > 0) {
            final long most = CAPACITY + (long) Math.ceil(REFILL * (lastAnsweredNs - firstSentNs) / NS_PER_SECOND);
            // Each burst empties the bucket, so what was refilled before the last one has been admitted by its end.
            final long least = (long) (REFILL * (lastBurstNs - firstAnsweredNs) / NS_PER_SECOND) + CAPACITY - 1;
            rows.add(Row.between("admitted lies within capacity and refill", admitted, least, most));
        }
        return rows;
    }
}
