package openclaw.edge.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import openclaw.edge.yaml.Suggestion;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Reads tenants against plans and a billing block that are known by then. */
final class TenantReader {
    private static final Pattern KEY_HASH = Pattern.compile("sha256:[0-9a-fA-F]{64}");

    private final Map<String, Plan> plans;
    private final BillingTerms billing;
    private final ItemReader items;
    private final Map<String, String> keyOwners = new HashMap<>();

    TenantReader(Map<String, Plan> plans, BillingTerms billing, ItemReader items) {
        this.plans = plans;
        this.billing = billing;
        this.items = items;
    }

    Tenant read(String id, YamlNode node) {
        YamlMap map = node.asMap();
        CatalogReader.checkName(map, "id", id);
        if (!CatalogReader.isName(id) && !id.isEmpty()) {
            map.problem(
                    "id", "1 to 64 bytes of visible ASCII without / and \\, not beginning with a dot", "'" + id + "'");
        } else if (id.equalsIgnoreCase("manifest")) {
            map.problem("id", "an id other than 'manifest', whose invoice would take the manifest's file", id);
        }
        BillingTerms terms = map.has("billing") ? BillingReader.read(map.map("billing"), billing) : billing;
        long beginsNs = timeNs(map.find("begins"), terms.calendar(), Long.MIN_VALUE);
        long endsNs = timeNs(map.find("ends"), terms.calendar(), Long.MAX_VALUE);
        if (endsNs <= beginsNs) {
            map.problem("ends", "a time later than 'begins'", "an earlier or equal one");
        }
        Dated<String> assignments = PlanReader.dated(map, "plan", this::planName);
        Plan own = PlanReader.read(id, map);
        Party customer = PartyReader.customer(map.map("customer"));
        List<String> keys = keys(id, map);
        map.end();
        List<PlanSlice> slices = new TermsResolver(plans, terms.calendar(), beginsNs, endsNs).slices(assignments, own);
        if (statesMoney(own)) {
            CatalogReader.check(node, slices);
        }
        return new Tenant(id, keys, slices, terms, items.items(id, terms, beginsNs), customer);
    }

    private static long timeNs(YamlNode node, BillingCalendar calendar, long orElseNs) {
        return node == null ? orElseNs : PlanReader.entry(node, true).fromNs(calendar);
    }

    /** A contradiction within a plan was named there; with a tenant's own values it may be new. */
    private static boolean statesMoney(Plan own) {
        return !own.money().equals(Plan.EMPTY.money()) || own.costs() != null;
    }

    private String planName(YamlNode node) {
        String name = node.asNonEmptyText();
        if (!name.isEmpty() && !plans.containsKey(name)) {
            node.problem("the name of a plan", "'" + name + "'" + Suggestion.of(name, plans.keySet()));
        }
        return name;
    }

    private List<String> keys(String id, YamlMap map) {
        List<String> hashes = new ArrayList<>();
        for (YamlNode node : map.listOrOne("api_keys")) {
            YamlNode secret = node.asSecret();
            String text = secret.asNonEmptyText();
            if (!KEY_HASH.matcher(text).matches()) {
                if (!text.isEmpty()) {
                    secret.problem("\"sha256:\" and 64 hexadecimal digits, the hash of a key (./edge key hash)");
                }
                continue;
            }
            String hash = text.substring("sha256:".length()).toLowerCase(Locale.ROOT);
            String here = "tenant '" + id + "' at " + CatalogReader.place(node);
            String owner = keyOwners.putIfAbsent(hash, here);
            if (owner != null) {
                secret.problem("a key that nobody has yet", "the key of " + owner);
            } else {
                hashes.add(hash);
            }
        }
        return hashes;
    }
}
