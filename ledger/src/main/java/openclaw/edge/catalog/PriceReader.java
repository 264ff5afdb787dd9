package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Reads prices that have parts. */
final class PriceReader {
    static final BigDecimal MAX_PRICE = new BigDecimal("1000000000");
    private static final BigDecimal MAX_FACTOR = new BigDecimal("1000000");
    private static final BigDecimal HUNDRED = new BigDecimal("100");
    private static final long MAX_UNITS = 1_000_000_000_000_000_000L;
    private static final int MAX_TEXT = 200;

    private PriceReader() {}

    static BigDecimal price(YamlNode node) {
        return node.asDecimal(BigDecimal.ZERO, MAX_PRICE, Price.MAX_DECIMALS);
    }

    static PackagePrice packages(YamlNode node) {
        YamlMap map = node.asMap();
        PackagePrice price =
                new PackagePrice(map.number("size", 1, MAX_UNITS), required(map, "price"), unit(map, Unit.REQUESTS));
        map.end();
        return price;
    }

    static TierPrice tiers(YamlNode node) {
        YamlMap map = node.asMap();
        TierPrice.Mode mode = TierPrice.Mode.valueOf(PlanReader.upper(map.oneOf("mode", "graduated", "volume")));
        Unit unit = unit(map, Unit.TOKENS);
        List<YamlNode> nodes = map.list("steps");
        map.end();
        List<TierPrice.Step> steps = new ArrayList<>();
        for (YamlNode step : nodes) {
            steps.add(step(step, steps, steps.size() == nodes.size() - 1));
        }
        if (map.isPresent() && (steps.isEmpty() || steps.size() > TierPrice.MAX_STEPS)) {
            map.problem("steps", "1 to " + TierPrice.MAX_STEPS + " steps", steps.size() + " steps");
        }
        return new TierPrice(mode, unit, steps);
    }

    private static TierPrice.Step step(YamlNode node, List<TierPrice.Step> before, boolean isLast) {
        YamlMap map = node.asMap();
        YamlNode upTo = map.find("up_to");
        BigDecimal unitPrice = map.decimal("unit_price", BigDecimal.ZERO, BigDecimal.ZERO, MAX_PRICE, 12);
        BigDecimal flatFee = map.decimal("flat_fee", BigDecimal.ZERO, BigDecimal.ZERO, MAX_PRICE, 12);
        if (map.isPresent() && !map.has("unit_price") && !map.has("flat_fee")) {
            map.problem("unit_price", "a 'unit_price', a 'flat_fee', or both", "neither");
        }
        map.end();
        long end = upTo == null ? TierPrice.NO_END : upTo.asLong(1, MAX_UNITS);
        if (upTo != null && isLast) {
            upTo.problem("no 'up_to' in the last step, which has no end");
        } else if (upTo == null && !isLast && map.isPresent()) {
            map.problem("up_to", "the last unit of the step, since another step follows", "nothing");
        } else if (!before.isEmpty() && end <= before.get(before.size() - 1).upTo() && upTo != null) {
            upTo.problem("more than the 'up_to' of the step before");
        }
        return new TierPrice.Step(end, unitPrice, flatFee);
    }

    private static Unit unit(YamlMap map, Unit orElse) {
        YamlNode node = map.find("unit");
        return node == null ? orElse : Unit.valueOf(PlanReader.upper(node.asOneOf("tokens", "requests")));
    }

    private static BigDecimal required(YamlMap map, String key) {
        YamlNode node = map.find(key);
        if (node == null && map.isPresent()) {
            map.problem(key, "a decimal number like 0.50", "nothing");
        }
        return node == null ? BigDecimal.ZERO : price(node);
    }

    static List<Multiplier> multipliers(YamlNode node) {
        List<Multiplier> multipliers = new ArrayList<>();
        for (YamlNode element : node.asList()) {
            YamlMap map = element.asMap();
            YamlNode route = map.find("route");
            YamlNode model = map.find("model");
            YamlNode factor = map.find("multiplier");
            map.end();
            if (map.isPresent() && route == null && model == null) {
                element.problem("a 'route', a 'model', or both", "neither");
            } else if (map.isPresent() && factor == null) {
                map.problem("multiplier", "a decimal number like 2.5", "nothing");
            }
            multipliers.add(new Multiplier(
                    PlanReader.path(route),
                    name(model, UsageRecordDescriptor.MAX_MODEL_LENGTH),
                    factor == null
                            ? BigDecimal.ONE
                            : factor.asDecimal(BigDecimal.ZERO, MAX_FACTOR, Multiplier.MAX_DECIMALS)));
            name(route, UsageRecordDescriptor.MAX_ROUTE_LENGTH);
            checkOnce(element, multipliers);
        }
        if (multipliers.size() > Multiplier.MAX_MULTIPLIERS) {
            node.problem("at most " + Multiplier.MAX_MULTIPLIERS + " multipliers", multipliers.size() + " multipliers");
        }
        return multipliers;
    }

    /** Only the first that matches counts: a second one for the same would be without effect, and not be seen to be. */
    private static void checkOnce(YamlNode element, List<Multiplier> multipliers) {
        Multiplier last = multipliers.get(multipliers.size() - 1);
        for (int i = 0; i < multipliers.size() - 1; i++) {
            Multiplier one = multipliers.get(i);
            if (String.valueOf(one.route()).equals(String.valueOf(last.route()))
                    && Objects.equals(one.model(), last.model())
                    && (last.route() != null || last.model() != null)) {
                element.problem(
                        "each route and model once, since the first that matches counts",
                        (last.route() == null ? "" : last.route() + " ")
                                + (last.model() == null ? "" : last.model() + " ") + "again");
                return;
            }
        }
    }

    /** A name as usage records hold it: they cut longer ones, which could then not be told apart. */
    private static String name(YamlNode node, int maxBytes) {
        if (node == null) {
            return null;
        }
        String name = node.asNonEmptyText();
        if (Texts.check(node, name) && name.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            node.problem("at most " + maxBytes + " bytes");
        }
        return name;
    }

    /** One rate as {@code {name, percent}}, several as {@code {rates: [...]}}, none as {@code {exempt: why, category: AE}}. */
    static Tax tax(YamlNode node) {
        YamlMap map = node.asMap();
        YamlNode exempt = map.find("exempt");
        List<Tax.Rate> rates = new ArrayList<>();
        if (exempt == null && !map.has("rates")) {
            rates.add(rate(map));
        } else if (exempt != null && (map.has("rates") || map.has("name") || map.has("percent"))) {
            exempt.problem("no 'exempt' beside a rate");
        } else if (map.has("name") || map.has("percent")) {
            map.problem("rates", "either 'rates', or one rate's 'name' and 'percent'", "both");
        } else {
            rates(map, rates);
        }
        Tax.ExemptCategory category = exemptCategory(map.find("category"), exempt != null);
        map.known("name", "percent");
        map.end();
        return new Tax(rates, exempt == null ? "" : text(exempt), category);
    }

    private static Tax.ExemptCategory exemptCategory(YamlNode node, boolean isExempt) {
        if (node == null) {
            return Tax.ExemptCategory.E;
        }
        if (!isExempt) {
            node.problem("no 'category' but beside 'exempt': a rate is S, or Z where it is 0");
            return Tax.ExemptCategory.E;
        }
        return Tax.ExemptCategory.valueOf(node.asOneOf("E", "AE", "G", "O"));
    }

    private static void rates(YamlMap map, List<Tax.Rate> rates) {
        Set<String> names = new HashSet<>();
        for (YamlNode element : map.list("rates")) {
            YamlMap inner = element.asMap();
            Tax.Rate rate = rate(inner);
            inner.end();
            if (!names.add(rate.name())) {
                inner.problem("name", "a name that no other rate here has", "'" + rate.name() + "' again");
            }
            rates.add(rate);
        }
        BigDecimal sum = rates.stream().map(Tax.Rate::percent).reduce(BigDecimal.ZERO, BigDecimal::add);
        if (sum.compareTo(HUNDRED) > 0) {
            map.problem("rates", "rates of at most 100 % together", sum.toPlainString() + " %");
        }
        if (map.has("rates") && (rates.isEmpty() || rates.size() > Tax.MAX_RATES)) {
            map.problem("rates", "1 to " + Tax.MAX_RATES + " rates", rates.size() + " rates");
        }
    }

    private static Tax.Rate rate(YamlMap map) {
        YamlNode name = map.find("name");
        YamlNode percent = map.find("percent");
        if (name == null && map.isPresent()) {
            map.problem("name", "the name of a tax like VAT", "nothing");
        }
        if (percent == null && map.isPresent()) {
            map.problem("percent", "a decimal number like 19", "nothing");
        }
        return new Tax.Rate(
                name == null ? "" : text(name),
                percent == null ? BigDecimal.ZERO : percent.asDecimal(BigDecimal.ZERO, HUNDRED, Tax.MAX_DECIMALS));
    }

    /** Text that is fit to stand on an invoice's line. */
    static String text(YamlNode node) {
        String text = node.asNonEmptyText();
        if (Texts.check(node, text) && text.length() > MAX_TEXT) {
            node.problem("at most " + MAX_TEXT + " characters on one line");
        }
        return text;
    }
}
