package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.yaml.Suggestion;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Reads {@code items}, whose tenants are known by name only; each is made when its tenant's terms are. */
final class ItemReader {
    private final Map<String, String> places = new HashMap<>();
    private final Map<String, List<Stated>> byTenant = new HashMap<>();
    private final List<Stated> all = new ArrayList<>();

    private record Stated(
            String id,
            Item.Kind kind,
            String tenant,
            YamlNode tenantNode,
            Dated.Entry<Boolean> date,
            YamlNode dateNode,
            BigDecimal amount,
            YamlNode amountNode,
            String description,
            String invoice,
            Tax tax) {
        Item item(BillingCalendar calendar) {
            return new Item(id, kind, tenant, date.fromNs(calendar), amount, description, invoice, tax);
        }
    }

    void read(YamlNode node) {
        YamlMap map = node.asMap();
        String id = map.text("id");
        Item.Kind kind = Item.Kind.valueOf(PlanReader.upper(map.oneOf("kind", "charge", "dispute", "credit")));
        String tenant = map.text("tenant");
        YamlNode date = map.find("date");
        YamlNode amount = map.find("amount");
        YamlNode description = map.find("description");
        String invoice = map.text("invoice", "");
        YamlNode tax = map.find("tax");
        map.end();
        if (!map.isPresent()) {
            return;
        }
        if (map.has("id")) {
            Texts.check(map.find("id"), id);
        }
        if (map.has("invoice")) {
            Texts.check(map.find("invoice"), invoice);
        }
        require(map, "date", date, "the day to whose cycle it belongs, like 2026-11-15");
        require(map, "amount", amount, "a decimal number above 0");
        require(map, "description", description, "text for the invoice");
        if (kind == Item.Kind.DISPUTE && invoice.isEmpty()) {
            map.problem("invoice", "the number of the invoice that is disputed", "nothing");
        } else if (kind != Item.Kind.DISPUTE && !invoice.isEmpty()) {
            map.problem("invoice", "no 'invoice' but beside 'kind: dispute'", "'" + invoice + "'");
        }
        if (kind == Item.Kind.CREDIT && tax != null) {
            tax.problem("no 'tax' beside 'kind: credit', which pays for the total with its tax");
        }
        String first = places.putIfAbsent(id, CatalogReader.place(node));
        if (first != null) {
            map.problem("id", "an id that no other item has", "'" + id + "' again, first at " + first);
        }
        if (date == null || amount == null || description == null) {
            return;
        }
        Stated stated = new Stated(
                id,
                kind,
                tenant,
                map.find("tenant"),
                PlanReader.entry(date, true),
                date,
                amount.asDecimal(BigDecimal.ZERO, PriceReader.MAX_PRICE, 3),
                amount,
                PriceReader.text(description),
                invoice,
                tax == null ? null : PriceReader.tax(tax));
        all.add(stated);
        byTenant.computeIfAbsent(tenant, absent -> new ArrayList<>()).add(stated);
    }

    private static void require(YamlMap map, String key, YamlNode node, String expected) {
        if (node == null) {
            map.problem(key, expected, "nothing");
        }
    }

    /**
     * The items of a tenant in order of time, then of id.
     *
     * @param beginsNs before it nothing is sold to the tenant, and none of its taxes is known; money may be credited
     */
    List<Item> items(String tenant, BillingTerms billing, long beginsNs) {
        List<Item> items = new ArrayList<>();
        for (Stated stated : byTenant.getOrDefault(tenant, List.of())) {
            Item item = stated.item(billing.calendar());
            if (item.amount().signum() <= 0 || item.amount().scale() > billing.minorDigits()) {
                stated.amountNode()
                        .problem("an amount above 0 with at most " + billing.minorDigits() + " decimals, as "
                                + billing.currency() + " has them");
            }
            if (item.atNs() < beginsNs && item.kind() != Item.Kind.CREDIT) {
                stated.dateNode()
                        .problem("a date from the tenant's 'begins' on, " + BillingCalendar.instant(beginsNs)
                                + ", or 'kind: credit'");
            }
            items.add(item);
        }
        items.sort(Comparator.comparingLong(Item::atNs).thenComparing(Item::id));
        return items;
    }

    /** Names every item of a tenant that there is not. */
    void checkTenants(Map<String, ?> tenants) {
        for (Stated stated : all) {
            if (!tenants.containsKey(stated.tenant()) && !stated.tenant().isEmpty()) {
                stated.tenantNode()
                        .problem(
                                "the id of a tenant",
                                "'" + stated.tenant() + "'" + Suggestion.of(stated.tenant(), tenants.keySet()));
            }
        }
    }
}
