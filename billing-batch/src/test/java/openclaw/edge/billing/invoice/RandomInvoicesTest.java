package openclaw.edge.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.billing.invoice.PlainModel.Plan;
import openclaw.edge.billing.invoice.PlainModel.Request;
import openclaw.edge.billing.invoice.PlainModel.Shape;
import openclaw.edge.billing.invoice.PlainModel.Span;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.rating.RatedLine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random plans of every shape, against a model that shares nothing with the code. */
class RandomInvoicesTest {
    private static final int CASES = 250;
    private static final int MANY_CASES = 20_000;
    private static final long SECONDS = 30 * 86_400;
    private static final long START = Instant.parse("2026-11-01T00:00:00Z").getEpochSecond();
    private static final List<String> MODELS = List.of("", "large", "small", "other");
    private static final List<String> CURRENCIES = List.of("JPY", "", "USD", "BHD");

    private final StringBuilder yaml = new StringBuilder();

    @Test
    void shouldAgreeWithAPlainModelHoweverTheRecordsAreSplit() {
        check(CASES);
    }

    @Test
    @Tag("nightly")
    void shouldAgreeWithAPlainModelInManyCases() {
        check(MANY_CASES);
    }

    private void check(int cases) {
        long base = System.nanoTime();
        for (int i = 0; i < cases; i++) {
            check(base + i);
        }
    }

    private void check(long seed) {
        Random random = new Random(seed);
        int digits = List.of(0, 2, 3).get(random.nextInt(3));
        yaml.setLength(0);
        List<Span> spans = spans(random, digits);
        List<Request> requests = requests(random);
        Catalog catalog = WorkedInvoicesTest.catalog(yaml.toString());
        BillingCells cells = new BillingCells(catalog.tenants(), "2026-11");
        UsageAggregator whole = new UsageAggregator(cells);
        feed(List.of(whole), requests, random);
        Invoice invoice = new InvoiceMaker(cells, whole.lanes()).make(0, BigDecimal.ZERO);
        String what = "seed " + seed + "\n" + yaml;

        PlainModel model = new PlainModel(spans, requests, SECONDS, digits);
        List<BigDecimal> amounts = new ArrayList<>(
                invoice.lines().stream().map(line -> line.rated().amount()).toList());
        Collections.sort(amounts);
        Collections.sort(model.amounts);
        assertThat(amounts).as(what).isEqualTo(model.amounts);
        assertThat(invoice.totals().net()).as(what).isEqualTo(model.net);
        assertThat(invoice.total()).as(what).isEqualTo(model.total);
        assertThat(invoice.totals().amountDue()).as(what).isEqualTo(model.total);
        checkLines(invoice, what);
        checkSplit(cells, requests, random, invoice, what);
    }

    private static void checkLines(Invoice invoice, String what) {
        BigDecimal halfUnit = new BigDecimal("0.5").scaleByPowerOfTen(-invoice.minorDigits());
        for (InvoiceLine line : invoice.lines()) {
            RatedLine rated = line.rated();
            BigDecimal exact = rated.quantity().multiply(rated.unitPrice());
            BigDecimal shown = new BigDecimal("0.0000001");
            assertThat(exact.subtract(rated.amount()).abs())
                    .as("%s of %s", line.description(), what)
                    .isLessThanOrEqualTo(halfUnit.add(shown));
        }
    }

    /** In any order, by any number of threads' aggregators, added up in any order: the same bytes. */
    private static void checkSplit(
            BillingCells cells, List<Request> requests, Random random, Invoice invoice, String what) {
        List<UsageAggregator> parts = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            parts.add(new UsageAggregator(cells));
        }
        feed(parts, requests, random);
        Collections.shuffle(parts, random);
        UsageAggregator sum = new UsageAggregator(cells);
        parts.forEach(sum::add);
        Invoice again = new InvoiceMaker(cells, sum.lanes()).make(0, BigDecimal.ZERO);
        assertThat(InvoiceJson.write(again)).as(what).isEqualTo(InvoiceJson.write(invoice));
        assertThat(InvoiceCsv.write(again)).as(what).isEqualTo(InvoiceCsv.write(invoice));
        assertThat(again.usage().requests()).as(what).isEqualTo(requests.size());
        assertThat(again.usage().tokens())
                .as(what)
                .isEqualTo(requests.stream().mapToLong(Request::tokens).sum());
    }

    private static void feed(List<UsageAggregator> to, List<Request> requests, Random random) {
        List<UsageFeed> feeds = to.stream().map(UsageFeed::new).toList();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        for (int number : order) {
            Request request = requests.get(number);
            feeds.get(random.nextInt(feeds.size()))
                    .request(
                            number + 1L,
                            "t",
                            (START + request.at()) * 1_000_000_000L,
                            request.tokens(),
                            "",
                            request.model());
        }
    }

    private static List<Request> requests(Random random) {
        List<Request> requests = new ArrayList<>();
        for (int i = random.nextInt(60); i > 0; i--) {
            requests.add(new Request(
                    random.nextLong(SECONDS), random.nextInt(3_000), MODELS.get(random.nextInt(MODELS.size()))));
        }
        return requests;
    }

    /** One to four plans one after the other; writes the catalog too. */
    private List<Span> spans(Random random, int digits) {
        List<Span> spans = new ArrayList<>();
        StringBuilder assignments = new StringBuilder();
        yaml.append("plans:\n");
        long from = 0;
        while (from < SECONDS) {
            boolean last = spans.size() == 3 || random.nextBoolean();
            long to = last ? SECONDS : Math.min(SECONDS, from + 1L + random.nextLong(SECONDS / 2));
            Plan plan = plan(random, "p" + spans.size());
            spans.add(new Span(plan, from, to));
            assignments.append(spans.size() == 1 ? "" : ", ").append("{plan: ").append(plan.name);
            assignments.append(from == 0 ? "}" : ", from: \"" + Instant.ofEpochSecond(START + from) + "\"}");
            from = to;
        }
        yaml.append("tenants: [{id: t, plan: [").append(assignments).append("]}]\n");
        yaml.append("billing: {currency: ").append(CURRENCIES.get(digits)).append("}\n");
        return spans;
    }

    private Plan plan(Random random, String name) {
        Plan plan = new Plan();
        plan.name = name;
        plan.shape = Shape.values()[random.nextInt(4)];
        plan.countsRequests = plan.shape != Shape.RATE && random.nextInt(3) == 0;
        yaml.append("  ").append(name).append(":\n");
        if (random.nextBoolean()) {
            plan.fee = price(random, 100_000);
            line("subscription_fee", plan.fee);
        }
        if (random.nextBoolean()) {
            plan.quota = random.nextInt(plan.countsRequests ? 40 : 60_000);
            line("monthly_quota", plan.quota);
        }
        if (random.nextInt(3) == 0) {
            plan.commitment = price(random, 500_000);
            line("minimum_commitment", plan.commitment);
        }
        if (random.nextBoolean()) {
            plan.taxName = random.nextBoolean() ? "VAT" : "GST";
            plan.taxPercent = BigDecimal.valueOf(random.nextInt(25_000), 3).stripTrailingZeros();
            plan.taxPercent = plan.taxPercent.scale() < 0 ? plan.taxPercent.setScale(0) : plan.taxPercent;
            line("tax", "{name: " + plan.taxName + ", percent: " + plan.taxPercent.toPlainString() + "}");
        }
        usage(random, plan);
        if (random.nextBoolean()) {
            for (String model : random.nextBoolean() ? List.of("large") : List.of("small", "large")) {
                plan.models.add(model);
                plan.factors.add(BigDecimal.valueOf(random.nextInt(5_000_000), random.nextInt(7)));
            }
            StringBuilder rules = new StringBuilder();
            for (int i = 0; i < plan.models.size(); i++) {
                rules.append(i == 0 ? "" : ", ").append("{model: ").append(plan.models.get(i));
                plan.factors.set(i, plan.factors.get(i).min(BigDecimal.valueOf(20)));
                rules.append(", multiplier: ")
                        .append(plan.factors.get(i).toPlainString())
                        .append('}');
            }
            line("multipliers", "[" + rules + "]");
        }
        return plan;
    }

    private void usage(Random random, Plan plan) {
        String unit = plan.countsRequests ? "requests" : "tokens";
        if (plan.shape == Shape.RATE) {
            plan.price = BigDecimal.valueOf(random.nextInt(100_000), random.nextInt(13));
            line("overage_rate", plan.price);
        } else if (plan.shape == Shape.PACKAGE) {
            plan.price = price(random, 1_000);
            plan.size = 1L + random.nextInt(plan.countsRequests ? 10 : 5_000);
            line("package", "{size: " + plan.size + ", price: " + plan.price.toPlainString() + ", unit: " + unit + "}");
        } else {
            StringBuilder steps = new StringBuilder();
            long end = 0;
            for (int step = random.nextInt(4); step >= 0; step--) {
                plan.prices.add(price(random, 200));
                plan.flats.add(random.nextBoolean() ? BigDecimal.ZERO : price(random, 10_000));
                end += 1L + random.nextInt(plan.countsRequests ? 15 : 20_000);
                steps.append(steps.isEmpty() ? "" : ", ").append('{');
                if (step > 0) {
                    plan.ends.add(end);
                    steps.append("up_to: ").append(end).append(", ");
                }
                int last = plan.prices.size() - 1;
                steps.append("unit_price: ").append(plan.prices.get(last).toPlainString());
                steps.append(", flat_fee: ")
                        .append(plan.flats.get(last).toPlainString())
                        .append('}');
            }
            String mode = plan.shape == Shape.VOLUME ? "volume" : "graduated";
            line("tiers", "{mode: " + mode + ", unit: " + unit + ", steps: [" + steps + "]}");
        }
    }

    private static BigDecimal price(Random random, int most) {
        return BigDecimal.valueOf(random.nextInt(most), random.nextInt(5));
    }

    private void line(String key, Object value) {
        String text = value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
        yaml.append("    ").append(key).append(": ").append(text).append('\n');
    }
}
