package openclaw.edge.rating;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import openclaw.edge.catalog.CatalogTexts;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Quota;
import openclaw.edge.catalog.Tenant;
import org.junit.jupiter.api.Test;

class RatingPropertyTest {
    private static final int CASES = 2_000;

    @Test
    void shouldAccountForAllUsageOnceAndTotalItsRoundedLines() {
        long base = System.nanoTime();
        for (int i = 0; i < CASES; i++) {
            long seed = base + i;
            check(new Random(seed), "seed " + seed);
        }
    }

    private static void check(Random random, String seed) {
        Tenant tenant = tenant(random);
        List<CyclePart> parts = tenant.parts(tenant.billing().calendar().cycle("2026-11"));
        List<PartUsage> usage = new ArrayList<>();
        BigDecimal tokens = BigDecimal.ZERO;
        for (CyclePart part : parts) {
            long used = random.nextInt(4) == 0 ? 0 : random.nextLong(2_000_000);
            usage.add(new PartUsage(part, random.nextLong(1_000), used));
            tokens = tokens.add(BigDecimal.valueOf(used));
        }
        List<RatedLine> lines = Rating.rate(usage, List.of(), 2);

        BigDecimal included = sum(lines, LineKind.INCLUDED);
        assertThat(included.add(sum(lines, LineKind.TOKENS)))
                .as("all tokens stand on lines, once: " + seed)
                .isEqualByComparingTo(tokens);
        long quota = parts.get(0).cycleQuota();
        assertThat(included)
                .as("as much is included as the quota holds: " + seed)
                .isEqualByComparingTo(quota == Quota.NONE ? BigDecimal.ZERO : tokens.min(BigDecimal.valueOf(quota)));
        BigDecimal total = BigDecimal.ZERO;
        for (RatedLine line : lines) {
            total = total.add(line.amount());
            assertThat(line.amount().scale()).as(seed).isEqualTo(2);
            assertThat(line.amount().signum()).as(seed).isNotNegative();
        }
        assertThat(Totals.of(lines, List.of(), BigDecimal.ZERO, 2).total())
                .as(seed)
                .isEqualByComparingTo(total);
        assertThat(Rating.rate(usage, List.of(), 2))
                .as("the same again: " + seed)
                .isEqualTo(lines);
        assertThat(parts.stream().mapToLong(CyclePart::lengthNs).sum())
                .as("the parts cover the cycle: " + seed)
                .isEqualTo(parts.get(0).cycle().lengthNs());
        checkSubscription(lines, parts, seed);
    }

    /** Subscriptions differ from the exact sum by at most half a cent per line. */
    private static void checkSubscription(List<RatedLine> lines, List<CyclePart> parts, String seed) {
        BigDecimal exact = BigDecimal.ZERO;
        for (CyclePart part : parts) {
            BigDecimal share = part.terms().price().subscriptionFee().multiply(BigDecimal.valueOf(part.lengthNs()));
            exact = exact.add(share.divide(BigDecimal.valueOf(part.cycle().lengthNs()), 20, Money.ROUNDING));
        }
        BigDecimal billed = BigDecimal.ZERO;
        int count = 0;
        for (RatedLine line : lines) {
            if (line.kind() == LineKind.SUBSCRIPTION) {
                billed = billed.add(line.amount());
                count++;
            }
        }
        assertThat(billed.subtract(exact).abs())
                .as(seed)
                .isLessThanOrEqualTo(new BigDecimal("0.0050000001").multiply(BigDecimal.valueOf(count)));
    }

    private static BigDecimal sum(List<RatedLine> lines, LineKind kind) {
        return lines.stream()
                .filter(line -> line.kind() == kind)
                .map(RatedLine::quantity)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Tenant tenant(Random random) {
        StringBuilder plans = new StringBuilder("plans:\n");
        for (int i = 0; i < 3; i++) {
            plans.append("  p")
                    .append(i)
                    .append(": {subscription_fee: ")
                    .append(random.nextInt(100_00) / 100)
                    .append('.');
            plans.append(random.nextInt(10)).append(", overage_rate: 0.0000").append(1 + random.nextInt(9));
            plans.append(random.nextBoolean() ? ", monthly_quota: " + random.nextInt(3_000_000) : "")
                    .append("}\n");
        }
        plans.append("tenants:\n  t:\n    plan: [{plan: p0}");
        int day = 1;
        while (random.nextBoolean() && day < 25) {
            day += 1 + random.nextInt(4);
            plans.append(String.format(", {plan: p%d, from: 2026-11-%02d}", random.nextInt(3), day));
        }
        return CatalogTexts.of(plans.append("]\n").toString()).tenant("t");
    }

    @Test
    void shouldHaveNoFloatingPointInRatingAndCatalog() throws Exception {
        ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
        List<String> arguments = new ArrayList<>(List.of("-c", "-p"));
        for (Class<?> anchor : List.of(Rating.class, Tenant.class)) {
            Path folder = Path.of(anchor.getResource(anchor.getSimpleName() + ".class")
                            .toURI())
                    .getParent();
            try (Stream<Path> classes = Files.list(folder)) {
                classes.filter(path -> path.toString().endsWith(".class"))
                        .forEach(path -> arguments.add(path.toString()));
            }
        }
        StringWriter code = new StringWriter();
        int exit = javap.run(new PrintWriter(code), new PrintWriter(code), arguments.toArray(String[]::new));
        assertThat(exit).isZero();
        assertThat(code.toString()).contains("HALF_UP", "lmul").contains("class openclaw.edge.catalog.Tenant ");
        assertThat(
                        code.toString()
                                .lines()
                                .filter(
                                        line -> line.matches(
                                                ".*(\\bdouble\\b|\\bfloat\\b|: [dfli][28][df]\\b|: d(add|sub|mul|div|load|store|const).*|java/lang/(Double|Float)).*")))
                .as("floating point near money")
                .isEmpty();
    }
}
