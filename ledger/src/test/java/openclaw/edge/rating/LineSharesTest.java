package openclaw.edge.rating;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import openclaw.edge.catalog.CatalogTexts;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Multiplier;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.catalog.Unit;
import org.junit.jupiter.api.Test;

/** Lines' shares against a model that counts unit by unit what the lines so far have taken. */
class LineSharesTest {
    private static final int CASES = 400;
    private static final String[] PRICES = {
        "overage_rate: 0.01",
        "package: {unit: requests, size: 3, price: 1}",
        "package: {unit: tokens, size: 7, price: 1}",
        "tiers: {mode: graduated, unit: tokens, steps: [{up_to: 10, unit_price: 2, flat_fee: 1}, {up_to: 25, unit_price: 1},"
                + " {unit_price: 0.5}]}",
        "tiers: {mode: volume, unit: requests, steps: [{up_to: 3, unit_price: 2}, {unit_price: 1, flat_fee: 4}]}",
        "overage_rate: 0.01, multipliers: [{model: large, multiplier: 3}, {model: small, multiplier: 0.5}]"
    };

    /** One entry: its part, which multiplier it falls under, and what it has used. */
    private record Entry(int part, int multiplier, long requests, long tokens) {
        PartUsage of(List<CyclePart> parts) {
            CyclePart at = parts.get(part);
            List<Usage> classes = new ArrayList<>();
            for (int i = 0; i <= at.terms().price().multipliers().size(); i++) {
                classes.add(i == multiplier ? new Usage(requests, tokens) : new Usage(0, 0));
            }
            return new PartUsage(at, classes);
        }
    }

    @Test
    void shouldDivideEntriesAmongLinesAsAModelThatCountsInHalves() {
        long base = System.nanoTime();
        for (int i = 0; i < CASES; i++) {
            check(new Random(base + i), "seed " + (base + i));
        }
    }

    private static void check(Random random, String seed) {
        Tenant tenant = tenant(random);
        List<CyclePart> parts = tenant.parts(tenant.billing().calendar().cycle("2026-11"));
        List<Entry> entries = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            for (int i = random.nextInt(12); i > 0; i--) {
                int classes = 1 + parts.get(part).terms().price().multipliers().size();
                entries.add(
                        new Entry(part, random.nextInt(classes), random.nextInt(4) == 0 ? 0 : 1, random.nextInt(9)));
            }
        }
        List<PartUsage> usage = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            usage.add(sum(entries, part, parts));
        }
        List<RatedLine> lines = Rating.rate(usage, List.of(), 2);
        LineShares shares = new LineShares(usage, lines);
        Halves model = new Halves(usage, lines);
        for (Entry entry : entries) {
            Map<Integer, BigDecimal> taken = new TreeMap<>();
            shares.take(
                    entry.part(),
                    entry.of(parts),
                    (line, quantity) -> taken.merge(line, quantity.stripTrailingZeros(), (a, b) -> {
                        throw new AssertionError("twice to line " + line + ": " + seed);
                    }));
            assertThat(taken).as("%s, %s of %s", seed, entry, lines).isEqualTo(model.take(entry, parts));
        }
        model.checkAllTaken(seed);
    }

    private static PartUsage sum(List<Entry> entries, int part, List<CyclePart> parts) {
        List<Usage> classes = new ArrayList<>();
        for (int i = 0; i <= parts.get(part).terms().price().multipliers().size(); i++) {
            long requests = 0;
            long tokens = 0;
            for (Entry entry : entries) {
                if (entry.part() == part && entry.multiplier() == i) {
                    requests += entry.requests();
                    tokens += entry.tokens();
                }
            }
            classes.add(new Usage(requests, tokens));
        }
        return new PartUsage(parts.get(part), classes);
    }

    /**
     * Half a unit after the other: to the included line of its part while there is quota, else to the first line of usage of its
     * part that is not full. Quota left for a later part of the other unit is that part's own.
     */
    private static final class Halves {
        private final List<RatedLine> lines;
        private final long[] room;
        private final long[] free;
        private final long[] fee;

        Halves(List<PartUsage> usage, List<RatedLine> lines) {
            this.lines = lines;
            this.room = new long[lines.size()];
            this.fee = new long[lines.size()];
            this.free = new long[Unit.values().length];
            for (int i = 0; i < room.length; i++) {
                LineKind kind = lines.get(i).kind();
                if (kind == LineKind.INCLUDED) {
                    free[
                            usage.get(lines.get(i).fromPart())
                                    .part()
                                    .terms()
                                    .price()
                                    .unit()
                                    .ordinal()] += halves(lines.get(i).quantity());
                } else if (kind == LineKind.PACKAGES) {
                    room[i] = Long.MAX_VALUE;
                } else if (kind == LineKind.TOKENS || kind == LineKind.REQUESTS) {
                    room[i] = halves(lines.get(i).quantity());
                }
            }
        }

        static long halves(BigDecimal quantity) {
            return quantity.multiply(BigDecimal.valueOf(2)).longValueExact();
        }

        Map<Integer, BigDecimal> take(Entry entry, List<CyclePart> parts) {
            List<Multiplier> multipliers =
                    parts.get(entry.part()).terms().price().multipliers();
            int unit = parts.get(entry.part()).terms().price().unit().ordinal();
            long counted = unit == Unit.REQUESTS.ordinal() ? entry.requests() : entry.tokens();
            BigDecimal factor = entry.multiplier() == 0
                    ? BigDecimal.ONE
                    : multipliers.get(entry.multiplier() - 1).factor();
            Map<Integer, BigDecimal> taken = new TreeMap<>();
            for (long half = halves(factor.multiply(BigDecimal.valueOf(counted))); half > 0; half--) {
                int line = next(entry.part(), unit);
                add(taken, line);
                for (int other = 0; other < lines.size(); other++) {
                    boolean isFee = lines.get(other).kind() == LineKind.FLAT_FEE
                            && lines.get(other).step() == lines.get(line).step()
                            && lines.get(other).fromPart() == lines.get(line).fromPart()
                            && lines.get(line).kind() != LineKind.INCLUDED;
                    if (isFee) {
                        fee[other]++;
                        add(taken, other);
                    }
                }
            }
            taken.replaceAll((line, quantity) -> quantity.stripTrailingZeros());
            return taken;
        }

        private static void add(Map<Integer, BigDecimal> taken, int line) {
            taken.merge(line, new BigDecimal("0.5"), BigDecimal::add);
        }

        private int next(int part, int unit) {
            for (int i = 0; i < room.length; i++) {
                RatedLine line = lines.get(i);
                boolean isOfPart = line.fromPart() <= part && part < line.toPart();
                if (isOfPart && line.kind() == LineKind.INCLUDED && free[unit] > 0) {
                    free[unit]--;
                    return i;
                }
                if (isOfPart && room[i] > 0 && line.kind() != LineKind.INCLUDED) {
                    room[i]--;
                    return i;
                }
            }
            throw new AssertionError("no line takes it");
        }

        void checkAllTaken(String seed) {
            for (long left : free) {
                assertThat(left).as(seed).isZero();
            }
            for (int i = 0; i < room.length; i++) {
                if (lines.get(i).kind() != LineKind.PACKAGES) {
                    assertThat(room[i]).as(seed).isZero();
                }
                if (lines.get(i).kind() == LineKind.FLAT_FEE) {
                    assertThat(fee[i]).as(seed).isPositive();
                }
            }
        }
    }

    private static Tenant tenant(Random random) {
        StringBuilder text = new StringBuilder("plans:\n");
        for (int i = 0; i < 3; i++) {
            text.append("  p").append(i).append(": {").append(PRICES[random.nextInt(PRICES.length)]);
            text.append(random.nextInt(4) == 0 ? "" : ", monthly_quota: " + random.nextInt(60))
                    .append("}\n");
        }
        text.append("tenants:\n  t:\n    plan: [{plan: p0}");
        int day = 1;
        while (random.nextBoolean() && day < 25) {
            day += 1 + random.nextInt(4);
            text.append(String.format(", {plan: p%d, from: 2026-11-%02d}", random.nextInt(3), day));
        }
        return CatalogTexts.of(text.append("]\n").toString()).tenant("t");
    }
}
