package openclaw.edge.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.rating.PartUsage;
import openclaw.edge.rating.RatedLine;
import openclaw.edge.rating.Rating;
import openclaw.edge.rating.Totals;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One tenant's cycle from usage sums to priced lines, taxes and totals, all in BigDecimal; microseconds per invoice. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RatingBench {
    private static final String CATALOG = """
            plans:
              simple: {subscription_fee: 49.00, monthly_quota: 5_000_000, overage_rate: 0.00002}
              graduated:
                subscription_fee: 199.00
                monthly_quota: 10_000_000
                tiers:
                  mode: graduated
                  unit: tokens
                  steps:
                    - {up_to: 1_000_000, unit_price: 0.00003}
                    - {up_to: 10_000_000, unit_price: 0.00002, flat_fee: 5}
                    - {unit_price: 0.00001}
                tax: {name: VAT, percent: 19}
            tenants:
              - {id: simple, plan: simple}
              - {id: tiers, plan: graduated}
              - {id: changing, plan: [{plan: simple}, {plan: graduated, from: 2026-11-11}, {plan: simple, from: 2026-11-21}]}
            """;

    private static final long TOKENS = 25_000_000;

    /** Whose invoice: one plan, tiers, or two changes of plan within the cycle. */
    @Param({"simple", "tiers", "changing"})
    public String tenant;

    private final List<PartUsage> usage = new ArrayList<>();

    /** Reads the catalog. */
    @Setup
    public void open() throws IOException {
        final Path file = Files.createTempFile("rating-bench", ".yaml");
        try {
            final Tenant of = CatalogReader.read(List.of(Files.writeString(file, CATALOG)))
                    .tenant(tenant);
            for (final CyclePart part : of.parts(of.billing().calendar().cycle("2026-11"))) {
                usage.add(new PartUsage(part, TOKENS, TOKENS));
            }
        } finally {
            Files.delete(file);
        }
    }

    /** Lines and totals. */
    @Benchmark
    public BigDecimal invoice() {
        final List<RatedLine> lines = Rating.rate(usage, List.of(), 2);
        return Totals.of(lines, List.of(), BigDecimal.ZERO, 2).net();
    }
}
