package openclaw.edge.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.Metrics;

/**
 * Many tenants that ask by Zipf's law, all with the same limits: the first ask for several times theirs, the others stay below. Who
 * stays below gets everything, whatever the first do; each tenant's usage is its own.
 *
 * <p>{@code -Drate=} (400) requests per second of all, {@code -Dseconds=} (15), {@code -Dtenants=} (200), {@code -Dseed=}. With
 * {@code -Dtarget=} the tenants are those of {@code -Dkeys=}, whose limits are not known. Asserts that answers are 200 or 429, that no
 * tenant whose part of the rate is below half its refill was answered 429, that the first was; that for each tenant recorded is what
 * its clients were answered; and the books.
 */
public final class TenantsSimulation extends EdgeSimulation {
    private static final int TENANTS = Knobs.number("tenants", 200, 2, 10_000);
    private static final int LIMITED = 429;
    private static final int REFILL = 20;
    private static final int CAPACITY = 60;
    private static final double EXPONENT = 1.1;
    private static final String RANK = "rank";

    private final int rate = Knobs.rate(400);
    private final Zipf zipf;
    private final AtomicLongArray admitted;
    private final AtomicLongArray limited;

    /** Sets it up. */
    public TenantsSimulation() {
        super(() -> OwnNode.make(
                IntStream.range(0, TENANTS).mapToObj(TenantsSimulation::key).toList(), "", usual -> catalog()));
        final int tenants = target.keys().size();
        final int seed = Knobs.number("seed", 20_261_122, 0, Integer.MAX_VALUE);
        System.out.println("TenantsSimulation: -Dseed=" + seed);
        zipf = new Zipf(tenants, EXPONENT, seed);
        admitted = new AtomicLongArray(tenants);
        limited = new AtomicLongArray(tenants);
        run(
                atOnce(),
                scenario("tenants")
                        .exec(session -> {
                            final int rank = zipf.next();
                            return session.set(RANK, rank)
                                    .set("key", target.keys().get(rank));
                        })
                        .exec(counted(
                                http("rate").get(path("/v1/rate")).header("x-api-key", "#{key}"),
                                this::noted,
                                200,
                                LIMITED))
                        .injectOpen(constantUsersPerSec(rate).during(Knobs.seconds(15))));
    }

    private static String id(final int rank) {
        return "tenant-" + rank;
    }

    private static String key(final int rank) {
        return "key-of-tenant-" + rank;
    }

    private static String catalog() {
        final StringBuilder text = new StringBuilder("""
                plans:
                  same:
                    monthly_quota: 1_000_000
                    limits: [{name: tenant, per: tenant, capacity: %d, refill_rate: %d, interval_seconds: 1}]
                tenants:
                """.formatted(CAPACITY, REFILL));
        for (int rank = 0; rank < TENANTS; rank++) {
            text.append("  - {id: %s, plan: same, api_keys: [\"sha256:%s\"]}\n"
                    .formatted(id(rank), EdgeFiles.sha256(key(rank))));
        }
        return text.append("billing: {currency: USD}\n").toString();
    }

    private void noted(final Session session, final int status) {
        (status == LIMITED ? limited : admitted).incrementAndGet(session.getInt(RANK));
    }

    @Override
    List<Row> more() {
        final List<Row> rows = new ArrayList<>();
        final int tenants = target.keys().size();
        rows.add(Row.told(
                "tenants that were asked",
                IntStream.range(0, tenants)
                                .filter(rank -> admitted.get(rank) + limited.get(rank) > 0)
                                .count() + " of " + tenants));
        if (target instanceof OwnNode node) {
            final Metrics metrics = node.node().metrics();
            rows.add(Row.same(
                    "tenants whose recorded requests are not what they were answered",
                    IntStream.range(0, tenants)
                            .filter(rank ->
                                    metrics.sum("openclaw_requests_recorded_total", "tenant=\"" + id(rank) + "\"")
                                            != admitted.get(rank))
                            .count(),
                    0));
            rows.add(Row.same(
                    "429 to tenants that ask for less than half their refill",
                    IntStream.range(0, tenants)
                            .filter(rank -> zipf.part(rank) * rate < REFILL / 2.0)
                            .mapToLong(limited::get)
                            .sum(),
                    0));
            rows.add(Row.atLeast("429 to the tenant that asks for most", limited.get(0), 1));
        }
        return rows;
    }
}
