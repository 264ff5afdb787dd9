package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a catalog says, secrets of notices and the way to Stripe aside, as canonical JSON; only its hash leaves this package.
 */
final class CanonicalCatalog {
    private CanonicalCatalog() {}

    static String text(Catalog catalog) {
        List<Object> tenants = new ArrayList<>();
        for (Tenant tenant : catalog.tenants()) {
            tenants.add(tenant(tenant));
        }
        return CanonicalJson.write(
                Map.of("edges", catalog.edges().stream().sorted().toList(), "tenants", tenants));
    }

    private static Map<String, Object> tenant(Tenant tenant) {
        List<Object> slices = new ArrayList<>();
        for (PlanSlice slice : tenant.slices()) {
            Map<String, Object> map = terms(slice.terms());
            map.put("from", Long.toString(slice.fromNs()));
            slices.add(map);
        }
        Map<String, Object> map = new TreeMap<>();
        map.put("id", tenant.id());
        map.put("api_keys", tenant.apiKeyHashes().stream().sorted().toList());
        map.put("billing", billing(tenant.billing()));
        map.put("slices", slices);
        CanonicalParties.putCustomer(map, tenant.customer());
        if (!tenant.items().isEmpty()) {
            map.put("items", tenant.items().stream().map(CanonicalPrices::item).toList());
        }
        return map;
    }

    private static Map<String, Object> billing(BillingTerms billing) {
        Map<String, Object> map = new TreeMap<>();
        map.put("currency", billing.currency());
        map.put("invoice_day", billing.calendar().invoiceDay());
        map.put("time_zone", billing.calendar().zone().getId());
        map.put("reminder_threshold", plain(billing.reminderThreshold()));
        map.put("alert_webhook", billing.alertWebhook());
        CanonicalParties.putSeller(map, billing.seller());
        return map;
    }

    private static Map<String, Object> terms(Terms terms) {
        Map<String, Object> map = new TreeMap<>();
        map.put("plan", terms.plan());
        map.put("subscription_fee", plain(terms.price().subscriptionFee()));
        map.put("overage_rate", plain(terms.price().overageRate()));
        CanonicalPrices.put(map, terms.price());
        map.put("monthly_quota", Long.toString(terms.quota().monthly()));
        map.put("overage", terms.quota().overage().name());
        map.put("bill", terms.bill().name());
        map.put("max_agents", terms.maxAgents());
        map.put("limits", terms.limits().stream().map(CanonicalCatalog::limit).toList());
        map.put(
                "costs",
                terms.costs().rules().stream().map(CanonicalCatalog::cost).toList());
        return map;
    }

    private static Map<String, Object> limit(LimitRule limit) {
        Map<String, Object> map = new TreeMap<>();
        map.put("name", limit.name());
        map.put("per", limit.per().name());
        map.put("capacity", Long.toString(limit.capacity()));
        map.put("refill_rate", Long.toString(limit.refillRate()));
        map.put("interval_seconds", Long.toString(limit.intervalSeconds()));
        if (limit.onPartition() != null) {
            // Only then, so that catalogs without it keep the hash that they had.
            map.put("on_partition", limit.onPartition().name());
        }
        return map;
    }

    private static Map<String, Object> cost(CostRules.Rule rule) {
        Map<String, Object> map = new TreeMap<>();
        map.put("path", rule.path() == null ? null : rule.path().toString());
        map.put("model", rule.model());
        map.put("tokens", Long.toString(rule.tokens()));
        return map;
    }

    static String plain(BigDecimal value) {
        return value == null ? null : value.stripTrailingZeros().toPlainString();
    }
}
