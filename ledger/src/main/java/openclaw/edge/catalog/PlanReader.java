package openclaw.edge.catalog;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Reads the keys that plans and tenants share. */
final class PlanReader {
    private static final long MAX_QUOTA = 1_000_000_000_000_000_000L;
    private static final int MAX_AGENTS = 10_000_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String FROM_EXPECTED = "a date like 2026-11-15 or an instant like 2026-11-15T12:00:00Z";

    private PlanReader() {}

    /** Reads the shared keys of a map; the caller ends the map. */
    static Plan read(String name, YamlMap map) {
        Plan.Money money = new Plan.Money(
                dated(map, "subscription_fee", PriceReader::price),
                dated(map, "monthly_quota", node -> node.asLong(0, MAX_QUOTA)),
                dated(map, "overage", node -> Overage.valueOf(upper(node.asOneOf("allow", "deny")))),
                dated(map, "overage_rate", PriceReader::price),
                packages(map),
                dated(map, "tiers", PriceReader::tiers),
                dated(map, "minimum_commitment", PriceReader::price),
                multipliers(map),
                dated(map, "tax", PriceReader::tax),
                dated(map, "bill", node -> BillMode.valueOf(upper(node.asOneOf("success", "admitted")))));
        YamlNode maxAgents = map.find("max_agents");
        return new Plan(
                name,
                money,
                map.has("limits") ? limits(map.find("limits")) : null,
                map.has("costs") ? costs(map.find("costs")) : null,
                maxAgents == null ? null : (int) maxAgents.asLong(1, MAX_AGENTS));
    }

    private static Dated<PackagePrice> packages(YamlMap map) {
        Dated<PackagePrice> thousands =
                dated(map, "price_per_1000_requests", node -> PackagePrice.per1000Requests(PriceReader.price(node)));
        Dated<PackagePrice> packages = dated(map, "package", PriceReader::packages);
        if (thousands != null && packages != null) {
            map.problem("package", "either price_per_1000_requests or package", "both");
        }
        return packages == null ? thousands : packages;
    }

    /** A list in any case: dated, where its first element has the key again. */
    private static Dated<List<Multiplier>> multipliers(YamlMap map) {
        String key = "multipliers";
        YamlNode node = map.find(key);
        if (node == null) {
            return null;
        }
        List<YamlNode> elements = node.isList() ? node.asList() : List.of();
        boolean dated = !elements.isEmpty()
                && elements.get(0).isMap()
                && elements.get(0).asMap().has(key);
        return dated ? dated(map, key, PriceReader::multipliers) : Dated.always(PriceReader.multipliers(node));
    }

    /** A value, or a list of {@code {key: value, from: date}}; null when the key is absent. */
    static <T> Dated<T> dated(YamlMap map, String key, Function<YamlNode, T> value) {
        YamlNode node = map.find(key);
        if (node == null) {
            return null;
        }
        if (!node.isList()) {
            return Dated.always(value.apply(node));
        }
        List<Dated.Entry<T>> entries = new ArrayList<>();
        for (YamlNode element : node.asList()) {
            YamlMap entry = element.asMap();
            YamlNode inner = entry.find(key);
            if (inner == null && entry.isPresent()) {
                entry.problem(key, "the value that holds from then on", "nothing");
            }
            YamlNode from = entry.find("from");
            entry.end();
            if (inner != null) {
                entries.add(entry(from, value.apply(inner)));
                checkOrder(element, entries);
            }
        }
        if (node.asList().isEmpty()) {
            node.problem("a value, or a list with at least one {" + key + ": ..., from: ...}");
        }
        return entries.isEmpty() ? null : new Dated<>(entries);
    }

    /** A value and the date or instant from which it holds; always where there is none. */
    static <T> Dated.Entry<T> entry(YamlNode from, T value) {
        if (from == null) {
            return new Dated.Entry<>(null, null, value);
        }
        String text = from.asNonEmptyText();
        try {
            Instant instant = text.indexOf('T') >= 0 ? Instant.parse(text) : null;
            LocalDate date = instant == null ? LocalDate.parse(text) : null;
            int year = date == null ? instant.atOffset(ZoneOffset.UTC).getYear() : date.getYear();
            if (year >= 1970 && year < 2200) {
                return new Dated.Entry<>(date, instant, value);
            }
            from.problem("a year from 1970 to 2199");
        } catch (DateTimeException e) {
            from.problem(FROM_EXPECTED);
        }
        return new Dated.Entry<>(null, null, value);
    }

    private static <T> void checkOrder(YamlNode element, List<Dated.Entry<T>> entries) {
        int last = entries.size() - 1;
        BillingCalendar utc = BillingTerms.DEFAULT.calendar();
        if (last > 0 && entries.get(last).fromNs(utc) <= entries.get(last - 1).fromNs(utc)) {
            String found = entries.get(last).fromNs(utc) == Long.MIN_VALUE ? "none" : "an earlier or equal one";
            element.problem("a 'from' later than that of the entry before", found);
        }
    }

    private static List<LimitRule> limits(YamlNode node) {
        List<LimitRule> limits = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode element : node.asListOrOne()) {
            YamlMap map = element.asMap();
            String per = map.oneOf("per", "tenant", "agent");
            String name = map.text("name", per);
            LimitRule rule = new LimitRule(
                    name,
                    Per.valueOf(upper(per)),
                    map.number("capacity", 1, LimitRule.MAX_TOKENS),
                    map.number("refill_rate", 1, LimitRule.MAX_TOKENS),
                    map.number("interval_seconds", 1, LimitRule.MAX_FULL_REFILL_SECONDS),
                    onPartition(map.find("on_partition")));
            map.end();
            if (!NAME.matcher(name).matches()) {
                map.problem("name", "1 to 64 of A-Z a-z 0-9 . _ -", "'" + name + "'");
            } else if (!names.add(name)) {
                map.problem("name", "a name that no other limit here has", "'" + name + "' again");
            }
            checkRefill(map, rule);
            limits.add(rule);
        }
        if (limits.size() > LimitRule.MAX_LIMITS) {
            node.problem("at most " + LimitRule.MAX_LIMITS + " limits", limits.size() + " limits");
        }
        return limits;
    }

    private static OnPartition onPartition(YamlNode node) {
        return node == null ? null : OnPartition.valueOf(upper(node.asOneOf("share", "open", "closed")));
    }

    private static void checkRefill(YamlMap map, LimitRule rule) {
        if (rule.refillRate() > rule.intervalSeconds() * LimitRule.MAX_REFILL_PER_SECOND) {
            map.problem(
                    "refill_rate",
                    "at most " + LimitRule.MAX_REFILL_PER_SECOND + " tokens per second",
                    rule.refillRate() + " in " + rule.intervalSeconds() + " s");
        }
        BigInteger refill = BigInteger.valueOf(rule.capacity()).multiply(BigInteger.valueOf(rule.intervalSeconds()));
        BigInteger most =
                BigInteger.valueOf(rule.refillRate()).multiply(BigInteger.valueOf(LimitRule.MAX_FULL_REFILL_SECONDS));
        if (refill.compareTo(most) > 0) {
            String days = refill.divide(BigInteger.valueOf(rule.refillRate()))
                    .divide(BigInteger.valueOf(86_400))
                    .toString();
            map.problem(
                    "capacity",
                    "a full refill within 365 days (capacity x interval_seconds / refill_rate)",
                    rule.capacity() + ", refilled in " + days + " days");
        }
    }

    private static CostRules costs(YamlNode node) {
        List<CostRules.Rule> rules = new ArrayList<>();
        for (YamlNode element : node.asList()) {
            YamlMap map = element.asMap();
            PathPattern path = path(map.find("path"));
            YamlNode model = map.find("model");
            long tokens = map.number("tokens", 0, CostRules.MAX_TOKENS);
            map.end();
            if (map.isPresent() && model == null && !map.has("path")) {
                element.problem("a 'path', a 'model', or both", "neither");
            }
            String name = model == null ? null : model.asNonEmptyText();
            if (name != null) {
                Texts.check(model, name);
            }
            CostRules.Rule rule = new CostRules.Rule(path, name, tokens);
            if (rules.stream().anyMatch(before -> isForTheSame(before, rule))) {
                element.problem(
                        "each path and model once, since the first that matches counts",
                        (path == null ? "" : path + " ") + (name == null ? "" : name + " ") + "again");
            }
            rules.add(rule);
        }
        return new CostRules(rules);
    }

    private static boolean isForTheSame(CostRules.Rule a, CostRules.Rule b) {
        return (b.path() != null || b.model() != null)
                && String.valueOf(a.path()).equals(String.valueOf(b.path()))
                && Objects.equals(a.model(), b.model());
    }

    static PathPattern path(YamlNode node) {
        if (node == null) {
            return null;
        }
        String text = node.asNonEmptyText();
        try {
            return text.isEmpty() ? null : PathPattern.of(text);
        } catch (IllegalArgumentException e) {
            node.problem(e.getMessage());
            return null;
        }
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
