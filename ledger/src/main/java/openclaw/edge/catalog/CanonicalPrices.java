package openclaw.edge.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Prices and items for the canonical catalog. What a catalog does not use is left out, so that its hash stays. */
final class CanonicalPrices {
    private CanonicalPrices() {}

    static void put(Map<String, Object> map, Price price) {
        PackagePrice packages = price.packages();
        boolean thousands = packages != null && packages.isPer1000Requests();
        map.put("price_per_1000_requests", thousands ? CanonicalCatalog.plain(packages.price()) : null);
        if (packages != null && !thousands) {
            map.put(
                    "package",
                    Map.of(
                            "size", Long.toString(packages.size()),
                            "price", CanonicalCatalog.plain(packages.price()),
                            "unit", word(packages.unit())));
        }
        if (price.tiers() != null) {
            map.put("tiers", tiers(price.tiers()));
        }
        if (price.minimumCommitment().signum() > 0) {
            map.put("minimum_commitment", CanonicalCatalog.plain(price.minimumCommitment()));
        }
        if (!price.multipliers().isEmpty()) {
            map.put(
                    "multipliers",
                    price.multipliers().stream()
                            .map(CanonicalPrices::multiplier)
                            .toList());
        }
        if (!price.tax().equals(Tax.NONE)) {
            map.put("tax", tax(price.tax()));
        }
    }

    private static Map<String, Object> tiers(TierPrice tiers) {
        List<Map<String, Object>> steps = tiers.steps().stream()
                .map(step -> Map.<String, Object>of(
                        "up_to", step.upTo() == TierPrice.NO_END ? "" : Long.toString(step.upTo()),
                        "unit_price", CanonicalCatalog.plain(step.unitPrice()),
                        "flat_fee", CanonicalCatalog.plain(step.flatFee())))
                .toList();
        return Map.of("mode", word(tiers.mode()), "unit", word(tiers.unit()), "steps", steps);
    }

    private static Map<String, Object> multiplier(Multiplier multiplier) {
        Map<String, Object> map = new TreeMap<>();
        map.put("route", multiplier.route() == null ? null : multiplier.route().toString());
        map.put("model", multiplier.model());
        map.put("multiplier", CanonicalCatalog.plain(multiplier.factor()));
        return map;
    }

    private static Map<String, Object> tax(Tax tax) {
        List<Map<String, Object>> rates = tax.rates().stream()
                .map(rate ->
                        Map.<String, Object>of("name", rate.name(), "percent", CanonicalCatalog.plain(rate.percent())))
                .toList();
        return tax.exemptCategory() == Tax.ExemptCategory.E
                ? Map.of("rates", rates, "exempt", tax.exempt())
                : Map.of(
                        "rates",
                        rates,
                        "exempt",
                        tax.exempt(),
                        "category",
                        tax.exemptCategory().name());
    }

    static Map<String, Object> item(Item item) {
        Map<String, Object> map = new TreeMap<>();
        map.put("id", item.id());
        map.put("kind", word(item.kind()));
        map.put("at", Long.toString(item.atNs()));
        map.put("amount", CanonicalCatalog.plain(item.amount()));
        map.put("description", item.description());
        map.put("invoice", item.invoice());
        map.put("tax", item.tax() == null ? null : tax(item.tax()));
        return map;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
